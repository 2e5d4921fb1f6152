package manifest

import "strings"

// A text is what a tool reads after it joined lines or took off quotes, with the place of every byte in the file.
type text struct {
	s  string
	at []int // offset in the file of every byte of s, and of the place after the last
}

// plain is the text of a span as it stands.
func plain(src []byte, s Span) text {
	at := make([]int, s.Len()+1)
	for i := range at {
		at[i] = s.Start + i
	}
	return text{string(src[s.Start:s.End]), at}
}

// span is where the bytes i to j of the text stand in the file. Bytes that joining left out between them lie inside it.
func (t text) span(i, j int) Span {
	if j <= i {
		return Span{t.at[i], t.at[i]}
	}
	return Span{t.at[i], t.at[j-1] + 1}
}

// cut is the part of the text from i to j.
func (t text) cut(i, j int) text {
	return text{t.s[i:j], t.at[i : j+1]}
}

// trim is the text without blanks at its ends.
func (t text) trim() text {
	i := len(t.s) - len(strings.TrimLeft(t.s, blanks))
	j := len(strings.TrimRight(t.s, blanks))
	return t.cut(i, max(i, j))
}

const blanks = " \t\r\n\f\v"

// A joiner builds a text from pieces of a file.
type joiner struct {
	b  strings.Builder
	at []int
}

func (j *joiner) add(src []byte, s Span) {
	j.b.Write(src[s.Start:s.End])
	for i := s.Start; i < s.End; i++ {
		j.at = append(j.at, i)
	}
}

// text ends the joining; end is the place after the last piece.
func (j *joiner) text(end int) text {
	return text{j.b.String(), append(j.at, end)}
}
