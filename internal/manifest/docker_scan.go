package manifest

import (
	"bytes"
	"strings"
)

var escapeLine = lazy("(?i)^#\\s*escape\\s*=\\s*([\\\\`])\\s*$")

// escapeOf reads the directives that may stand on top of a Dockerfile.
func escapeOf(src []byte) byte {
	src = bytes.TrimPrefix(src, bom)
	for line := range bytes.Lines(src) {
		line = bytes.TrimSpace(line)
		if !bytes.HasPrefix(line, []byte("#")) {
			break
		}
		if m := escapeLine.FindSubmatch(line); m != nil {
			return m[1][0]
		}
		if !bytes.Contains(line, []byte("=")) {
			break
		}
	}
	return '\\'
}

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
		d.takeHeredocs(in)
		n = in.EndLine
		out = append(out, in)
	}
	return out
}

func skipped(line string) bool {
	line = strings.TrimLeft(line, blanks)
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
			s.Start += len(f.At(s)) - len(strings.TrimLeft(f.At(s), blanks))
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
	line := bytes.TrimRight(d.File.Src[s.Start:s.End], " \t\r")
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

var heredocWord = lazy(`^\d*<<(-?)([^<]+)$`)

// A heredocRef is a word of the joined lines that announces a heredoc.
type heredocRef struct {
	from, to int
	name     string
	tabs     bool // leading tabs are taken off its lines
}

// heredocs finds the words that announce one. Docker takes whole words only: `cat<<EOF` is none for it, but one for the shell.
func heredocs(s string) []heredocRef {
	var out []heredocRef
	for i := 0; i < len(s); {
		if strings.IndexByte(blanks, s[i]) >= 0 {
			i++
			continue
		}
		j := wordEnd(s, i)
		if open := strings.Count(s[i:j], `"`)%2 + strings.Count(s[i:j], "'")%2; open > 0 && j == len(s) {
			return nil
		}
		if m := heredocWord.FindStringSubmatch(s[i:j]); m != nil {
			out = append(out, heredocRef{i, j, unescape(strip(m[2])), m[1] != ""})
		}
		i = j
	}
	return out
}

// takeHeredocs adds the lines of the instruction's heredocs to it. One without terminator runs to the end of the file.
func (d *Dockerfile) takeHeredocs(in *Instruction) {
	if in.Keyword != "RUN" && in.Keyword != "COPY" && in.Keyword != "ADD" || strings.HasPrefix(in.args.s, "[") {
		return
	}
	for _, h := range heredocs(in.args.s) {
		d.takeHeredoc(in, h.name, h.tabs)
	}
}

func (d *Dockerfile) takeHeredoc(in *Instruction, name string, tabs bool) {
	f := d.File
	h := Heredoc{Name: name, Span: Span{f.LineSpan(in.EndLine).End, f.LineSpan(in.EndLine).End}}
	for n := in.EndLine + 1; n <= f.Lines(); n++ {
		line := f.Text(n)
		if tabs {
			line = strings.TrimLeft(line, "\t")
		}
		in.EndLine = n
		if line == name {
			break
		}
		h.Span.End = f.LineSpan(n).End
	}
	in.Heredocs = append(in.Heredocs, h)
	in.Span.End = f.bare(in.EndLine).End
}
