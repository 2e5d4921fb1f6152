package buildlog

import "strings"

// poetryHead is what Poetry writes above the output of a build that failed. Since 2.0 that stands behind bars ("    | running build"); earlier
// it goes on without, up to Poetry's own traceback.
const poetryHead = "Backend subprocess exited when trying to invoke "

// unbar takes the bar off a line of the output that Poetry frames so.
func (b *blocker) unbar(l *Line) {
	for i := range b.open[l.Step] {
		f := &b.open[l.Step][i]
		if !f.poetry || f.begun && !f.barred {
			continue
		}
		text := strings.TrimLeft(l.Text, " ")
		if text == "|" || strings.HasPrefix(text, "| ") {
			f.begun, f.barred = true, true
			l.Text = strings.TrimPrefix(text[1:], " ")
		} else if f.barred && text != "" {
			f.left = 0
		}
	}
}

// poetryEdge ends the output where the bars end, or where Poetry speaks again.
func (f *frame) poetryEdge(text string) edge {
	switch {
	case f.barred && f.left != 0:
		return none
	case f.barred, strings.HasPrefix(text, "at /"), strings.HasPrefix(text, "Note: This error originates from the build backend"),
		strings.HasPrefix(text, "Cannot install "):
		return before
	}
	f.begun = true
	return none
}

// ofPoetry is the package that Poetry said above to be installing: "  - Installing cffi (1.14.0)".
func (b *blocker) ofPoetry(i int) string {
	of := ""
	b.above(i, 8, func(text string) bool {
		if _, rest, ok := strings.Cut(text, "Installing "); ok && strings.Contains(rest, " (") {
			of = word(rest)
		}
		return of == ""
	})
	return of
}
