package manifest

import (
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// PyProject is what a pyproject.toml asks for.
type PyProject struct {
	Entries        []Entry
	RequiresPython *Scalar
	Lists          map[string]Span // the array of a dotted key, with its brackets: "project.dependencies"
	Tables         []string        // names of the tables in order
}

func readPyProject(f *File) {
	f.PyProject = &PyProject{Lists: map[string]Span{}}
	p := &unstable.Parser{}
	src := f.Src
	if strings.HasPrefix(string(src), string(bom)) {
		f.fail(1, "the file begins with a byte order mark, which TOML readers refuse; save it without")
		return
	}
	p.Reset(src)
	var table []string
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = keyParts(n.Key())
			f.PyProject.Tables = append(f.PyProject.Tables, strings.Join(table, "."))
		case unstable.KeyValue:
			tomlReader{f, p}.keyValue(table, n)
		}
	}
	var broken *unstable.ParserError
	if err := p.Error(); errors.As(err, &broken) {
		f.fail(p.Shape(p.Range(broken.Highlight)).Start.Line, "this is not TOML: %s", broken.Message)
	}
}

func keyParts(it unstable.Iterator) []string {
	var out []string
	for it.Next() {
		out = append(out, string(it.Node().Data))
	}
	return out
}

type tomlReader struct {
	f *File
	p *unstable.Parser
}

// keyValue reads one key whose table is known. Names of groups stand as "*" in what is looked for.
func (r tomlReader) keyValue(table []string, n *unstable.Node) {
	keys := append(append([]string{}, table...), keyParts(n.Key())...)
	value := n.Value()
	if value.Kind == unstable.InlineTable {
		r.inlineTable(keys, lastKey(n), value)
		return
	}
	if value.Kind == unstable.Array {
		if where, ok := listPlaces.find(keys); ok {
			r.f.PyProject.Lists[strings.Join(keys, ".")] = r.array(n)
			r.requirements(where, value)
		}
		return
	}
	if value.Kind != unstable.String {
		return
	}
	if strings.Join(keys, ".") == "project.requires-python" {
		s := r.scalar(value)
		r.f.PyProject.RequiresPython = &s
		return
	}
	if where, ok := poetryPlaces.find(keys); ok {
		r.poetry(where, lastKey(n), value)
	}
}

// lastKey is the last part of a dotted key.
func lastKey(n *unstable.Node) *unstable.Node {
	var last *unstable.Node
	for it := n.Key(); it.Next(); {
		last = it.Node()
	}
	return last
}

// inlineTable reads `name = {version = "…"}` of poetry, and any table that is written inline.
func (r tomlReader) inlineTable(keys []string, key, value *unstable.Node) {
	where, poetry := poetryPlaces.find(keys)
	it := value.Children()
	for it.Next() {
		part := it.Node()
		if part.Kind != unstable.KeyValue {
			continue
		}
		if name := keyParts(part.Key()); poetry && len(name) == 1 && name[0] == "version" && part.Value().Kind == unstable.String {
			r.poetry(where, key, part.Value())
		} else if !poetry {
			r.keyValue(keys, part)
		}
	}
}

type places []struct{ path, where string }

var listPlaces = places{
	{"project.dependencies", "project"},
	{"project.optional-dependencies.*", "optional"},
	{"dependency-groups.*", "group"},
	{"build-system.requires", "build"},
	{"tool.uv.dev-dependencies", "group"},
	{"tool.uv.constraint-dependencies", "constraints"},
	{"tool.uv.override-dependencies", "constraints"},
	{"tool.pdm.dev-dependencies.*", "group"},
	{"tool.hatch.envs.*.dependencies", "group"},
}

var poetryPlaces = places{
	{"tool.poetry.dependencies.*", "poetry"},
	{"tool.poetry.dev-dependencies.*", "poetry"},
	{"tool.poetry.group.*.dependencies.*", "poetry"},
}

func (ps places) find(keys []string) (where string, ok bool) {
	for _, p := range ps {
		if fits(strings.Split(p.path, "."), keys) {
			return p.where, true
		}
	}
	return "", false
}

func fits(pattern, keys []string) bool {
	if len(pattern) != len(keys) {
		return false
	}
	for i := range keys {
		if pattern[i] != "*" && pattern[i] != keys[i] {
			return false
		}
	}
	return true
}

// span is the bytes of a node.
func (r tomlReader) span(n *unstable.Node) Span {
	return Span{int(n.Raw.Offset), int(n.Raw.Offset + n.Raw.Length)}
}

func (r tomlReader) scalar(n *unstable.Node) Scalar {
	s := Scalar{Value: string(n.Data), Outer: r.span(n), Line: r.f.Line(int(n.Raw.Offset))}
	raw := r.f.At(s.Outer)
	if len(raw) > 1 && raw[1:len(raw)-1] == s.Value {
		s.Quote, s.Span = raw[0], Span{s.Outer.Start + 1, s.Outer.End - 1}
		return s
	}
	s.Opaque, s.Span = true, s.Outer
	return s
}

func (r tomlReader) requirements(where string, array *unstable.Node) {
	it := array.Children()
	for it.Next() {
		if it.Node().Kind != unstable.String {
			continue
		}
		s := r.scalar(it.Node())
		e, ok := readRequirement(r.text(s))
		e.Where = where
		r.finish(&e, s)
		if !ok {
			r.f.fail(e.Line, "%q is not a requirement that pip can read", e.Raw)
		}
	}
}

func (r tomlReader) text(s Scalar) text {
	return (&yamlView{f: r.f}).text(s)
}

func (r tomlReader) finish(e *Entry, s Scalar) {
	(&yamlView{f: r.f}).finish(e, s, true)
	r.f.PyProject.Entries = append(r.f.PyProject.Entries, *e)
}

// poetry reads a version in poetry's own form (^1.2, ~1.2, *) as the specifier of the key's name.
func (r tomlReader) poetry(where string, key, value *unstable.Node) {
	s, name := r.scalar(value), string(key.Data)
	e := Entry{Format: "pip", Name: Normalise(name), Spec: s.Value, NameSpan: r.span(key), SpecSpan: s.Span, Span: s.Span}
	if name == "python" {
		where = "python"
	}
	e.Where = where
	r.finish(&e, s)
}
