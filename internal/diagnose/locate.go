package diagnose

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// location is a span of a file as the report says it.
func location(f *manifest.File, s manifest.Span) *Location {
	if f == nil {
		return nil
	}
	end := max(s.Start, s.End-1)
	return &Location{
		Path: f.Path, Line: f.Line(s.Start), EndLine: f.Line(end),
		Column: f.Col(s.Start), EndColumn: f.Col(end) + 1, Text: f.Text(f.Line(s.Start)),
	}
}

// A place is a span of a file that a locator found.
type place struct {
	file  *manifest.File
	span  manifest.Span
	rival bool // nothing tells it from the place before it
}

func spot(f *manifest.File, s manifest.Span) place { return place{file: f, span: s} }

func (p place) location() Location { return *location(p.file, p.span) }

// locator finds places for a rule's at: item; arg is what follows the colon.
type locator func(m *mending, arg string) []place

var locators = map[string]locator{
	"entry":       (*mending).entryPlaces,
	"run":         (*mending).runPlaces,
	"from":        (*mending).fromPlaces,
	"copy":        (*mending).copyPlaces,
	"stage":       (*mending).stageUsers,
	"arg":         (*mending).argPlaces,
	"run-with":    (*mending).runsWith,
	"run-line":    (*mending).runLinePlaces,
	"channels":    (*mending).channelPlaces,
	"python":      (*mending).pythonPlaces,
	"pip":         (*mending).pipPlaces,
	"file":        (*mending).filePlaces,
	"key":         (*mending).keyPlaces,
	"text":        (*mending).textPlaces,
	"instruction": (*mending).instructionPlaces,
	"env":         (*mending).envPlaces,

	"bad-encoding":    (*mending).badEncodingPlaces,
	"requires-python": (*mending).requiresPythonPlaces,
	"pyproject":       (*mending).pyprojectPlaces,
}

// locate tries the rule's locators in turn. The first place found is the location; where others have the same claim to it, all of them are
// candidates. What else the locators find is related.
func (m *mending) locate(at []string) (loc *Location, candidates, related []Location) {
	if m.files == nil {
		return nil, nil, nil
	}
	if len(at) == 0 {
		at = []string{"entry", "run"}
	}
	seen := map[place]bool{}
	for _, item := range at {
		name, arg, _ := strings.Cut(item, ":")
		for _, p := range locators[name](m, arg) {
			rival := p.rival
			if p.rival = false; seen[p] {
				continue
			}
			seen[p] = true
			l := p.location()
			switch {
			case loc == nil:
				loc = &l
				candidates = append(candidates, l)
			case rival && len(related) == 0 && item == at[0]:
				candidates = append(candidates, l)
			case len(related) < mostRelated:
				related = append(related, l)
			}
		}
	}
	if len(candidates) < 2 {
		candidates = nil
	}
	return loc, candidates, related
}

const mostRelated = 3

// entryPlaces are the dependencies that bear the captured name (capture "package", or the one that arg names).
func (m *mending) entryPlaces(arg string) []place {
	if arg == "" {
		arg = "package"
	}
	var places []place
	for _, name := range strings.Split(m.captures[arg], ", ") {
		for i, e := range m.entries(name) {
			if m.entry == nil {
				m.entry = &e
			}
			places = append(places, place{file: e.File, span: e.Outer, rival: i > 0})
		}
	}
	return places
}

// entries are the best candidates for a name: the one at the printed place, else those that most speaks for.
func (m *mending) entries(name string) []manifest.Entry {
	name = bareName(name)
	all := m.files.Named(name)
	if e, ok := m.printedEntry(name); ok {
		return []manifest.Entry{e}
	}
	best, most := []manifest.Entry(nil), -1
	for _, e := range all {
		switch s := m.speaksFor(e); {
		case s > most:
			best, most = []manifest.Entry{e}, s
		case s == most:
			best = append(best, e)
		}
	}
	return best
}

// bareName is the name at the start of a requirement or spec.
func bareName(s string) string {
	if i := strings.Index(s, "::"); i >= 0 {
		s = s[i+2:]
	}
	end := strings.IndexFunc(s, func(r rune) bool { return strings.ContainsRune("<>=!~;[ ,(@", r) })
	if end > 0 {
		s = s[:end]
	}
	return strings.TrimSpace(s)
}

