package buildlog

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

func zipped(t *testing.T, files ...string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(b.Bytes())
}

func names(sources []Source) []string {
	var all []string
	for _, s := range sources {
		all = append(all, s.Name)
	}
	return all
}

func TestOpenRunLogs(t *testing.T) {
	r := zipped(t,
		"0_build (3.9).txt", "ERROR: one\n", "build (3.9)/1_Set up job.txt", "x\n", "build (3.9)/2_Run x.txt", "ERROR: one\n",
		"lint/1_Run y.txt", "no log of the whole job\n", "image.png", "\x89PNG\x00\x00\x00\x00"+strings.Repeat("\x00\x01\xff", 100), "dir/", "")
	sources, err := Open("run.zip", r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(sources), []string{"run.zip/0_build (3.9).txt", "run.zip/lint/1_Run y.txt"}; !slices.Equal(got, want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	l, err := sources[0].Read(NewFinder(nil))
	if err != nil || l.Name != "run.zip/0_build (3.9).txt" || l.Lines[0].Text != "ERROR: one" {
		t.Errorf("got %+v, %v", l, err)
	}
}

func TestOpenPlainAndGzip(t *testing.T) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, "one\ntwo\n")
	w.Close()
	for _, data := range []string{"one\ntwo\n", b.String()} {
		r := strings.NewReader(data)
		sources, err := Open("x", r, r.Size())
		if err != nil || len(sources) != 1 {
			t.Fatal(names(sources), err)
		}
		if l, err := sources[0].Read(NewFinder(nil)); err != nil || l.Count != 2 {
			t.Errorf("%d lines, %v", l.Count, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	many := make([]string, 0, 20002)
	for i := range 10000 {
		many = append(many, fmt.Sprintf("%d.log", i), "x\n")
	}
	r := zipped(t, many...)
	sources, err := Open("many.zip", r, r.Size())
	if len(sources) != maxEntries || err == nil || !strings.Contains(err.Error(), "10000 files") {
		t.Errorf("%d sources, %v", len(sources), err)
	}
	cut := zipped(t, "a.log", "x\n")
	if sources, err := Open("cut.zip", cut, cut.Size()-10); err == nil || len(sources) != 0 {
		t.Errorf("%d sources, %v", len(sources), err)
	}
	if none := zipped(t); true {
		if _, err := Open("none.zip", none, none.Size()); err == nil {
			t.Error("an empty zip is read")
		}
	}
}

// endless is an entry that unpacks without end.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '\n' + byte(i&1)*50
	}
	e.read += int64(len(p))
	return len(p), nil
}

func TestGuard(t *testing.T) {
	budget := int64(maxUnpacked)
	e := &endless{}
	l, err := Read(&guard{in: e, budget: &budget, packed: 1000}, "bomb", NewFinder(nil))
	if err == nil || !strings.Contains(err.Error(), "500 times") || e.read > 2*ratioFrom || len(l.Lines) == 0 {
		t.Errorf("%d lines of %d bytes, %v", len(l.Lines), e.read, err)
	}
	budget, e = 1<<20, &endless{}
	if _, err := Read(&guard{in: e, budget: &budget}, "bomb", NewFinder(nil)); err == nil || !strings.Contains(err.Error(), "GiB") {
		t.Error(err)
	}
}
