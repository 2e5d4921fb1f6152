package manifest

import (
	"strings"
)

// An Entry is one package that a definition file asks for, whatever the file's format is. Spans of parts that are not there,
// or whose bytes cannot be told (a YAML string with escapes), are zero.
type Entry struct {
	File   *File
	Format string // who installs it: conda | pip | apt | apk | dnf | npm
	Where  string // dependencies | pip | requirements | constraints | run | project | optional | group | build | poetry | python

	Name    string // normalised: PEP 503 for pip, lower case for others; "" where a path or an URL has no name
	Raw     string // the bytes at Span
	Extras  []string
	Spec    string // version specifiers with their operators, as written; "" when unbounded
	Specs   []Specifier
	Build   string // conda's build string
	Channel string // conda's channel:: prefix
	URL     string // of `name @ url`, or the whole of a requirement that is an URL or a path
	Marker  string // what follows the semicolon
	Comment string // what follows on the same line, without "#"

	Span, NameSpan, ExtrasSpan, SpecSpan, BuildSpan, ChannelSpan, MarkerSpan Span

	Outer  Span // Span with its quotes; for a requirement also with its options and hashes
	Quote  byte // ' or " where it is quoted, else 0
	Flow   bool // shares its line with others: a flow list, a RUN, an inline array
	Opaque bool // its bytes differ from what is read (escapes, folded lines, an alias), so it cannot be changed in part
	Hashes []Span
	Local  bool // a path or URL: not looked up in an index

	Line, EndLine int

	Instruction *Instruction // the RUN it stands in
	Command     *Command     // the command of that RUN
}

// A Specifier is one bound of a version: ">=1.2".
type Specifier struct {
	Op, Version         string
	Span                Span
	OpSpan, VersionSpan Span
}

var separators = lazy(`[-_.]+`)

// Normalise is the name of a Python project as PEP 503 compares it.
func Normalise(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

// Pinned is the version an entry is bound to exactly; "" where it is bound less, or not at all.
func (e *Entry) Pinned() string {
	if len(e.Specs) != 1 {
		return ""
	}
	s := e.Specs[0]
	exact := s.Op == "==" || s.Op == "===" || e.Format != "pip" && s.Op == "="
	if !exact || strings.Contains(s.Version, "*") {
		return ""
	}
	return s.Version
}

// place sets what follows from the file and the span.
func (e *Entry) place(f *File) {
	e.File = f
	if e.Outer.IsZero() {
		e.Outer = e.Span
	}
	e.Raw = f.At(e.Span)
	e.Line = f.Line(e.Span.Start)
	e.EndLine = f.Line(max(e.Span.Start, e.Span.End-1))
}
