package annotate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	quotedBytes = 400 // of one line; pip prints lists of versions of many kilobytes
	quotedLines = 24
)

// A gutter quotes lines with their numbers before a bar.
type gutter struct {
	v     *verdict
	width int
}

// gutterFor makes a gutter that is wide enough for every number it will show.
func (v *verdict) gutterFor(lines []diagnose.Evidence, l *diagnose.Location) gutter {
	last := 0
	for _, e := range lines {
		last = max(last, e.Line)
	}
	if l != nil {
		last = max(last, l.Line)
	}
	return gutter{v: v, width: max(3, len(strconv.Itoa(last)))}
}

func (g gutter) arrow(place string) {
	g.v.line("%*s%s %s", g.width, "", g.v.style.blue("-->"), place)
	g.bar()
}

func (g gutter) bar() { g.v.line("%*s %s", g.width, "", g.v.style.blue("|")) }

// quote prints a line; number 0 is none.
func (g gutter) quote(number int, text string) {
	label := ""
	if number > 0 {
		label = strconv.Itoa(number)
	}
	text = strings.TrimRight(text, " \t\r")
	if text != "" {
		text = " " + text
	}
	g.v.line("%s%s", g.v.style.blue(fmt.Sprintf("%*s |", g.width, label)), text)
}

func (g gutter) note(text string) {
	indent := g.width + 3
	for i, line := range wrap(Plain(text), g.v.width-indent) {
		mark := " "
		if i == 0 {
			mark = "="
		}
		g.v.line("%*s %s %s", g.width, "", g.v.style.blue(mark), line)
	}
}

// evidence quotes lines of a log. Dots say that lines in between are left out.
func (g gutter) evidence(lines []diagnose.Evidence) {
	for i, e := range lines {
		if i == quotedLines {
			g.v.line("%s", g.v.style.blue(fmt.Sprintf("%*s and %d more lines", g.width, "...", len(lines)-i)))
			break
		}
		if i > 0 && e.Line > lines[i-1].Line+1 {
			g.v.line("%s", g.v.style.blue(fmt.Sprintf("%*s", g.width, "...")))
		}
		g.quote(e.Line, Plain(Short(e.Text, quotedBytes)))
	}
	g.bar()
}

// location quotes the line of a file with a caret under what is meant.
func (g gutter) location(l *diagnose.Location) {
	if l == nil {
		return
	}
	g.arrow(Plain(position(l)))
	if strings.TrimSpace(l.Text) == "" {
		return
	}
	text := Short(l.Text, quotedBytes)
	g.quote(l.Line, Plain(text))
	if c := caret(l, text); c != "" {
		g.quote(0, c)
	}
}

// caret underlines columns of the line as it is shown. Tabs before it are kept, so it lines up at any tab width.
func caret(l *diagnose.Location, text string) string {
	from := l.Column - 1
	if from < 0 || from >= len(text) {
		return ""
	}
	to := l.EndColumn - 1
	if l.EndLine > l.Line || to > len(text) {
		to = len(strings.TrimRight(text, " \t\r\n"))
	}
	before := []rune(Visible(text[:from]))
	for i, r := range before {
		if r != '\t' {
			before[i] = ' '
		}
	}
	under := 1
	if to > from {
		under = max(1, utf8.RuneCountInString(Visible(text[from:to])))
	}
	return string(before) + strings.Repeat("^", under)
}

// position is path:line:column, which editors and terminals make a link of.
func position(l *diagnose.Location) string {
	switch {
	case l.Line == 0:
		return l.Path
	case l.Column == 0:
		return fmt.Sprintf("%s:%d", l.Path, l.Line)
	}
	return fmt.Sprintf("%s:%d:%d", l.Path, l.Line, l.Column)
}

// origin says which step of which log the quoted lines are from.
func (v *verdict) origin(log string, s *diagnose.Step) string {
	text := Plain(log)
	if s == nil {
		return text
	}
	if command := strings.Join(strings.Fields(s.Command), " "); command != "" {
		text += ", " + Plain(Short(command, v.width))
	}
	if d := stepDetail(s); d != "" {
		text += " (" + Plain(d) + ")"
	}
	return text
}

// stepDetail is where the step stands and how it ended, as far as known.
func stepDetail(s *diagnose.Step) string {
	var parts []string
	if s.DockerfileLine > 0 {
		file := s.Dockerfile
		if file == "" {
			file = "Dockerfile"
		}
		parts = append(parts, fmt.Sprintf("%s:%d", file, s.DockerfileLine))
	}
	if s.ExitCode != nil {
		parts = append(parts, fmt.Sprintf("exit status %d", *s.ExitCode))
	}
	return strings.Join(parts, ", ")
}

func symptoms(list []diagnose.Symptom) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = fmt.Sprintf("%s (line %d)", s.Rule, s.Line)
	}
	return enumerate(parts, "and")
}

func candidates(list []diagnose.Location) string {
	parts := make([]string, len(list))
	for i := range list {
		parts[i] = position(&list[i])
	}
	return enumerate(parts, "or")
}

func enumerate(parts []string, word string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " " + word + " " + parts[last]
}

var pageLink = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\[([^\]]+)\]\((\S+?)\)`)
})

// prose is a paragraph of a rule's page as plain text: links become their words and their address.
func prose(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if strings.Contains(s, "](") {
		s = pageLink().ReplaceAllString(s, "$1 ($2)")
	}
	return s
}

// wrap breaks s between words into lines of at most width characters. A word that is longer stands alone.
func wrap(s string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(lines, line)
}
