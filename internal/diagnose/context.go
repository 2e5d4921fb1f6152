package diagnose

import (
	"strings"
)

// A saying is something that tools say of the machine in passing.
type saying struct {
	name, hint string // hint stands on every line that re matches
	re         *pattern
}

var sayings = []saying{
	{"python", "ython3.", &pattern{source: `[/\\]python(3\.\d{1,2})[/\\]`}},
	{"python", "-cp3", &pattern{source: `-cp(3)(\d{1,2})-`}},
	{"python", "ython ", &pattern{source: `\b[Pp]ython (\d\.\d{1,2})(?:\.\d+)?\b`}},
	{"pip", "pip", &pattern{source: `(?:You are using pip version |\bpip[ =-])(\d+\.\d+(?:\.\d+)?)`}},
	{"conda", "conda", &pattern{source: `\bconda(?: version)?[ =:]+(\d+\.\d+\.\d+)`}},
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
		if !strings.Contains(t, say.hint) {
			continue
		}
		if m := say.re.compile().FindStringSubmatch(t); m != nil {
			return strings.Join(m[1:], ".")
		}
		if tries++; tries > mostSayings {
			break
		}
	}
	return ""
}
