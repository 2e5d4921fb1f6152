package annotate

import (
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/edit"
)

func TestReplacements(t *testing.T) {
	const base = "a\nbb\nccc\ndddd"
	for name, c := range map[string]struct {
		edits []edit.Edit
		want  []Replacement
	}{
		"within a line":            {[]edit.Edit{{Start: 3, End: 4, New: "X"}}, []Replacement{{"f", 2, 2, "bb\n", "bX\n"}}},
		"inserted line":            {[]edit.Edit{{Start: 2, End: 2, New: "new\n"}}, []Replacement{{"f", 2, 2, "bb\n", "new\nbb\n"}}},
		"removed line":             {[]edit.Edit{{Start: 2, End: 5, New: ""}}, []Replacement{{"f", 2, 2, "bb\n", ""}}},
		"line end removed":         {[]edit.Edit{{Start: 4, End: 5, New: ""}}, []Replacement{{"f", 2, 3, "bb\nccc\n", "bbccc\n"}}},
		"two on one line":          {[]edit.Edit{{Start: 6, End: 7, New: "Y"}, {Start: 5, End: 6, New: "X"}}, []Replacement{{"f", 3, 3, "ccc\n", "XYc\n"}}},
		"two apart":                {[]edit.Edit{{Start: 0, End: 1, New: "X"}, {Start: 5, End: 6, New: "Y"}}, []Replacement{{"f", 1, 1, "a\n", "X\n"}, {"f", 3, 3, "ccc\n", "Ycc\n"}}},
		"neighbours":               {[]edit.Edit{{Start: 0, End: 1, New: "X"}, {Start: 2, End: 3, New: "Y"}}, []Replacement{{"f", 1, 2, "a\nbb\n", "X\nYb\n"}}},
		"end without a line end":   {[]edit.Edit{{Start: 13, End: 13, New: "\nnew\n"}}, []Replacement{{"f", 4, 4, "dddd", "dddd\nnew\n"}}},
		"everything":               {[]edit.Edit{{Start: 0, End: 13, New: ""}}, []Replacement{{"f", 1, 4, base, ""}}},
		"overlap gives none":       {[]edit.Edit{{Start: 0, End: 3, New: ""}, {Start: 2, End: 4, New: ""}}, nil},
		"out of bounds gives none": {[]edit.Edit{{Start: 9, End: 99, New: ""}}, nil},
	} {
		got := Replacements(edit.File{Path: "f", Base: []byte(base), Edits: c.edits})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
	got := Replacements(edit.File{Path: "f", Base: []byte("a\nb\n"), Edits: []edit.Edit{{Start: 4, End: 4, New: "c\n"}}})
	if want := []Replacement{{"f", 2, 2, "b\n", "b\nc\n"}}; !slices.Equal(got, want) {
		t.Errorf("at the end: %+v, want %+v", got, want)
	}
}

// Two edits at any place: the replacements make the same file of the base as the edits do.
func FuzzReplacements(f *testing.F) {
	f.Add("a\nb\nc\n", 0, 1, "x", 2, 1, "y\n")
	f.Add("a\r\nb", 3, 0, "new\r\n", 0, 1, "")
	f.Fuzz(func(t *testing.T, base string, at1, n1 int, new1 string, gap, n2 int, new2 string) {
		clamp := func(n, most int) int { return min(max(n, 0), most) }
		s1 := clamp(at1, len(base))
		e1 := s1 + clamp(n1, len(base)-s1)
		s2 := e1 + clamp(gap, len(base)-e1)
		e2 := s2 + clamp(n2, len(base)-s2)
		file := edit.File{Path: "f", Base: []byte(base), Edits: []edit.Edit{{Start: s1, End: e1, New: new1}, {Start: s2, End: e2, New: new2}}}
		want := base[:s1] + new1 + base[e1:s2] + new2 + base[e2:]
		list := Replacements(file)
		if base == "" {
			return
		}
		lines := strings.SplitAfter(base, "\n")
		var got strings.Builder
		next := 0
		for _, r := range list {
			if r.Line-1 < next || strings.Join(lines[r.Line-1:r.EndLine], "") != r.Old {
				t.Fatalf("%q does not stand at line %d of %q", r.Old, r.Line, base)
			}
			got.WriteString(strings.Join(lines[next:r.Line-1], "") + r.New)
			next = r.EndLine
		}
		got.WriteString(strings.Join(lines[next:], ""))
		if got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
	})
}
