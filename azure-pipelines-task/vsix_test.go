// Package task tests the extension that make vsix has built: VSIX=dist/envmedic.vsix go test ./azure-pipelines-task
package task

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/json"
	"fmt"
	"image"
	_ "image/png"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// mostBytes keeps well away from what the marketplace takes, which nobody documents.
const mostBytes = 50 << 20

// files of the archive, beside the programs. The first three are the packager's.
var files = []string{
	"[Content_Types].xml", "extension.vsixmanifest", "extension.vsomanifest", "LICENSE", "overview.md", "extension.png",
	"envmedic/task.json", "envmedic/index.js", "envmedic/icon.png",
}

// programs is what each of them must be, by its own header.
var programs = map[string]func(io.ReaderAt) error{
	"envmedic/bin/envmedic_linux_amd64":       isELF(elf.EM_X86_64),
	"envmedic/bin/envmedic_linux_arm64":       isELF(elf.EM_AARCH64),
	"envmedic/bin/envmedic_darwin_amd64":      isMachO(macho.CpuAmd64),
	"envmedic/bin/envmedic_darwin_arm64":      isMachO(macho.CpuArm64),
	"envmedic/bin/envmedic_windows_amd64.exe": isPE(pe.IMAGE_FILE_MACHINE_AMD64),
	"envmedic/bin/envmedic_windows_arm64.exe": isPE(pe.IMAGE_FILE_MACHINE_ARM64),
}

// open reads the archive that VSIX names, or skips.
func open(t *testing.T) map[string][]byte {
	t.Helper()
	name := os.Getenv("VSIX")
	if name == "" {
		t.Skip("no extension to test; make vsix builds it and runs this")
	}
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	content := map[string][]byte{}
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue // a folder
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if content[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return content
}

func TestArchiveIsSmall(t *testing.T) {
	open(t)
	if info, err := os.Stat(os.Getenv("VSIX")); err != nil || info.Size() > mostBytes {
		t.Errorf("the archive has %d bytes (%v), more than %d", info.Size(), err, mostBytes)
	}
}

func TestArchiveHoldsTheTaskAndNothingElse(t *testing.T) {
	content := open(t)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if _, program := programs[name]; !program && !slices.Contains(files, name) {
			t.Errorf("%s is in the archive, and no part of the task", name)
		}
	}
	for _, name := range files {
		if len(content[name]) == 0 {
			t.Errorf("%s is missing or empty", name)
		}
	}
	for name, check := range programs {
		if err := check(bytes.NewReader(content[name])); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, side := range map[string]int{"extension.png": 128, "envmedic/icon.png": 32} {
		if c, _, err := image.DecodeConfig(bytes.NewReader(content[name])); err != nil || c.Width != side || c.Height != side {
			t.Errorf("%s is %d × %d (%v), not %d × %[4]d", name, c.Width, c.Height, err, side)
		}
	}
}

func TestVersionsAreOne(t *testing.T) {
	content := open(t)
	var definition struct {
		Version struct{ Major, Minor, Patch int }
	}
	if err := json.Unmarshal(content["envmedic/task.json"], &definition); err != nil {
		t.Fatal(err)
	}
	version := fmt.Sprintf("%d.%d.%d", definition.Version.Major, definition.Version.Minor, definition.Version.Patch)
	if version == "0.0.0" {
		t.Error("the task has no version; is there a git checkout around it?")
	}
	if manifest := string(content["extension.vsixmanifest"]); !strings.Contains(manifest, fmt.Sprintf("Version=%q", version)) {
		t.Errorf("the task has version %s, and the extension another one", version)
	}
	if tag := os.Getenv("VERSION"); strings.HasPrefix(tag, "v") && !strings.HasPrefix(tag[1:], version) {
		t.Errorf("the task has version %s, and VERSION is %s", version, tag)
	}
}

func isELF(machine elf.Machine) func(io.ReaderAt) error {
	return func(r io.ReaderAt) error {
		f, err := elf.NewFile(r)
		if err != nil {
			return err
		}
		if f.Machine != machine {
			return fmt.Errorf("it is for %v, not %v", f.Machine, machine)
		}
		for _, p := range f.Progs {
			if p.Type == elf.PT_INTERP {
				return fmt.Errorf("it asks for a loader, so it is not static, and does not run on another libc")
			}
		}
		return nil
	}
}

func isMachO(cpu macho.Cpu) func(io.ReaderAt) error {
	return func(r io.ReaderAt) error {
		f, err := macho.NewFile(r)
		if err != nil {
			return err
		}
		if f.Cpu != cpu {
			return fmt.Errorf("it is for %v, not %v", f.Cpu, cpu)
		}
		return nil
	}
}

func isPE(machine uint16) func(io.ReaderAt) error {
	return func(r io.ReaderAt) error {
		f, err := pe.NewFile(r)
		if err != nil {
			return err
		}
		if f.Machine != machine {
			return fmt.Errorf("it is for machine %#x, not %#x", f.Machine, machine)
		}
		return nil
	}
}
