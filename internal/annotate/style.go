package annotate

import "strings"

// A style writes ANSI colours, or none.
type style bool

func (c style) in(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (c style) red(s string) string    { return c.in("1;31", s) }
func (c style) yellow(s string) string { return c.in("1;33", s) }
func (c style) green(s string) string  { return c.in("32", s) }
func (c style) blue(s string) string   { return c.in("1;34", s) }
func (c style) bold(s string) string   { return c.in("1", s) }

// diffLine colours one line of a unified diff, and makes it plain.
func (c style) diffLine(line string) string {
	text := Plain(line)
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
		return c.bold(text)
	case strings.HasPrefix(line, "+"):
		return c.green(text)
	case strings.HasPrefix(line, "-"):
		return c.in("31", text)
	case strings.HasPrefix(line, "@@"):
		return c.in("36", text)
	}
	return text
}
