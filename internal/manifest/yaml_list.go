package manifest

import (
	"strings"

	"gopkg.in/yaml.v3"
)

func resolve(n *yaml.Node) *yaml.Node {
	for range 8 {
		if n.Kind != yaml.AliasNode || n.Alias == nil {
			break
		}
		n = n.Alias
	}
	return n
}

// pairs calls do for every key and value of a mapping, duplicates included.
func pairs(n *yaml.Node, do func(key, value *yaml.Node)) {
	if n == nil {
		return
	}
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		do(n.Content[i], n.Content[i+1])
	}
}

// child is the first value of that key.
func child(n *yaml.Node, name string) (key, value *yaml.Node) {
	pairs(n, func(k, v *yaml.Node) {
		if key == nil && k.Value == name {
			key, value = k, v
		}
	})
	return key, value
}

// list reads a sequence under its key. A value that is neither a sequence nor empty gives false.
func (v *yamlView) list(key, value *yaml.Node) (*List, bool) {
	l := &List{Key: v.scalar(key), Alias: value.Kind == yaml.AliasNode}
	l.Last = l.Key.Line
	value = resolve(value)
	if value.Kind != yaml.SequenceNode {
		return l, value.Tag == "!!null"
	}
	l.Flow = value.Style&yaml.FlowStyle != 0
	for i, n := range value.Content {
		if i == 0 && !l.Flow {
			l.Indent, l.Gap = v.dash(n)
		}
		if end := v.lastLine(n); !l.Alias && end > l.Last {
			l.Last = end
		}
		if t := resolve(n); t.Kind == yaml.ScalarNode {
			l.Items = append(l.Items, v.scalar(n))
		}
	}
	return l, true
}

var dashHead = lazy(`^([ \t]*)-([ \t]+)`)

// dash is what stands before and after the dash of a block item.
func (v *yamlView) dash(n *yaml.Node) (indent, gap string) {
	if n.Line < 1 || n.Line > len(v.starts) {
		return "", " "
	}
	if m := dashHead.FindSubmatch(v.f.Src[v.starts[n.Line-1]:]); m != nil {
		return string(m[1]), string(m[2])
	}
	return "", " "
}

// lastLine is the last line that a node and what it holds begin on.
func (v *yamlView) lastLine(n *yaml.Node) int {
	last := v.f.Line(min(v.offset(n), len(v.f.Src)))
	if n.Kind == yaml.AliasNode {
		return last
	}
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return last + strings.Count(n.Value, "\n")
	}
	for _, c := range n.Content {
		last = max(last, v.lastLine(c))
	}
	return last
}
