package diagnose

import (
	"slices"
	"strings"
	"sync"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// A scene is one log, prepared for matching: the lines of each build step in order.
type scene struct {
	log   *buildlog.Log
	steps map[int][]int // step → indices into log.Lines
	place []int         // for each line its position in its step's list

	looked int // lines looked at so far; a test demands that they grow as the log does
	failed int // index of the failed step, -1 where the log names none

	around   map[int]map[string]string // what each step says of its machine, once it was asked
	said     map[saidKey][]mention     // the lines of a step that a pattern matches, once it was asked
	readings map[string]reading        // what a reader made of a line
	vetoes   map[vetoKey]bool          // whether a sign stands in a step
	prefix   func() string             // of condaPrefix
	built    map[int]buildWord         // what a line says of the package that is built below it, once it was asked
	lastSaid map[int]int               // the last line of each step that says more than that the build was stopped
}

func newScene(log *buildlog.Log) *scene {
	s := &scene{
		log: log, steps: map[int][]int{}, place: make([]int, len(log.Lines)), failed: log.FailedStep(),
		around: map[int]map[string]string{}, said: map[saidKey][]mention{}, readings: map[string]reading{},
		vetoes: map[vetoKey]bool{}, built: map[int]buildWord{}, lastSaid: map[int]int{},
		prefix: sync.OnceValue(func() string { return condaPrefix(log) }),
	}
	size := map[int]int{}
	for _, l := range log.Lines {
		size[l.Step]++
	}
	for step, n := range size {
		s.steps[step] = make([]int, 0, n)
	}
	for i, l := range log.Lines {
		s.place[i] = len(s.steps[l.Step])
		s.steps[l.Step] = append(s.steps[l.Step], i)
	}
	return s
}

func (s *scene) text(i int) string {
	s.looked++
	return s.log.Lines[i].Text
}

// step lists the lines of the build step that line i is of.
func (s *scene) step(i int) []int { return s.steps[s.log.Lines[i].Step] }

// after lists at most n lines of the same step that follow line i; n < 0 means all.
func (s *scene) after(i, n int) []int {
	rest := s.step(i)[s.place[i]+1:]
	if n >= 0 && len(rest) > n {
		rest = rest[:n]
	}
	return slices.Clip(rest)
}

// before lists at most n lines of the same step that stand before line i, in order; n < 0 means all.
func (s *scene) before(i, n int) []int {
	rest := s.step(i)[:s.place[i]]
	if n >= 0 && len(rest) > n {
		rest = rest[len(rest)-n:]
	}
	return slices.Clip(rest) // appending to it must not write into the step's list
}

// spanned lists the lines of line i's step that a block spans; all for -1.
func (s *scene) spanned(i, block int) []int {
	lines := s.step(i)
	if block < 0 {
		return lines
	}
	b := s.log.Blocks[block]
	from, _ := slices.BinarySearch(lines, b.First)
	to, _ := slices.BinarySearch(lines, b.Last+1)
	return lines[from:to]
}

// A finding is a match of one rule.
type finding struct {
	*scene
	rule     *rule
	first    int   // index of the line that the shape's first sign is on
	last     int   // index of the last line read
	quoted   []int // indices of the lines that are evidence
	captures map[string]string

	symptoms []*finding
}

func (f *finding) stepIndex() int { return f.log.Lines[f.first].Step }

// What a message may go on for: rows beyond these tell nothing new, and each of many hits would go through all of them.
const (
	mostRows   = 500
	mostQuoted = 500
	mostJoined = 4 << 10 // bytes of a capture that joins values
)

// quote adds line i to the evidence.
func (f *finding) quote(i int) {
	if len(f.quoted) < mostQuoted && !slices.Contains(f.quoted, i) {
		f.quoted = append(f.quoted, i)
	}
	f.last = max(f.last, i)
}

// set keeps the first value of a capture.
func (f *finding) set(name, value string) {
	if value = strings.TrimSpace(value); value != "" && f.captures[name] == "" {
		f.captures[name] = value
	}
}

// add joins a further value to a capture.
func (f *finding) add(name, value string) {
	value = strings.TrimSpace(value)
	old := f.captures[name]
	if value == "" || len(old) > mostJoined || listed(old, value) {
		return
	}
	if old != "" {
		value = old + ", " + value
	}
	f.captures[name] = value
}

// listed tells whether item is one of a list that is joined by ", ".
func listed(list, item string) bool {
	for from := 0; ; {
		i := strings.Index(list[from:], item)
		if i < 0 {
			return false
		}
		start, end := from+i, from+i+len(item)
		if (start == 0 || strings.HasSuffix(list[:start], ", ")) && (end == len(list) || strings.HasPrefix(list[end:], ", ")) {
			return true
		}
		from = end
	}
}
