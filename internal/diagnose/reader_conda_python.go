package diagnose

import (
	"slices"
	"strconv"
	"strings"
)

// pythons are the minor versions that ranges are tried on, newest last.
var pythons = []string{
	"2.6", "2.7", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.16",
}

var boundPart = lazy(`^(===?|~=|!=|<=|>=|=|<|>)?\s*(\d+)(?:\.(\d+|\*))?(?:\.(\d+|\*))?`)

// pythonsIn lists the minor versions that a range of conda allows: "3.5.*|3.6.*", ">=2.7,<2.8.0a0", "[=2.7 *|>=3.6,<3.7.0a0 *]".
// A range that can't be read allows all.
func pythonsIn(ranges string) []string {
	var in []string
	for _, p := range pythons {
		for alt := range strings.SplitSeq(strings.Trim(ranges, "[]"), "|") {
			if minorAllowed(p, alt) {
				in = append(in, p)
				break
			}
		}
	}
	return in
}

func minorAllowed(minor, bounds string) bool {
	for bound := range strings.SplitSeq(bounds, ",") {
		bound = strings.TrimSpace(bound)
		if bound == "" || bound[0] == '*' {
			continue
		}
		m := boundPart.FindStringSubmatch(bound)
		if m != nil && !boundHolds(minor, m) {
			return false
		}
	}
	return true
}

func boundHolds(minor string, m []string) bool {
	major, sub, _ := strings.Cut(minor, ".")
	have := [2]int{number(major), number(sub)}
	want := [2]int{number(m[2]), number(m[3])}
	patch := number(m[4]) > 0
	wholeMajor := m[3] == "" || m[3] == "*"
	switch m[1] {
	case ">=", ">":
		return !less(have, want)
	case "<":
		return less(have, want) || have == want && patch
	case "<=":
		return !less(want, have)
	case "!=":
		return wholeMajor || m[4] != "" || have != want
	case "~=":
		return have[0] == want[0] && !less(have, want)
	}
	return have[0] == want[0] && (wholeMajor || have[1] == want[1])
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func less(a, b [2]int) bool { return slices.Compare(a[:], b[:]) < 0 }

// lessVersion compares dotted numbers.
func lessVersion(a, b string) bool {
	parts := func(s string) (ns []int) {
		for p := range strings.SplitSeq(s, ".") {
			ns = append(ns, number(p))
		}
		return ns
	}
	return slices.Compare(parts(a), parts(b)) < 0
}

// A pythonNeed says which pythons a package that was asked for has builds for.
type pythonNeed struct {
	spec condaSpec
	in   []string
	line int
}

// pythonConflict tells whether a package that was asked for has no build for the python that was.
func (r *condaReport) pythonConflict() bool {
	if r.existingPython && r.yourPython != "" {
		return true
	}
	_, against := r.pythonNeeds()
	return len(against) > 0
}

// pythonNeeds returns the python that was asked for, and the packages that have no build for it.
func (r *condaReport) pythonNeeds() (asked string, against []pythonNeed) {
	all := r.chainPythons()
	asked = r.askedPython()
	if len(r.items) > 0 {
		all = r.treePythons()
	}
	if asked == "" {
		return "", r.bulletPythons()
	}
	can := pythonsIn(asked)
	for _, n := range all {
		if len(n.in) > 0 && !slices.ContainsFunc(n.in, func(p string) bool { return slices.Contains(can, p) }) {
			against = append(against, n)
		}
	}
	return asked, against
}

// askedPython is the range of python that was asked for or is pinned.
func (r *condaReport) askedPython() string {
	if r.yourPython != "" {
		return r.yourPython
	}
	for _, c := range r.chains {
		if c.hops[0].name == "python" && c.hops[0].version != "" {
			r.pythonSaid = c.line
			return c.hops[0].version
		}
	}
	for _, it := range r.items {
		for _, n := range it.nodes {
			if (it.spec.name == "python" || it.spec.pin) && n.spec.name == "python" && n.spec.version != "" &&
				!strings.HasPrefix(n.spec.version, "[") {
				r.pythonSaid = n.line
				return n.spec.version
			}
		}
	}
	return ""
}

// chainPythons unites the ranges of each first element's shortest way to python.
func (r *condaReport) chainPythons() []pythonNeed {
	var all []pythonNeed
	far := map[string]int{}
	for _, c := range r.chains {
		at := slices.IndexFunc(c.hops, func(s condaSpec) bool { return s.name == "python" || s.name == "python_abi" })
		if at < 1 || c.hops[at].version == "" {
			continue
		}
		n := pythonNeed{c.hops[0], pythonsIn(c.hops[at].version), c.line}
		old := slices.IndexFunc(all, func(o pythonNeed) bool { return o.spec.name == n.spec.name })
		switch {
		case old < 0:
			all = append(all, n)
			far[n.spec.name] = at
		case at < far[n.spec.name]:
			all[old], far[n.spec.name] = n, at
		case at == far[n.spec.name]:
			all[old].in = append(all[old].in, n.in...)
		}
	}
	return all
}

// treePythons unites the ranges of the nodes that an item's builds ask python for themselves.
func (r *condaReport) treePythons() []pythonNeed {
	var all []pythonNeed
	for _, it := range r.items {
		if it.spec.name == "python" || it.spec.pin || len(it.nodes) == 0 {
			continue
		}
		n := pythonNeed{spec: it.spec, line: it.line}
		near := it.nodes[0].depth + 6
		open := false // some build does not ask for python
		for k, c := range it.nodes[1:] {
			switch {
			case c.depth > near:
			case c.spec.name == "python" || c.spec.name == "python_abi":
				n.in = append(n.in, pythonsIn(c.spec.version)...)
			case c.spec.name == it.spec.name && strings.Contains(c.status, "which can be installed") && k > 0:
				open = open || !strings.Contains(c.status, "previously")
			}
		}
		if !open {
			all = append(all, n)
		}
	}
	return all
}

// bulletPythons serves reports without a tree: all bullets ask for some python.
func (r *condaReport) bulletPythons() []pythonNeed {
	var all []pythonNeed
	for _, n := range r.requires {
		if n.dep.name != "python" && n.dep.name != "python_abi" {
			return nil
		}
		all = append(all, pythonNeed{n.root, pythonsIn(n.dep.version), n.line})
	}
	if len(r.items) > 0 {
		return nil
	}
	return all
}

// tellPython sets package, python, python_required and the newest python that all of them have builds for.
func (r *condaReport) tellPython(f *finding) {
	asked, against := r.pythonNeeds()
	if r.existingPython && len(against) == 0 {
		against = r.chainPythons()
	}
	fit := pythons
	for _, n := range against {
		f.quote(n.line)
		f.addPackage(n.spec)
		fit = slices.DeleteFunc(slices.Clone(fit), func(p string) bool { return !slices.Contains(n.in, p) })
		for _, p := range pythons {
			if slices.Contains(n.in, p) && len(pythonsIn(strings.Join(n.in, "|"))) < len(pythons) {
				f.add("python_required", p)
			}
		}
	}
	if r.pythonSaid >= 0 {
		f.quote(r.pythonSaid)
	}
	if in := pythonsIn(asked); asked != "" && len(in) == 1 {
		asked = in[0]
	}
	f.set("python", asked)
	f.set("python_asked", asked)
	if len(fit) > 0 && len(fit) < len(pythons) {
		f.set("python_fit", fit[len(fit)-1])
	}
}
