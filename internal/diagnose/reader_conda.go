package diagnose

import (
	"slices"
	"strconv"
	"strings"
)

// condaReaders read the reports in which conda, mamba and micromamba say that they found no solution. One report can be of several
// kinds of trouble (a name that is nowhere, a package that only Windows has, two ranges that exclude each other), and the same words
// stand above all of them: so each reader takes the rows of its kind and refuses a report that has none.
var condaReaders = map[string]reader{
	"conda-missing":            missingRows(plainRow),
	"conda-missing-pypi":       missingRows(pypiRow),
	"conda-missing-exported":   missingRows(exportedRow),
	"conda-missing-file":       wrongSubcommand,
	"conda-missing-dependency": condaKind(dependencyTrouble),
	"conda-virtual":            condaKind(virtualTrouble),
	"conda-strict":             condaKind(strictTrouble),
	"conda-python":             condaKind(pythonTrouble),
	"conda-pins":               condaKind(pinTrouble),
	"conda-conflict":           condaKind(conflictTrouble),
	"mamba-problem":            mambaProblem,
	"mamba-download":           mambaDownload,
	"mamba-file":               mambaFile,
	"conda-channel":            readChannel,
	"conda-yaml-place":         readYAMLPlace,
	"conda-file-path":          readFilePath,
	"conda-section":            readSection,
	"conda-spec-text":          readSpecText,
	"conda-progress":           readProgress,
	"conda-killed":             readKilled,
	"conda-crash":              readCrash,
	"conda-prefix":             readPrefix,
	"conda-activate":           readActivate,
}

// A trouble is what a solver's report comes to.
type trouble int

const (
	missingTrouble    trouble = iota // a spec that was asked for is in no channel
	strictTrouble                    // strict channel priority left out the channel that has it
	virtualTrouble                   // the machine lacks __cuda, __glibc …
	dependencyTrouble                // a dependency of a spec is in no channel
	pythonTrouble                    // no build for the python that was asked for
	pinTrouble                       // a pinned spec of the image stands against it
	conflictTrouble                  // any other contradiction
)

// trouble names the kind, the most telling first: a solver reports what follows from a missing name as conflicts.
func (r *condaReport) trouble() trouble {
	switch {
	case len(r.missing) > 0:
		return missingTrouble
	case r.strict != nil:
		return strictTrouble
	case len(r.virtual) > 0:
		return virtualTrouble
	case len(r.needs) > 0:
		return dependencyTrouble
	case r.pythonConflict():
		return pythonTrouble
	case len(r.pins) > 0 && r.pinned():
		return pinTrouble
	}
	return conflictTrouble
}

// condaKind makes a reader that takes the reports of one kind.
func condaKind(want trouble) reader {
	return func(f *finding) bool {
		r := readCondaReport(f)
		if r.trouble() != want {
			return false
		}
		switch want {
		case strictTrouble:
			f.tellStrict(r)
		case virtualTrouble:
			f.tellVirtual(r)
		case dependencyTrouble:
			f.tellNeeds(r)
			f.tellSurroundings(r)
		case pythonTrouble:
			r.tellPython(f)
		default:
			r.tellConflict(f)
		}
		return true
	}
}

// missingRows makes a reader that takes the rows of a report that are of one kind.
func missingRows(kind func(condaSpec) bool) reader {
	return func(f *finding) bool {
		r := readCondaReport(f)
		if r.trouble() != missingTrouble {
			return false
		}
		found := false
		for _, m := range r.missing {
			if kind(m.spec) {
				found = true
				f.tellMissing(m)
			}
		}
		f.tellSurroundings(r)
		if name := f.captures["package"]; found && r.close[name] != "" {
			f.set("close_match", r.close[name])
		}
		return found
	}
}

// mostNamed bounds how many packages a summary names: an exported file has hundreds.
const mostNamed = 8

// addPackage names a spec that was asked for: the first as the package, further ones as others, and those that a summary can hold as packages.
func (f *finding) addPackage(c condaSpec) {
	first := f.captures["package"]
	others := strings.Split(f.captures["others"], ", ")
	switch {
	case c.name == "" || c.name == first || c.pin || slices.Contains(others, c.name):
		return
	case first == "":
		f.set("package", c.name)
		f.set("spec", c.raw)
		f.set("version", c.bareVersion())
		f.set("build", c.build)
	default:
		f.add("others", c.name)
	}
	if len(others) < mostNamed {
		f.add("packages", c.spaced())
		return
	}
	named, _, _ := strings.Cut(f.captures["packages"], " and ")
	f.captures["packages"] = named + " and " + strconv.Itoa(len(others)+1-mostNamed) + " more"
}

func (f *finding) tellMissing(m missingRow) {
	f.quote(m.line)
	f.addPackage(m.spec)
	if m.spec.foreign() != "" {
		f.add("platform_packages", m.spec.name)
		f.set("platform", m.spec.foreign())
	}
	if m.spec.build != "" {
		f.set("builds", "build strings")
	}
	f.set("home", conda("conda-channels", m.spec.name)["home"])
	if row := conda("conda-pypi", m.spec.name); row != nil {
		f.set("conda_name", row["conda_name"])
		f.set("pip_only", map[bool]string{true: m.spec.name}[row["conda_name"] == ""])
	}
}

// tellSurroundings adds the channels that were searched, and the one to add: the package's home, or conda-forge where nothing says another.
func (f *finding) tellSurroundings(r *condaReport) {
	for _, c := range r.channels {
		f.add("channels", channelName(c))
	}
	f.set("home", "conda-forge")
	if slices.Contains(strings.Split(f.captures["channels"], ", "), f.captures["home"]) {
		delete(f.captures, "home")
	}
}

func (f *finding) tellNeeds(r *condaReport) {
	for _, n := range r.needs {
		f.tellNeed(n)
		for _, name := range [...]string{n.dep.name, n.root.name} {
			f.set("home", conda("conda-channels", name)["home"])
		}
	}
}

func (f *finding) tellNeed(n need) {
	f.quote(n.line)
	f.addPackage(n.root)
	f.set("dependency", n.dep.name)
	f.set("dependency_spec", n.dep.spaced())
	f.set("required_by", n.by)
}

// tellStrict quotes libmamba's advice as well, which is all that tells this from an ordinary conflict.
func (f *finding) tellStrict(r *condaReport) {
	f.tellNeed(*r.strict)
	for _, i := range r.adviceSaid {
		f.quote(i)
	}
}

func (f *finding) tellVirtual(r *condaReport) {
	n := r.virtual[0]
	for _, v := range r.virtual {
		f.quote(v.line)
		f.addPackage(v.root)
	}
	f.set("virtual", n.dep.name)
	f.set("needed", n.dep.version)
	f.set("have", r.have[n.dep.name])
	if n.dep.name == "__cuda" {
		f.set("cuda", firstNumber.FindString(n.dep.version))
	}
}

// conda asks a table that also has rows for a beginning of names ("bioconductor-*").
func conda(table, name string) map[string]string {
	t := tables[table]()
	if row, ok := t.get(name); ok {
		return row
	}
	for i := len(name) - 1; i > 0; i-- {
		if name[i] == '-' {
			if row, ok := t.get(name[:i+1] + "*"); ok {
				return row
			}
		}
	}
	return nil
}
