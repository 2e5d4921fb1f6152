package manifest

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// Conda is what a conda environment file, or the conda file within an Azure ML environment, asks for.
type Conda struct {
	Keys         []Key // top level, in order, duplicates included
	Name, Prefix *Scalar
	Channels     *List // nil where there is no such key
	Dependencies *List
	Pip          *List // the first `pip:` block of the dependencies
	Entries      []Entry
	PipOptions   []Option // -r, --extra-index-url … among the items of the pip block
	Inline       bool     // stands inside another file
}

// A Key is a key of a mapping, with the place of its value.
type Key struct {
	Name  Scalar
	Value Scalar // of a mapping or list: where it begins
	Kind  string // scalar | list | mapping | null
	Last  int    // last line that its value begins a part on
	Len   int    // of a mapping or list: how many parts it has
}

// Entry returns the conda dependency of that name, or nil.
func (c *Conda) Entry(name string) *Entry {
	return c.find("dependencies", strings.ToLower(name))
}

// PipEntry returns the requirement of that name in the pip block, or nil.
func (c *Conda) PipEntry(name string) *Entry {
	return c.find("pip", Normalise(name))
}

func (c *Conda) find(where, name string) *Entry {
	for i := range c.Entries {
		if e := &c.Entries[i]; e.Where == where && e.Name == name {
			return e
		}
	}
	return nil
}

// Duplicates are the keys that stand a second time on the top level; conda reads the last one only.
func (c *Conda) Duplicates() []Key {
	var out []Key
	seen := map[string]bool{}
	for _, k := range c.Keys {
		if seen[k.Name.Value] {
			out = append(out, k)
		}
		seen[k.Name.Value] = true
	}
	return out
}

func readConda(v *yamlView, root *yaml.Node) *Conda {
	c := &Conda{}
	pairs(root, func(key, value *yaml.Node) {
		k := v.key(key, value)
		c.Keys = append(c.Keys, k)
		switch key.Value {
		case "name":
			c.Name = &k.Value
		case "prefix":
			c.Prefix = &k.Value
		case "channels":
			c.Channels = v.expect(key, value)
		case "dependencies":
			c.Dependencies = v.expect(key, value)
			v.readDependencies(c, value)
		}
	})
	for _, k := range c.Duplicates() {
		v.f.fail(k.Name.Line, "the key %q stands here a second time", k.Name.Value)
	}
	return c
}

func (v *yamlView) key(key, value *yaml.Node) Key {
	k := Key{Name: v.scalar(key), Last: v.lastLine(value)}
	switch n := resolve(value); {
	case n.Kind == yaml.SequenceNode:
		k.Kind, k.Len = "list", len(n.Content)
	case n.Kind == yaml.MappingNode:
		k.Kind, k.Len = "mapping", len(n.Content)/2
	case n.Tag == "!!null":
		k.Kind = "null"
	default:
		k.Kind = "scalar"
		k.Value = v.scalar(value)
		return k
	}
	at := v.offset(value)
	k.Value = Scalar{Span: Span{at, at}, Outer: Span{at, at}, Line: v.f.Line(min(at, len(v.f.Src))), Opaque: true}
	return k
}

// expect reads a list and says so where it is none.
func (v *yamlView) expect(key, value *yaml.Node) *List {
	l, ok := v.list(key, value)
	if !ok {
		v.f.fail(l.Key.Line, "%q should be a list, with a dash before every item", key.Value)
	}
	return l
}

func (v *yamlView) readDependencies(c *Conda, value *yaml.Node) {
	list := resolve(value)
	if list.Kind != yaml.SequenceNode {
		return
	}
	flow := list.Style&yaml.FlowStyle != 0
	for _, n := range list.Content {
		switch resolve(n).Kind {
		case yaml.ScalarNode:
			v.addDependency(c, n, flow)
		case yaml.MappingNode:
			pairs(n, func(key, value *yaml.Node) { v.addPip(c, key, value) })
		}
	}
}

func (v *yamlView) addDependency(c *Conda, n *yaml.Node, flow bool) {
	s := v.scalar(n)
	e, ok := readMatchSpec(v.text(s))
	if !ok && strings.TrimSpace(s.Value) == "" {
		return
	}
	e.Where = "dependencies"
	v.finish(&e, s, flow)
	c.Entries = append(c.Entries, e)
	if !ok {
		v.f.fail(e.Line, "%q is not a dependency that conda can read", e.Raw)
	}
}

// text is what readers of a scalar see; that of an opaque one has no places of its own.
func (v *yamlView) text(s Scalar) text {
	if !s.Opaque {
		return plain(v.f.Src, s.Span)
	}
	return text{s.Value, make([]int, len(s.Value)+1)}
}

// finish sets the place of an entry from its scalar.
func (v *yamlView) finish(e *Entry, s Scalar, flow bool) {
	e.Outer, e.Quote, e.Flow, e.Comment, e.Opaque = s.Outer, s.Quote, flow, s.Comment, s.Opaque
	if s.Opaque {
		e.blank()
		e.Span = s.Span
	}
	e.place(v.f)
}

// blank takes the spans of the parts away.
func (e *Entry) blank() {
	e.NameSpan, e.ExtrasSpan, e.SpecSpan, e.BuildSpan, e.ChannelSpan, e.MarkerSpan = Span{}, Span{}, Span{}, Span{}, Span{}, Span{}
	for i := range e.Specs {
		e.Specs[i].Span, e.Specs[i].OpSpan, e.Specs[i].VersionSpan = Span{}, Span{}, Span{}
	}
}

func (v *yamlView) addPip(c *Conda, key, value *yaml.Node) {
	if key.Value != "pip" {
		v.f.fail(v.scalar(key).Line, "conda reads no %q section among the dependencies, only \"pip\"", key.Value)
		return
	}
	l := v.expect(key, value)
	if c.Pip == nil {
		c.Pip = l
	}
	for _, s := range l.Items {
		v.addPipItem(c, s, l.Flow)
	}
}

func (v *yamlView) addPipItem(c *Conda, s Scalar, flow bool) {
	t, comment := uncomment(v.text(s))
	t = t.trim()
	switch {
	case t.s == "":
	case t.s[0] == '-':
		c.PipOptions = append(c.PipOptions, condaOption(t.s, s))
	default:
		body, options := splitOptions(t)
		e, ok := readRequirement(body)
		e.Where = "pip"
		v.finish(&e, s, flow)
		if comment != "" {
			e.Comment = comment
		}
		e.Hashes = hashes(options)
		c.Entries = append(c.Entries, e)
		if !ok {
			v.f.fail(e.Line, "%q is not a requirement that pip can read", e.Raw)
		}
	}
}

func condaOption(t string, s Scalar) Option {
	name, value := optionParts(t)
	return Option{Name: name, Value: value, Span: s.Span, Line: s.Line}
}
