// Package annotate tells people what a Report says: on a terminal, in files of several formats, and on the hosts that run builds.
//
// A log is written by whoever opened a pull request. Its text leaves the program only through this file and markdown.go, and only
// after mask.go has taken the secrets out.
package annotate

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Plain is s as one line that neither a terminal nor a build host obeys: control characters, escape sequences and invisible
// characters are shown as visible ones, and no workflow or logging command is left in it. Tabs stay.
func Plain(s string) string {
	return disarm(Visible(s))
}

// Visible shows every character of s that a terminal would act on or hide: C0 controls as their pictures (␛), others by number.
// Tabs stay. Bytes that are no UTF-8 become U+FFFD.
func Visible(s string) string {
	i := strings.IndexFunc(s, hidden)
	if i < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for _, r := range s {
		switch {
		case !hidden(r):
			b.WriteRune(r)
		case r < 0x20:
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		default:
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}

// hidden tells whether r moves the cursor, changes the order of what follows, or shows as nothing. The zero width space is not
// among them since disarm puts it in.
func hidden(r rune) bool {
	switch {
	case r == '\t' || r == zeroWidth:
		return false
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r < 0x061c:
		return false
	}
	return r == 0x061c || r == 0x180e || // Arabic letter mark, Mongolian vowel separator
		r >= 0x200c && r <= 0x200f || // joiners, left-to-right and right-to-left marks
		r >= 0x2028 && r <= 0x202e || // line and paragraph separators, bidi embeddings and overrides
		r >= 0x2060 && r <= 0x206f || // word joiner, invisible operators, bidi isolates
		r == 0xfeff || r >= 0xfff9 && r <= 0xfffb ||
		r >= 0xe0000 && r <= 0xe007f // tags
}

const zeroWidth = '\u200b'

// disarm breaks what hosts read as commands in anything a step prints: GitHub's `::name::` at the start of a line, its older
// `##[name]` and Azure's `##vso[name]` anywhere in it. A zero width space goes in between, so people see the text as it was.
func disarm(s string) string {
	if t := strings.TrimLeft(s, " \t\u00a0\u3000\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"); strings.HasPrefix(t, "::") {
		i := len(s) - len(t)
		s = s[:i] + ":\u200b" + s[i+1:]
	}
	for i := strings.Index(s, "##"); i >= 0; {
		rest := s[i+2:]
		if strings.HasPrefix(rest, "[") || len(rest) >= 4 && strings.EqualFold(rest[:4], "vso[") {
			s = s[:i+2] + "\u200b" + rest
		}
		next := strings.Index(s[i+1:], "##")
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return s
}

var placeForms = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(:)(\d+:)|()(\(\d+,\d+\))|(", line)( \d+)`)
})

// Unmatched breaks what looks like a place in a file (a.go:3:1, a.ts(3,1), File "a.py", line 3) by a zero width space. On GitHub,
// setup-go and its kind leave problem matchers behind, which make annotations of any such line that a later step prints, also of a
// quoted one. A time of day (14:03) stays as it is.
func Unmatched(s string) string {
	return placeForms().ReplaceAllString(s, "$1$3$5\u200b$2$4$6")
}

var (
	githubData  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubValue = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	azureData   = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A")
	azureValue  = strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A", "]", "%5D", ";", "%3B")
)

// GitHubData is s as the message of a workflow command (`::error::` + s).
func GitHubData(s string) string { return githubData.Replace(commandText(s)) }

// GitHubProperty is s as the value of a workflow command's property.
func GitHubProperty(s string) string { return githubValue.Replace(commandText(s)) }

// AzureData is s as the message of a logging command (`##vso[…]` + s).
func AzureData(s string) string { return azureData.Replace(commandText(s)) }

// AzureProperty is s as the value of a logging command's property.
func AzureProperty(s string) string { return azureValue.Replace(commandText(s)) }

// commandText keeps the line breaks of s, which the commands can carry, and makes each line plain.
func commandText(s string) string {
	lines := splitLines(s)
	for i, line := range lines {
		lines[i] = Plain(line)
	}
	return strings.Join(lines, "\n")
}

// splitLines cuts s at \n, \r\n and \r. The last line may lack its end.
func splitLines(s string) []string {
	if strings.Contains(s, "\r") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	}
	return strings.Split(s, "\n")
}
