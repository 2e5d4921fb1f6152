package manifest

import (
	"bytes"
	"strings"
	"unicode"
)

// scan splits the file into instructions the way docker joins lines: comment lines and empty lines within an instruction are
// left out, and heredocs belong to it.
func (d *Dockerfile) scan() []*Instruction {
	var out []*Instruction
	for n := 1; n <= d.File.Lines(); n++ {
		if skipped(d.File.At(d.File.bare(n))) {
			continue
		}
		in := d.join(n)
		d.readKeyword(in)
		in.fault = d.faultOf(in.joined.s)
		d.takeHeredocs(in)
		n = in.EndLine
		out = append(out, in)
	}
	return out
}

func skipped(line string) bool {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	return line == "" || line[0] == '#'
}

// join reads the lines of the instruction that begins on line n.
func (d *Dockerfile) join(n int) *Instruction {
	f := d.File
	in := &Instruction{Line: n, EndLine: n}
	var j joiner
	end := 0
	for more := true; more && n <= f.Lines(); n++ {
		s := f.bare(n)
		if n > in.Line && skipped(f.At(s)) {
			continue
		}
		if n == in.Line {
			s.Start += len(f.At(s)) - len(strings.TrimLeftFunc(f.At(s), unicode.IsSpace))
		}
		in.EndLine, end = n, s.End
		s, more = d.continued(s)
		j.add(f.Src, s)
	}
	in.joined = j.text(end).trim()
	in.Span = Span{in.joined.at[0], end}
	return in
}

// continued takes the escape character off the end of a line, and tells whether one was there.
func (d *Dockerfile) continued(s Span) (Span, bool) {
	line := bytes.TrimRight(d.File.Src[s.Start:s.End], " \t")
	n := len(line)
	if n == 0 || line[n-1] != d.Escape || n > 1 && line[n-2] == d.Escape {
		return s, false
	}
	return Span{s.Start, s.Start + n - 1}, true
}

var flagHead = lazy(`^\s+(--[a-z]\S*)`)

// readKeyword splits the joined lines into keyword, flags and arguments.
func (d *Dockerfile) readKeyword(in *Instruction) {
	t := in.joined
	i := strings.IndexAny(t.s, blanks)
	if i < 0 {
		i = len(t.s)
	}
	in.Keyword, in.KeywordSpan = strings.ToUpper(t.s[:i]), t.span(0, i)
	in.Text = strings.Trim(t.s[i:], blanks)
	for flagged[in.Keyword] {
		m := flagHead.FindStringSubmatchIndex(t.s[i:])
		if m == nil {
			break
		}
		in.Flags = append(in.Flags, Word{Text: t.s[i+m[2] : i+m[3]], Span: t.span(i+m[2], i+m[3]), Literal: true})
		i += m[1]
	}
	in.args = t.cut(i, len(t.s)).trim()
}

var flagged = map[string]bool{"RUN": true, "COPY": true, "ADD": true, "FROM": true, "HEALTHCHECK": true}

// Flag is the value of --name=value; "" where there is none.
func (in *Instruction) Flag(name string) string {
	for _, w := range in.Flags {
		if v, ok := strings.CutPrefix(w.Text, "--"+name+"="); ok {
			return v
		}
	}
	return ""
}

// takeHeredocs adds the lines of the instruction's heredocs to it. One without terminator runs to the end of the file.
func (d *Dockerfile) takeHeredocs(in *Instruction) {
	line := in.joined.s
	if !strings.Contains(line, "<<") || !mayHoldHeredocs(line, d.Escape) {
		return
	}
	docs, err := heredocs(line)
	if err != nil {
		in.refuse(err.Error())
	}
	for _, h := range docs {
		if !d.takeHeredoc(in, h.name, h.tabs) {
			in.refuse("unterminated heredoc")
		}
	}
}

// refuse notes the first fault of an instruction.
func (in *Instruction) refuse(message string) {
	if in.fault == "" {
		in.fault = message
	}
}

func (d *Dockerfile) takeHeredoc(in *Instruction, name string, tabs bool) (terminated bool) {
	f := d.File
	h := Heredoc{Name: name, Span: Span{f.LineSpan(in.EndLine).End, f.LineSpan(in.EndLine).End}}
	for n := in.EndLine + 1; n <= f.Lines(); n++ {
		line := f.Text(n)
		if tabs {
			line = strings.TrimLeft(line, "\t")
		}
		in.EndLine = n
		if terminated = line == name; terminated {
			break
		}
		h.Span.End = f.LineSpan(n).End
	}
	in.Heredocs = append(in.Heredocs, h)
	in.Span.End = f.bare(in.EndLine).End
	return terminated
}
