package buildlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unsafe"
)

// What is kept of a log is a matter of its text alone, never of how it is delivered.
const (
	wholeLimit = 5 << 20   // a log up to this size is kept whole
	headSize   = 256 << 10 // of a larger one: its start, …
	tailSize   = 2 << 20   // … its end, and the surroundings of hits (keep.go)
	bufferSize = 6 << 20
	marginSize = 256 << 10 // stays in front of what is searched next: a hit's surroundings reach back
	pieceSize  = 256 << 10 // read and searched at a time: it stays in the second-level cache
	longLine   = 128 << 10 // a longer line is cut before it is searched
)

// Read reads a log from r. A process that reads a log of 1 GiB peaks at some 30 MiB: see wholeLimit. The error says that r
// failed; the Log then holds what came before.
func Read(r io.Reader, name string, f *Finder) (*Log, error) {
	return read(r, name, f, pieceSize, 0)
}

// read expects about size bytes, 0 where that is not known, and reads so many at a time as piece says.
func read(r io.Reader, name string, f *Finder, piece int, size int64) (*Log, error) {
	text, wide, err := decode(r)
	in := &reader{finder: f, wide: wide, piece: piece}
	in.kept.seen = make([]int, len(f.literals))
	in.buf = make([]byte, 0, min(size+64, bufferSize)) // with room left, so that the end of the file is met before it is full
	if err == nil {
		err = in.all(text)
	}
	b := newBuilder(name, f, in.pieces(), wide)
	b.log.Bytes, b.log.Count = in.bytes, in.count
	if errors.Is(err, io.ErrUnexpectedEOF) {
		b.log.Clipped = "the compressed file ends early, so the end of the log is missing: download it again"
		err = nil
	}
	if err != nil {
		err = fmt.Errorf("reading %s: %w", name, err)
	}
	return b.build(), err
}

// A reader holds the end of what was read. What leaves its buffer is reduced to what kept holds.
type reader struct {
	finder *Finder
	wide   bool
	piece  int

	buf     []byte
	base    int64 // offset of buf[0] in the text
	num     int   // lines before buf[0]
	counted counted
	ready   int // buf[:ready] is whole lines, the long ones cut
	done    int // buf[:done] is searched
	hits    []find
	long    bool // the line at ready was cut, and goes on
	kept    keeper
	side    []byte // cleaned copies of lines with control characters
	rows    []row

	bytes int64 // of the decoded text
	count int   // its lines
}

// all reads text to its end.
func (r *reader) all(text io.Reader) error {
	for {
		r.makeRoom()
		n, err := text.Read(r.buf[len(r.buf):min(cap(r.buf), len(r.buf)+r.piece)])
		r.bytes += int64(n)
		r.buf = r.buf[:len(r.buf)+n]
		if len(r.buf)-r.ready >= r.piece {
			r.settle()
		}
		if err != nil {
			r.settle()
			if r.long {
				r.cutLine(r.ready, len(r.buf))
			}
			r.ready = len(r.buf)
			if err == io.EOF {
				err = nil
			}
			return err
		}
	}
}

func (r *reader) makeRoom() {
	if len(r.buf) < cap(r.buf) {
		return
	}
	if cap(r.buf) < bufferSize {
		bigger := make([]byte, len(r.buf), max(64<<10, min(2*cap(r.buf), bufferSize)))
		copy(bigger, r.buf)
		r.buf = bigger
		return
	}
	r.settle()
	if len(r.buf) < cap(r.buf) {
		return
	}
	r.search()
	r.release()
}

// settle cuts what is too long among the new lines and counts them as ready.
func (r *reader) settle() {
	at := r.ready
	if r.long {
		end := bytes.IndexByte(r.buf[at:], '\n')
		if end < 0 {
			r.shorten(at)
			return
		}
		r.long = false
		at = r.cutLine(at, at+end)
	}
	for len(r.buf)-at > longLine {
		if i := bytes.LastIndexByte(r.buf[at:at+longLine+1], '\n'); i >= 0 {
			at += i + 1
			continue
		}
		end := bytes.IndexByte(r.buf[at+longLine:], '\n')
		if end < 0 {
			r.ready, r.long = at, true
			r.shorten(at)
			break
		}
		at = r.cutLine(at, at+longLine+end)
	}
	if i := bytes.LastIndexByte(r.buf[r.ready:], '\n'); i >= 0 {
		r.ready += i + 1
	}
	if r.base > 0 {
		r.search()
	}
}

// shorten takes the middle out of the unfinished line at at.
func (r *reader) shorten(at int) {
	if len(r.buf)-at > longLine {
		tail := r.buf[len(r.buf)-MaxLine:]
		r.buf = append(r.buf[:at+MaxLine], tail...)
	}
}

// cutLine reduces a long line to its first bytes, or, where it overwrote itself, to its prefix and what is visible at its end.
// It returns where the next line begins.
func (r *reader) cutLine(from, to int) int {
	line := r.buf[from:to]
	tail := bytes.TrimRight(line[len(line)-min(len(line), MaxLine):], " \t\r")
	n := min(len(line), MaxLine)
	if i := bytes.LastIndexByte(tail, '\r'); i >= 0 {
		n = min(len(line), 256)
		n += copy(line[n:], tail[i:])
	}
	rest := r.buf[to:]
	r.buf = append(r.buf[:from+n], rest...)
	return min(from+n+1, len(r.buf))
}

// release drops the start of the full buffer. Nothing that a later hit can ask for is dropped.
func (r *reader) release() {
	until := r.lineStart(len(r.buf) - tailSize)
	r.keepHits(until)
	drop := r.lineStart(until - marginSize)
	r.num = r.numAt(drop)
	r.counted = counted{0, r.num}
	r.base += int64(drop)
	r.buf = r.buf[:copy(r.buf, r.buf[drop:])]
	r.ready, r.done = r.ready-drop, r.done-drop
	for i := range r.hits {
		r.hits[i].at -= drop
	}
}

// A counted position is one whose line number is known.
type counted struct{ at, num int }

// numAt returns how many lines end before buf[at]. Positions asked for lie close to each other.
func (r *reader) numAt(at int) int {
	if at >= r.counted.at {
		r.counted.num += r.lines(r.buf[r.counted.at:at])
	} else {
		r.counted.num -= r.lines(r.buf[at:r.counted.at])
	}
	r.counted.at = at
	return r.counted.num
}

// lineStart is where the line begins that holds buf[at].
func (r *reader) lineStart(at int) int {
	if at <= 0 {
		return 0
	}
	return bytes.LastIndexByte(r.buf[:at], '\n') + 1
}

// lines counts the raw lines that end in text.
func (r *reader) lines(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if r.wide {
		n += bytes.Count(text, []byte{joined})
	}
	return n
}

// pieces returns what is kept of the text, in order.
func (r *reader) pieces() []piece {
	r.count = r.num + r.lines(r.buf)
	if n := len(r.buf); n > 0 && r.buf[n-1] != '\n' {
		r.count++
	}
	if r.base == 0 && len(r.buf) <= wholeLimit {
		whole := piece{0, textOf(r.buf)}
		r.buf = nil
		return []piece{whole}
	}
	r.search()
	start := r.lineStart(len(r.buf) - tailSize)
	r.keepHits(start)
	tail := piece{r.numAt(start), string(r.buf[start:])}
	r.buf = nil
	return r.kept.pieces(tail)
}

// textOf is b as a string. A buffer that is nearly full becomes the string itself, which saves a copy of the log; the caller must
// not write to b any more.
func textOf(b []byte) string {
	if cap(b)-len(b) > len(b)/8 {
		return string(b)
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}
