package buildlog

import (
	"bytes"
	"slices"
)

// search looks for literals in the ready lines that were not searched yet, in pieces that fit the cache.
func (r *reader) search() {
	for r.done < r.ready {
		to := r.ready
		if to-r.done > 2*pieceSize {
			to = r.lineStart(r.done + pieceSize) // lines are shorter than a piece
		}
		r.searchPiece(r.done, to)
		r.done = to
	}
}

func (r *reader) searchPiece(from, to int) {
	first := len(r.hits)
	text := r.buf[from:to]
	r.hits = r.finder.find(text, r.hits)
	for i := first; i < len(r.hits); i++ {
		r.hits[i].at += from
	}
	r.searchCleaned(from, text)
	if added := r.hits[first:]; len(added) > 1 {
		slices.SortFunc(added, func(a, b find) int { return (a.at-b.at)<<16 + a.literal - b.literal })
	}
}

// A row of side is a cleaned line.
type row struct{ side, at int }

// searchCleaned searches cleaned copies of the lines in which an escape sequence, or the width of a console,
// may split a literal.
func (r *reader) searchCleaned(from int, text []byte) {
	r.side, r.rows = r.side[:0], r.rows[:0]
	r.copyCleaned(from, text, 0x1b)
	if r.wide {
		r.copyCleaned(from, text, joined)
	}
	for _, h := range r.finder.find(r.side, nil) {
		i, _ := slices.BinarySearchFunc(r.rows, h.at, func(w row, at int) int {
			if w.side <= at {
				return -1
			}
			return 1
		})
		r.hits = append(r.hits, find{r.rows[i-1].at, h.literal})
	}
}

// copyCleaned adds the lines that hold c to side.
func (r *reader) copyCleaned(from int, text []byte, c byte) {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], c)
		if i < 0 {
			return
		}
		start := bytes.LastIndexByte(text[:at+i], '\n') + 1
		end := len(text)
		if n := bytes.IndexByte(text[at+i:], '\n'); n >= 0 {
			end = at + i + n
		}
		r.rows = append(r.rows, row{len(r.side), from + start})
		r.side = append(strip(r.side, text[start:end]), '\n')
		at = end
	}
}
