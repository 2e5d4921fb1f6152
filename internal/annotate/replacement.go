package annotate

import (
	"bytes"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
)

// A Replacement is an edit in whole lines, as editors and review comments take it: lines Line to EndLine of the file, whose bytes
// are Old, become New. Both keep their line ends. New is "" where the lines are removed.
type Replacement struct {
	Path          string
	Line, EndLine int
	Old, New      string
}

// Replacements are the edits of f in whole lines, in order; edits on the same or on neighbouring lines are one. An insertion
// takes in the line it stands before (at the end of the file, after), since a review comment needs a line to stand on. A new
// file, and edits that do not fit the file, give none.
func Replacements(f edit.File) []Replacement {
	edits := slices.Clone(f.Edits)
	slices.SortStableFunc(edits, func(a, b edit.Edit) int { return a.Start - b.Start })
	if len(f.Base) == 0 || !fits(edits, len(f.Base)) {
		return nil
	}
	var list []Replacement
	for i := 0; i < len(edits); {
		from, to := lineSpan(f.Base, edits[i])
		n := i + 1
		for ; n < len(edits); n++ {
			start, end := lineSpan(f.Base, edits[n])
			if start > to {
				break
			}
			from, to = min(from, start), max(to, end)
		}
		list = append(list, replacement(f, from, to, edits[i:n]))
		i = n
	}
	return list
}

func fits(edits []edit.Edit, size int) bool {
	last := 0
	for _, e := range edits {
		if e.Start < last || e.End < e.Start || e.End > size {
			return false
		}
		last = e.End
	}
	return true
}

// lineSpan is the span of the whole lines that e touches.
func lineSpan(base []byte, e edit.Edit) (from, to int) {
	from = bytes.LastIndexByte(base[:e.Start], '\n') + 1
	if e.Start == len(base) && from == len(base) {
		from = bytes.LastIndexByte(base[:from-1], '\n') + 1
	}
	if e.End > e.Start && base[e.End-1] == '\n' && from < e.End {
		if e.New == "" && e.Start == from || strings.HasSuffix(e.New, "\n") {
			return from, e.End
		}
	}
	if i := bytes.IndexByte(base[e.End:], '\n'); i >= 0 {
		return from, e.End + i + 1
	}
	return from, len(base)
}

func replacement(f edit.File, from, to int, edits []edit.Edit) Replacement {
	var b strings.Builder
	last := from
	for _, e := range edits {
		b.Write(f.Base[last:e.Start])
		b.WriteString(e.New)
		last = e.End
	}
	b.Write(f.Base[last:to])
	old := string(f.Base[from:to])
	line := 1 + bytes.Count(f.Base[:from], []byte("\n"))
	return Replacement{Path: f.Path, Line: line, EndLine: line + strings.Count(strings.TrimSuffix(old, "\n"), "\n"), Old: old, New: b.String()}
}
