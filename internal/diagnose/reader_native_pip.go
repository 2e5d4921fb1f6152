package diagnose

import (
	"slices"
	"strings"
)

var pipFolder = lazy(`/pip-(\d[\d.]*\d)(?:-|\.dist-info)`)

// readPipTraceback reads a traceback of pip itself, on a Python that is too new for it.
func readPipTraceback(f *finding) bool {
	if !f.pipsTraceback() {
		return false
	}
	f.set("wanted_pip", f.pipFact("good_pip"))
	if f.captures["wanted_pip"] != "" && !f.pipPinned() {
		delete(f.captures, "wanted_pip")
	}
	if pythonMinor(f.captures["python_version"]) >= 12 {
		f.set("wanted_python", "3.11")
	}
	return true
}

var newPip = lazy(`^\s*pip-2[3-9]\.`)

// pipPinned tells whether the log shows an old pip being installed, so that another pin of it would help. Where conda took the newest pip, the
// failure is in what stands around it.
func (f *finding) pipPinned() bool {
	return !slices.ContainsFunc(f.before(f.first, nearBuild), func(i int) bool {
		return newPip.MatchString(f.text(i))
	})
}

// readPipTooNew reads a traceback or a message of a pip that is too new for its Python.
func readPipTooNew(f *finding) bool {
	if f.captures["needs"] == "" && !f.pipsTraceback() {
		return false
	}
	f.set("last_pip", f.pipFact("last_pip"))
	return true
}

// pipsTraceback tells whether the finding ends a traceback through pip's own files, outside of any build, and notes the Python.
func (f *finding) pipsTraceback() bool {
	lines := f.tracebackLines()
	if f.report(f.first) >= 0 || !f.throughPip(lines) {
		return false
	}
	f.notePython(lines)
	if m := pipFolder.FindStringSubmatch(strings.Join(f.frames(lines), "\n")); m != nil {
		f.set("pip_version", m[1])
	}
	return true
}

// pipFact is what the table of Pythons says of the one at hand.
func (f *finding) pipFact(column string) string {
	python := f.captures["python_version"]
	if python == "" {
		python = f.surroundings(f.stepIndex())["python"]
		f.set("python_version", python)
	}
	return fact("python-tools", python, column)
}

// readPipInternals reads which of pip's functions a setup script calls, and below which pip it still works.
func readPipInternals(f *finding) bool {
	if !f.inBuild() {
		return false
	}
	name := f.captures["name"]
	for _, b := range []struct{ sign, below string }{
		{"ParsedRequirement", "20.1"}, {"pip._internal", ""}, {"pip.", "10"}, {"get_installed_distributions", "21.3"}, {"parse_requirements()", "6"},
	} {
		if strings.Contains(name, b.sign) {
			f.set("pip_below", b.below)
			break
		}
	}
	f.notePython(f.tracebackLines())
	return f.lastWord() && readPackageBuild(f)
}

// readPipCommand reads of a pip that is not there.
func readPipCommand(f *finding) bool {
	if f.report(f.first) >= 0 {
		return false
	}
	python := f.captures["python"]
	if python == "" || strings.HasPrefix(python, "/usr/bin/") || !strings.Contains(python, "/") {
		f.set("system", "yes")
	}
	return true
}

// backportOf is the distribution that stands in the way of a standard module, by the words of the failure.
var backportOf = []struct {
	sign *pattern
	name string
}{
	{lazy(`_abc_registry`), "typing"},
	{lazy(`_ClassVar`), "dataclasses"},
	{lazy(`module 'enum'`), "enum34"},
	{lazy(`This backport is meant only for Python 2`), "futures"},
	{lazy(`/(?:site|dist)-packages/concurrent/`), "futures"},
	{lazy(`/(?:site|dist)-packages/asyncio/`), "asyncio"},
	{lazy(`/(?:site|dist)-packages/typing\.py`), "typing"},
	{lazy(`/(?:site|dist)-packages/pathlib\.py`), "pathlib"},
	{lazy(`/(?:site|dist)-packages/uuid\.py`), "uuid"},
	{lazy(`/(?:site|dist)-packages/enum/`), "enum34"},
	{lazy(`/(?:site|dist)-packages/dataclasses\.py`), "dataclasses"},
}

// readBackport names the distribution whose copy of a standard module is imported in its place.
func readBackport(f *finding) bool {
	if f.captures["package"] != "" {
		return f.needlessBackport()
	}
	text := f.text(f.first)
	for _, i := range f.tracebackLines() {
		if frameLine.MatchString(f.text(i)) {
			text += "\n" + f.text(i)
		}
	}
	for _, b := range backportOf {
		if b.sign.MatchString(text) {
			f.set("package", b.name)
			f.set("module", fact("stdlib-backports", b.name, "module"))
			f.set("since", fact("stdlib-backports", b.name, "since"))
			f.notePython(f.tracebackLines())
			return true
		}
	}
	return false
}

// needlessBackport tells whether the Python brings the module that a backport was asked for.
func (f *finding) needlessBackport() bool {
	row, ok := tables["stdlib-backports"]().get(f.captures["package"])
	python := f.surroundings(f.stepIndex())["python"]
	if !ok || python != "" && pythonMinor(python) < pythonMinor(row["since"]) {
		return false
	}
	f.set("module", row["module"])
	f.set("since", row["since"])
	f.nameBuilt()
	return true
}
