package edit

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

func TestGitTakesDiffs(t *testing.T) {
	long := strings.Repeat("line\n", 20)
	tests := []struct{ name, path, before, after string }{
		{"change", "environment.yml", "a\nb\nc\n", "a\nB\nc\n"},
		{"CRLF", "environment.yml", "a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"},
		{"CRLF to LF", "e.yml", "a\r\nb\r\n", "a\nb\n"},
		{"no last newline", "e.yml", "a\nb", "a\nc"},
		{"last newline added", "e.yml", "a\nb", "a\nb\n"},
		{"last newline taken", "e.yml", "a\nb\n", "a\nb"},
		{"append behind no newline", "e.yml", "a", "a\nb"},
		{"from empty", "e.yml", "", "a\n"},
		{"two hunks", "e.yml", "x\n" + long + "y\n", "X\n" + long + "Y\n"},
		{"folder", "a/b/c.yml", "a\n", "b\n"},
		{"blank in path", "my env/e 1.yml", "a\n", "b\n"},
		{"odd path", "ä\"\\\t.yml", "a\n", "b\n"},
		{"looks like a header", "e.yml", "-- a/x\n++ b\n", "-- a/y\n++ b\n"},
		{"not UTF-8", "e.txt", "\xff\xfea\n", "\xff\xfeb\n"},
		{"to UTF-8", "dir/requirements 1.txt", "caf\xe9==1.0\n" + strings.Repeat("x", 300) + "\n", "café==1.0\n" + strings.Repeat("x", 300) + "\n"},
		{"NUL bytes", "e.txt", "s\x00i\x00x\x00", "six"},
		{"form feed and lone CR", "e.txt", "a\fb\rc\nd\n", "a\fb\rc\ne\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, tt.path, tt.before)
			d, err := File{tt.path, []byte(tt.before), []Edit{{0, len(tt.before), tt.after}}}.Diff()
			if err != nil {
				t.Fatal(err)
			}
			if !utf8.ValidString(d) {
				t.Errorf("the diff would not survive in a report: %q", d)
			}
			gitApply(t, dir, d)
			if got := read(t, dir, tt.path); got != tt.after {
				t.Errorf("git made %q of\n%s\nwant %q", got, d, tt.after)
			}
		})
	}
}

func TestDiffOfNewFile(t *testing.T) {
	dir := t.TempDir()
	d, err := File{Path: "new/.dockerignore", Edits: []Edit{{0, 0, ".git\n"}}}.Diff()
	if err != nil || !strings.HasPrefix(d, "--- /dev/null\n+++ b/new/.dockerignore\n") {
		t.Fatalf("got %q, %v", d, err)
	}
	gitApply(t, dir, d)
	if got := read(t, dir, "new/.dockerignore"); got != ".git\n" {
		t.Errorf("git made %q", got)
	}
}

func TestDiffOfSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "a", "1\n")
	write(t, dir, "b", "2")
	d, err := Diff([]File{{"a", []byte("1\n"), []Edit{{0, 1, "one"}}}, {"b", []byte("2"), []Edit{{0, 1, "two"}}}})
	if err != nil {
		t.Fatal(err)
	}
	gitApply(t, dir, d)
	if a, b := read(t, dir, "a"), read(t, dir, "b"); a != "one\n" || b != "two" {
		t.Errorf("git made %q and %q", a, b)
	}
}

func TestDiffOfNothing(t *testing.T) {
	if d, err := (File{"a", []byte("1\n"), []Edit{{0, 1, "1"}}}).Diff(); d != "" || err != nil {
		t.Errorf("got %q, %v", d, err)
	}
	if _, err := Diff([]File{{"a", []byte("1\n"), []Edit{{7, 8, ""}}}}); err == nil {
		t.Error("no error for an edit behind the end")
	}
}

// FuzzDiff checks with a reader of diffs that is not the writer's: what it makes of the base is what Apply makes.
func FuzzDiff(f *testing.F) {
	f.Add("a\nb\n", "a\nc\n")
	f.Add("", "x")
	f.Add("a\r\n", "a")
	f.Add("a\n\n\nb\nc\nd\ne\nf\ng\nh\n", "b\nc\nd\ne\nf\ng\n\n")
	f.Fuzz(func(t *testing.T, before, after string) {
		d, err := File{"dir/f", []byte(before), []Edit{{0, len(before), after}}}.Diff()
		if err != nil {
			t.Fatal(err)
		}
		if before == after {
			if d != "" {
				t.Fatalf("nothing changes, but the diff is %q", d)
			}
			return
		}
		files, _, err := gitdiff.Parse(strings.NewReader(d))
		if err != nil || len(files) != 1 {
			t.Fatalf("%v, %d files in %q", err, len(files), d)
		}
		var out bytes.Buffer
		if err := gitdiff.Apply(&out, strings.NewReader(before), files[0]); err != nil {
			t.Fatalf("%v in %q", err, d)
		}
		if out.String() != after {
			t.Fatalf("got %q, want %q by %q", out.String(), after, d)
		}
	})
}

func gitApply(t *testing.T, dir, diff string) {
	t.Helper()
	cmd := exec.Command("git", "apply", "--whitespace=nowarn", "-")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(diff)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff)
	}
}

func write(t *testing.T, dir, path, content string) {
	t.Helper()
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
