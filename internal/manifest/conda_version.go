package manifest

import (
	"strconv"
	"strings"
)

var condaPart = lazy(`\d+|[a-z*]+`)

// CompareCondaVersions compares two conda versions in conda's order: part by part, numbers above letters, "dev" lowest and
// "post" highest, missing parts as zero, an epoch (1!2.0) first of all and a local part (1.0+3) last.
func CompareCondaVersions(a, b string) int {
	epochA, mainA, localA := condaVersion(a)
	epochB, mainB, localB := condaVersion(b)
	if epochA != epochB {
		return sign(epochA - epochB)
	}
	if c := compareSegments(mainA, mainB); c != 0 {
		return c
	}
	return compareSegments(localA, localB)
}

func condaVersion(v string) (epoch int, release, local [][]string) {
	v = strings.ToLower(strings.TrimSpace(v))
	if e, rest, ok := strings.Cut(v, "!"); ok {
		epoch, _ = strconv.Atoi(e)
		v = rest
	}
	v, plus, _ := strings.Cut(v, "+")
	return epoch, segments(v), segments(plus)
}

// segments splits at dots, and each segment into runs of digits and of letters; one that begins with a letter gets a zero before it.
func segments(v string) [][]string {
	if v == "" {
		return nil
	}
	var out [][]string
	for _, s := range strings.FieldsFunc(v, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		parts := condaPart.FindAllString(s, -1)
		if len(parts) > 0 && !isDigit(parts[0][0]) {
			parts = append([]string{"0"}, parts...)
		}
		out = append(out, parts)
	}
	return out
}

func compareSegments(a, b [][]string) int {
	for i := range max(len(a), len(b)) {
		x, y := at(a, i), at(b, i)
		for k := range max(len(x), len(y)) {
			if c := comparePart(part(x, k), part(y, k)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func at(s [][]string, i int) []string {
	if i < len(s) {
		return s[i]
	}
	return nil
}

func part(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return "0"
}

func comparePart(a, b string) int {
	if x, y := rank(a), rank(b); x != y {
		return sign(x - y)
	}
	if isDigit(a[0]) {
		return compareNumbers(a, b)
	}
	return strings.Compare(a, b)
}

// rank orders kinds of parts: dev, *, letters, numbers, post.
func rank(p string) int {
	switch {
	case p == "dev":
		return 0
	case p == "post":
		return 4
	case isDigit(p[0]):
		return 3
	case strings.HasPrefix(p, "*"):
		return 1
	}
	return 2
}

// compareNumbers compares runs of digits of any length.
func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return sign(len(a) - len(b))
	}
	return strings.Compare(a, b)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}
