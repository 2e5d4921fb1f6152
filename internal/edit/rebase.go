package edit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Rebase moves the edits of f to another version of its file: what is checked out in a job is often a merge commit, and people
// edit the head of the branch. A nil onto means that the file does not exist there.
//
// The versions are compared by lines. An edit is moved where the lines that it touches stand unchanged and together in the other
// version, or, for one that puts lines in between, the line before and the line after. One whose result stands there already is
// dropped, so a File without edits means that nothing is left to do. Any other is refused, and with it the whole file.
//
// Git on Windows checks files out with CRLF that hold LF in the repository; edits of such a file are moved to LF.
func Rebase(f File, onto []byte) (File, error) {
	edits, err := f.sorted()
	if err != nil {
		return File{}, err
	}
	if allCRLF(f.Base) && onto != nil && !bytes.Contains(onto, crlf) {
		f = withLF(File{f.Path, f.Base, edits})
		edits = f.Edits
	}
	after, err := f.Apply()
	if err != nil {
		return File{}, err
	}
	moved := File{Path: f.Path, Base: onto}
	switch {
	case (f.Base == nil) == (onto == nil) && bytes.Equal(f.Base, onto):
		moved.Edits = slices.Clone(f.Edits)
		return moved, nil
	case onto != nil && bytes.Equal(after, onto):
		return moved, nil
	case f.Base == nil:
		return File{}, fmt.Errorf("moving the edits of %s: the other version has a file of that name already; run envmedic on that version", f.Path)
	case onto == nil:
		return File{}, fmt.Errorf("moving the edits of %s: the other version has no such file; run envmedic on that version", f.Path)
	}
	moved.Edits, err = moveAll(f, edits, after, onto)
	return moved, err
}

var crlf = []byte("\r\n")

func allCRLF(text []byte) bool {
	n := bytes.Count(text, crlf)
	return n > 0 && n == bytes.Count(text, crlf[1:])
}

// withLF is f with LF for each CRLF, in the file and in the edits. An edit that begins or ends between the two loses the CR.
func withLF(f File) File {
	g := File{Path: f.Path, Base: bytes.ReplaceAll(f.Base, crlf, crlf[1:])}
	at := func(offset int) int {
		before := bytes.Count(f.Base[:offset], crlf)
		if offset > 0 && offset < len(f.Base) && f.Base[offset-1] == '\r' && f.Base[offset] == '\n' {
			before++
		}
		return offset - before
	}
	for _, e := range f.Edits {
		text := strings.ReplaceAll(e.New, "\r\n", "\n")
		if e.End < len(f.Base) && f.Base[e.End] == '\n' {
			text = strings.TrimSuffix(text, "\r")
		}
		g.Edits = append(g.Edits, Edit{at(e.Start), at(e.End), text})
	}
	return g
}

func moveAll(f File, edits []Edit, after, onto []byte) ([]Edit, error) {
	there, made := compare(f.Base, onto), compare(after, onto)
	var moved []Edit
	grown := 0 // bytes that the edits so far have added
	for _, e := range edits {
		undo := Edit{e.Start + grown, e.Start + grown + len(e.New), string(f.Base[e.Start:e.End])}
		grown += len(e.New) - (e.End - e.Start)
		if m, ok := there.move(e); ok {
			moved = append(moved, m)
			continue
		}
		// Where the edit could be undone, it has been made.
		if _, ok := made.move(undo); ok {
			continue
		}
		line := 1 + bytes.Count(f.Base[:e.Start], []byte("\n"))
		return nil, fmt.Errorf("moving the edits of %s: line %d or a line next to it is not the same in the other version; run envmedic on that version", f.Path, line)
	}
	return moved, nil
}

// A comparison of two versions of a file knows which of their lines are the same.
type comparison struct {
	base, onto []byte
	changes    []udiff.Edit // in whole lines, ascending
}

func compare(base, onto []byte) comparison {
	return comparison{base, onto, udiff.Lines(string(base), string(onto))}
}

// move is e in the other version, if its lines are there.
func (c comparison) move(e Edit) (Edit, bool) {
	lines, seam := touched(c.base, e)
	by := 0
	for _, change := range c.changes {
		if change.Start < lines.to && change.End > lines.from || change.Start <= seam && seam <= change.End {
			return Edit{}, false
		}
		if change.End <= lines.from {
			by += len(change.New) - (change.End - change.Start)
		}
	}
	if !c.same(lines, by) {
		return Edit{}, false
	}
	return Edit{e.Start + by, e.End + by, e.New}, true
}

// same tells whether these lines are surely those that stand by bytes further on in the other version. Where a block was copied
// or one of two like ones was taken away, a comparison by lines may take the wrong one for it.
func (c comparison) same(lines span, by int) bool {
	block := c.base[lines.from:lines.to]
	before, all := occurrences(c.base, block, lines.from)
	beforeThere, allThere := occurrences(c.onto, block, lines.from+by)
	return before == beforeThere && all == allThere
}

// occurrences counts where the lines of block stand in text: before the offset at, and in all.
func occurrences(text, block []byte, at int) (before, all int) {
	if len(block) == 0 {
		return 0, 0
	}
	for i := 0; ; i++ {
		n := bytes.Index(text[i:], block)
		if n < 0 {
			return before, all
		}
		i += n
		if end := i + len(block); startsLine(text, i) && (end == len(text) || startsLine(text, end)) {
			all++
			if i < at {
				before++
			}
		}
	}
}

// A span is bytes from to to, half open.
type span struct{ from, to int }

// touched is the whole lines of base that e changes; an insertion between two lines changes none, and those around it stand for
// them. The seam is the place between two lines where none may be put in, or -1: that of the insertion, or the one at which e
// joins two lines.
func touched(base []byte, e Edit) (lines span, seam int) {
	if e.Start == e.End && startsLine(base, e.Start) {
		return span{lineStart(base, max(0, e.Start-1)), lineEnd(base, e.Start)}, e.Start
	}
	last := max(e.Start, e.End-1)
	if e.End > e.Start && base[last] == '\n' && joins(base, e) {
		return span{lineStart(base, e.Start), lineEnd(base, e.End)}, e.End
	}
	return span{lineStart(base, e.Start), lineEnd(base, last)}, -1
}

// joins tells of an edit that takes the end of a line whether the next line moves up to what is left.
func joins(base []byte, e Edit) bool {
	if e.New == "" {
		return !startsLine(base, e.Start)
	}
	return e.New[len(e.New)-1] != '\n'
}

func startsLine(b []byte, at int) bool { return at == 0 || b[at-1] == '\n' }

func lineStart(b []byte, at int) int { return bytes.LastIndexByte(b[:at], '\n') + 1 }

func lineEnd(b []byte, at int) int {
	if i := bytes.IndexByte(b[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(b)
}
