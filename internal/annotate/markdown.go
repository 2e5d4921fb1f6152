package annotate

import (
	"strings"
	"unicode/utf8"
)

// Text is s as running text of a Markdown page, on one line: nothing in it is markup, a link, an image, HTML, a mention or a
// reference to an issue. Hosts look for the last two and for bare addresses after Markdown is rendered, so an escape would not
// stop them; a zero width space does.
func Text(s string) string {
	s = Plain(strings.TrimSpace(oneLine(s)))
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i := 0; i < len(s); i++ {
		if isMarkup(s, i) {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
		if linksFrom(s, i) {
			b.WriteRune(zeroWidth)
		}
	}
	return b.String()
}

// Subject is s as one line where no Markdown is rendered but mentions and references to issues still count: the title of a pull
// request, a line of a commit's message ("fixes #1" closes an issue when it is merged).
func Subject(s string) string {
	s = Plain(strings.TrimSpace(oneLine(s)))
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if linksFrom(s, i) {
			b.WriteRune(zeroWidth)
		}
	}
	return b.String()
}

// linksFrom tells whether a host would make a mention, a reference or a link of what ends with the byte at i and what follows.
func linksFrom(s string, i int) bool {
	next := i+1 < len(s) && wordByte(s[i+1])
	switch s[i] {
	case '@', '#', '!':
		return next
	case '-':
		return next && i >= 2 && strings.EqualFold(s[i-2:i], "GH")
	case ':':
		return strings.HasPrefix(s[i+1:], "//")
	case 'w', 'W':
		return i >= 2 && strings.EqualFold(s[i-2:i+1], "www")
	}
	return false
}

// isMarkup tells whether the byte at i could be markup where it stands. Others are left alone, so that the page's source is
// readable too.
func isMarkup(s string, i int) bool {
	switch c := s[i]; c {
	case '\\', '`', '*', '[', ']', '<', '>', '~', '|', '&', '$':
		return true
	case '_':
		return i == 0 || i+1 == len(s) || !wordByte(s[i-1]) || !wordByte(s[i+1])
	case '#', '+', '-', '=', ':':
		return i == 0
	case '.', ')':
		return strings.Trim(s[:i], "0123456789") == ""
	}
	return false
}

func wordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// Code is s as inline code, on one line.
func Code(s string) string {
	s = strings.TrimSpace(Plain(oneLine(s)))
	if s == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// Cell is s as inline code in a cell of a table. A backslash before a bar cannot be written there, so another one stands for it.
func Cell(s string) string {
	return strings.ReplaceAll(Code(strings.ReplaceAll(s, `\|`, "＼|")), "|", `\|`)
}

// Fence is content as a code block. info must be a constant; content may be anything: its fence is longer than any run of
// backticks in it.
func Fence(info, content string) string {
	lines := splitLines(strings.TrimRight(content, "\r\n"))
	for i, line := range lines {
		lines[i] = Plain(line)
	}
	body := strings.Join(lines, "\n")
	fence := strings.Repeat("`", max(3, longestRun(body, '`')+1))
	return fence + info + "\n" + body + "\n" + fence + "\n"
}

// Suggestion is whole lines of a file as a code block that a host offers to put in the place of the lines it is shown at; "" takes
// them away. Nothing in it can be made visible or masked without changing what the host would write, so ok is false where that
// would be called for, and the caller leaves the suggestion out.
func (m *Masker) Suggestion(lines string) (block string, ok bool) {
	for _, line := range strings.Split(lines, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if Visible(line) != line || strings.ContainsRune(line, zeroWidth) {
			return "", false
		}
	}
	if m.Mask(lines) != lines {
		return "", false
	}
	if lines != "" && !strings.HasSuffix(lines, "\n") {
		lines += "\n"
	}
	fence := strings.Repeat("`", max(3, longestRun(lines, '`')+1))
	return fence + "suggestion\n" + lines + fence + "\n", true
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return strings.Join(splitLines(s), " ")
}

// Short is at most n bytes of s, cut between characters, with an ellipsis where something is left out.
func Short(s string, n int) string {
	if len(s) <= n {
		return s
	}
	n = max(0, n-len("…"))
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// A page is Markdown of bounded size. It is built from whole pieces, so that a fence that was opened is always closed: a piece
// that no longer fits is left out and counted.
type page struct {
	b       strings.Builder
	limit   int // bytes; 0 is no limit
	reserve int // kept free for what must still be said
	left    int
}

// add appends a piece if it fits.
func (p *page) add(piece string) bool {
	if p.limit > 0 && p.b.Len()+len(piece)+p.reserve > p.limit {
		p.left++
		return false
	}
	p.b.WriteString(piece)
	return true
}
