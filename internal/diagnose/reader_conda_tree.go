package diagnose

import (
	"slices"
	"strings"
)

// A treeItem is a spec at the root of libmamba's tree (one that was asked for, or a pin), with what stands below it.
type treeItem struct {
	spec   condaSpec
	status string
	line   int
	nodes  []node
}

type node struct {
	spec   condaSpec
	status string
	depth  int
	line   int
}

var (
	treeMark   = lazy(`^([\s│|-]*)(?:├─|└─)\s*(.*)$`)
	nodeStatus = lazy(`^(.+?),? (is (?:not )?(?:installable|requested)\b.*|does not exist\b.*|(?:but )?which .*|conflicts with .*|would require\b.*|with the potential options.*|but there are no viable.*|cannot be installed.*|for which no candidates.*)$`)

	bulletMissing  = lazy(`^(?:nothing provides requested|nothing provides) (.+)$`)
	bulletNeeded   = lazy(`^nothing provides (.+) needed by (\S+)$`)
	bulletRequires = lazy(`^package (\S+) requires (.+), but none of the providers can be installed`)
	bulletStrict   = lazy(`^package (\S+) is excluded by strict repo priority`)
)

// readNode reads a row of the tree. The depth is that of its mark: three columns each.
func (r *condaReport) readNode(t string, i int) bool {
	m := treeMark.FindStringSubmatch(t)
	if m == nil {
		return false
	}
	n := node{depth: len([]rune(m[1])), line: i, status: m[2]}
	text := strings.TrimRight(m[2], ".;")
	if s := nodeStatus.FindStringSubmatch(text); s != nil {
		text, n.status = s[1], s[2]
	}
	n.spec, _ = parseCondaSpec(text)
	if len(r.items) > 0 && n.depth > r.items[0].nodes[0].depth {
		last := &r.items[len(r.items)-1]
		last.nodes = append(last.nodes, n)
		return true
	}
	r.items = append(r.items, treeItem{spec: n.spec, status: n.status, line: i, nodes: []node{n}})
	return true
}

// sortTree takes from the tree what is missing; where there is a tree, the bullets above it count only for what it confirms. Then it
// judges the signs of strict priority: they are printed above any failure of a strict set-up, and tell something only where nothing
// that was asked for stands against the spec.
func (r *condaReport) sortTree() {
	if len(r.items) == 0 {
		return
	}
	needs, virtual := r.needs, r.virtual
	r.needs, r.virtual = nil, nil
	for _, it := range r.items {
		for _, n := range it.nodes {
			r.sortNode(it, n)
		}
	}
	r.needs = append(r.needs, confirmed(needs, r.needs)...)
	r.virtual = append(r.virtual, confirmed(virtual, r.virtual)...)
	if len(r.adviceSaid) > 0 && len(r.items) == 1 && len(r.missing)+len(r.needs)+len(r.virtual) == 0 {
		it := r.items[0]
		r.strict = &need{root: it.spec, line: it.line}
		if len(it.nodes) > 1 {
			r.strict.dep, r.strict.line = it.nodes[1].spec, it.nodes[1].line
		}
	}
}

// confirmed are the bullets whose dependency the tree names, too; what was asked for, the tree knows better.
func confirmed(bullets, tree []need) []need {
	var some []need
	for _, b := range bullets {
		if slices.ContainsFunc(tree, func(n need) bool { return n.dep.name == b.dep.name }) {
			b.root = condaSpec{}
			some = append(some, b)
		}
	}
	return some
}

// sortNode keeps what is missing below an item where that is why the item can't be installed: one that has other ways is stopped by something else.
func (r *condaReport) sortNode(it treeItem, n node) {
	stuck := !strings.HasPrefix(it.status, "is installable") && !strings.HasPrefix(it.status, "is requested") &&
		(!strings.Contains(it.status, "no viable options") || !it.contested())
	need := need{dep: n.spec, root: it.spec, by: it.spec.name, line: n.line}
	switch {
	case strings.Contains(n.status, "perhaps a typo"):
		r.missing = append(r.missing, missingRow{n.spec, n.line})
	case stuck && (strings.Contains(n.status, "missing on the system") || strings.HasPrefix(n.spec.name, "__")):
		r.virtual = append(r.virtual, need)
	case stuck && strings.Contains(n.status, "perhaps a missing channel"):
		r.needs = append(r.needs, need)
	}
}

// contested tells whether some way to install the item fails on another item.
func (it treeItem) contested() bool {
	return slices.ContainsFunc(it.nodes, func(n node) bool { return strings.Contains(n.status, "conflicts with any installable") })
}

// addBullet reads a row of libsolv's list. The tree below it, if there is one, says more.
func (r *condaReport) addBullet(row string, i int) {
	if m := bulletNeeded.FindStringSubmatch(row); m != nil {
		dep, _ := parseCondaSpec(m[1])
		by := distSpec(m[2])
		r.addNeed(need{dep: dep, root: by, by: m[2], line: i})
		return
	}
	if m := bulletMissing.FindStringSubmatch(row); m != nil {
		r.addMissing(m[1], i)
		return
	}
	if m := bulletStrict.FindStringSubmatch(row); m != nil {
		c := distSpec(m[1])
		r.strict = &need{root: c, line: i}
		return
	}
	if m := bulletRequires.FindStringSubmatch(row); m != nil {
		dep, _ := parseCondaSpec(m[2])
		r.requires = append(r.requires, need{dep: dep, root: distSpec(m[1]), by: m[1], line: i})
	}
}
