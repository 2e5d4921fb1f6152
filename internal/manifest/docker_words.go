package manifest

import (
	"strings"
)

// splitWords splits at blanks outside quotes.
func splitWords(t text) []Word {
	var out []Word
	for i := 0; i < len(t.s); {
		if strings.IndexByte(blanks, t.s[i]) >= 0 {
			i++
			continue
		}
		j := wordEnd(t.s, i)
		out = append(out, newWord(t, i, j))
		i = j
	}
	return out
}

func wordEnd(s string, i int) int {
	quote := byte(0)
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '\\' && i+1 < len(s):
			i++
		case strings.IndexByte(blanks, c) >= 0:
			return i
		}
	}
	return i
}

// newWord is the word that stands at i to j of t, in its quotes.
func newWord(t text, i, j int) Word {
	raw := t.s[i:j]
	w := Word{Text: raw, Span: t.span(i, j), Literal: !strings.ContainsAny(raw, "$`"), inner: t.cut(i, j)}
	n := len(raw)
	if n > 1 && (raw[0] == '"' || raw[0] == '\'') && raw[n-1] == raw[0] && strings.IndexByte(raw[1:n-1], raw[0]) < 0 {
		w.Quote, w.Text, w.inner = raw[0], raw[1:n-1], t.cut(i+1, j-1)
		if w.Quote == '\'' {
			w.Literal = true
		} else if strings.Contains(w.Text, `\`) {
			w.Text, w.inner = unescape(w.Text), text{}
		}
		return w
	}
	if strings.ContainsAny(raw, `"'\`) {
		w.Text, w.inner = unescape(strip(raw)), text{}
	}
	return w
}

// strip takes quotes out of a word that is only partly quoted.
func strip(raw string) string {
	return strings.NewReplacer(`"`, "", `'`, "").Replace(raw)
}

var backslash = lazy(`\\(.)`)

func unescape(s string) string { return backslash.ReplaceAllString(s, "$1") }

// Inner is the span of the word without its quotes; the zero Span where quotes or escapes stand inside.
func (w Word) Inner() Span {
	if len(w.inner.at) == 0 {
		return Span{}
	}
	return w.inner.span(0, len(w.inner.s))
}

var jsonString = lazy(`"(?:[^"\\]|\\.)*"`)

// jsonWords reads the strings of a JSON list; false where t is none.
func jsonWords(t text) ([]Word, bool) {
	if !strings.HasPrefix(t.s, "[") || !strings.HasSuffix(t.s, "]") {
		return nil, false
	}
	if rest := jsonString.ReplaceAllString(t.s, ""); strings.Trim(rest, "[], \t") != "" {
		return nil, false
	}
	var out []Word
	for _, m := range jsonString.FindAllStringIndex(t.s, -1) {
		out = append(out, newWord(t, m[0], m[1]))
	}
	return out, true
}

var variable = lazy(`\\\$|\$\{([A-Za-z_]\w*)(?:(:?[-+])([^}]*))?\}|\$([A-Za-z_]\w*)`)

// expand fills in variables the way docker does, and tells whether all of them were known.
func expand(s string, vars map[string]string) (string, bool) {
	known := true
	out := variable.ReplaceAllStringFunc(s, func(m string) string {
		g := variable.FindStringSubmatch(m)
		name := g[1] + g[4]
		if name == "" {
			return "$"
		}
		value, ok := vars[name]
		switch op := strings.TrimPrefix(g[2], ":"); {
		case op == "-" && value == "":
			return g[3]
		case op == "+" && value != "":
			return g[3]
		case op == "+":
			return ""
		case !ok:
			known = false
		}
		return value
	})
	return out, known
}
