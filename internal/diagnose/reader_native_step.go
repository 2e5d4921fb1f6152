package diagnose

import (
	"slices"
	"strings"
)

// readBuildStep reads pip's own words around a failed build: which step of it failed, and the last thing that the build said.
func readBuildStep(f *finding) bool {
	f.nameBuilt()
	if f.recovered() {
		return false
	}
	if i, ok := f.lastOfReport(); ok {
		f.quote(i)
		f.set("inner", strings.TrimSpace(f.text(i)))
	}
	return true
}

// reportFrame matches lines within a report that say nothing of the failure.
var reportFrame = lazy(`^\s*(?:$|-{20,}|\[end of output\]|\[\w+\]|[\^~ ]+$|Complete output|command: |cwd: )`)

// lastOfReport is the last line with something to say of the report that the finding stands in, stands on, or follows.
func (f *finding) lastOfReport() (int, bool) {
	report := f.report(f.first)
	if report < 0 {
		for _, i := range slices.Concat(f.after(f.first, 12), reversed(f.before(f.first, 30))) {
			if report = f.report(i); report >= 0 {
				break
			}
		}
	}
	if report < 0 {
		return f.lastOfStream()
	}
	b := f.log.Blocks[report]
	last := -1
	for _, i := range f.step(f.first) {
		if i > b.Last || i > b.First && strings.HasPrefix(strings.TrimSpace(f.text(i)), "hint: ") {
			break
		}
		if i > b.First && f.report(i) == report && !reportFrame.MatchString(f.text(i)) {
			last = i
		}
	}
	return last, last >= 0
}

// lastOfStream is the last line that uv before 0.5 shows between "--- stderr:" and "---", or poetry behind a bar.
func (f *finding) lastOfStream() (int, bool) {
	last, open := -1, false
	for _, i := range f.after(f.first, nearBuild) {
		text := strings.TrimSpace(f.text(i))
		switch {
		case strings.HasPrefix(text, "| "):
			last = i
		case strings.HasPrefix(text, "Note: This error"):
			return last, last >= 0
		case text == "--- stderr:":
			open = true
		case open && text == "---":
			return last, last >= 0
		case open && text != "":
			last = i
		}
	}
	return last, last >= 0
}

func reversed(lines []int) []int {
	lines = slices.Clone(lines)
	slices.Reverse(lines)
	return lines
}

// readSetuptoolsCut reads which part of setuptools a setup script misses, and the last setuptools that had it.
func readSetuptoolsCut(f *finding) bool {
	lines := f.tracebackLines()
	if f.throughPip(lines) || !f.inBuild() {
		return false
	}
	f.notePython(lines)
	for _, name := range []string{f.captures["name"], f.captures["what"]} {
		f.set("below", fact("setuptools-removals", name, "removed_in"))
	}
	f.noteIsolation()
	return f.lastWord() && readPackageBuild(f)
}

// noteIsolation tells a build in an environment of its own from one that sees what is installed.
func (f *finding) noteIsolation() {
	for _, i := range slices.Concat(f.before(f.first, 60), []int{f.first}) {
		text := f.text(i)
		if strings.Contains(text, "setup.py egg_info") || strings.Contains(text, "import sys, setuptools, tokenize") || strings.Contains(text, "Preparing metadata (setup.py)") {
			f.set("in_place", "yes")
			return
		}
	}
	f.set("isolated", "yes")
}

// readCythonSdist reads of a package that Cython 3 can't compile. For PyYAML the release that can be built is known.
func readCythonSdist(f *finding) bool {
	if !readOnlyInBuild(f) {
		return false
	}
	if f.captures["package"] == "" {
		for _, i := range f.before(f.first, nearBuild) {
			if strings.Contains(f.text(i), "PyYAML") {
				f.set("package", "PyYAML")
			}
		}
	}
	for _, i := range f.before(f.first, nearBuild) {
		if m := cythonRow.FindStringSubmatch(f.text(i)); m != nil && f.captures["text"] == "" {
			f.quote(i)
			f.set("text", m[1])
		}
	}
	if normalName(f.captures["package"]) == "pyyaml" {
		f.set("mended", "6.0.1")
	}
	return true
}

// cythonRow is an error of Cython's: file, line, column, text.
var cythonRow = lazy(`^\s*[\w./-]+\.p(?:yx|xd|xi):\d+:\d+: (.+)$`)

// oldPip matches pip's own remark that it is not the newest.
var oldPip = lazy(`(?:You are using pip version|A new release of pip available:|A new release of pip is available:) (\d[\w.]*)(?:; however, version| ->|, however version) (\d[\w.]*)`)

// readRustMissing reads whether the pip is so old that it overlooks wheels, which is the usual reason why Rust is asked for at all.
func readRustMissing(f *finding) bool {
	if !readPackageBuild(f) {
		return false
	}
	for _, i := range slices.Concat(f.after(f.first, nearBuild), f.before(f.first, nearBuild)) {
		if m := oldPip.FindStringSubmatch(f.text(i)); m != nil {
			f.quote(i)
			f.set("pip_version", m[1])
			f.set("new_pip", m[2])
			break
		}
	}
	return true
}

// readOldSetuptools reads of a setuptools that can't be imported: by Python's words, or by pip's where it says no more than that.
func readOldSetuptools(f *finding) bool {
	if !strings.Contains(f.text(f.first), "BackendUnavailable") {
		return readRemovedModule(f)
	}
	f.notePython(f.tracebackLines())
	if !f.saidAbove("Installing build dependencies: finished with status 'done'", nearBuild) || pythonMinor(f.captures["python_version"]) < 12 {
		return false
	}
	f.nameBuilt()
	return true
}
