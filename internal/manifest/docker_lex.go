package manifest

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A lexer splits a line into words the way docker does when it looks for heredocs: no variable is known, and what it cannot
// make sense of, such as ${a,,}, is an error. The escape character is \ whatever the file says.
type lexer struct {
	s       string
	i       int
	quotes  bool // quotes stay in the words
	escapes bool // so do escape characters
	word    strings.Builder
	from    int // where word begins
	words   []lexed
	nesting int // how many expansions it is inside of
}

// A lexed word and where it stood.
type lexed struct {
	text     string
	from, to int
}

const endOfLine rune = -1

// lex returns the words of s; raw ones keep their quotes and escape characters.
func lex(s string, raw bool) ([]lexed, error) {
	l := &lexer{s: s, i: len(s) - len(strings.TrimPrefix(s, string(bom))), quotes: raw, escapes: raw}
	for l.peek() != endOfLine {
		at, first := l.i, l.peek()
		piece, err := l.piece(false)
		if err != nil {
			return nil, fmt.Errorf("failed to process %q: %w", s, err)
		}
		l.add(piece, at, strings.ContainsRune(`'"<\`, first))
	}
	l.endWord(len(s))
	return l.words, nil
}

// add appends a piece to the word. Blanks in it part words, unless they are quoted.
func (l *lexer) add(piece string, at int, quoted bool) {
	for _, c := range piece {
		if !quoted && unicode.IsSpace(c) {
			l.endWord(at)
			continue
		}
		if l.word.Len() == 0 {
			l.from = at
		}
		l.word.WriteRune(c)
	}
}

func (l *lexer) endWord(at int) {
	if l.word.Len() > 0 {
		l.words = append(l.words, lexed{l.word.String(), l.from, at})
		l.word.Reset()
	}
}

func (l *lexer) peek() rune {
	if l.i == len(l.s) {
		return endOfLine
	}
	c, _ := utf8.DecodeRuneInString(l.s[l.i:])
	return c
}

func (l *lexer) next() rune {
	if l.i == len(l.s) {
		return endOfLine
	}
	c, n := utf8.DecodeRuneInString(l.s[l.i:])
	l.i += n
	return c
}

// piece reads one character, or what belongs together: a quoted string, an expansion, << with the blanks behind it.
// Within a pattern, escape characters in quotes are doubled.
func (l *lexer) piece(pattern bool) (string, error) {
	switch c := l.next(); c {
	case '$':
		return l.expansion()
	case '\'':
		return l.singleQuoted(pattern)
	case '"':
		return l.doubleQuoted(pattern)
	case '<':
		return l.redirection(), nil
	case '\\':
		return l.escaped(), nil
	default:
		return string(c), nil
	}
}

func (l *lexer) escaped() string {
	out := ""
	if l.escapes {
		out = `\`
	}
	if c := l.next(); c != endOfLine {
		out += string(c)
	}
	return out
}

func (l *lexer) redirection() string {
	if l.peek() != '<' {
		return "<"
	}
	start := l.i
	for l.i++; l.i < len(l.s) && strings.IndexByte("\t\r ", l.s[l.i]) >= 0; {
		l.i++
	}
	return "<" + l.s[start:l.i]
}

func (l *lexer) singleQuoted(pattern bool) (string, error) {
	var out strings.Builder
	l.quote(&out, '\'')
	for {
		switch c := l.next(); {
		case c == endOfLine:
			return "", errors.New("unexpected end of statement while looking for matching single-quote")
		case c == '\'':
			l.quote(&out, c)
			return out.String(), nil
		case c == '\\' && pattern:
			out.WriteString(`\\`)
		default:
			out.WriteRune(c)
		}
	}
}

func (l *lexer) doubleQuoted(pattern bool) (string, error) {
	var out strings.Builder
	l.quote(&out, '"')
	for {
		switch c := l.next(); c {
		case endOfLine:
			return "", errors.New("unexpected end of statement while looking for matching double-quote")
		case '"':
			l.quote(&out, c)
			return out.String(), nil
		case '$':
			value, err := l.expansion()
			if err != nil {
				return "", err
			}
			out.WriteString(value)
		case '\\':
			out.WriteString(l.escapedInQuotes(pattern))
		default:
			out.WriteRune(c)
		}
	}
}

func (l *lexer) quote(out *strings.Builder, c rune) {
	if l.quotes {
		out.WriteRune(c)
	}
}

// escapedInQuotes reads what follows a \ between double quotes, where it stands for itself before most characters.
func (l *lexer) escapedInQuotes(pattern bool) string {
	switch l.peek() {
	case endOfLine:
		return ""
	case '"', '$', '\\':
		return l.escaped()
	}
	if l.escapes && (pattern || !l.quotes) {
		return `\\`
	}
	return `\`
}
