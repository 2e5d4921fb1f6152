package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// entry is the dependency to change: the located one, or the one that the argument "of" names.
func (c remedyContext) entry(with map[string]string) (*manifest.Entry, error) {
	e := c.Entry
	if name := strings.TrimSpace(with["of"]); name != "" {
		e = c.named(name)
		if e == nil {
			return nil, refuse("%s is not named in the definition files", name)
		}
	}
	if e == nil {
		return nil, refuse("the log does not lead to one entry of the definition files")
	}
	return e, nil
}

// named is the only entry of that name, or the one in the file at hand; nil where there is none or several.
func (c remedyContext) named(name string) *manifest.Entry {
	if c.Files == nil {
		return nil
	}
	all := c.Files.Named(name)
	for i := range all {
		if c.File != nil && all[i].File == c.File {
			return &all[i]
		}
	}
	if len(all) != 1 {
		return nil
	}
	return &all[0]
}

// changeable refuses entries whose bytes cannot be changed in part.
func changeable(e *manifest.Entry) error {
	switch {
	case e.Opaque && e.Instruction != nil:
		return refuse("line %d of %s writes %s with quotes inside the word or with a bare < or >, which an edit could break", e.Line, e.File.Path, e.Name)
	case e.Opaque:
		return refuse("line %d of %s writes %s through escapes, an anchor or several lines, which an edit could break", e.Line, e.File.Path, e.Name)
	case e.Local && e.Name == "":
		return refuse("line %d of %s names a path or an address instead of a package", e.Line, e.File.Path)
	case e.File.Dockerfile != nil && e.File.Dockerfile.Templated:
		return refuse("%s is a template; change what it is made from", e.File.Path)
	}
	return nil
}

// unhashed refuses where pip checks hashes, since another version has others.
func unhashed(e *manifest.Entry) error {
	if r := e.File.Requirements; r != nil && r.HashChecking() {
		return refuse("%s pins hashes, and another version has others: run pip-compile --generate-hashes again", e.File.Path)
	}
	return nil
}

// setSpec is the edit that gives an entry another specifier, or none. A conda build string goes, since it belongs to one version.
func setSpec(e *manifest.Entry, spec string) (edit.Edit, error) {
	if err := changeable(e); err != nil {
		return edit.Edit{}, err
	}
	if e.Local {
		return edit.Edit{}, refuse("line %d of %s takes %s from an address, which has no version to change", e.Line, e.File.Path, e.Name)
	}
	if e.Where == "poetry" || e.Where == "python" {
		return replace(e.SpecSpan, orStar(spec)), nil
	}
	s := specPlace(e)
	if bracketed(e) {
		return replace(e.SpecSpan, orStar(spec)), nil
	}
	if spec == "" {
		s = unspecified(e, s)
	} else if s.Len() == 0 && e.Format == "conda" && !strings.ContainsAny(spec[:1], "<>=!~") {
		spec = "=" + spec
	}
	return requote(e, s, spec)
}

func orStar(spec string) string {
	if spec == "" {
		return "*"
	}
	return spec
}

// bracketed tells conda's form name[version='…'].
func bracketed(e *manifest.Entry) bool {
	return e.Format == "conda" && !e.SpecSpan.IsZero() && strings.Contains(e.File.At(manifest.Span{Start: e.NameSpan.End, End: e.SpecSpan.Start}), "[")
}

// specPlace is where the specifier stands, or would stand.
func specPlace(e *manifest.Entry) manifest.Span {
	end := max(e.NameSpan.End, e.ExtrasSpan.End)
	s := manifest.Span{Start: end, End: end}
	if !e.SpecSpan.IsZero() {
		s = e.SpecSpan
	}
	if !e.BuildSpan.IsZero() && !strings.Contains(e.File.At(manifest.Span{Start: s.End, End: e.BuildSpan.Start}), "[") {
		s.End = e.BuildSpan.End
	}
	return s
}

// unspecified widens a specifier's place by the blanks and parentheses around it.
func unspecified(e *manifest.Entry, s manifest.Span) manifest.Span {
	s.Start = max(e.NameSpan.End, e.ExtrasSpan.End)
	if rest := e.File.At(manifest.Span{Start: s.End, End: e.Span.End}); strings.HasPrefix(strings.TrimLeft(rest, " ,"), ")") {
		s.End += strings.IndexByte(rest, ')') + 1
	}
	return s
}

// requote replaces a part of an entry, and quotes the whole where its surroundings would else read the new text differently.
func requote(e *manifest.Entry, s manifest.Span, text string) (edit.Edit, error) {
	f := e.File
	inner := f.At(manifest.Span{Start: e.Span.Start, End: s.Start}) + text + f.At(manifest.Span{Start: s.End, End: e.Span.End})
	switch {
	case e.Quote != 0:
		return replace(s, text), nil
	case e.Instruction != nil && strings.ContainsAny(inner, "<>~*![]|; "):
		q := `'`
		if inside(e.Instruction, e.Outer, '\'') {
			q = `"`
		}
		return replace(e.Outer, q+inner+q), nil
	case e.Instruction == nil && e.File.Conda != nil && e.Flow && strings.ContainsAny(inner, ",[]{}"):
		return replace(e.Outer, `"`+inner+`"`), nil
	}
	return replace(s, text), nil
}

// inside tells whether a span stands within a word of the instruction that is in quotes.
func inside(in *manifest.Instruction, s manifest.Span, quote byte) bool {
	for _, w := range in.Words {
		if w.Quote == quote && w.Span != s && w.Span.Holds(s) {
			return true
		}
	}
	return false
}

func exactOp(e *manifest.Entry) string {
	if e.Format == "pip" {
		return "=="
	}
	if len(e.Specs) == 1 && e.Specs[0].Op == "==" {
		return "=="
	}
	return "="
}
