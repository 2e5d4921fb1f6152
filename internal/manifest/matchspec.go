package manifest

import (
	"strings"
)

var (
	condaHead  = lazy(`^(?:([^\s\[\]=<>!~]+)::)?([A-Za-z0-9_.*][A-Za-z0-9_.*+-]*)`)
	condaExact = lazy(`^\s*(==?)\s*([^\s=,|<>!~\[\]]+(?:[,|][^\s=\[\]]+)*)(?:(?:=|\s+)([^\s=\[\]]+))?\s*(?:\[|$)`)
	condaBound = lazy(`^\s*((?:[<>!~]=?|=)[^\[\]]*?)\s*(?:\[|$)`)
	condaBare  = lazy(`^\s+([0-9*][^\s\[\]]*)(?:\s+([^\s\[\]]+))?\s*(?:\[|$)`)
	condaOp    = lazy(`[,|]?\s*(===?|~=|!=|<=|>=|=|<|>)?\s*([^\s,|<>=!~]+)`)
	keyVersion = lazy(`version\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]\s]+))`)
	keyBuild   = lazy(`build\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]\s]+))`)
	keyChannel = lazy(`channel\s*=\s*(?:"([^"]*)"|'([^']*)'|([^,\]\s]+))`)
)

// readMatchSpec reads a dependency the way conda does: channel::name, then a version (=1.2, ==1.2, >=1,<2, or after a blank),
// a build string, and [key=value] pairs. It is false where t has no name.
func readMatchSpec(t text) (Entry, bool) {
	t = t.trim()
	e := Entry{Format: "conda", Span: t.span(0, len(t.s))}
	if urlHead.MatchString(t.s) || strings.HasSuffix(t.s, ".tar.bz2") || strings.HasSuffix(t.s, ".conda") {
		e.URL, e.Local = t.s, true
		return e, true
	}
	m := condaHead.FindStringSubmatchIndex(t.s)
	if m == nil {
		return e, false
	}
	if m[2] >= 0 {
		e.Channel, e.ChannelSpan = t.s[m[2]:m[3]], t.span(m[2], m[3])
	}
	e.Name, e.NameSpan = strings.ToLower(t.s[m[4]:m[5]]), t.span(m[4], m[5])
	readCondaVersion(&e, t, m[1])
	readBrackets(&e, t, m[1])
	return e, true
}

func readCondaVersion(e *Entry, t text, i int) {
	rest := t.s[i:]
	if m := condaExact.FindStringSubmatchIndex(rest); m != nil {
		setSpec(e, t, i+m[2], i+m[5])
		setBuild(e, t, i, m[6], m[7])
		return
	}
	if m := condaBound.FindStringSubmatchIndex(rest); m != nil {
		end := m[3]
		if b := strings.LastIndexAny(rest[m[2]:m[3]], blanks); b > 0 && !strings.ContainsAny(rest[m[2]+b:m[3]], "<>=!~,|") && !continues(rest[m[2]:m[2]+b]) {
			setBuild(e, t, i, m[2]+b+1, m[3])
			end = m[2] + b
		}
		setSpec(e, t, i+m[2], i+m[2]+len(strings.TrimRight(rest[m[2]:end], blanks)))
		return
	}
	if m := condaBare.FindStringSubmatchIndex(rest); m != nil {
		setSpec(e, t, i+m[2], i+m[3])
		setBuild(e, t, i, m[4], m[5])
	}
}

// continues tells whether a version expression goes on behind s, as in ">= 1.2".
func continues(s string) bool {
	s = strings.TrimRight(s, blanks)
	return s == "" || strings.ContainsRune("<>=!~,|", rune(s[len(s)-1]))
}

func setSpec(e *Entry, t text, from, to int) {
	e.Spec, e.SpecSpan = t.s[from:to], t.span(from, to)
	for _, m := range condaOp.FindAllStringSubmatchIndex(e.Spec, -1) {
		s := Specifier{Version: e.Spec[m[4]:m[5]], VersionSpan: t.span(from+m[4], from+m[5])}
		begin := m[4]
		if m[2] >= 0 {
			begin = m[2]
			s.Op, s.OpSpan = e.Spec[m[2]:m[3]], t.span(from+m[2], from+m[3])
		} else {
			s.Op = "="
		}
		s.Span = t.span(from+begin, from+m[5])
		e.Specs = append(e.Specs, s)
	}
}

func setBuild(e *Entry, t text, base, from, to int) {
	if from >= 0 && to > from {
		e.Build, e.BuildSpan = t.s[base+from:base+to], t.span(base+from, base+to)
	}
}

// readBrackets reads name[version='>=1', channel=x]. What stands in brackets wins over what stands before them, as in conda.
func readBrackets(e *Entry, t text, i int) {
	open := strings.IndexByte(t.s[i:], '[')
	if open < 0 {
		return
	}
	i += open
	if from, to, ok := group(keyVersion, t.s, i); ok {
		e.Specs = nil
		setSpec(e, t, from, to)
	}
	if from, to, ok := group(keyBuild, t.s, i); ok {
		setBuild(e, t, 0, from, to)
	}
	if from, to, ok := group(keyChannel, t.s, i); ok {
		e.Channel, e.ChannelSpan = t.s[from:to], t.span(from, to)
	}
}

// group is where the one group of re that took part stands in s, searching from i.
func group(re *pattern, s string, i int) (from, to int, ok bool) {
	m := re.FindStringSubmatchIndex(s[i:])
	for g := 2; g+1 < len(m); g += 2 {
		if m[g] >= 0 {
			return i + m[g], i + m[g+1], true
		}
	}
	return 0, 0, false
}
