package main

import (
	"fmt"
	"io"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
)

// A log of this size is read in a tenth of a second; below it, nobody waits.
const worthShowing = 50 << 20

const mega = 1 << 20

// A progress shows on a terminal how much of a log is read, from worthShowing bytes on. The nil progress shows nothing.
type progress struct {
	out   io.Writer
	name  string
	size  int64 // 0 where it is not known
	read  int64
	shown time.Time
}

// watch returns the progress of reading a log of that size, nil where nobody can see it or it would be over at once.
func (c *command) watch(name string, size int64) *progress {
	if !c.progress || size > 0 && size < worthShowing {
		return nil
	}
	return &progress{out: c.stderr, name: annotate.Plain(name), size: size}
}

func (p *progress) reader(in io.Reader) io.Reader {
	if p == nil {
		return in
	}
	return progressReader{in, p}
}

func (p *progress) readerAt(in io.ReaderAt) io.ReaderAt {
	if p == nil {
		return in
	}
	return progressReaderAt{in, p}
}

type progressReader struct {
	io.Reader
	p *progress
}

func (r progressReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.p.add(n)
	return n, err
}

type progressReaderAt struct {
	io.ReaderAt
	p *progress
}

func (r progressReaderAt) ReadAt(b []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(b, off)
	r.p.add(n)
	return n, err
}

func (p *progress) add(n int) {
	p.read += int64(n)
	now := time.Now()
	if max(p.read, p.size) < worthShowing || now.Sub(p.shown) < 100*time.Millisecond {
		return
	}
	p.shown = now
	of := ""
	if p.size > 0 {
		of = fmt.Sprintf(" of %d", p.size/mega)
	}
	fmt.Fprintf(p.out, "\r\x1b[Kreading %s: %d%s MB", p.name, p.read/mega, of)
}

// clear removes the line, so that what is printed next stands alone.
func (p *progress) clear() {
	if p != nil && !p.shown.IsZero() {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
}