// speaksFor weighs what tells one entry from others of its name.
func (m *mending) speaksFor(e manifest.Entry) int {
	n := 0
	if e.Instruction != nil && e.Instruction == m.instruction {
		n += 8
	} else if m.namesFile(e.File) {
		n += 4
	}
	if v := m.captures["version"]; v != "" && strings.Contains(e.Spec, v) {
		n += 2
	}
	family := m.finding.rule.head.Family
	if (family == "conda" || family == "mamba") == (e.Format == "conda") {
		n++
	}
	if e.File.Kind == manifest.KindConstraints {
		n--
	}
	return n
}

// namesFile tells whether the failed step's command names a file, directly or as the file that Azure ML made of it.
func (m *mending) namesFile(f *manifest.File) bool {
	return strings.Contains(m.command(), path.Base(f.Path))
}

// printedEntry is the entry at the place that the tool printed: captures "file" and "line".
func (m *mending) printedEntry(name string) (manifest.Entry, bool) {
	line, err := strconv.Atoi(m.captures["line"])
	file := m.captures["file"]
	if err != nil || file == "" {
		return manifest.Entry{}, false
	}
	if strings.Contains(path.Base(file), "condaenv.") {
		return m.condaPipItem(line, name)
	}
	for _, f := range m.filesAt(file) {
		for _, e := range m.files.Entries() {
			if e.File == f && e.Line <= line && line <= e.EndLine && (name == "" || e.Name == "" || e.Name == manifest.Normalise(name)) {
				return e, true
			}
		}
	}
	return manifest.Entry{}, false
}

// condaPipItem is item n of the pip: block: conda writes the list into a temporary file, an item a line.
func (m *mending) condaPipItem(n int, name string) (manifest.Entry, bool) {
	for _, f := range m.condaFiles() {
		k := len(f.Conda.PipOptions)
		if k > 0 { // options take lines, too, and where they stand among the items is not kept
			continue
		}
		for _, e := range f.Conda.Entries {
			if e.Where != "pip" {
				continue
			}
			if k++; k == n && (name == "" || e.Name == manifest.Normalise(name)) {
				return e, true
			}
		}
	}
	return manifest.Entry{}, false
}

// filesAt are the definition files that a path in the log can mean, through the Dockerfile's COPY first.
func (m *mending) filesAt(logged string) []*manifest.File {
	if m.instruction != nil {
		if p := m.dockerfile.Dockerfile.RepoPath(m.instruction, logged); p != "" {
			if f := m.files.File(p); f != nil {
				return []*manifest.File{f}
			}
		}
	}
	return m.files.Find(logged)
}

// condaFiles are the files with conda content that the step used: those that it names, else the only one there is.
func (m *mending) condaFiles() []*manifest.File {
	var named, all []*manifest.File
	for _, f := range m.files.Files {
		if f.Conda == nil {
			continue
		}
		all = append(all, f)
		if m.namesFile(f) {
			named = append(named, f)
		}
	}
	if len(named) > 0 {
		return named
	}
	if len(all) > 1 && !strings.Contains(m.command(), "mutated_conda") {
		return nil
	}
	return all
}

func (m *mending) runPlaces(string) []place {
	if m.instruction != nil {
		return []place{spot(m.dockerfile, m.instruction.Span)}
	}
	return m.onlyRun()
}

// onlyRun is the one RUN that calls the tool whose words the log is, where the log does not say what ran.
func (m *mending) onlyRun() []place {
	if m.finding == nil {
		return nil
	}
	words := toolWords[m.finding.rule.head.Family]
	var places []place
	for _, f := range m.files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if in.Keyword == "RUN" && slices.ContainsFunc(words, func(w string) bool { return strings.Contains(in.Text, w) }) {
				places = append(places, spot(f, in.Span))
			}
		}
	}
	if len(places) != 1 {
		return nil
	}
	return places
}

// toolWords are the commands that print what a family of rules reads.
var toolWords = map[string][]string{
	"pip":          {"pip install", "pip3 install", "-m pip", "conda env", "pipenv"},
	"native-build": {"pip install", "pip3 install", "-m pip", "conda env", "setup.py"},
	"conda":        {"conda ", "mamba "},
	"mamba":        {"mamba "},
	"apt":          {"apt-get", "apt "},
	"apk":          {"apk "},
	"uv":           {"uv "},
	"poetry":       {"poetry "},
}

// instructionPlace is the failed step's place, for a failure that no rule knows.
func (m *mending) instructionPlace() *Location {
	if m.instruction == nil {
		return nil
	}
	return location(m.dockerfile, m.instruction.Span)
}
