// Package manifest reads the user's definition files (conda YAML, requirements, Dockerfiles, Azure ML environments, pyproject.toml)
// and says at which bytes every entry stands. It never writes: a change is an edit of the bytes at a span.
package manifest

import (
	"bytes"
	"sort"
)

// A Kind is the format of a definition file.
type Kind string

// The formats that are read.
const (
	KindConda        Kind = "conda"
	KindRequirements Kind = "requirements"
	KindConstraints  Kind = "constraints"
	KindDockerfile   Kind = "dockerfile"
	KindAzureML      Kind = "azureml"
	KindPyProject    Kind = "pyproject"
	KindDockerignore Kind = "dockerignore" // lines only
	KindAzureMLJob   Kind = "azureml-job"  // names an environment; lines only
)

// A Span is a range of bytes of a file, half open. The zero Span stands for "not there".
type Span struct{ Start, End int }

// IsZero tells whether there is nothing at the span and no place either.
func (s Span) IsZero() bool { return s == Span{} }

// Len is the number of bytes.
func (s Span) Len() int { return s.End - s.Start }

// Holds tells whether other lies within s.
func (s Span) Holds(other Span) bool { return s.Start <= other.Start && other.End <= s.End }

// A File is one definition file: its bytes, and what was read of them. Of the views only those of its kind are set; Conda is
// also set for an Azure ML environment that holds its conda file inline.
type File struct {
	Path string // slash-separated, relative to the root of the repository
	Kind Kind
	Src  []byte
	Errs []error // what could not be read of it, one sentence each

	Conda        *Conda
	Requirements *Requirements
	Dockerfile   *Dockerfile
	AzureML      *AzureML
	PyProject    *PyProject

	starts []int // offset of the first byte of every line
	view   *yamlView
}

func newFile(path string, kind Kind, src []byte) *File {
	f := &File{Path: path, Kind: kind, Src: src, starts: []int{0}}
	for i, c := range src {
		if c == '\n' && i+1 < len(src) {
			f.starts = append(f.starts, i+1)
		}
	}
	return f
}

// Lines is the number of lines; a missing last newline still ends a line.
func (f *File) Lines() int { return len(f.starts) }

// Line is the 1-based line that the byte at offset stands on.
func (f *File) Line(offset int) int {
	return sort.SearchInts(f.starts, offset+1)
}

// LineSpan is the span of line n with its line end; the zero Span where there is no such line.
func (f *File) LineSpan(n int) Span {
	switch {
	case n < 1 || n > len(f.starts):
		return Span{}
	case n == len(f.starts):
		return Span{f.starts[n-1], len(f.Src)}
	}
	return Span{f.starts[n-1], f.starts[n]}
}

// LinesOf is the span of all lines that s touches, with the line end of the last.
func (f *File) LinesOf(s Span) Span {
	last := s.End
	if last > s.Start {
		last--
	}
	return Span{f.LineSpan(f.Line(s.Start)).Start, f.LineSpan(f.Line(last)).End}
}

// Col is the 1-based column of the byte at offset, counted in bytes.
func (f *File) Col(offset int) int {
	return offset - f.starts[f.Line(offset)-1] + 1
}

// Text is line n without its line end; "" where there is no such line.
func (f *File) Text(n int) string {
	s := f.LineSpan(n)
	return string(bytes.TrimRight(f.Src[s.Start:s.End], "\r\n"))
}

// At is the text of a span.
func (f *File) At(s Span) string { return string(f.Src[s.Start:s.End]) }

// EOL is the line end that the file uses: that of its first line, or "\n".
func (f *File) EOL() string {
	if i := bytes.IndexByte(f.Src, '\n'); i > 0 && f.Src[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// Indent is the white space that line n begins with.
func (f *File) Indent(n int) string {
	t := f.Text(n)
	i := 0
	for i < len(t) && (t[i] == ' ' || t[i] == '\t') {
		i++
	}
	return t[:i]
}
