package manifest

import (
	"slices"
	"strings"
)

var (
	nameHead  = lazy(`^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?`)
	extraHead = lazy(`^\s*\[([^\]]*)\]`)
	specHead  = lazy(`^\s*(===|==|~=|!=|<=|>=|<|>)\s*([^\s,;()#'"]+)`)
	looseHead = lazy(`^\s*(=)\s*([^\s,;()#'"=]+)`) // conda's form, which pip refuses; read so that it can be pointed at
	markerSep = lazy(`^\s*;`)
	urlHead   = lazy(`^(?i:(?:[a-z0-9+.-]+:)?//|(?:git|hg|svn|bzr)\+|file:)`)
	wheelName = lazy(`(?i)(?:^|[/\\])([A-Za-z0-9_.]+?)-[^/\\-]+(?:-[^/\\-]+)*\.(?:whl|tar\.gz|zip|tar\.bz2)(?:[#?].*)?$`)
	directRef = lazy(`^[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*@`)
	eggName   = lazy(`[#&]egg=([A-Za-z0-9._-]+)`)
)

// readRequirement reads a PEP 508 requirement, a path or an URL. It is false where t is none of them; then the entry still has its span.
func readRequirement(t text) (Entry, bool) {
	t = t.trim()
	e := Entry{Format: "pip", Span: t.span(0, len(t.s))}
	if t.s == "" {
		return e, false
	}
	if isPath(t.s) {
		readPath(&e, t)
		return e, true
	}
	m := nameHead.FindStringIndex(t.s)
	if m == nil {
		return e, false
	}
	e.Name = Normalise(t.s[:m[1]])
	e.NameSpan = t.span(0, m[1])
	i := readExtras(&e, t, m[1])
	if url := strings.TrimLeft(t.s[i:], blanks); strings.HasPrefix(url, "@") {
		return e, readURL(&e, t, len(t.s)-len(url)+1)
	}
	i, ok := readSpecs(&e, t, i)
	return e, readMarker(&e, t, i) && ok
}

func isPath(s string) bool {
	if directRef.MatchString(s) {
		return false
	}
	if urlHead.MatchString(s) || strings.HasPrefix(s, ".") || strings.HasPrefix(s, "/") {
		return true
	}
	head, _, _ := strings.Cut(s, ";")
	head = strings.TrimSpace(head)
	if strings.ContainsAny(head, "@=<>~! ") && !strings.HasSuffix(head, ".whl") {
		return false
	}
	return strings.Contains(head, "/") || wheelName.MatchString(head)
}

func readPath(e *Entry, t text) {
	e.Local, e.URL = true, t.s
	if i := strings.Index(t.s, " ;"); i >= 0 {
		e.URL = strings.TrimSpace(t.s[:i])
		readMarker(e, t, i)
	}
	for _, re := range []*pattern{eggName, wheelName} {
		if m := re.FindStringSubmatchIndex(e.URL); m != nil {
			e.Name = Normalise(t.s[m[2]:m[3]])
			e.NameSpan = t.span(m[2], m[3])
			return
		}
	}
}

func readURL(e *Entry, t text, i int) bool {
	e.Local = true
	end := len(t.s)
	if j := strings.Index(t.s[i:], " ;"); j >= 0 {
		end = i + j
	}
	e.URL = strings.TrimSpace(t.s[i:end])
	return e.URL != "" && readMarker(e, t, end)
}

func readExtras(e *Entry, t text, i int) int {
	m := extraHead.FindStringSubmatchIndex(t.s[i:])
	if m == nil {
		return i
	}
	for _, x := range strings.Split(t.s[i+m[2]:i+m[3]], ",") {
		if x = strings.TrimSpace(x); x != "" {
			e.Extras = append(e.Extras, x)
		}
	}
	open := i + strings.IndexByte(t.s[i:], '[')
	e.ExtrasSpan = t.span(open, i+m[1])
	return i + m[1]
}

// readSpecs reads comma-separated specifiers, in parentheses or not, and returns where they end.
func readSpecs(e *Entry, t text, i int) (int, bool) {
	rest := strings.TrimLeft(t.s[i:], blanks)
	bracket := strings.HasPrefix(rest, "(")
	if bracket {
		i = len(t.s) - len(rest) + 1
	}
	first, last := -1, i
	for {
		s, from, to, ok := readSpec(t, last)
		if !ok {
			break
		}
		if first < 0 {
			first = from
		}
		e.Specs = append(e.Specs, s)
		last = to
		rest := strings.TrimLeft(t.s[last:], blanks)
		if !strings.HasPrefix(rest, ",") {
			break
		}
		last = len(t.s) - len(rest) + 1
	}
	if first >= 0 {
		last = trailing(t.s, first, last)
		e.SpecSpan = t.span(first, last)
		e.Spec = t.s[first:last]
	}
	end, ok := closing(t.s, last, bracket)
	return end, ok && !slices.ContainsFunc(e.Specs, func(s Specifier) bool { return s.Op == "=" })
}

// trailing takes a comma that nothing follows off the end of a specifier list.
func trailing(s string, first, last int) int {
	return first + len(strings.TrimRight(s[first:last], ", \t"))
}

func closing(s string, i int, bracket bool) (int, bool) {
	rest := strings.TrimLeft(s[i:], ", \t")
	if !bracket {
		return len(s) - len(rest), true
	}
	if !strings.HasPrefix(rest, ")") {
		return i, false
	}
	return len(s) - len(rest) + 1, true
}

func readSpec(t text, i int) (s Specifier, from, to int, ok bool) {
	m := specHead.FindStringSubmatchIndex(t.s[i:])
	if m == nil {
		m = looseHead.FindStringSubmatchIndex(t.s[i:])
	}
	if m == nil {
		return s, i, i, false
	}
	from, to = i+m[2], i+m[1]
	return Specifier{
		Op:          t.s[i+m[2] : i+m[3]],
		Version:     t.s[i+m[4] : i+m[5]],
		Span:        t.span(from, to),
		OpSpan:      t.span(i+m[2], i+m[3]),
		VersionSpan: t.span(i+m[4], i+m[5]),
	}, from, to, true
}

// readMarker reads the environment marker that may stand at i, and is false where something else stands there.
func readMarker(e *Entry, t text, i int) bool {
	rest := t.s[i:]
	if m := markerSep.FindStringIndex(rest); m != nil {
		marker := t.cut(i+m[1], len(t.s)).trim()
		e.Marker = marker.s
		e.MarkerSpan = marker.span(0, len(marker.s))
		return true
	}
	return strings.TrimSpace(rest) == ""
}
