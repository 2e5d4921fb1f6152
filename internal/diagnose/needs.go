package diagnose

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// mostNeeds bounds how many texts a line is searched for before its pattern is run: each costs about a tenth of that.
const mostNeeds = 6

// needsOf are texts one of which stands in everything that an expression matches; none where that can't be said.
func needsOf(source string) []string {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	if set := needs(re); shortest(set) > 1 {
		return set
	}
	return nil
}

func needs(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return literalNeeds(re)
	case syntax.OpCapture, syntax.OpPlus:
		return needs(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if set := needs(sub); better(set, best) {
				best = set
			}
		}
		return best
	case syntax.OpAlternate:
		return alternativeNeeds(re.Sub)
	}
	return nil
}

// literalNeeds is the literal itself; of one without regard to case only what has no case.
func literalNeeds(re *syntax.Regexp) []string {
	s := string(re.Rune)
	if re.Flags&syntax.FoldCase == 0 {
		return []string{s}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r >= 0x80 || strings.ToLower(string(r)) != strings.ToUpper(string(r)) })
	if len(parts) == 0 {
		return nil
	}
	return []string{slices.MaxFunc(parts, func(a, b string) int { return len(a) - len(b) })}
}

// alternativeNeeds has a text for each branch, or there is none for the whole.
func alternativeNeeds(branches []*syntax.Regexp) []string {
	var all []string
	for _, sub := range branches {
		set := needs(sub)
		if len(set) == 0 || len(all)+len(set) > mostNeeds {
			return nil
		}
		all = append(all, set...)
	}
	return all
}

// better prefers texts that are rarely met: long ones, and few.
func better(a, b []string) bool {
	if m, n := min(shortest(a), 8), min(shortest(b), 8); m != n {
		return m > n
	}
	return len(a) < len(b)
}

func shortest(set []string) int {
	if len(set) == 0 {
		return 0
	}
	return len(slices.MinFunc(set, func(a, b string) int { return len(a) - len(b) }))
}
