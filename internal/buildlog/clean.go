package buildlog

import (
	"strings"
	"unicode/utf8"
)

// joined stands for a line break that a console put into a line because of its width. It counts as a line of the raw file.
// decode writes it; NULs of the input never reach the text.
const joined = '\x00'

// A cleanLine is a raw line without what terminals, builders and job runners put around it.
type cleanLine struct {
	text    string
	vertex  int    // BuildKit's number of the step, -1 without one
	clock   bool   // the line has BuildKit's seconds: it is output of the step, not a word about it
	mark    string // "error", "group", "section", …: the runner's ##[mark]
	job     string // "job\tstep" of a downloaded GitHub log
	section string // "start:name" or "end:name" of GitLab
	speaker speaker
}

// A speaker is who prefixed a line, as far as the prefix tells.
type speaker uint8

const (
	stampZ    speaker = 1 << iota // 2024-07-08T16:59:09.1234567Z: GitHub and Azure Pipelines
	stampACR                      // 2021/10/21 12:34:56
	stampAML                      // 2024-09-05T15:26:38:
	byCompose                     // web-1  |
)

// clean reads one raw line. Indentation behind the prefixes is kept: it carries meaning in pip's reports.
func clean(raw string) cleanLine {
	c := cleanLine{vertex: -1}
	s := strings.TrimRight(plain(raw), " \t\r\n\v\f")
	if rest, ok := strings.CutPrefix(s, "section_"); ok {
		c.section, s = gitlabSection(rest, s)
	}
	s = c.peelAll(s)
	if i := strings.LastIndexByte(s, '\r'); i >= 0 { // the prefix stands before the first \r, what is visible behind the last
		s = c.peelAll(s[i+1:])
	}
	c.text = limit(s, MaxLine)
	return c
}

func (c *cleanLine) peelAll(s string) string {
	for before := -1; len(s) != before; {
		before = len(s)
		s = c.peel(s)
	}
	return s
}

// limit cuts s to n bytes, at a character.
func limit(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.TrimRight(s[:n], " \t")
}

// Kinds of bytes that plain acts on. A line without them is plain already.
const (
	isControl = 1 << iota
	isBracket
	isWide
)

var kinds = func() (k [256]uint8) {
	for c := range k {
		switch {
		case c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f:
			k[c] = isControl
		case c == '[':
			k[c] = isBracket
		case c >= 0x80:
			k[c] = isWide
		}
	}
	return k
}()

// plain takes out what a terminal acts on rather than shows, and bytes that are no text.
func plain(s string) string {
	seen := uint8(0)
	for i := range len(s) {
		seen |= kinds[s[i]]
	}
	if seen&isControl != 0 {
		s = string(strip(nil, []byte(s)))
	}
	if seen&isBracket != 0 {
		s = residue(s)
	}
	if seen&isWide != 0 {
		s = strings.ToValidUTF8(strings.ReplaceAll(s, "\uFEFF", ""), "\uFFFD")
	}
	return s
}

// strip appends s to dst without escape sequences and control characters; a backspace takes the character before it.
func strip(dst, s []byte) []byte {
	start := len(dst)
	for i := 0; i < len(s); i++ {
		if kinds[s[i]] != isControl {
			dst = append(dst, s[i])
			continue
		}
		switch s[i] {
		case 0x1b:
			i += escape(s[i:]) - 1
		case '\b':
			if n := len(dst); n > start && dst[n-1] != '\r' && dst[n-1] != '\n' {
				_, size := utf8.DecodeLastRune(dst[start:])
				dst = dst[:n-size]
			}
		}
	}
	return dst
}

// escape returns the length of the escape sequence that s begins with: CSI, OSC and the like up to their end, else two bytes.
// A sequence that is cut by the end of the line takes the ESC alone, so no text is lost to it.
func escape(s []byte) int {
	if len(s) < 2 {
		return 1
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			if s[i] >= 0x40 && s[i] <= 0x7e {
				return i + 1
			}
			if s[i] < 0x20 || s[i] > 0x7e {
				break
			}
		}
		return 2
	case ']', 'P', '^', '_':
		for i := 2; i < len(s) && s[i] != '\n'; i++ {
			if s[i] == 0x07 {
				return i + 1
			}
			if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
		}
		return 2
	case '(', ')', '#', '%':
		return min(3, len(s))
	}
	if s[1] < 0x30 || s[1] > 0x7e {
		return 1
	}
	return 2
}

// residue takes out "[91m" and "[0m": what is left of a colour where a viewer dropped the ESC.
func residue(s string) string {
	var b []byte
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] != '[' {
			continue
		}
		if n := colour(s[i+1:]); n > 0 {
			b = append(b, s[from:i]...)
			i += n
			from = i + 1
		}
	}
	if from == 0 {
		return s
	}
	return string(append(b, s[from:]...))
}

// colour returns the length of "91m", "0m" or "01;31m" at the start of s, 0 where there is none.
func colour(s string) int {
	digits := 0
	for i := 0; i < len(s) && i < 9; i++ {
		switch {
		case s[i] >= '0' && s[i] <= '9' && digits < 3:
			digits++
		case s[i] == ';' && digits > 0:
			digits = 0
		case s[i] == 'm' && digits > 0:
			return i + 1
		default:
			return 0
		}
	}
	return 0
}
