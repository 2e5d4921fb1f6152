package diagnose

import (
	"strings"
)

var (
	optionalPart = lazy(`\[[^\[\]]*\{\w+\}[^\[\]]*\]`)
	placeholder  = lazy(`\{(\w+)\}`)
)

// fill puts captures in the place of {names}. A part in square brackets is left out where one of its captures is missing.
func fill(s string, captures map[string]string) string {
	s = optionalPart.ReplaceAllStringFunc(s, func(part string) string {
		for _, m := range placeholder.FindAllStringSubmatch(part, -1) {
			if captures[m[1]] == "" {
				return ""
			}
		}
		return part[1 : len(part)-1]
	})
	return placeholder.ReplaceAllStringFunc(s, func(p string) string {
		if v := captures[p[1:len(p)-1]]; v != "" {
			return v
		}
		return "…"
	})
}

// filled is fill where nothing may be missing.
func filled(s string, captures map[string]string) (string, bool) {
	v := fill(s, captures)
	return v, !strings.Contains(v, "…")
}

// blank shows a summary without a log: names in the place of captures, and of optional parts that stand side by side, the first.
func blank(s string) string {
	shown := -1 // where the last optional part ended
	s = replaceOptional(s, func(part string, start, end int) string {
		beside := start == shown
		shown = end
		if beside {
			return ""
		}
		return part
	})
	return placeholder.ReplaceAllString(s, "<$1>")
}

// replaceOptional replaces each optional part, given without its brackets, and where it stands.
func replaceOptional(s string, with func(part string, start, end int) string) string {
	var b strings.Builder
	at := 0
	for _, m := range optionalPart.FindAllStringIndex(s, -1) {
		b.WriteString(s[at:m[0]])
		b.WriteString(with(s[m[0]+1:m[1]-1], m[0], m[1]))
		at = m[1]
	}
	return b.String() + s[at:]
}
