package manifest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Requirements is a requirements or constraints file.
type Requirements struct {
	Entries []Entry
	Options []Option // in order; --hash belongs to its requirement and is not here
}

// An Option is a line such as `-r base.txt` or `--index-url https://…`.
type Option struct {
	Name  string // in its long form: --requirement, --constraint, --editable, --index-url, --extra-index-url, …
	Value string
	Span  Span // from the option to the end of its value
	Line  int
}

var longOptions = map[string]string{
	"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url", "-f": "--find-links", "--pypi-url": "--index-url",
}

// Option returns the first option of that long name.
func (r *Requirements) Option(name string) (Option, bool) {
	for _, o := range r.Options {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// HashChecking tells whether pip checks hashes of everything in the file, because one requirement has a hash or an option says so.
func (r *Requirements) HashChecking() bool {
	if _, ok := r.Option("--require-hashes"); ok {
		return true
	}
	for _, e := range r.Entries {
		if len(e.Hashes) > 0 {
			return true
		}
	}
	return false
}

func readRequirements(f *File) {
	f.Requirements = &Requirements{}
	if wide(f.Src) {
		f.fail(1, "the file is in UTF-16; save it as UTF-8, which every tool reads")
		return
	}
	if i := firstInvalid(f.Src); i >= 0 {
		f.fail(f.Line(i), "the file is not UTF-8; save it as UTF-8")
	}
	for _, l := range f.logicalLines() {
		f.readLine(l)
	}
}

// wide tells whether text is UTF-16, by its mark or by zero bytes at every second place.
func wide(src []byte) bool {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		return true
	}
	head := src[:min(len(src), 64)]
	return len(head) > 3 && bytes.Count(head, []byte{0}) >= len(head)/3
}

func firstInvalid(src []byte) int {
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// logicalLines joins lines that end in a backslash, as pip does: a comment line ends the joining, even after a backslash.
func (f *File) logicalLines() []text {
	var out []text
	var j joiner
	open := false
	for n := 1; n <= f.Lines(); n++ {
		s := f.bare(n)
		comment := strings.HasPrefix(strings.TrimLeft(f.At(s), blanks), "#")
		more := !comment && s.Len() > 0 && f.Src[s.End-1] == '\\'
		if more {
			s.End--
		}
		j.add(f.Src, s)
		open = more
		if !more {
			out = append(out, j.text(s.End))
			j = joiner{}
		}
	}
	if open {
		out = append(out, j.text(len(f.Src)))
	}
	return out
}

// bare is line n without its line end and, on line 1, without a byte order mark.
func (f *File) bare(n int) Span {
	s := f.LineSpan(n)
	if n == 1 && bytes.HasPrefix(f.Src, bom) {
		s.Start += len(bom)
	}
	s.End = s.Start + len(bytes.TrimRight(f.Src[s.Start:s.End], "\r\n"))
	return s
}

var bom = []byte("\xef\xbb\xbf")

var commentStart = lazy(`(^|\s+)#`)

// uncomment splits the comment off a line the way pip does: it begins with # at the start or after a blank.
func uncomment(t text) (text, string) {
	m := commentStart.FindStringIndex(t.s)
	if m == nil {
		return t, ""
	}
	return t.cut(0, m[0]), strings.TrimSpace(t.s[m[1]:])
}

func (f *File) readLine(l text) {
	t, comment := uncomment(l)
	t = t.trim()
	if t.s == "" {
		return
	}
	if t.s[0] == '-' {
		f.readOption(t, comment)
		return
	}
	body, options := splitOptions(t)
	e, ok := readRequirement(body)
	e.Where, e.Comment = string(f.Kind), comment
	e.Outer = t.span(0, len(t.s))
	e.Hashes = hashes(options)
	e.place(f)
	f.Requirements.Entries = append(f.Requirements.Entries, e)
	if !ok {
		f.fail(e.Line, "%q is not a requirement that pip can read", e.Raw)
	}
}

func (f *File) readOption(t text, comment string) {
	name, value := optionParts(t.s)
	s := t.span(0, len(t.s))
	f.Requirements.Options = append(f.Requirements.Options, Option{Name: name, Value: value, Span: s, Line: f.Line(s.Start)})
	if name != "--editable" {
		return
	}
	i := strings.LastIndex(t.s, value)
	e, ok := readRequirement(t.cut(i, i+len(value)))
	if !ok || e.Name == "" {
		return
	}
	e.Where, e.Comment, e.Local = string(f.Kind), comment, true
	e.Outer = s
	e.place(f)
	f.Requirements.Entries = append(f.Requirements.Entries, e)
}

// optionParts splits "-r base.txt", "-rbase.txt", "--index-url=https://…" into the long name and the value.
func optionParts(s string) (name, value string) {
	name = s
	if i := strings.IndexAny(s, "= \t"); i >= 0 {
		name, value = s[:i], strings.Trim(s[i+1:], blanks)
	} else if len(s) > 2 && s[1] != '-' {
		name, value = s[:2], s[2:]
	}
	if long, ok := longOptions[name]; ok {
		name = long
	}
	return name, unquote(value)
}

func unquote(s string) string {
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

var optionStart = lazy(`\s--?[A-Za-z]`)

// splitOptions splits the options of one requirement (--hash=…, --config-settings …) off its line.
func splitOptions(t text) (body, options text) {
	end := len(t.s)
	if m := optionStart.FindStringIndex(t.s); m != nil {
		end = m[0]
	}
	return t.cut(0, end), t.cut(end, len(t.s))
}

var hashOption = lazy(`--hash[=\s]\s*\S+`)

func hashes(options text) []Span {
	var out []Span
	for _, m := range hashOption.FindAllStringIndex(options.s, -1) {
		out = append(out, options.span(m[0], m[1]))
	}
	return out
}

// fail notes what could not be read, with the line.
func (f *File) fail(line int, format string, args ...any) {
	f.Errs = append(f.Errs, fmt.Errorf("reading %s: line %d: "+format, append([]any{f.Path, line}, args...)...))
}
