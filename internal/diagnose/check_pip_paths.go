package diagnose

import (
	"path"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// missingFiles finds -r and -c that lead nowhere. Paths are taken from the folder of the file that names them, as pip does.
func missingFiles(p pipSource) []flaw {
	var all []flaw
	for _, o := range p.options {
		if o.Name != "--requirement" && o.Name != "--constraint" || !insideRepository(o.Value) {
			continue
		}
		if p.conda && usedByAzureML(p.files, p.file) {
			fl := flawOn(p.file, o.Span, map[string]string{"path": o.Value, "detail": "Azure ML sends the conda file alone to the build"})
			fl.noFix = "write the requirements of " + o.Value + " into the pip: block, or build from a context with a Dockerfile that copies it"
			all = append(all, fl)
			continue
		}
		if p.files.Exists(path.Join(path.Dir(p.file.Path), o.Value)) {
			continue
		}
		fl := flawOn(p.file, o.Span, map[string]string{"path": o.Value, "detail": "no such file beside " + path.Base(p.file.Path)})
		fl.noFix = "write the path as it is seen from the folder of " + p.file.Path
		if near := p.files.Find(path.Base(o.Value)); len(near) == 1 && near[0] != p.file {
			fl = optionText(fl, o, o.Value, relative(path.Dir(p.file.Path), near[0].Path))
		}
		all = append(all, fl)
	}
	return all
}

// insideRepository tells a path that stays in the repository from addresses, variables and paths of the image.
func insideRepository(name string) bool {
	return name != "" && !strings.Contains(name, "://") && !strings.HasPrefix(name, "/") && !strings.ContainsAny(name, `${}*\`) && !strings.HasPrefix(name, "file:")
}

// localPaths finds paths in the conda file of an Azure ML environment: the build gets the conda file and nothing that it names.
func localPaths(p pipSource) []flaw {
	if !p.conda || !usedByAzureML(p.files, p.file) {
		return nil
	}
	var all []flaw
	tell := func(s manifest.Span, name string) {
		fl := flawOn(p.file, s, map[string]string{"path": name})
		fl.noFix = "publish it to a feed, name its repository with git+https, or build from a context with a Dockerfile that copies it"
		all = append(all, fl)
	}
	for _, o := range p.options {
		if o.Name == "--editable" && !strings.Contains(o.Value, "://") {
			tell(o.Span, o.Value)
		}
	}
	for _, e := range p.entries {
		if e.Local && (strings.HasPrefix(e.URL, "file:") || !strings.Contains(e.URL, "://")) {
			tell(e.Outer, e.URL)
		}
	}
	return all
}

var wheelParts = lazy(`^[A-Za-z0-9_.]+-[A-Za-z0-9_.!+]+(?:-\d[A-Za-z0-9_.]*)?-([A-Za-z0-9_.]+)-[A-Za-z0-9_.]+-([A-Za-z0-9_.]+)\.whl$`)

// wheelNames finds wheels that pip refuses by their names: renamed ones, and those of another system or another Python.
func wheelNames(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		name, _, _ := strings.Cut(path.Base(e.URL), "#")
		if !e.Local || !strings.HasSuffix(name, ".whl") || e.Marker != "" || strings.ContainsAny(name, "%${}*") {
			continue
		}
		m := wheelParts.FindStringSubmatch(name)
		reason := ""
		switch {
		case m == nil:
			reason = "its name lacks parts: name-version-python-abi-platform.whl"
		case strings.HasPrefix(m[2], "win") || strings.HasPrefix(m[2], "macosx"):
			reason = "it is for " + map[bool]string{true: "Windows", false: "macOS"}[m[2][0] == 'w']
		case p.python() != "" && otherPython(m[1], p.python()):
			reason = "it is for " + m[1] + ", and the file asks for Python " + p.python()
		default:
			continue
		}
		fl := flawAt(e, map[string]string{"path": name, "reason": reason})
		fl.noFix = "take the wheel for Linux and this Python, under the name it was built with"
		all = append(all, fl)
	}
	return all
}

var cpythonTag = lazy(`^cp3(\d{1,2})$`)

// otherPython tells whether a wheel's tag names another CPython than the one asked for. abi3 wheels are told by their lower tag, so newer is let pass.
func otherPython(tag, python string) bool {
	m := cpythonTag.FindStringSubmatch(tag)
	return m != nil && manifest.CompareVersions("3."+m[1], python) > 0
}

// lackingHashes finds requirements without a hash, or without an exact version, in a list where others have one.
func lackingHashes(p pipSource) []flaw {
	if p.conda || !p.file.Requirements.HashChecking() {
		return nil
	}
	for _, e := range p.entries {
		lack := ""
		switch {
		case len(e.Hashes) == 0 && !e.Local:
			lack = "has no hash"
		case e.Pinned() == "" && !e.Local:
			lack = "has no exact version"
		default:
			continue
		}
		fl := flawAt(e, map[string]string{"requirement": e.Name, "lack": lack})
		fl.noFix = "write the list anew with pip-compile --generate-hashes or uv pip compile --generate-hashes"
		return []flaw{fl}
	}
	return nil
}
