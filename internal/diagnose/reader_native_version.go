package diagnose

import (
	"slices"
	"strings"
)

// readOldSource reads of source that was written for another Python: an exception that ended the build, or a compiler's error. It says the last Python
// that still had what is missing.
func readOldSource(f *finding) bool {
	text := f.text(f.first)
	if strings.Contains(text, "Error: ") && !strings.Contains(text, "error: ") {
		if !f.lastWord() {
			return false
		}
	} else if probed(f) {
		return false
	}
	if f.throughPip(f.tracebackLines()) || !readOnlyInBuild(f) {
		return false
	}
	f.notePython(f.tracebackLines())
	f.set("python_version", f.pythonAbove())
	for _, word := range namesIn.FindAllString(f.captures["error"], -1) {
		f.set("last_python", fact("python-removals", strings.Trim(word, "'"), "last_python"))
	}
	return true
}

var namesIn = lazy(`[A-Za-z_][\w.]*`)

// pythonAbove is the Python whose headers the compiler was given.
func (f *finding) pythonAbove() string {
	for _, i := range slices.Backward(f.before(f.first, 40)) {
		if m := includedPython.FindStringSubmatch(f.text(i)); m != nil {
			return m[1]
		}
	}
	return ""
}

var includedPython = lazy(`/include/python(\d\.\d{1,2})`)

// readRejectedPython reads a setup script's refusal of the running Python: where an upper bound is told, the newest Python below it.
func readRejectedPython(f *finding) bool {
	if !f.inBuild() || f.captures["message"] == "" && !f.messageBelow() {
		return false
	}
	f.notePython(f.tracebackLines())
	if m := belowBound.FindStringSubmatch(f.captures["requires_python"]); m != nil {
		if minor := pythonMinor("3." + m[1]); minor > 0 {
			f.set("last_python", "3."+itoa(minor-1))
		}
	}
	return f.lastWord() && readPackageBuild(f)
}

var belowBound = lazy(`< ?3\.(\d{1,2})(?:[^\d.]|$)`)

// messageBelow takes the text under a heading that stands alone.
func (f *finding) messageBelow() bool {
	f.set("message", strings.TrimSpace(f.text(f.first)))
	return true
}

// readSCMVersion says whose version could not be computed, by the folder.
func readSCMVersion(f *finding) bool {
	project := f.captures["project"]
	f.nameBuilt()
	if strings.Contains(project, "/pip-req-build-") || project == "" {
		f.captures["project"] = "your project"
	} else if m := buildFolder.FindStringSubmatch(project); m != nil {
		f.captures["project"] = m[1]
	}
	if strings.Contains(f.text(f.first), "upstream git repository") {
		f.set("tool", "pbr")
	}
	return f.inBuild()
}
