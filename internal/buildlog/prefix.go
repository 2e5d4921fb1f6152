package buildlog

import "strings"

// peel takes one prefix off s, or nothing. What a prefix tells is noted in c.
func (c *cleanLine) peel(s string) string {
	if s == "" {
		return s
	}
	switch b := s[0]; {
	case b == '#':
		return c.peelHash(s)
	case b == '[':
		return peelBracket(s)
	case b >= '0' && b <= '9':
		return c.peelTime(s)
	case b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z':
		return c.peelName(s)
	}
	return s
}

// peelHash reads "#8 1.602 text", "#8 text" and "##[error]text".
func (c *cleanLine) peelHash(s string) string {
	if rest, ok := strings.CutPrefix(s, "##["); ok {
		mark, rest, ok := strings.Cut(rest, "]")
		if !ok || len(mark) > 12 || mark == "" || !letters(mark) {
			return s
		}
		if c.mark == "" {
			c.mark = mark
		}
		return rest
	}
	n := digits(s[1:])
	if n == 0 || n > 5 || c.vertex >= 0 || 1+n < len(s) && s[1+n] != ' ' {
		return s
	}
	c.vertex = number(s[1 : 1+n])
	s = s[min(n+2, len(s)):]
	if k := seconds(s); k > 0 {
		c.clock = true
		s = s[min(k+1, len(s)):]
	}
	return s
}

// seconds returns the length of "1.602" before a blank or the end; BuildKit prints one or three decimals by version.
func seconds(s string) int {
	n := digits(s)
	if n == 0 || n > 7 || n >= len(s) || s[n] != '.' {
		return 0
	}
	k := digits(s[n+1:])
	end := n + 1 + k
	if k == 0 || k > 3 || end < len(s) && s[end] != ' ' {
		return 0
	}
	return end
}

// peelBracket reads "[2021-10-21T12:34:56.123Z] ".
func peelBracket(s string) string {
	n := date(s[1:], "dddd-dd-ddTdd:dd:dd")
	if n == 0 {
		return s
	}
	end := strings.IndexByte(s, ']')
	if end < 0 || end > 40 {
		return s
	}
	return strings.TrimPrefix(s[end+1:], " ")
}

// peelTime reads the time stamps of GitHub, Azure Pipelines, Azure ML, ACR and Jenkins. A date without a time is text.
func (c *cleanLine) peelTime(s string) string {
	if n := date(s, "dddd-dd-ddTdd:dd:dd"); n > 0 {
		return c.peelISO(s, n)
	}
	if n := date(s, "dddd/dd/dd dd:dd:dd"); n > 0 && (n == len(s) || s[n] == ' ') {
		c.speaker |= stampACR
		return s[min(n+1, len(s)):]
	}
	if n := date(s, "dd:dd:dd"); n > 0 && n < len(s) && s[n] == ' ' {
		rest := s[n+1:]
		if strings.HasPrefix(rest, " ") && !strings.HasPrefix(rest, "  ") {
			rest = rest[1:]
		}
		return rest
	}
	return s
}

func (c *cleanLine) peelISO(s string, n int) string {
	if n < len(s) && s[n] == '.' {
		n += 1 + digits(s[n+1:])
	}
	switch {
	case n < len(s) && s[n] == 'Z':
		c.speaker |= stampZ
		return peelGitLab(strings.TrimPrefix(s[n+1:], " "))
	case strings.HasPrefix(s[n:], ": "):
		c.speaker |= stampAML
		return s[n+2:]
	case s[n:] == ":":
		c.speaker |= stampAML
		return ""
	case n < len(s) && s[n] == ' ':
		return s[n+1:]
	case n < len(s) && (s[n] == '+' || s[n] == '-') && date(s[n+1:], "dd:dd") > 0:
		return strings.TrimPrefix(s[n+6:], " ")
	}
	return s
}

// peelGitLab reads the "00O " that GitLab puts behind its time stamps: stream number, O or E, a plus where the line goes on.
func peelGitLab(s string) string {
	if len(s) >= 3 && digits(s) == 2 && (s[2] == 'O' || s[2] == 'E') && (len(s) == 3 || s[3] == ' ' || s[3] == '+') {
		return s[min(4, len(s)):]
	}
	return s
}

// peelName reads "web-1  | text" of compose, and "job<TAB>step<TAB>time text" of a log downloaded with gh.
func (c *cleanLine) peelName(s string) string {
	if job, rest, ok := strings.Cut(s, "\t"); ok && len(job) < 200 {
		step, rest, ok := strings.Cut(rest, "\t")
		rest = strings.TrimPrefix(rest, "\uFEFF")
		if ok && len(step) < 400 && date(rest, "dddd-dd-ddTdd:dd:dd") > 0 {
			c.job = job + "\t" + step
			return rest
		}
	}
	name, rest, ok := strings.Cut(s, " ")
	rest = strings.TrimLeft(rest, " ")
	if !ok || c.speaker&byCompose != 0 || !strings.HasPrefix(rest, "|") || !replica(name) {
		return s
	}
	rest = strings.TrimPrefix(rest[1:], " ")
	if strings.Contains(rest, " | ") { // conda's progress: "libgcc-14  | 5 MB  | ####"
		return s
	}
	c.speaker |= byCompose
	return rest
}

// replica tells whether name is a compose service with its number: web-1, web_1.
func replica(name string) bool {
	i := strings.LastIndexAny(name, "-_")
	return i > 0 && digits(name[i+1:]) == len(name)-i-1 && len(name)-i-1 > 0 && !strings.ContainsAny(name, ".:/=")
}

// gitlabSection reads "section_start:1560896352:name\r" from s; rest is s behind "section_".
func gitlabSection(rest, s string) (section, text string) {
	edge, rest, ok := strings.Cut(rest, ":")
	if !ok || edge != "start" && edge != "end" {
		return "", s
	}
	n := digits(rest)
	if n == 0 || n >= len(rest) || rest[n] != ':' {
		return "", s
	}
	name, text, _ := strings.Cut(rest[n+1:], "\r")
	name, _, _ = strings.Cut(name, "[")
	return edge + ":" + name, text
}

// date returns the length of form at the start of s, 0 where s does not have it. A d stands for a digit.
func date(s, form string) int {
	if len(s) < len(form) {
		return 0
	}
	for i := range len(form) {
		if digit := s[i] >= '0' && s[i] <= '9'; form[i] == 'd' && !digit || form[i] != 'd' && s[i] != form[i] {
			return 0
		}
	}
	return len(form)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// number reads the digits that s begins with; more than nine are cut off.
func number(s string) int {
	n := 0
	for i := range min(digits(s), 9) {
		n = 10*n + int(s[i]-'0')
	}
	return n
}

func letters(s string) bool {
	for i := range len(s) {
		if s[i]|0x20 < 'a' || s[i]|0x20 > 'z' {
			return false
		}
	}
	return true
}
