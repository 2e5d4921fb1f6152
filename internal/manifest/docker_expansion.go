package manifest

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// expansion reads $name or ${name…} behind the $, and gives back what docker leaves of it where the variable is not set.
func (l *lexer) expansion() (string, error) {
	if l.peek() != '{' {
		return "$" + l.variable(), nil
	}
	l.next()
	switch l.peek() {
	case endOfLine:
		return "", errors.New("syntax error: missing '}'")
	case '{', '}', ':':
		return "", errors.New("syntax error: bad substitution")
	}
	name := l.variable()
	switch c := l.next(); c {
	case '}':
		return "${" + name + "}", nil
	case '/':
		return l.replacing(name)
	default:
		return l.modified(name, c)
	}
}

// modified reads ${name-word}, ${name:-word}, ${name#pattern} and their like behind the c.
func (l *lexer) modified(name string, c rune) (string, error) {
	modifier := string(c)
	pattern := c == '#' || c == '%'
	known := pattern || c == '+' || c == '-' || c == '?'
	if c == ':' {
		c = l.next()
		modifier += string(c)
		known = c != '#' && c != '%'
	}
	if !known {
		return "", fmt.Errorf("unsupported modifier (%s) in substitution", modifier)
	}
	word, err := l.until('}', pattern, pattern, "syntax error: missing '}'")
	return "${" + name + modifier + word + "}", err
}

// replacing reads ${name/pattern/by} and ${name//pattern/by} behind the first slash.
func (l *lexer) replacing(name string) (string, error) {
	if l.peek() == '/' {
		l.next()
	}
	pattern, err := l.until('/', true, true, "syntax error: missing '/' in ${}")
	if err != nil {
		return "", err
	}
	by, err := l.until('}', true, false, "syntax error: missing '}'")
	return "${" + name + "/" + pattern + "/" + by + "}", err
}

// maxNesting is how deep expansions are followed. Docker knows no limit, and 20,000 levels of ${a:-${a:-… in 140 kB take it more
// than a minute. What is nested deeper counts as what cannot be read.
const maxNesting = 100

// until reads the inside of an expansion. What stood before the expansion in the same word is lost: docker's lexer uses one
// buffer for both.
func (l *lexer) until(stop rune, escapes, pattern bool, missing string) (string, error) {
	if l.nesting == maxNesting {
		return "", errors.New("expansions are nested too deep")
	}
	outside := l.escapes
	l.escapes = escapes
	l.nesting++
	defer func() { l.escapes, l.nesting = outside, l.nesting-1 }()
	l.word.Reset()
	var out strings.Builder
	for l.peek() != endOfLine {
		if l.peek() == stop {
			l.next()
			return out.String(), nil
		}
		piece, err := l.piece(pattern)
		if err != nil && l.peek() != endOfLine {
			return "", err
		}
		if err != nil {
			break
		}
		out.WriteString(piece)
	}
	return "", errors.New(missing)
}

// variable reads a name. One that begins with a digit has only digits, and a special parameter is one character.
func (l *lexer) variable() string {
	start := l.i
	switch c := l.peek(); {
	case unicode.IsDigit(c):
		l.skip(unicode.IsDigit)
	case c != endOfLine && strings.ContainsRune("@*#?-$!", c):
		l.next()
	default:
		l.skip(func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) || c == '_' })
	}
	return l.s[start:l.i]
}

func (l *lexer) skip(belongs func(rune) bool) {
	for l.peek() != endOfLine && belongs(l.peek()) {
		l.next()
	}
}
