package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// bareBound is a requirement whose < or > the shell takes for a redirection.
var bareBound = lazy(`[A-Za-z0-9][\w.-]*(?:\[[\w,.-]*\])?(?:(?:===?|>=|<=|~=|!=|<|>)[0-9][\w.*+!]*)(?:,(?:===?|>=|<=|~=|!=|<|>)[0-9][\w.*+!]*)*`)

// quoteSpec quotes the requirements of a RUN whose bounds the shell would read as redirections.
func quoteSpec(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if commands, _ := commandsOf(in, ""); len(commands) == 0 || in.JSON {
		return "", nil, refuse("line %d of %s installs nothing through a shell", in.Line, f.Path)
	}
	text := f.At(in.Span)
	var edits []edit.Edit
	for _, m := range bareBound.FindAllStringIndex(text, -1) {
		word := text[m[0]:m[1]]
		if strings.ContainsAny(word, "<>") && alone(text, m[0], m[1]) && !quotedAt(text, m[0]) {
			s := manifest.Span{Start: in.Span.Start + m[0], End: in.Span.Start + m[1]}
			edits = append(edits, replace(s, "'"+word+"'"))
		}
	}
	if len(edits) == 0 {
		return "", nil, refuse("line %d of %s already quotes its bounds", in.Line, f.Path)
	}
	return "quote the version bounds", change(f, edits...), nil
}

// alone tells whether blanks, or the ends of the command, stand around text[i:j].
func alone(text string, i, j int) bool {
	return i > 0 && strings.ContainsRune(" \t", rune(text[i-1])) && (j == len(text) || strings.ContainsRune(" \t\r\n;&|", rune(text[j])))
}

// quotedAt tells whether quotes are open at i, or a comment line goes on there.
func quotedAt(text string, i int) bool {
	line := text[strings.LastIndexByte(text[:i], '\n')+1:]
	if strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
		return true
	}
	var open byte
	for k := 0; k < i; k++ {
		switch ch := text[k]; {
		case ch == '\\':
			k++
		case open == 0 && (ch == '"' || ch == '\''):
			open = ch
		case ch == open:
			open = 0
		}
	}
	return open != 0
}

// replaceText changes one piece of the entry, or of the failed instruction, that stands there once; with: old, new.
func replaceText(c remedyContext, with map[string]string) (string, []edit.File, error) {
	old, text := with["old"], with["new"]
	if old == "" {
		return "", nil, refuse("the log does not say what to replace")
	}
	f, s, err := c.around(old, text)
	if err != nil {
		return "", nil, err
	}
	if err := c.trustedIn(f, strings.ReplaceAll(text, old, "")); err != nil {
		return "", nil, err
	}
	body := f.At(s)
	if strings.Contains(text, old) && strings.Contains(body, text) {
		return "", nil, refuse("line %d of %s already says %q", f.Line(s.Start), f.Path, text)
	}
	if n := strings.Count(body, old); n != 1 {
		return "", nil, refuse("%q stands %d times at line %d of %s", old, n, f.Line(s.Start), f.Path)
	}
	at := s.Start + strings.Index(body, old)
	title := "replace " + inTitle(strings.TrimSpace(old)) + " by " + inTitle(strings.TrimSpace(text))
	if strings.TrimSpace(text) == "" {
		title = "take out " + inTitle(strings.TrimSpace(old))
	}
	return title, change(f, edit.Edit{Start: at, End: at + len(old), New: text}), nil
}

// trustedIn is trusted for a Dockerfile, whose RUN a shell reads; in other files only a further line could do harm.
func (c remedyContext) trustedIn(f *manifest.File, text string) error {
	if f.Dockerfile == nil {
		c.Captures = nil
	}
	return c.trusted(text)
}

// around is where to look for a text: the entry that holds it, an option of the requirements file at hand, else the instruction.
func (c remedyContext) around(old, text string) (*manifest.File, manifest.Span, error) {
	if e := c.Entry; e != nil {
		s := e.Outer
		if e.Instruction != nil {
			s = e.Instruction.Span
		}
		if body := e.File.At(s); strings.Contains(body, old) || text != "" && strings.Contains(body, text) {
			return e.File, s, nil
		}
	}
	if f := c.File; f != nil && f.Requirements != nil {
		for _, o := range f.Requirements.Options {
			if strings.Contains(f.At(o.Span), old) {
				return f, o.Span, nil
			}
		}
	}
	f, in, err := c.run()
	if err != nil {
		return nil, manifest.Span{}, err
	}
	if !strings.Contains(f.At(in.Span), old) {
		return nil, manifest.Span{}, refuse("line %d of %s does not say %q", in.Line, f.Path, old)
	}
	return f, in.Span, nil
}
