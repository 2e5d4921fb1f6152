// Package edit changes files by bytes: an edit replaces a span of one version of one file, and everything else stays as it was.
package edit

import (
	"bytes"
	"fmt"
	"slices"
)

// An Edit replaces Base[Start:End] by New. Start == End inserts.
type Edit struct {
	Start, End int // byte offsets, half open
	New        string
}

// A File is a set of edits on one version of one file. A nil Base means that the file does not exist yet; an empty one that it is empty.
type File struct {
	Path  string // slash-separated, relative to the root of the repository
	Base  []byte
	Edits []Edit
}

// Apply returns the bytes after all edits. Inserts at the same place keep the order they were given in.
func (f File) Apply() ([]byte, error) {
	edits, err := f.sorted()
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(f.Base)+growth(edits))
	at := 0
	for _, e := range edits {
		out = append(out, f.Base[at:e.Start]...)
		out = append(out, e.New...)
		at = e.End
	}
	return append(out, f.Base[at:]...), nil
}

func growth(edits []Edit) int {
	n := 0
	for _, e := range edits {
		n += len(e.New)
	}
	return n
}

// sorted returns the edits in the order of their place, and refuses those that cannot be applied together.
func (f File) sorted() ([]Edit, error) {
	edits := slices.Clone(f.Edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	at := 0
	for _, e := range edits {
		if e.Start < 0 || e.End < e.Start || e.End > len(f.Base) {
			return nil, fmt.Errorf("editing %s: bytes %d to %d are outside its %d bytes", f.Path, e.Start, e.End, len(f.Base))
		}
		if e.Start < at {
			return nil, fmt.Errorf("editing %s: two edits want to change byte %d", f.Path, e.Start)
		}
		at = e.End
	}
	return edits, nil
}

// Join merges sets of edits into one set with one File a path, in the order the paths first appear. An edit that several
// sets make is made once. Sets that disagree about the base of a file or change the same bytes differently are refused.
func Join(sets ...[]File) ([]File, error) {
	var out []File
	at := map[string]int{}
	for _, f := range slices.Concat(sets...) {
		i, seen := at[f.Path]
		if !seen {
			i = len(out)
			at[f.Path] = i
			out = append(out, File{Path: f.Path, Base: f.Base})
		}
		if err := out[i].add(f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (f *File) add(other File) error {
	if (f.Base == nil) != (other.Base == nil) || !bytes.Equal(f.Base, other.Base) {
		return fmt.Errorf("joining edits of %s: they were made on different versions of the file", f.Path)
	}
	for _, e := range other.Edits {
		if !slices.Contains(f.Edits, e) {
			f.Edits = append(f.Edits, e)
		}
	}
	_, err := f.sorted()
	return err
}
