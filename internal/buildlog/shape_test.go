package buildlog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestShapes compares what is read of the logs in testdata with the dumps beside them. UPDATE=1 rewrites the dumps.
func TestShapes(t *testing.T) {
	logs, _ := filepath.Glob("testdata/*.log")
	if len(logs) == 0 {
		t.Fatal("no logs in testdata")
	}
	f := NewFinder([]string{"No matching distribution found for "})
	for _, path := range logs {
		t.Run(filepath.Base(path), func(t *testing.T) {
			in, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			l, err := Read(in, path, f)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, strings.TrimSuffix(path, ".log")+".want", dump(l))
		})
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

// dump prints all that a Log says, one line each. In front of a line's text stand its number, step, block, and e for an echo.
func dump(l *Log) string {
	var b strings.Builder
	fmt.Fprintf(&b, "outcome %s formats %v lines %d failed %d\n", l.Outcome, l.Formats, l.Count, l.FailedStep())
	if l.Clipped != "" {
		fmt.Fprintf(&b, "clipped %s\n", l.Clipped)
	}
	for i, s := range l.Steps {
		fmt.Fprintf(&b, "step %d %s %d-%d parent %d %q instruction %q command %q image %q", i, s.State, s.First, s.Last, s.Parent, s.Name, s.Instruction, s.Command, s.Image)
		if s.HasExit {
			fmt.Fprintf(&b, " exit %d", s.ExitCode)
		}
		if s.Dockerfile != "" {
			fmt.Fprintf(&b, " at %s:%d", s.Dockerfile, s.DockerfileLine)
		}
		b.WriteByte('\n')
	}
	for i, k := range l.Blocks {
		fmt.Fprintf(&b, "block %d %s parent %d depth %d of %q lines %d-%d\n", i, k.Kind, k.Parent, k.Depth, k.Of, l.Lines[k.First].Num, l.Lines[k.Last].Num)
	}
	for _, h := range l.Hits {
		fmt.Fprintf(&b, "hit %d line %d\n", h.Literal, l.Lines[h.Line].Num)
	}
	for _, n := range l.Lines {
		echo := " "
		if n.Echo {
			echo = "e"
		}
		fmt.Fprintf(&b, "%4d %2d %2d %s|%s\n", n.Num, n.Step, n.Block, echo, n.Text)
	}
	return b.String()
}
