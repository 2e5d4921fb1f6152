package githubtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// A change is what happened to one file between two commits. Renames are shown as one file gone and one new, which GitHub would join.
type change struct {
	path, status string // added, removed, modified
	sha          string // of the blob: the old one where the file is gone
	patch        string // hunks with three lines around, "" for what is not text
	added, gone  int
}

// changes are sorted by path, as GitHub's are.
func (s *Server) changes(from, to string) []change {
	before, after := s.filesOf(from), s.filesOf(to)
	all := maps.Clone(before)
	maps.Copy(all, after)
	var list []change
	for _, path := range slices.Sorted(maps.Keys(all)) {
		a, had := before[path]
		b, has := after[path]
		if a == b {
			continue
		}
		c := change{path: path, status: "modified", sha: b.sha}
		switch {
		case !had:
			c.status = "added"
		case !has:
			c.status, c.sha = "removed", a.sha
		}
		c.patch = patch(s.objects[a.sha].data, s.objects[b.sha].data, 3)
		for _, l := range readPatch(c.patch) {
			switch l.kind {
			case '+':
				c.added++
			case '-':
				c.gone++
			}
		}
		list = append(list, c)
	}
	return list
}

func (s *Server) filesOf(sha string) map[string]entry {
	c, _ := s.commit(sha)
	return s.files(c.tree)
}

// patch is the hunks between two texts, without a newline at the end, as GitHub gives them.
func patch(before, after string, around int) string {
	if before == after || strings.Contains(before+after, "\x00") {
		return ""
	}
	text, err := udiff.ToUnified("a", "b", before, udiff.Lines(before, after), around)
	if err != nil {
		panic(err) // the edits are those of the text
	}
	_, text, _ = strings.Cut(text, "\n")
	_, text, _ = strings.Cut(text, "\n")
	return strings.TrimSuffix(text, "\n")
}

// A diffLine is a line of a patch.
type diffLine struct {
	kind     byte // ' ', '+' or '-'
	old, new int  // lines of the file, from 1
	hunk     int
	position int // in the patch, from 1 below the first header
}

func readPatch(patch string) []diffLine {
	var list []diffLine
	old, now, hunk := 0, 0, 0
	for i, line := range strings.Split(patch, "\n") {
		if strings.HasPrefix(line, "@@ ") {
			hunk++
			old, now = hunkStart(line)
			continue
		}
		if line == "" || line[0] == '\\' {
			continue
		}
		list = append(list, diffLine{kind: line[0], old: old, new: now, hunk: hunk, position: i})
		if line[0] != '+' {
			old++
		}
		if line[0] != '-' {
			now++
		}
	}
	return list
}

// hunkStart reads "@@ -1,3 +1,4 @@".
func hunkStart(header string) (old, now int) {
	words := strings.Fields(header)
	for i, n := range []*int{&old, &now} {
		if _, err := fmt.Sscanf(words[i+1][1:], "%d", n); err != nil {
			panic(fmt.Sprintf("githubtest: a hunk begins with %q", header))
		}
	}
	return old, now
}

// on tells whether the line can be commented on as line n of a side.
func (l diffLine) on(side string, n int) bool {
	if side == "LEFT" {
		return l.kind != '+' && l.old == n
	}
	return l.kind != '-' && l.new == n
}

// place finds a line of a side in a patch.
func place(patch, side string, n int) (diffLine, bool) {
	for _, l := range readPatch(patch) {
		if l.on(side, n) {
			return l, true
		}
	}
	return diffLine{}, false
}

// moved is where line n of a text stands after a change, 0 where the line itself has changed.
func moved(before, after string, n int) int {
	if before == after {
		return n
	}
	for _, l := range readPatch(patch(before, after, 1<<20)) {
		if l.kind == ' ' && l.old == n {
			return l.new
		}
	}
	return 0
}
