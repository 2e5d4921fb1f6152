package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// change is a fix that turns base into base with old replaced by new.
func change(t *testing.T, certainty, path, base, old, new string) diagnose.Fix {
	t.Helper()
	at := strings.Index(base, old)
	if at < 0 {
		t.Fatalf("%q is not in %q", old, base)
	}
	files := []edit.File{{Path: path, Base: []byte(base), Edits: []edit.Edit{{Start: at, End: at + len(old), New: new}}}}
	diff, err := edit.Diff(files)
	if err != nil {
		t.Fatal(err)
	}
	return diagnose.Fix{Title: old + " to " + new, Certainty: certainty, Diff: diff, Files: files}
}

func cause(fixes ...diagnose.Fix) diagnose.Diagnosis {
	return diagnose.Diagnosis{Rule: "r", Kind: "cause", Summary: "s", Fixes: fixes}
}

// checkout makes a directory with a file, and a command that works on it.
func checkout(t *testing.T, path, text string) (*command, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	return &command{world: world{stdout: &out, stderr: &errs}, options: options{repo: dir}}, &out, &errs
}

func contents(t *testing.T, c *command, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.repo, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const spells = "one\ntwo\nthree\n"

func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		mode  applyMode
		fixes [][]diagnose.Fix // of each cause
		want  string
		said  string
	}{
		"safe": {"safe", [][]diagnose.Fix{{change(t, "safe", "a/b.txt", spells, "two", "2")}}, "one\n2\nthree\n", "applied: two to 2"},
		"review is left": {"safe", [][]diagnose.Fix{{change(t, "review", "a/b.txt", spells, "two", "2")}}, spells,
			"there is no edit to apply that is safe; --apply=review applies those to review"},
		"review is asked for": {"review", [][]diagnose.Fix{{change(t, "review", "a/b.txt", spells, "two", "2")}}, "one\n2\nthree\n", "applied"},
		"one of several alternatives": {"safe", [][]diagnose.Fix{{
			change(t, "review", "a/b.txt", spells, "one", "1"), change(t, "safe", "a/b.txt", spells, "two", "2"), change(t, "safe", "a/b.txt", spells, "three", "3"),
		}}, "one\n2\nthree\n", "applied: two to 2"},
		"several causes": {"safe", [][]diagnose.Fix{{change(t, "safe", "a/b.txt", spells, "two", "2")}, {change(t, "safe", "a/b.txt", spells, "three", "3")}},
			"one\n2\n3\n", "applied: three to 3"},
		"causes that clash": {"safe", [][]diagnose.Fix{{change(t, "safe", "a/b.txt", spells, "two", "2")}, {change(t, "safe", "a/b.txt", spells, "two", "zwei")}},
			"one\n2\nthree\n", `the edit "two to zwei" is left out because it clashes with another one`},
		"nothing": {"safe", [][]diagnose.Fix{{}}, spells, "there is no edit to apply\n"},
	} {
		t.Run(name, func(t *testing.T) {
			com, _, errs := checkout(t, "a/b.txt", spells)
			com.apply = c.mode
			r := &diagnose.Report{}
			for _, f := range c.fixes {
				r.Diagnoses = append(r.Diagnoses, cause(f...))
			}
			com.applyFixes(r)
			if got := contents(t, com, "a/b.txt"); got != c.want {
				t.Errorf("the file is %q, want %q", got, c.want)
			}
			if !strings.Contains(errs.String(), c.said) || com.status != told {
				t.Errorf("said %q with status %d, want %q", errs.String(), com.status, c.said)
			}
			info, err := os.Stat(filepath.Join(com.repo, "a/b.txt"))
			if err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("permissions became %v (%v)", info.Mode(), err)
			}
			checkNothingWaits(t, com)
		})
	}
}

// checkNothingWaits looks for temporary files in the checkout.
func checkNothingWaits(t *testing.T, c *command) {
	t.Helper()
	_ = fs.WalkDir(os.DirFS(c.repo), ".", func(p string, _ fs.DirEntry, _ error) error {
		if strings.Contains(p, ".envmedic") {
			t.Errorf("%s is left behind", p)
		}
		return nil
	})
}

