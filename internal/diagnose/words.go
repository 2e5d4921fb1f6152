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

// blank shows a summary without a log: names in the place of captures.
func blank(s string) string {
	s = optionalPart.ReplaceAllStringFunc(s, func(part string) string { return part[1 : len(part)-1] })
	return placeholder.ReplaceAllString(s, "<$1>")
}
