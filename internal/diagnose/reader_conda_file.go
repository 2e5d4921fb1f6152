package diagnose

import (
	"path"
	"strings"
)

var yamlPlace = lazy(`in "([^"]+)", line (\d+), column (\d+)`)

// readYAMLPlace reads the last place that the YAML reader names below its exception: the first is where the construct began, the last
// where it could not go on. A position in "<unicode string>" is one of the file, whose name conda does not print there.
func readYAMLPlace(f *finding) bool {
	for _, i := range f.after(f.first, 12) {
		m := yamlPlace.FindStringSubmatch(f.text(i))
		if m == nil {
			continue
		}
		f.quote(i)
		for k, name := range [...]string{"source", "line", "column"} {
			delete(f.captures, name)
			f.set(name, m[k+1])
		}
	}
	if said := f.captures["said"]; said != "" {
		delete(f.captures, "said")
		f.set("problem", said)
	}
	f.set("file", f.envFile())
	return true
}

var envFileWord = lazy(`(?:-f|--file)[= ]+"?'?([^\s"']+\.ya?ml)`)

// envFile is the environment file that the step's command names; where the log has no command, the one that conda takes by itself.
func (f *finding) envFile() string {
	if m := envFileWord.FindStringSubmatch(f.command()); m != nil {
		return m[1]
	}
	if f.command() == "" || strings.Contains(f.command(), "conda") {
		return "environment.yml"
	}
	return ""
}

// command is what the step ran, as the log says it.
func (f *finding) command() string {
	if i := f.stepIndex(); i >= 0 {
		return f.log.Steps[i].Command
	}
	return ""
}

// readFilePath keeps the path under the name by which the COPY that should have brought it is looked for.
func readFilePath(f *finding) bool {
	f.set("path", f.captures["file"])
	f.set("name", path.Base(f.captures["file"]))
	return true
}

// sectionNames are the keys that conda knows in an environment file.
var sectionNames = []string{"name", "channels", "dependencies", "prefix", "variables", "platforms"}

// readSection finds the key that a misspelt one stands for.
func readSection(f *finding) bool {
	key, _, _ := strings.Cut(f.captures["key"], ", ")
	key = strings.Trim(key, "'\"")
	f.captures["key"] = key
	low := strings.ToLower(key)
	switch low {
	case "pip", "pip3", "pypi":
		if key != "pip" {
			f.set("meant", "pip")
		}
		return true
	}
	for _, name := range sectionNames {
		if d := distance(low, name); d <= 2 && d < len(name)-2 && key != name {
			f.set("meant", name)
		}
	}
	return true
}

// specSlips are the slips in an operator that have only one meaning.
var specSlips = strings.NewReplacer("=>", ">=", "=<", "<=", "===", "==", "> =", ">=", "< =", "<=", "= =", "==", ", ", ",")

// readSpecText names the package of a spec that conda can't read, and mends the slips that have only one meaning.
func readSpecText(f *finding) bool {
	spec := f.captures["spec"]
	if m := specHead.FindStringSubmatch(spec); m != nil && !strings.ContainsAny(spec[:1], "=<>!~0123456789") {
		f.set("package", strings.ToLower(m[2]))
	}
	name := len(f.captures["package"])
	if bound := spec[name:]; name > 0 && name < len(spec) {
		if mended := specSlips.Replace(bound); mended != bound {
			f.set("mended", strings.ReplaceAll(mended, " ", ""))
		}
	}
	return true
}

// wrongSubcommand reads the two ways in which a YAML file is taken for packages: as the name of one, or by its first line.
func wrongSubcommand(f *finding) bool {
	if f.captures["file"] != "" || f.captures["arguments"] != "" || f.captures["lack"] != "" {
		return true
	}
	r := readCondaReport(f)
	for _, m := range r.missing {
		if fileRow(m.spec) {
			f.quote(m.line)
			f.set("file", m.spec.raw)
		}
	}
	return f.captures["file"] != ""
}
