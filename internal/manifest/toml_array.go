package manifest

import (
	"bytes"

	"github.com/pelletier/go-toml/v2/unstable"
)

// array is the bytes of the array of a key: the parser gives it no range, so its brackets are looked for behind the key.
func (r tomlReader) array(n *unstable.Node) Span {
	it := n.Key()
	end := 0
	for it.Next() {
		end = r.span(it.Node()).End
	}
	src, depth, start := r.f.Src, 0, -1
	for i := end; i < len(src); i++ {
		switch src[i] {
		case '#':
			i = lineEnd(src, i)
		case '"', '\'':
			i = stringEnd(src, i)
		case '[':
			if depth++; start < 0 {
				start = i
			}
		case ']':
			if depth--; depth == 0 {
				return Span{start, i + 1}
			}
		}
	}
	return Span{}
}

func lineEnd(src []byte, i int) int {
	if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(src)
}

// stringEnd is the place of the quote that closes the string at i.
func stringEnd(src []byte, i int) int {
	quote := src[i : i+1]
	if triple := bytes.Repeat(quote, 3); bytes.HasPrefix(src[i:], triple) {
		if n := bytes.Index(src[i+3:], triple); n >= 0 {
			return i + n + 5
		}
		return len(src)
	}
	for j := i + 1; j < len(src); j++ {
		switch {
		case src[j] == '\\' && quote[0] == '"':
			j++
		case src[j] == quote[0]:
			return j
		}
	}
	return len(src)
}
