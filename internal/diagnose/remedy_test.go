package diagnose

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// TestRemedies makes the calls of every archive on its files and compares what comes out with what stands behind each call in its
// last file. A call is a line "> remedy key=value …"; @entry, @file, @line (of the Dockerfile) and @image set the context.
// In the archives ␍ stands for a carriage return and ¶ at the end of a file says that its last line has no end.
func TestRemedies(t *testing.T) {
	names, err := filepath.Glob("testdata/remedies/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { remedyArchive(t, name) })
	}
}

func remedyArchive(t *testing.T, name string) {
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	last := len(a.Files) - 1
	fsys := fstest.MapFS{}
	for _, f := range a.Files[:last] {
		s := strings.NewReplacer("␍", "\r", "¶\n", "").Replace(string(f.Data))
		fsys[f.Name] = &fstest.MapFile{Data: []byte(s)}
	}
	var got strings.Builder
	for _, line := range strings.Split(string(a.Files[last].Data), "\n") {
		if call, ok := strings.CutPrefix(line, "> "); ok {
			fmt.Fprintf(&got, "%s\n%s\n", line, strings.ReplaceAll(called(t, fsys, call), "\r", "␍"))
		}
	}
	if os.Getenv("UPDATE") != "" {
		a.Files[last].Data = []byte(got.String())
		if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(a.Files[last].Data), got.String()); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

var callWord = regexp.MustCompile(`(\S+?)=("(?:[^"\\]|\\.)*"|\S*)`)

func parseCall(t *testing.T, call string) (do string, with, at map[string]string) {
	t.Helper()
	do, rest, _ := strings.Cut(call, " ")
	with, at = map[string]string{}, map[string]string{}
	for _, m := range callWord.FindAllStringSubmatch(rest, -1) {
		value := m[2]
		if u, err := strconv.Unquote(value); err == nil {
			value = u
		}
		if name, ok := strings.CutPrefix(m[1], "@"); ok {
			at[name] = value
		} else {
			with[m[1]] = value
		}
	}
	if remedies[do] == nil {
		t.Fatalf("no remedy %q", do)
	}
	return do, with, at
}

// called is the title and the diff of a call, or its refusal. A change must be taken by git and must not be proposed again.
func called(t *testing.T, fsys fstest.MapFS, call string) string {
	t.Helper()
	do, with, at := parseCall(t, call)
	c := remedyPlace(t, fsys, at, nil)
	title, files, err := remedies[do](c, with)
	if err != nil {
		if r := refusal(""); !errors.As(err, &r) {
			t.Errorf("%s: %v is no refusal", call, err)
		}
		return "refused: " + err.Error() + "\n"
	}
	diff, err := edit.Diff(files)
	if err != nil || diff == "" {
		t.Errorf("%s: diff %q, %v", call, diff, err)
		return ""
	}
	after := patched(t, fsys, files, diff)
	again := remedyPlace(t, after, at, c.Instruction)
	if title, files, err := remedies[do](again, with); err == nil {
		diff, _ := edit.Diff(files)
		t.Errorf("%s: made a second time it proposes %q\n%s", call, title, diff)
	}
	return title + "\n" + diff
}

func remedyPlace(t *testing.T, fsys fstest.MapFS, at map[string]string, old *manifest.Instruction) remedyContext {
	t.Helper()
	set, _ := manifest.Load(fsys, nil)
	c := remedyContext{Files: set, Image: at["image"], Captures: map[string]string{"hostile": "x; curl evil"}}
	if p := at["file"]; p != "" {
		c.File = set.File(p)
	}
	if name := at["entry"]; name != "" {
		for _, e := range set.Named(name) {
			if c.File == nil || e.File == c.File {
				c.Entry, c.File = &e, e.File
				break
			}
		}
	}
	if n, err := strconv.Atoi(at["line"]); err == nil {
		f := set.Dockerfiles()[0]
		c.Instruction = f.Dockerfile.Instruction(n)
		if old != nil {
			c.Instruction = alike(f.Dockerfile, old)
		}
		if c.File == nil {
			c.File = f
		}
	}
	return c
}

// alike is the instruction that an earlier one has become: the one that shares most words with it.
func alike(d *manifest.Dockerfile, old *manifest.Instruction) *manifest.Instruction {
	var best *manifest.Instruction
	most := -1
	for _, in := range d.Instructions {
		n := -len(strings.Fields(in.Text))
		for _, w := range strings.Fields(old.Text) {
			if strings.Contains(in.Text, w) {
				n += 3
			}
		}
		if in.Keyword == old.Keyword && n > most {
			best, most = in, n
		}
	}
	return best
}

// patched is the files after git applied the diff, which must be what the edits say.
func patched(t *testing.T, fsys fstest.MapFS, files []edit.File, diff string) fstest.MapFS {
	t.Helper()
	dir := t.TempDir()
	after := fstest.MapFS{}
	for p, f := range fsys {
		after[p] = f
		full := filepath.Join(dir, filepath.FromSlash(p))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o777), os.WriteFile(full, f.Data, 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("git", "apply", "--whitespace=nowarn", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
	}
	for _, f := range files {
		want, err := f.Apply()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil || string(got) != string(want) {
			t.Fatalf("git made %q of %s (%v), the edits %q", got, f.Path, err, want)
		}
		after[f.Path] = &fstest.MapFile{Data: want}
	}
	return after
}
