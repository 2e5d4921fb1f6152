package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestParseArgs(t *testing.T) {
	o, err := parseArgs([]string{"a.log", "-format", "json", "b.log", "--definitions", "x.yml, y.txt", "--definitions=z", "--rule-dir", "a,b", "--rule-dir=c", "--apply", "-", "--patch", "-", "--", "--c.log", "d"})
	if err != nil {
		t.Fatal(err)
	}
	for name, pair := range map[string][2][]string{
		"logs":        {o.logs, {"a.log", "b.log", "-", "--c.log", "d"}},
		"definitions": {o.definitions, {"x.yml", "y.txt", "z"}},
		"rule-dir":    {o.ruleDirs, {"a,b", "c"}},
		"others":      {{o.format, string(o.apply), o.patch, o.repo, o.fail}, {"json", "safe", "-", ".", "never"}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %q, want %q", name, pair[0], pair[1])
		}
	}
	if o, err = parseArgs([]string{"check", "--apply=review"}); err != nil || !o.check || o.apply != "review" {
		t.Errorf("check: %+v, %v", o, err)
	}
}

// Every flag is in the help, and the help names no other.
func TestHelpNamesAllFlags(t *testing.T) {
	for _, flag := range []string{"repo", "definitions", "rule-dir", "format", "fail", "patch", "apply", "rules", "explain", "schema", "version"} {
		if !strings.Contains(help, "\n  --"+flag) {
			t.Errorf("--%s is not in the help", flag)
		}
		if _, err := parseArgs([]string{"--" + flag + "=?", "log"}); err != nil && strings.Contains(err.Error(), "not defined") {
			t.Errorf("--%s is no flag", flag)
		}
	}
	if n := strings.Count(help, "\n  --"); n != 13 { // those above, --apply=review and --help
		t.Errorf("the help lists %d flags", n)
	}
}

// runWith runs the program on a log on a terminal or not.
func runWith(t *testing.T, log string, terminal bool, environ ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	w := world{
		args: []string{"--repo", t.TempDir(), "-"}, environ: environ, stdin: strings.NewReader(log),
		stdout: &out, stderr: &errs, colour: terminal, progress: terminal,
	}
	if got := run(w); got != told {
		t.Errorf("status %d, said %q", got, errs.String())
	}
	return out.String(), errs.String()
}

func TestColourOnTerminalsOnly(t *testing.T) {
	const log = "Step 1/1 : RUN make\nmake: *** [all] Error 2\nThe command '/bin/sh -c make' returned a non-zero code: 2\n"
	for name, c := range map[string]struct {
		terminal bool
		environ  []string
		want     bool
	}{
		"terminal": {true, nil, true},
		"pipe":     {false, nil, false},
		"NO_COLOR": {true, []string{"NO_COLOR=1"}, false},
		"empty":    {true, []string{"NO_COLOR="}, true}, // no-color.org: only a value that is not empty counts
		"dumb":     {true, []string{"TERM=dumb"}, false},
	} {
		if out, _ := runWith(t, log, c.terminal, c.environ...); strings.Contains(out, "\x1b[") != c.want {
			t.Errorf("%s: %q", name, out)
		}
	}
}

func TestProgressOfLargeLogsOnTerminals(t *testing.T) {
	large := strings.Repeat("Collecting a-package-with-a-long-name\n", worthShowing/37)
	if _, errs := runWith(t, large+"Successfully installed x-1\n", true); !strings.HasPrefix(errs, "\r\x1b[Kreading standard input: 50 MB") || !strings.HasSuffix(errs, "\r\x1b[K") {
		t.Errorf("a large log on a terminal: %q", errs)
	}
	if _, errs := runWith(t, large, false); errs != "" {
		t.Errorf("elsewhere: %q", errs)
	}
	if _, errs := runWith(t, "Successfully installed x-1\n", true); errs != "" {
		t.Errorf("a small log: %q", errs)
	}
}

func TestProgressKnowsTheSize(t *testing.T) {
	var out bytes.Buffer
	c := &command{world: world{stderr: &out, progress: true}}
	p := c.watch("a.log", 200*mega)
	if _, err := io.Copy(io.Discard, io.NewSectionReader(p.readerAt(bytes.NewReader(make([]byte, 3*mega))), 0, 3*mega)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "reading a.log: 0 of 200 MB") {
		t.Errorf("%q", out.String())
	}
	if c.watch("b.log", 1*mega) != nil {
		t.Error("a small file is watched")
	}
}

func TestSentence(t *testing.T) {
	missing := &fs.PathError{Op: "open", Path: "a.yml", Err: fs.ErrPermission}
	for want, err := range map[string]error{
		"reading a.yml: permission denied":              fmt.Errorf("reading a.yml: %w", missing),
		"looking for files: a.yml: permission denied":   fmt.Errorf("looking for files: %w", missing),
		"one line, not two":                             errors.New("one line,\n  not two"),
		"reading a.yml: it is a directory; name a file": errors.New("reading a.yml: it is a directory; name a file"),
	} {
		if got := sentence(err); got != want {
			t.Errorf("sentence(%v) = %q, want %q", err, got, want)
		}
	}
}

func TestSecretsOfTheEnvironment(t *testing.T) {
	got := secrets([]string{"PATH=/usr/bin:/bin", "GITHUB_TOKEN=abcdefgh1", "db_password=hunter2hunter2", "SHORT_TOKEN=abc", "SECRET_X=sssssssss", "EMPTY", "TOKENIZERS_PARALLELISM=falsefalse"})
	if want := []string{"abcdefgh1", "hunter2hunter2", "sssssssss"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestManyUnreadableFilesAreSummedUp(t *testing.T) {
	var errs bytes.Buffer
	c := &command{world: world{stderr: &errs}}
	c.unreadable(slices.Repeat([]error{errors.New("x")}, 12))
	if n := strings.Count(errs.String(), "\n"); n != mostUnreadable+1 || !strings.Contains(errs.String(), "7 more") {
		t.Errorf("%d lines: %s", n, errs.String())
	}
}

// A pipe that a shell hands over as a file is read as a stream.
func TestNamedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() // and so it is not collected before the program opens it by its number
	go func() {
		_, _ = io.WriteString(w, "Successfully installed x-1\n")
		_ = w.Close()
	}()
	name := filepath.Join("/dev/fd", fmt.Sprint(r.Fd()))
	if _, err := os.Stat(name); err != nil {
		t.Skip("no /dev/fd here")
	}
	var out bytes.Buffer
	status := run(world{args: []string{"--repo", t.TempDir(), name}, stdout: &out, stderr: &out})
	if status != told || !strings.Contains(out.String(), "nothing to report") {
		t.Errorf("status %d: %s", status, out.String())
	}
}
