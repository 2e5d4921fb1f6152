package buildlog

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// FuzzRead checks on any bytes that reading does not depend on delivery, and that each line leads back to its raw line.
func FuzzRead(f *testing.F) {
	f.Add([]byte("Step 1/2 : RUN x\n\x1b[91mERROR: y\r\nThe command '/bin/sh -c x' returned a non-zero code: 1"))
	f.Add([]byte("#3 [1/2] RUN x\n#3 1.1 y\r z\n#3 ERROR: exit code: 2\n------\n > [1/2] RUN x:\n1.1 z\n------\nDockerfile:3\n--------------------\n"))
	f.Add([]byte("##[group]Run x\n##[endgroup]\n##[error]Process completed with exit code 1.\n[3 lines of output]\n[end of output]"))
	f.Add(wide("one\r\ntwo", binary.LittleEndian, true))
	f.Add([]byte("Pip subprocess error:\n  Complete output (3 lines):\n  Traceback (most recent call last):\n    x\n  E: y\n  ----------------------------------------\n"))
	finder := NewFinder(some)
	f.Fuzz(func(t *testing.T, data []byte) {
		want, errWant := Read(bytes.NewReader(data), "x", finder)
		got, errGot := read(iotest.OneByteReader(bytes.NewReader(data)), "x", finder, 7, 1000)
		if (errWant == nil) != (errGot == nil) {
			t.Fatal(errWant, errGot)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if text, isWide, err := decode(bytes.NewReader(data)); err == nil && !isWide {
			all, _ := io.ReadAll(text)
			checkLines(t, want, strings.Split(string(all), "\n"))
		}
		checkShape(t, want)
	})
}

// checkShape checks that all indexes of a Log lead somewhere.
func checkShape(t *testing.T, l *Log) {
	t.Helper()
	for i, n := range l.Lines {
		if n.Step < -1 || n.Step >= len(l.Steps) || n.Block < -1 || n.Block >= len(l.Blocks) || len(n.Text) > MaxLine+3 {
			t.Fatalf("line %d: %+v", i, n)
		}
	}
	for i, s := range l.Steps {
		if s.Parent >= i || s.First > s.Last || s.Last > l.Count {
			t.Fatalf("step %d: %+v", i, s)
		}
	}
	for i, b := range l.Blocks {
		if b.Parent >= i || b.First > b.Last || b.Last >= len(l.Lines) || b.Depth < 1 {
			t.Fatalf("block %d: %+v", i, b)
		}
	}
	if len(l.Lines) > 0 && len(l.Steps) == 0 {
		t.Fatal("lines without a step")
	}
}
