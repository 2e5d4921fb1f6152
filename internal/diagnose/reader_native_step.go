package diagnose

import (
	"slices"
	"strings"
)

// readBuildStep reads pip's own words around a failed build: which step of it failed, and the last thing that the build said.
func readBuildStep(f *finding) bool {
	if !framed(f.text(f.first)) && slices.ContainsFunc(f.before(f.first, lookBack), func(i int) bool { return framed(f.text(i)) }) {
		return false // the frame above says it already, and more
	}
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

// framed tells whether a line is the head of pip's report on a failed build.
func framed(text string) bool {
	return strings.Contains(text, "did not run successfully.") || strings.Contains(text, "Command errored out with exit status")
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
	for _, i := range f.spanned(f.first, report) {
		if i > b.First && strings.HasPrefix(strings.TrimSpace(f.text(i)), "hint: ") {
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
	kind, _, _ := strings.Cut(f.captures["name"], " ")
	for _, name := range []string{f.captures["name"], f.captures["what"], kind} {
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
	for _, said := range slices.Concat(f.mentionedAfter(oldPip, nearBuild), f.mentionedBefore(oldPip, nearBuild)) {
		if m := oldPip.FindStringSubmatch(f.text(said.line)); overlooksWheels(m[1]) {
			f.quote(said.line)
			f.set("pip_version", m[1])
			f.set("new_pip", m[2])
			break
		}
	}
	return true
}

// overlooksWheels tells whether a pip is older than the tags of today's wheels: 21.2 was the first to know musllinux, 20.3 manylinux_2_28.
func overlooksWheels(pip string) bool {
	major, _, _ := strings.Cut(pip, ".")
	return len(major) == 1 || major < "22"
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

// readMPI is readPackageBuild for mpi4py, whose last words are the same for every reason: where Open MPI named the reason above, that counts.
func readMPI(f *finding) bool {
	if strings.Contains(f.text(f.first), "MPI programs") && f.saidAbove("unable to find the specified compiler", 40) {
		return false
	}
	return readPackageBuild(f)
}
