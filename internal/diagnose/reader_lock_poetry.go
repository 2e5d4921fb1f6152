package diagnose

import (
	"strings"
)

// readPoetryProse joins poetry's explanation, from the line that was found to the one that ends in "version solving failed.", into the capture "_prose".
// It reads backward to its first "Because" where the line that was found is the last.
func readPoetryProse(f *finding) bool {
	start := f.first
	if !strings.HasPrefix(strings.TrimSpace(f.text(start)), "Because") {
		for _, i := range f.before(f.first, mostProse) {
			if t := strings.TrimSpace(f.text(i)); strings.HasPrefix(t, "Because") {
				start = i
				break
			}
		}
	}
	var prose []string
	for _, i := range append([]int{start}, f.after(start, mostProse)...) {
		t := strings.TrimSpace(f.text(i))
		prose = append(prose, strings.Fields(t)...)
		if t != "" {
			f.quote(i)
		}
		if strings.Contains(t, "version solving failed") {
			break
		}
	}
	f.set("_prose", strings.Join(prose, " "))
	f.readPoetrySides(f.captures["_prose"])
	return len(prose) > 0
}

var (
	poetryLast    = lazy(`[Bb]ecause ([\w.-]+) depends on (?:both )?([\w.-]+) \([^()]*\)[^()]*(?:\([^()]*\))?, version solving failed`)
	poetryDirect  = lazy(`[Bb]ecause ([\w.-]+) depends on [\w.-]+ \([^()]*\) which depends on ([\w.-]+) \(([^()]*)\)`)
	poetryPython  = lazy(`requires Python ((?:[<>=!^~]+[\w.*]+(?: \|\| |,)?)+)`)
	poetryUnknown = lazy(`[Bb]ecause ([\w.-]+) depends on ([\w.-]+) \([^()]*\) which doesn't match any versions, version solving failed`)
)

// readPoetrySides says what poetry's explanation speaks of. Captures: ours, the project's own dependency in its last sentence; accepted, what another
// dependency of the project accepts of that; similar, a known project whose name is spelt like the one without any version; needs_python, the Python
// that the explanation says a dependency to need.
func (f *finding) readPoetrySides(prose string) {
	if m := poetryPython.FindStringSubmatch(prose); m != nil {
		f.set("needs_python", strings.TrimRight(m[1], " ,"))
	}
	if m := poetryUnknown.FindStringSubmatch(prose); m != nil {
		f.set("ours", m[2])
		f.set("similar", similarName(m[2]))
		return
	}
	last := poetryLast.FindStringSubmatch(prose)
	if last == nil {
		return
	}
	f.set("ours", last[2])
	if m := poetryDirect.FindStringSubmatch(prose); m != nil && m[1] == last[1] && m[2] == last[2] {
		f.set("accepted", m[3])
	}
}
