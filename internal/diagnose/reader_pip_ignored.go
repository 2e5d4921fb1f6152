package diagnose

import (
	"slices"
	"strconv"
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

const ignoredPython = "Ignored the following versions that require a different python version:"

var (
	ignoredVersion = lazy(`^\s*(\S+) Requires-Python (\S.*)$`)
	ignoredYanked  = lazy(`Ignored the following yanked versions: (\S.*)$`)
	oldPython      = lazy(`DEPRECATION: Python (2\.7|3\.[2-6])\b|[/\\]python(2\.7|3\.[2-6])[/\\]|-cp(27|3[2-6])-`)
)

// oldCommand is an old Python named by the command itself.
var oldCommand = lazy(`\b(?:pip|python)(2\.7|3\.[2-6])\b`)

// readIgnored reads pip's list of versions that it left out because of the interpreter (pip 22.1 and later). It stands before every
// look-up that fails, so only membership tells:
//
//	python_excluded  yes: the wanted version is in it. likely: there is no such list, the Python is one that projects have given up,
//	                 and the wanted version is newer than all that are listed
//	requires_python  what the wanted version asks for
//	pythons, fixed_image  see setPythons
//	yanked           yes: the wanted version was withdrawn
func (f *finding) readIgnored(r request) {
	said := false
	for _, i := range f.before(f.first, 4) {
		text := f.text(i)
		if _, list, ok := strings.Cut(text, ignoredPython); ok {
			said = true
			if spec := excludedBy(list, r); spec != "" {
				f.quote(i)
				f.set("python_excluded", "yes")
				f.set("requires_python", spec)
				f.setPythons(spec)
			}
		}
		if m := ignoredYanked.FindStringSubmatch(text); m != nil && slices.Contains(strings.Split(m[1], ", "), r.version) {
			f.quote(i)
			f.set("yanked", "yes")
		}
	}
	if !said && f.captures["position"] == "newer" {
		f.readOldPython()
	}
}

// excludedBy is the Requires-Python of the wanted version in pip's list; without a sole "==", that of the newest listed version which
// meets the specifier.
func excludedBy(list string, r request) string {
	found := ""
	for _, item := range splitIgnored(list) {
		m := ignoredVersion.FindStringSubmatch(item)
		if m != nil && wanted(m[1], r) {
			found = strings.TrimSpace(m[2])
		}
	}
	return found
}

// splitIgnored splits "1.0 Requires-Python >=3.8; 1.1 Requires-Python >=3.9". The items have no semicolon of their own.
func splitIgnored(list string) []string { return strings.Split(list, ";") }

func wanted(version string, r request) bool {
	if r.version != "" {
		return sameVersion(version, r.version)
	}
	if r.specifier == "" {
		return true
	}
	v, err := pep440.Parse(version)
	s, err2 := pep440.NewSpecifiers(r.specifier)
	return err == nil && err2 == nil && s.Check(v)
}

// sameVersion compares as PEP 440 does: 1.0 is 1.0.0.
func sameVersion(a, b string) bool {
	v, err := pep440.Parse(a)
	w, err2 := pep440.Parse(b)
	return err == nil && err2 == nil && v.Equal(w)
}

// readOldPython looks for a Python in the step that most projects support no more.
func (f *finding) readOldPython() {
	if i := f.stepIndex(); i >= 0 {
		if m := oldCommand.FindStringSubmatch(f.log.Steps[i].Command); m != nil {
			f.setOldPython(m[1])
			return
		}
	}
	lines := f.before(f.first, 1000)
	for k := len(lines) - 1; k >= 0; k-- {
		text := f.text(lines[k])
		if !mayNameOldPython(text) {
			continue
		}
		if m := oldPython.FindStringSubmatch(text); m != nil {
			f.quote(lines[k])
			f.setOldPython(dotted(m[1] + m[2] + m[3]))
			return
		}
	}
}

// mayNameOldPython is the quick test before oldPython: nearly every line of pip names some Python.
func mayNameOldPython(text string) bool {
	for rest := text; ; {
		i := strings.Index(rest, "ython")
		if i < 0 {
			break
		}
		rest = rest[i+len("ython"):]
		if version := strings.TrimPrefix(rest, " "); strings.HasPrefix(version, "2.7") || len(version) > 2 && version[:2] == "3." && version[2] >= '2' && version[2] <= '6' {
			return true
		}
	}
	i := strings.Index(text, "-cp")
	return i >= 0 && len(text) > i+5 && text[i+5] == '-' // -cp36-, and not -cp310-
}

func (f *finding) setOldPython(version string) {
	f.set("python", version)
	f.set("python_excluded", "likely")
}

// dotted is "36" as "3.6".
func dotted(v string) string {
	if strings.Contains(v, ".") || len(v) < 2 {
		return v
	}
	return v[:1] + "." + v[1:]
}

// floatingPython is an image of Python whose tag names no minor version; what follows it says which variant.
var floatingPython = lazy(`(?:^|/)python(?::(?:latest|3)?-?((?:slim|alpine|bookworm|bullseye|buster|trixie)[\w.-]*)?)?(?:@\S+)?$`)

// setPythons says which Python to take for a Requires-Python (see pythonFor), and the image that has it where the step's names no version.
func (f *finding) setPythons(spec string) {
	version := pythonFor(spec)
	f.set("pythons", version)
	if m := floatingPython.FindStringSubmatch(f.image()); m != nil && version != "" {
		f.set("fixed_image", strings.TrimSuffix("python:"+version+"-"+m[1], "-"))
	}
}

var pythonBound = lazy(`(>=|~=|==|>|<=|<)\s*3\.(\d{1,2})`)

// pythonFor is the Python version to take for a Requires-Python: the newest below its upper bound, else its lower bound. It is "" where
// the bounds are none of Python 3's minor versions.
func pythonFor(spec string) string {
	lower, upper := -1, -1
	for _, m := range pythonBound.FindAllStringSubmatch(spec, -1) {
		n, _ := strconv.Atoi(m[2])
		switch m[1] {
		case ">=", "~=", "==":
			lower = n
		case ">":
			lower = n + 1
		case "<":
			upper = n - 1
		case "<=":
			upper = n
		}
	}
	switch {
	case upper >= 0:
		return "3." + strconv.Itoa(upper)
	case lower >= 0:
		return "3." + strconv.Itoa(lower)
	}
	return ""
}
