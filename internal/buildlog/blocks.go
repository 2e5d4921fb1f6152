package buildlog

import (
	"strings"
	"unicode/utf8"
)

// A blocker finds the reports within reports, as the lines come. Steps of BuildKit interleave, so each has its own open blocks.
type blocker struct {
	log  *Log
	open map[int][]frame // by step; the innermost is last
}

// A frame is an open block.
type frame struct {
	block  int
	kind   BlockKind
	indent int  // of its lines; of the head of a traceback
	sure   bool // its first line was indented as it should be, so a line with less indentation ends it
	begun  bool // a line with text was read
	left   int  // lines that it says it has: a ruler before they came is part of it
	ruler  bool // it ends with a ruler, not with "[end of output]"
	stream bool // it is uv's "[stdout]" or "[stderr]", without an end of its own
	poetry bool // it is Poetry's, see blocks_poetry.go
	barred bool // its lines stand behind bars
}

const dashes = "----------------------------------------"

func (b *blocker) line(i int) {
	l := &b.log.Lines[i]
	if l.Echo {
		return
	}
	if b.open == nil {
		b.open = map[int][]frame{}
	}
	b.unbar(l)
	text := strings.TrimLeft(l.Text, " ")
	indent := len(l.Text) - len(text)
	if b.ends(i, text, indent) || b.opens(i, text, indent) {
		return
	}
	b.put(i)
	switch {
	case strings.HasSuffix(text, "See above for output."):
		b.second(i)
	case strings.HasPrefix(text, "ERROR: Failed "), strings.HasPrefix(text, "╰─> "):
		b.nameBack(i, text)
	}
}

// put makes line i part of the innermost open block of its step.
func (b *blocker) put(i int) {
	l := &b.log.Lines[i]
	frames := b.open[l.Step]
	if len(frames) == 0 {
		return
	}
	l.Block = frames[len(frames)-1].block
	for k := range frames {
		b.log.Blocks[frames[k].block].Last = i
		frames[k].left--
	}
}

// ends closes the blocks that line i ends; it returns true where the line is their last.
func (b *blocker) ends(i int, text string, indent int) bool {
	step := b.log.Lines[i].Step
	for n := len(b.open[step]); n > 0; n = len(b.open[step]) {
		f := &b.open[step][n-1]
		switch f.edge(text, indent) {
		case after:
			b.put(i)
			b.open[step] = b.open[step][:n-1]
			return true
		case before:
			b.open[step] = b.open[step][:n-1]
		default:
			return false
		}
	}
	return false
}

// An edge says where a block ends in respect of a line.
type edge int

const (
	none edge = iota
	before
	after
)

// edge tells whether the block ends at a line, by its text without indentation.
func (f *frame) edge(text string, indent int) edge {
	if f.kind == Traceback {
		return f.tracebackEdge(text, indent)
	}
	if text == "" {
		return none
	}
	if f.poetry {
		return f.poetryEdge(text)
	}
	if !f.begun {
		f.begun, f.sure = true, indent >= f.indent && f.indent > 0
	}
	switch {
	case f.kind == CondaPip:
		if indent == 0 && condaPipEnds(text) {
			return before
		}
	case f.stream && strings.HasPrefix(text, "hint: "):
		return before
	case f.ruler:
		if text == dashes && f.left <= 1 && (indent <= f.indent || !f.sure) {
			return after
		}
	case text == "[end of output]" && (indent <= f.indent || !f.sure):
		return after
	}
	if f.sure && indent < f.indent {
		return before
	}
	return none
}

// tracebackEdge ends a traceback at its exception, the first line that is not indented more than its head.
func (f *frame) tracebackEdge(text string, indent int) edge {
	switch {
	case text == "" || indent > f.indent:
		return none
	case indent < f.indent || text == dashes || strings.HasPrefix(text, "["):
		return before
	}
	return after
}

func condaPipEnds(text string) bool {
	return text == "failed" || text == "done" || strings.HasPrefix(text, "Pip subprocess ") || strings.HasPrefix(text, "CondaEnvException") ||
		strings.HasPrefix(text, "CondaValueError") || strings.HasPrefix(text, "==> WARNING") || strings.HasPrefix(text, "# To activate")
}

// opens begins a block where line i is the head of one.
func (b *blocker) opens(i int, text string, indent int) bool {
	f := frame{indent: indent, left: -1}
	of := ""
	switch {
	case text == "Pip subprocess output:" || text == "Pip subprocess error:":
		f.kind, f.indent = CondaPip, 0
	case strings.HasSuffix(text, " lines of output]"):
		at := strings.LastIndexByte(text, '[')
		if at < 0 || digits(text[at+1:]) == 0 {
			return false
		}
		f.kind, f.indent = BuildOutput, indent+utf8.RuneCountInString(text[:at])
		of = b.ofReport(i)
	case strings.HasPrefix(text, "Complete output from command "):
		f.kind, f.ruler = BuildOutput, true
		of = b.ofCommand(i)
	case strings.HasPrefix(text, "Complete output ("):
		f.kind, f.ruler, f.left = BuildOutput, true, number(text[len("Complete output ("):])+1
		of = b.ofCommand(i)
	case text == "[stdout]" || text == "[stderr]":
		b.endStream(i)
		f.kind, f.stream, of = BuildOutput, true, b.ofReport(i)
	case strings.HasPrefix(text, poetryHead):
		f.kind, f.poetry, of = BuildOutput, true, b.ofPoetry(i)
	case strings.HasPrefix(text, "Traceback (most recent call last):"):
		f.kind = Traceback
	default:
		return false
	}
	b.begin(i, f, of)
	return true
}

// endStream closes "[stdout]" where "[stderr]" follows it.
func (b *blocker) endStream(i int) {
	step := b.log.Lines[i].Step
	frames := b.open[step]
	if n := len(frames); n > 0 {
		head := strings.TrimSpace(b.log.Lines[b.log.Blocks[frames[n-1].block].First].Text)
		if head == "[stdout]" {
			b.open[step] = frames[:n-1]
		}
	}
}

func (b *blocker) begin(i int, f frame, of string) {
	step := b.log.Lines[i].Step
	parent, depth := -1, 1
	if n := len(b.open[step]); n > 0 {
		parent = b.open[step][n-1].block
		depth = b.log.Blocks[parent].Depth + 1
	}
	f.block = len(b.log.Blocks)
	b.log.Blocks = append(b.log.Blocks, Block{Kind: f.kind, Parent: parent, Depth: depth, Of: of, First: i, Last: i})
	b.open[step] = append(b.open[step], f)
	b.put(i)
}

// second marks pip's second print of a report, which ends in "See above for output.", from its head.
func (b *blocker) second(i int) {
	var lines []int
	for j := i; j >= 0 && len(lines) < 8; j-- {
		l := &b.log.Lines[j]
		if l.Step != b.log.Lines[i].Step {
			continue
		}
		lines = append(lines, j)
		if strings.HasPrefix(l.Text, "error: ") {
			break
		}
	}
	if head := lines[len(lines)-1]; b.log.Lines[head].Text == "error: subprocess-exited-with-error" {
		for _, j := range lines {
			b.log.Lines[j].Echo = true
		}
	}
}
