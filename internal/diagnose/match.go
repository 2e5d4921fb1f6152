package diagnose

import (
	"maps"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// findings are the matches of all rules in one log, in order of line. Of one rule with the same captures in one step, one
// is kept: the first or, with pick: last, the last.
func findings(rs *Rules, log *buildlog.Log) []*finding { return newScene(log).findings(rs) }

func (sc *scene) findings(rs *Rules) []*finding {
	all := keeper{of: map[ruleStep][]int{}}
	hits := worthTrying(sc.log)
	rs.prepare(hits)
	for _, h := range hits {
		for _, st := range rs.starts[h.Literal] {
			r := rs.rule(st.id)
			if r == nil {
				continue
			}
			if f := sc.match(r, r.head.Shapes[st.shape], h.Line); f != nil {
				all.keep(f)
			}
		}
	}
	return slices.DeleteFunc(all.found, func(f *finding) bool { return f == nil })
}

// mostTries is how often a literal is tried in one step, from its start and from its end: what a step says a thousand times
// it says as well in these, and the time stays linear.
const mostTries = 100

// worthTrying leaves out hits on repeated lines, and the middle ones of a literal that a step is full of.
func worthTrying(log *buildlog.Log) []buildlog.Hit {
	type place struct{ literal, step int }
	count, seen := map[place]int{}, map[place]int{}
	for _, h := range log.Hits {
		count[place{h.Literal, log.Lines[h.Line].Step}]++
	}
	var some []buildlog.Hit
	for _, h := range log.Hits {
		p := place{h.Literal, log.Lines[h.Line].Step}
		seen[p]++
		if log.Lines[h.Line].Echo || seen[p] > mostTries && seen[p] <= count[p]-mostTries {
			continue
		}
		some = append(some, h)
	}
	return some
}

// A keeper holds findings in order, without those that say the same.
type keeper struct {
	found []*finding // nil where a later one took the place
	of    map[ruleStep][]int
}

type ruleStep struct {
	rule *rule
	step int
}

// keep adds f unless its like is there.
func (k *keeper) keep(f *finding) {
	key := ruleStep{f.rule, f.stepIndex()}
	for n, i := range k.of[key] {
		old := k.found[i]
		if !sameCaptures(old, f) {
			continue
		}
		switch {
		case f.rule.head.Pick == "last" && f.first >= old.first:
			k.found[i] = nil
			k.of[key][n] = len(k.found)
			k.found = append(k.found, f)
		case len(f.quoted) > len(old.quoted) && f.first == old.first:
			k.found[i] = f
		}
		return
	}
	k.of[key] = append(k.of[key], len(k.found))
	k.found = append(k.found, f)
}

func sameCaptures(a, b *finding) bool {
	if a.rule.head.Pick == "last" { // a report that is repeated with other details: only its last form counts
		return true
	}
	if len(a.captures) != len(b.captures) {
		return false
	}
	for k, v := range a.captures {
		if b.captures[k] != v {
			return false
		}
	}
	return true
}

// match tries one shape of a rule whose first literal stands on line i.
func (sc *scene) match(r *rule, sh shape, i int) *finding {
	h := &r.head
	if h.Inside != "" && !sc.log.Inside(i, buildlog.BlockKind(h.Inside)) ||
		h.Outside != "" && sc.log.Inside(i, buildlog.BlockKind(h.Outside)) {
		return nil
	}
	f := &finding{scene: sc, rule: r, first: i, last: i, captures: map[string]string{}}
	if !f.takeSign(sh[0], i) || !f.takeRest(sh) || f.vetoed() {
		return nil
	}
	if h.Read != "" && !f.readBy(h.Read) {
		return nil
	}
	if !f.lookUp() || !f.holds() {
		return nil
	}
	return f
}

// takeSign tests one line, and quotes it and takes its captures if it is the one.
func (f *finding) takeSign(s sign, i int) bool {
	text := f.text(i)
	if !s.on(text) {
		return false
	}
	f.quote(i)
	if s.Regexp == nil {
		return true
	}
	re := s.Regexp.compile()
	m := re.FindStringSubmatch(text)
	for k, group := range re.SubexpNames() {
		switch name := captureName(group); {
		case name == "":
		case s.Repeat:
			f.add(name, m[k])
		default:
			f.set(name, m[k])
		}
	}
	return true
}

// captureName is the capture that a group gives: "package2" in one branch of an alternative is the same as "package" in the other, since
// a regexp can't hold one name twice.
func captureName(group string) string { return strings.TrimRight(group, "0123456789") }

func (s sign) on(text string) bool {
	return strings.Contains(text, s.Contains) &&
		(s.Regexp == nil || s.Regexp.MatchString(text)) &&
		(s.Not == nil || !s.Not.MatchString(text))
}

// takeRest finds the signs after the first.
func (f *finding) takeRest(sh shape) bool {
	at := f.first
	if sh[0].Repeat {
		at = f.takeRun(sh[0], at)
	}
	for _, s := range sh[1:] {
		i, ok := f.search(s, at)
		if !ok {
			if s.Optional {
				continue
			}
			return false
		}
		f.takeSign(s, i)
		if s.Back == 0 {
			at = i
			if s.Repeat {
				at = f.takeRun(s, at)
			}
		}
	}
	return true
}

// search looks for a sign forward from line at, or backward from the first sign's line.
func (f *finding) search(s sign, at int) (int, bool) {
	if s.Back > 0 {
		lines := f.before(f.first, s.Back)
		for k := len(lines) - 1; k >= 0; k-- {
			if s.on(f.text(lines[k])) {
				return lines[k], true
			}
		}
		return 0, false
	}
	within := s.Within
	if within == 0 {
		within = defaultWithin
	}
	for _, i := range f.after(at, within) {
		if s.on(f.text(i)) {
			return i, true
		}
	}
	return 0, false
}

// takeRun takes the lines after at that match the same sign; blank lines may stand between.
func (f *finding) takeRun(s sign, at int) int {
	for _, i := range f.after(at, mostRows) {
		if f.text(i) == "" {
			continue
		}
		if !f.takeSign(s, i) {
			break
		}
		at = i
	}
	return at
}

// vetoed tells whether any of the rule's unless signs is there.
func (f *finding) vetoed() bool {
	for k := range f.rule.head.Unless {
		s := &f.rule.head.Unless[k]
		if s.Within == 0 && s.Back == 0 {
			if f.inStep(s) {
				return true
			}
			continue
		}
		lines := append(f.before(f.first, s.Back), f.first)
		if f.any(append(lines, f.after(f.first, s.Within)...), s) {
			return true
		}
	}
	return false
}

type vetoKey struct {
	step int
	sign *sign
}

// inStep tells whether a sign stands anywhere in the finding's step. The step is searched once for all findings in it.
func (f *finding) inStep(s *sign) bool {
	key := vetoKey{f.stepIndex(), s}
	there, known := f.vetoes[key]
	if !known {
		there = f.any(f.step(f.first), s)
		f.vetoes[key] = there
	}
	return there
}

func (f *finding) any(lines []int, s *sign) bool {
	return slices.ContainsFunc(lines, func(i int) bool { return s.on(f.text(i)) })
}

// value is a capture or, where the message itself does not say it, what the step says of its machine.
func (f *finding) value(name string) string {
	if v := f.captures[name]; v != "" {
		return v
	}
	if !slices.ContainsFunc(sayings, func(s saying) bool { return s.name == name }) {
		return ""
	}
	return f.surroundings(f.stepIndex())[name]
}

// holds tests the rule's conditions on captures, in order of name. Named groups of a where pattern become captures, too.
func (f *finding) holds() bool {
	for _, name := range slices.Sorted(maps.Keys(f.rule.head.Where)) {
		re := f.rule.head.Where[name].compile()
		m := re.FindStringSubmatch(f.value(name))
		if m == nil {
			return false
		}
		for k, group := range re.SubexpNames() {
			if name := captureName(group); name != "" {
				f.set(name, m[k])
			}
		}
	}
	for name, p := range f.rule.head.WhereNot {
		if p.MatchString(f.value(name)) {
			return false
		}
	}
	return true
}
