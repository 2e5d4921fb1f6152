package manifest

import "bytes"

// Dockerfile is a Dockerfile: its instructions in order and what is in force at each of them.
type Dockerfile struct {
	File         *File
	Escape       byte // continues a line: \ or `
	Instructions []*Instruction
	Stages       []*Instruction // the FROM of every stage
	Templated    bool           // holds {{ }} or <% %>: the file is filled in before it is built

	exists      func(path string) bool // whether the repository holds a file
	misdirected *refusal               // of a directive on top
}

// An Instruction is one instruction of a Dockerfile.
type Instruction struct {
	Keyword     string // upper case
	Line        int
	EndLine     int
	Span        Span // from the keyword to the end of its last line, without the line end
	KeywordSpan Span
	Text        string // what follows the keyword, with lines joined as docker does; heredocs are not in it
	Words       []Word // of a RUN: of all its commands; else what blanks separate. Flags are not in it
	Flags       []Word // --mount=…, --from=…, --platform=…
	JSON        bool   // its arguments are a JSON list
	Heredocs    []Heredoc
	Commands    []*Command // of a RUN
	Unparsed    bool       // the shell parser refused the RUN, and words were split at blanks

	Stage   int    // index into Stages; -1 before the first FROM
	Workdir string // in force; "" where the base image decides
	User    string // in force; "" where the base image decides
	Shell   []string

	From *From // of a FROM
	Copy *Copy // of a COPY or ADD

	fault  string // why docker does not read it; "" where it does
	joined text
	args   text // joined without keyword and flags
}

// A Word is one word and where it stands.
type Word struct {
	Text    string // without quotes
	Span    Span   // with quotes
	Quote   byte   // where all of it is in one pair of quotes
	Literal bool   // holds no expansion
	inner   text   // the bytes within the quotes; none where quotes stand inside
}

// A Heredoc is a document within a RUN or COPY.
type Heredoc struct {
	Name string
	Span Span // its lines, without the terminator
}

// A From is the base of a stage.
type From struct {
	Image    string // with build arguments filled in from their defaults
	Ref      Word   // as it stands
	Name     string // without tag and digest
	Tag      string
	Digest   string
	Alias    string // the stage's name, lower case
	Platform string
	Parent   int  // index of the stage it is built on, -1 for an image
	Unset    bool // names a build argument without a default
}

// A Copy is what a COPY or ADD brings in.
type Copy struct {
	Sources []Word
	Dest    Word
	From    string // another stage or image; "" for the build context
}

// A Command is one simple command within a RUN.
type Command struct {
	Words []Word // the program and its arguments, without assignments
	Span  Span
}

func readDockerfile(f *File) {
	d := &Dockerfile{File: f, Escape: '\\'}
	f.Dockerfile = d
	d.Templated = bytes.Contains(f.Src, []byte("{{")) || bytes.Contains(f.Src, []byte("<%"))
	if wide(f.Src) {
		f.fail(1, "the file is in UTF-16; save it as UTF-8")
		return
	}
	d.readDirectives()
	d.Instructions = d.scan()
	if found := d.refusal(); found != nil {
		f.fail(found.line, "docker cannot read this: %s", found.message)
	}
	d.resolve()
	for _, in := range d.Instructions {
		d.readArguments(in)
	}
}

// Instruction returns the instruction that line n is a part of, or nil.
func (d *Dockerfile) Instruction(n int) *Instruction {
	for _, in := range d.Instructions {
		if in.Line <= n && n <= in.EndLine {
			return in
		}
	}
	return nil
}

// Before returns the instructions of the same stage that stand before in, in order.
func (d *Dockerfile) Before(in *Instruction) []*Instruction {
	var out []*Instruction
	for _, other := range d.Instructions {
		if other == in {
			break
		}
		if other.Stage == in.Stage {
			out = append(out, other)
		}
	}
	return out
}

// Base is the image that the stage of in stands on, through the stages between; "" where it is not known.
func (d *Dockerfile) Base(in *Instruction) string {
	for s := in.Stage; s >= 0 && s < len(d.Stages); {
		from := d.Stages[s].From
		if from == nil {
			return ""
		}
		if from.Parent < 0 {
			return from.Image
		}
		s = from.Parent
	}
	return ""
}
