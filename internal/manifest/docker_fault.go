package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// A refusal is why docker does not read a Dockerfile, in its own words, and the line that it names: the first of the instruction,
// and of a directive the line before.
type refusal struct {
	line    int
	message string
}

// longestLine is how many bytes docker reads of a line (bufio.MaxScanTokenSize).
const longestLine = 64*1024 - 1

// refusal is the first thing that docker trips over, or nil. It stops reading at a line that is too long, and tells so only where
// everything above is in order.
func (d *Dockerfile) refusal() *refusal {
	long := d.tooLong()
	if long > 0 {
		f := newFile(d.File.Path, d.File.Kind, d.File.Src[:d.File.LineSpan(long).Start])
		d = &Dockerfile{File: f}
		d.readDirectives()
		d.Instructions = d.scan()
	}
	if d.misdirected != nil {
		return d.misdirected
	}
	for _, in := range d.Instructions {
		if in.fault != "" {
			return &refusal{in.Line, in.fault}
		}
	}
	switch {
	case len(d.Instructions) == 0:
		return &refusal{d.File.Lines(), "file with no instructions"}
	case long > 0:
		return &refusal{long - 1, fmt.Sprintf("dockerfile line greater than max allowed size of %d", longestLine)}
	}
	return nil
}

func (d *Dockerfile) tooLong() int {
	f := d.File
	for n := 1; n <= f.Lines(); n++ {
		if s := f.LineSpan(n); len(bytes.TrimSuffix(f.Src[s.Start:s.End], []byte("\n"))) > longestLine {
			return n
		}
	}
	return 0
}

// faultOf tells what docker finds wrong with an instruction when it reads it, before anything is built. Unknown instructions are
// refused later.
func (d *Dockerfile) faultOf(line string) string {
	keyword, args := splitKeyword(line, d.Escape)
	for keyword == "onbuild" && args != "" {
		keyword, args = splitKeyword(args, d.Escape)
	}
	switch keyword {
	case "env", "label":
		return assignmentFault(strings.ToUpper(keyword), args, rune(d.Escape))
	case "healthcheck":
		args = skipWord(args)
	case "add", "cmd", "copy", "entrypoint", "run", "shell", "volume":
	default:
		return ""
	}
	if list, ok := jsonList(args); ok && !onlyStrings(list) {
		return "when using JSON array syntax, arrays must be comprised of strings only"
	}
	return ""
}

// argumentBlanks part the keyword from the arguments, and a variable from its value.
const argumentBlanks = "\t\v\f\r "

// splitKeyword splits joined lines into the keyword in lower case and the arguments without flags.
func splitKeyword(line string, escape byte) (keyword, args string) {
	line = strings.TrimSpace(line)
	i := strings.IndexAny(line, argumentBlanks)
	if i < 0 {
		return strings.ToLower(line), ""
	}
	args = skipFlags(strings.TrimLeft(line[i:], argumentBlanks), escape)
	return strings.ToLower(line[:i]), strings.TrimSpace(args)
}

// skipFlags is what follows the words that begin with --; a lone -- ends them.
func skipFlags(s string, escape byte) string {
	for {
		s = s[blankBytes(s):]
		if !strings.HasPrefix(s, "--") {
			return s
		}
		end, length := flagEnd(s, escape)
		s = s[end:]
		if length == len("--") {
			return s
		}
	}
}

// flagEnd is where the flag that s begins with ends, and its length without quotes and escapes.
func flagEnd(s string, escape byte) (end, length int) {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote == 0 && blankByte(c):
			return i, length
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			continue
		case quote != 0 && c == quote:
			quote = 0
			continue
		case c == escape && i+1 == len(s):
			continue
		case c == escape:
			i++
		}
		length++
	}
	return len(s), length
}

// blankByte takes bytes for characters, as docker does where it looks for flags: half of an à (C3 A0) is a blank there.
func blankByte(c byte) bool { return unicode.IsSpace(rune(c)) }

func blankBytes(s string) int {
	i := 0
	for i < len(s) && blankByte(s[i]) {
		i++
	}
	return i
}

// skipWord is what follows the first word: of a HEALTHCHECK, the command after CMD.
func skipWord(s string) string {
	i := 0
	for i < len(s) && !blankByte(s[i]) {
		i++
	}
	if i == 0 {
		return ""
	}
	return s[i+blankBytes(s[i:]):]
}

// assignmentFault tells what is wrong with `name value` or `name=value …`: the first word says which of the two it is.
func assignmentFault(keyword, args string, escape rune) string {
	words := assignments(args, escape)
	if len(words) == 0 {
		return ""
	}
	if !strings.Contains(words[0], "=") {
		if !strings.ContainsAny(args, argumentBlanks) {
			return keyword + " must have two arguments"
		}
		return ""
	}
	for _, w := range words {
		if !strings.Contains(w, "=") {
			return fmt.Sprintf("Syntax error - can't find = in %q. Must be of the form: name=value", w)
		}
	}
	return ""
}

// assignments splits at blanks outside quotes. Quotes and escape characters stay, but for one at the end.
func assignments(args string, escape rune) []string {
	var out []string
	var word []rune
	quote := rune(0)
	line := []rune(args)
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote == 0 && unicode.IsSpace(c):
			out = appendWord(out, word)
			word = word[:0]
			continue
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case c == escape && quote != '\'' && i+1 == len(line):
			continue
		case c == escape && quote != '\'':
			word = append(word, c)
			i++
		}
		word = append(word, line[i])
	}
	return appendWord(out, word)
}

func appendWord(words []string, word []rune) []string {
	if len(word) == 0 {
		return words
	}
	return append(words, string(word))
}

// jsonList reads arguments that are a JSON list; false where they are not, and docker takes them for plain text.
func jsonList(args string) ([]any, bool) {
	args = strings.TrimLeftFunc(args, unicode.IsSpace)
	if !strings.HasPrefix(args, "[") {
		return nil, false
	}
	var list []any
	err := json.Unmarshal([]byte(args), &list)
	return list, err == nil
}

func onlyStrings(list []any) bool {
	for _, v := range list {
		if _, ok := v.(string); !ok {
			return false
		}
	}
	return true
}
