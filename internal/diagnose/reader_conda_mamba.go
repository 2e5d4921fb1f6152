package diagnose

import (
	"slices"
	"strings"
)

// mambaProblem reads the report of mamba or micromamba. They print the same tree as conda, but no heading of conda's; of the several
// lines that can open or close their report the first counts.
func mambaProblem(f *finding) bool {
	for _, i := range append(f.before(f.first, 200), f.first) {
		t := f.text(i)
		if strings.Contains(t, "LibMambaUnsatisfiableError") || i != f.first &&
			(strings.Contains(t, "Could not solve for environment specs") || strings.Contains(t, "Encountered problems while solving")) {
			return false
		}
	}
	r := readCondaReport(f)
	switch r.trouble() {
	case strictTrouble, virtualTrouble:
		return false
	case missingTrouble:
		for _, m := range r.missing {
			f.tellMissing(m)
		}
		f.tellSurroundings(r)
		f.mambaMissing()
	case dependencyTrouble:
		f.tellNeeds(r)
		f.tellSurroundings(r)
		f.set("absent", f.captures["dependency"])
		f.set("problem", f.captures["package"]+" needs "+f.captures["dependency_spec"]+", which no channel has")
		f.set("advice", "look for "+f.captures["dependency"]+" with micromamba search, then add the channel that has it")
	case pythonTrouble:
		r.tellPython(f)
		f.set("problem", f.captures["package"]+" has no build for the Python that is asked for")
	default:
		r.tellConflict(f)
		if p := f.captures["packages"]; p != "" {
			f.set("problem", p+" exclude each other")
		} else {
			f.set("unexplained", "the report names nothing")
		}
		f.set("advice", "which of the pins to give up is a choice: loosen the one that is called not installable, and list each package once")
	}
	return true
}

// mambaMissing words what is in no channel. Early micromamba 2.0 cut the version off every spec with "~=", and then found none of them.
func (f *finding) mambaMissing() {
	f.set("problem", "no channel has "+f.captures["packages"])
	if strings.Contains(f.captures["packages"], "~=") {
		f.set("advice", "micromamba 2.0.0 and 2.0.1 misread the operator ~=: use another version of the tool, the file is right")
		return
	}
	f.set("absent", f.captures["package"])
	f.set("advice", "look the name up with micromamba search, then correct name or version, or add the channel that has it")
}

// mambaFile takes the first of the two lines that mamba prints about one file.
func mambaFile(f *finding) bool {
	if strings.Contains(f.text(f.first), "yaml-cpp") {
		for _, i := range f.before(f.first, 3) {
			if strings.Contains(f.text(i), "YAML error in spec file") {
				return false
			}
		}
	}
	f.set("path", f.captures["file"])
	return true
}

var downloadTrouble = lazy(`No CA certificates|Download error \(`)

// mambaDownload leaves out what follows from a failed download where the download's own line says more.
func mambaDownload(f *finding) bool {
	if f.captures["reason"] != "" {
		return true
	}
	return !slices.ContainsFunc(f.mentions(f.stepIndex(), downloadTrouble), func(m mention) bool {
		return strings.Contains(f.text(m.line), "No CA certificates") || !strings.HasPrefix(f.text(m.line), "warning")
	})
}
