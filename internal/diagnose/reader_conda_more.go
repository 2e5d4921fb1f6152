package diagnose

import (
	"slices"
	"strings"
)

// pinned tells whether a pin is part of the conflict.
func (r *condaReport) pinned() bool {
	if r.incompatiblePins {
		return true
	}
	return slices.ContainsFunc(r.items, func(it treeItem) bool { return it.spec.pin })
}

// tellConflict names the specs that were asked for: in the tree those that can't be installed first, in chains the first elements.
func (r *condaReport) tellConflict(f *finding) {
	for _, blocked := range [...]bool{true, false} {
		for _, it := range r.items {
			if strings.HasPrefix(it.status, "is not installable") == blocked {
				f.quote(it.line)
				f.addPackage(it.spec)
			}
		}
	}
	for _, c := range r.chains {
		if len(f.quoted) < mostEvidence {
			f.quote(c.line)
		}
		f.addPackage(c.hops[0])
	}
	if len(r.items)+len(r.chains) == 0 {
		for _, n := range r.requires {
			f.quote(n.line)
			f.addPackage(n.root)
			f.set("dependency", n.dep.name)
		}
	}
	for _, p := range r.pins {
		f.add("pinned", p.spaced())
	}
}
