package diagnose

import (
	"strings"
)

// A saying is something that tools say of the machine in passing.
type saying struct {
	name, hint string // hint stands in front of the version on every line that re matches
	re         *pattern
}

// hinted tells whether a version may follow the hint. Most lines that speak of pip or conda speak of packages and paths.
func (say saying) hinted(text string) bool {
	for {
		i := strings.Index(text, say.hint)
		if i < 0 {
			return false
		}
		text = text[i+len(say.hint):]
		version := strings.TrimLeft(strings.TrimPrefix(text, " version"), " =:-")
		if version != "" && version[0] >= '0' && version[0] <= '9' {
			return true
		}
	}
}

var sayings = []saying{
	{"python", "ython3.", lazy(`[/\\]python(3\.\d{1,2})[/\\]`)},
	{"python", "-cp3", lazy(`-cp(3)(\d{1,2})-`)},
	{"python", "ython ", lazy(`\b[Pp]ython (\d\.\d{1,2})(?:\.\d+)?\b`)},
	{"pip", "pip", lazy(`(?:You are using pip version |\bpip[ =-])(\d+\.\d+(?:\.\d+)?)`)},
	{"conda", "conda", lazy(`\bconda(?: version)?[ =:]+(\d+\.\d+\.\d+)`)},
}

// mostSayings bounds how many lines are tried for one saying, which keeps the time linear in the log and small.
const mostSayings = 300

// surroundings are what a step says of its machine: the versions of python, pip and conda, as far as it says them.
func (s *scene) surroundings(step int) map[string]string {
	if m, ok := s.around[step]; ok {
		return m
	}
	m := map[string]string{}
	for _, say := range sayings {
		if m[say.name] == "" {
			m[say.name] = s.heard(step, say)
		}
	}
	s.around[step] = m
	return m
}

func (s *scene) heard(step int, say saying) string {
	tries := 0
	for _, i := range s.steps[step] {
		t := s.text(i)
		if !say.hinted(t) {
			continue
		}
		if m := say.re.FindStringSubmatch(t); m != nil {
			return strings.Join(m[1:], ".")
		}
		if tries++; tries > mostSayings {
			break
		}
	}
	return ""
}