func TestApplyLeavesAdviceAlone(t *testing.T) {
	c, _, _ := checkout(t, "a.txt", spells)
	c.apply = "review"
	advice := cause(change(t, "safe", "a.txt", spells, "two", "2"))
	advice.Kind = "advice"
	r := &diagnose.Report{Diagnoses: []diagnose.Diagnosis{advice}}
	c.applyFixes(r)
	if got := contents(t, c, "a.txt"); got != spells {
		t.Errorf("beside a log, advice is applied: %q", got)
	}
	c.check = true
	c.applyFixes(r)
	if got := contents(t, c, "a.txt"); got != "one\n2\nthree\n" {
		t.Errorf("envmedic check --apply gives %q", got)
	}
}

func TestApplyRefuses(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside.txt")
	if err := os.WriteFile(outside, []byte(spells), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path    string
		prepare func(dir string) error
		want    string
	}{
		"changed":       {"a.txt", func(dir string) error { return os.WriteFile(filepath.Join(dir, "a.txt"), []byte("new"), 0o644) }, "writing a.txt: it has changed since it was read; run again"},
		"gone":          {"a.txt", func(dir string) error { return os.Remove(filepath.Join(dir, "a.txt")) }, "writing a.txt: "},
		"link":          {"l.txt", func(dir string) error { return os.Symlink("a.txt", filepath.Join(dir, "l.txt")) }, "writing l.txt: it is a symbolic link or a device; edit what it leads to"},
		"outside":       {"../outside.txt", func(dir string) error { return os.Symlink(outside, filepath.Join(filepath.Dir(dir), "outside.txt")) }, "writing ../outside.txt: "},
		"link outwards": {"d/outside.txt", func(dir string) error { return os.Symlink(filepath.Dir(outside), filepath.Join(dir, "d")) }, "writing d/outside.txt: "},
	} {
		t.Run(name, func(t *testing.T) {
			com, _, errs := checkout(t, "a.txt", spells)
			com.apply = "safe"
			if err := c.prepare(com.repo); err != nil {
				t.Fatal(err)
			}
			untouched := cause(change(t, "safe", "b.txt", spells, "one", "1"))
			if err := os.WriteFile(filepath.Join(com.repo, "b.txt"), []byte(spells), 0o644); err != nil {
				t.Fatal(err)
			}
			com.applyFixes(&diagnose.Report{Diagnoses: []diagnose.Diagnosis{untouched, cause(change(t, "safe", c.path, spells, "two", "2"))}})
			if com.status != couldNot || !strings.Contains(errs.String(), "envmedic: applying the edits: "+c.want) {
				t.Errorf("status %d, said %q, want %q", com.status, errs.String(), c.want)
			}
			if contents(t, com, "b.txt") != spells {
				t.Error("one file was replaced although another one could not be")
			}
			if text, err := os.ReadFile(outside); err != nil || string(text) != spells {
				t.Errorf("the file outside is %q (%v)", text, err)
			}
			checkNothingWaits(t, com)
		})
	}
}

func TestWritePatch(t *testing.T) {
	c, out, errs := checkout(t, "a.txt", spells)
	r := &diagnose.Report{Diagnoses: []diagnose.Diagnosis{cause(change(t, "review", "a.txt", spells, "two", "2"))}}
	c.patch = "-"
	c.writePatch(r)
	if want := "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"; out.String() != want || errs.Len() > 0 {
		t.Errorf("printed %q, said %q", out, errs)
	}
	c.patch = filepath.Join(c.repo, "fix.patch")
	c.writePatch(r)
	if got := contents(t, c, "fix.patch"); got != out.String() {
		t.Errorf("wrote %q", got)
	}
	c.writePatch(&diagnose.Report{})
	if got := contents(t, c, "fix.patch"); got != "" || !strings.Contains(errs.String(), "there is no edit to propose, so the patch is empty") {
		t.Errorf("with nothing to propose: wrote %q, said %q", got, errs)
	}
	c.patch = filepath.Join(c.repo, "no", "such", "dir")
	c.writePatch(r)
	if c.status != couldNot {
		t.Errorf("an unwritable patch: status %d", c.status)
	}
}
