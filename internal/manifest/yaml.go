package manifest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A Scalar is one value of a YAML file and its place.
type Scalar struct {
	Value   string
	Span    Span // without quotes
	Outer   Span // with quotes
	Quote   byte // ' or ", else 0
	Opaque  bool // its bytes differ from its value
	Line    int
	Comment string // what follows on its line, without "#"
}

// A List is a sequence of a YAML file, under its key.
type List struct {
	Key    Scalar
	Items  []Scalar // of scalars only; a nested list or mapping is left out
	Flow   bool     // [a, b]
	Alias  bool     // stands elsewhere in the file, behind an anchor
	Indent string   // blanks before the dash of its first item; "" where there is none
	Gap    string   // blanks after that dash
	Last   int      // line its last item ends on; the key's own line where it is empty
}

// yamlView is a parsed YAML file that knows where its nodes stand.
type yamlView struct {
	f      *File
	starts []int // first byte of every line as YAML counts them: a lone \r, U+0085, U+2028 and U+2029 end a line too
	root   *yaml.Node
}

// parseYAML reads the file; where it is broken, what stands before the fault.
func parseYAML(f *File) *yamlView {
	v := &yamlView{f: f, starts: yamlLines(f.Src)}
	src := f.Src
	for range 4 {
		var doc yaml.Node
		err := unmarshal(src, &doc)
		if err == nil {
			v.root = content(&doc)
			return v
		}
		line := v.faultLine(err)
		if len(f.Errs) == 0 {
			f.fail(line, "this is not YAML: %s", fault(err))
		}
		line = min(line, bytes.Count(src, []byte("\n"))+1)
		if line <= 1 {
			return v
		}
		src = f.Src[:f.starts[min(line, len(f.starts))-1]]
	}
	return v
}

// unmarshal turns a panic of the decoder on odd input into an error.
func unmarshal(src []byte, doc *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: the decoder gave up: %v", r)
		}
	}()
	return yaml.Unmarshal(src, doc)
}

func content(doc *yaml.Node) *yaml.Node {
	if doc.Kind == yaml.DocumentNode && len(doc.Content) > 0 {
		return doc.Content[0]
	}
	return nil
}

var yamlLine = lazy(`^yaml: (?:line (\d+): )?`)

func fault(err error) string {
	return yamlLine.ReplaceAllString(err.Error(), "")
}

// faultLine is the line of a syntax error. The decoder counts tabs' lines from 0, so the tab is looked for.
func (v *yamlView) faultLine(err error) int {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil || m[1] == "" {
		return 1
	}
	n, _ := strconv.Atoi(m[1])
	if strings.Contains(err.Error(), "tab character") || strings.Contains(err.Error(), "cannot start any token") {
		for i := n; i <= min(n+1, v.f.Lines()); i++ {
			if strings.Contains(v.f.Indent(i), "\t") {
				return i
			}
		}
	}
	return max(1, min(n, v.f.Lines()))
}

func yamlLines(src []byte) []int {
	starts := []int{0}
	if bytes.HasPrefix(src, bom) {
		starts[0] = len(bom)
	}
	for i := 0; i < len(src); i++ {
		if n := lineBreak(src[i:]); n > 0 {
			i += n - 1
			starts = append(starts, i+1)
		}
	}
	return starts
}

func lineBreak(s []byte) int {
	switch {
	case bytes.HasPrefix(s, []byte("\r\n")), bytes.HasPrefix(s, []byte("\u0085")):
		return 2
	case s[0] == '\n' || s[0] == '\r':
		return 1
	case bytes.HasPrefix(s, []byte("\u2028")), bytes.HasPrefix(s, []byte("\u2029")):
		return 3
	}
	return 0
}

// offset is the byte a node begins at. Columns of the decoder count characters.
func (v *yamlView) offset(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(v.starts) {
		return len(v.f.Src)
	}
	i := v.starts[n.Line-1]
	for c := 1; c < n.Column && i < len(v.f.Src); c++ {
		_, size := utf8.DecodeRune(v.f.Src[i:])
		i += size
	}
	return i
}

var properties = lazy(`^(?:[&!][^\s,\[\]{}]*[ \t]+)+`)

// scalar finds the bytes of a scalar node.
func (v *yamlView) scalar(n *yaml.Node) Scalar {
	i := v.offset(n)
	s := Scalar{Value: n.Value, Comment: strings.TrimSpace(strings.TrimLeft(n.LineComment, "#"))}
	if n.Kind == yaml.AliasNode {
		s.Value, s.Opaque = resolve(n).Value, true
	} else if m := properties.FindIndex(v.f.Src[i:]); m != nil {
		i += m[1]
	}
	v.extent(&s, n, i)
	s.Line = v.f.Line(s.Outer.Start)
	return s
}

func (v *yamlView) extent(s *Scalar, n *yaml.Node, i int) {
	rest := v.f.Src[i:]
	quoted := n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && len(rest) > 0
	switch {
	case s.Opaque:
	case quoted && bytes.HasPrefix(rest[1:], []byte(n.Value)) && len(rest) > len(n.Value)+1 && rest[len(n.Value)+1] == rest[0]:
		s.Quote = rest[0]
		s.Span = Span{i + 1, i + 1 + len(n.Value)}
		s.Outer = Span{i, s.Span.End + 1}
		return
	case !quoted && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 && bytes.HasPrefix(rest, []byte(n.Value)):
		s.Span = Span{i, i + len(n.Value)}
		s.Outer = s.Span
		return
	}
	s.Opaque = true
	s.Outer = Span{i, i + len(firstLine(rest))}
	s.Span = s.Outer
}

// firstLine is the rest of a line without blanks at its end.
func firstLine(b []byte) []byte {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		b = b[:i]
	}
	return bytes.TrimRight(b, " \t")
}
