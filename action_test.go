package envmedic

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// contract is a file of the folder with the hosts' own descriptions, which is not part of the project.
func contract(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("CONTRACTS_DIR")
	if dir == "" {
		dir = filepath.Join("..", "shared", "contracts")
	}
	name = filepath.Join(dir, name)
	if _, err := os.Stat(name); err != nil {
		t.Skipf("not compared with the host's own description: %v", err)
	}
	return name
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// GitHub's schema takes action.yml, and nothing of what is easily written wrong in it. .ci/parser asks GitHub's own parser as well.
func TestActionIsOne(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(contract(t, "action.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, "action.yml")
	for _, wrong := range []struct{ what, old, new string }{
		{what: ""},
		{"an icon that the Marketplace does not have", "icon: activity", "icon: tool"},
		{"a kind of action that there is not", "using: docker", "using: podman"},
		{"no description", "description: Reads", "about: Reads"},
		{"no image", "  image: Dockerfile", ""},
		{"a name of an input with a blank", "  rule_dir:", "  rule dir:"},
		{"a default that is no text", `default: "true"`, "default: [true]"},
	} {
		changed := strings.Replace(text, wrong.old, wrong.new, 1)
		if wrong.what != "" && changed == text {
			t.Errorf("%s: %q is not in action.yml", wrong.what, wrong.old)
		}
		var action any
		if err := yaml.Unmarshal([]byte(changed), &action); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(action); (err == nil) != (wrong.what == "") {
			t.Errorf("action.yml with %s: %v", cmp.Or(wrong.what, "nothing wrong"), err)
		}
	}
}

// An action's image must start what it is by its whole path, as root, and leave the working directory to the runner.
func TestImages(t *testing.T) {
	for _, name := range []string{"Dockerfile", filepath.Join(".ci", "release.Dockerfile")} {
		file, err := parser.Parse(strings.NewReader(read(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		var last []string
		for _, instruction := range file.AST.Children {
			if strings.EqualFold(instruction.Value, "FROM") {
				last = nil
			}
			last = append(last, instruction.Original)
		}
		stage := strings.Join(last, "\n")
		if last[0] != "FROM scratch" || last[len(last)-1] != `ENTRYPOINT ["/envmedic"]` {
			t.Errorf("%s: the last stage is\n%s", name, stage)
		}
		if strings.Contains(stage, "USER ") || strings.Contains(stage, "WORKDIR ") {
			t.Errorf("%s: the last stage says who runs, or where:\n%s", name, stage)
		}
	}
}

// pinAction runs .ci/pin-action on a copy of action.yml, and is the copy afterwards.
func pinAction(t *testing.T, digest string, times int) (after string, output []byte, err error) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "action.yml")
	if err := os.WriteFile(name, []byte(read(t, "action.yml")), 0o600); err != nil {
		t.Fatal(err)
	}
	for range times {
		output, err = exec.Command(filepath.Join(".ci", "pin-action"), digest, name).CombinedOutput()
	}
	return read(t, name), output, err
}

// A release changes one line of action.yml: the image, by its digest.
func TestPinAction(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	before := read(t, "action.yml")
	after, output, err := pinAction(t, digest, 1)
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	want := strings.Replace(before, "image: Dockerfile", "image: docker://ghcr.io/envmedic/envmedic@"+digest, 1)
	if after != want || want == before {
		t.Errorf("action.yml after pin-action:\n%s", after)
	}
}

// It refuses what would name an image that can change, or no image, and changes nothing then.
func TestPinActionRefuses(t *testing.T) {
	before := read(t, "action.yml")
	for _, digest := range []string{"", "v1", "sha256:12", "sha256:" + strings.Repeat("0A", 32), "sha256:" + strings.Repeat("00", 32) + "|e"} {
		after, output, err := pinAction(t, digest, 1)
		if err == nil || after != before || !bytes.Contains(output, []byte("digest")) {
			t.Errorf("pin-action %q: %v: %s", digest, err, output)
		}
	}
	if _, output, err := pinAction(t, "sha256:"+strings.Repeat("00", 32), 2); err == nil {
		t.Errorf("pin-action took an action.yml that is pinned already: %s", output)
	}
}

// The programs of a release know their version, and are listed with their sums.
func TestBinaries(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the program")
	}
	dir := t.TempDir()
	output, err := exec.Command(filepath.Join(".ci", "binaries"), "v9.8.7", dir, "linux/amd64").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	said, err := exec.Command(filepath.Join(dir, "envmedic_linux_amd64"), "--version").Output()
	if err != nil || string(said) != "envmedic v9.8.7\n" {
		t.Errorf("--version: %q, %v", said, err)
	}
	check := exec.Command("sha256sum", "--check", "SHA256SUMS")
	check.Dir = dir
	if output, err := check.CombinedOutput(); err != nil || string(output) != "envmedic_linux_amd64: OK\n" {
		t.Errorf("%v: %s", err, output)
	}
}
