package diagnose

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A reading is what a reader made of a finding.
type reading struct {
	ok       bool
	last     int
	quoted   []int
	captures map[string]string
}

// readBy lets a reader read on from the finding. A dozen rules may share a message and its reader; since a reader knows nothing of
// the rule, it reads once for all findings that agree.
func (f *finding) readBy(name string) bool {
	key := f.readKey(name)
	r, known := f.readings[key]
	if !known {
		r.ok = readers[name](f)
		r.last, r.quoted, r.captures = f.last, slices.Clone(f.quoted), maps.Clone(f.captures)
		f.readings[key] = r
		return r.ok
	}
	f.last, f.quoted, f.captures = r.last, slices.Clone(r.quoted), maps.Clone(r.captures)
	return r.ok
}

// readKey is all that a reader sees of a finding.
func (f *finding) readKey(name string) string {
	var b strings.Builder
	fmt.Fprintln(&b, name, f.first, f.last, f.quoted)
	for _, k := range slices.Sorted(maps.Keys(f.captures)) {
		fmt.Fprintf(&b, "%q=%q\n", k, f.captures[k])
	}
	return b.String()
}
