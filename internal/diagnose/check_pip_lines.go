package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

var (
	listDash   = lazy(`^\s*-\s+[A-Za-z]`)
	condaStart = lazy(`^(?:name|channels|dependencies|prefix):`)
)

// listAsYAML finds a requirements file that is none: a conda environment file, what `conda list --export` writes, or a YAML list.
// pip takes the "- name" of such a list for options that say nothing, and installs nothing.
func listAsYAML(p pipSource) []flaw {
	if p.conda {
		return nil
	}
	f := p.file
	if e := firstExported(p); e != nil {
		fl := flawAt(e, problem("a list that conda list --export wrote, which pip cannot read"))
		fl.noFix = "install it with conda create --file, or write it anew with pip freeze or pip list --format=freeze"
		return []flaw{fl}
	}
	var edits []edit.Edit
	first := 0
	for n := 1; n <= f.Lines(); n++ {
		text := f.Text(n)
		if condaStart.MatchString(text) {
			fl := flawOn(f, lineText(f, n), problem("a conda environment file, which pip cannot read"))
			fl.noFix = "give it a name in .yml and use conda env create -f, or keep only the requirements, one a line"
			return []flaw{fl}
		}
		if !listDash.MatchString(text) {
			continue
		}
		if first == 0 {
			first = n
		}
		s := lineText(f, n)
		gap := len(f.At(s)) - len(strings.TrimLeft(f.At(s)[1:], " \t"))
		edits = append(edits, edit.Edit{Start: s.Start, End: s.Start + gap, New: ""})
	}
	if first == 0 {
		return nil
	}
	fl := flawOn(f, lineText(f, first), problem("a YAML list, of which pip installs nothing and says nothing"))
	return []flaw{fl.edited("take the dashes away", true, edits...)}
}

var exportedByConda = lazy(`^[\w.-]+=[^=<>~!,; ]+=[\w.]+$`)

// firstExported is the first of several lines of conda's form name=version=build.
func firstExported(p pipSource) *manifest.Entry {
	var exported []*manifest.Entry
	for _, e := range p.entries {
		if exportedByConda.MatchString(e.Raw) {
			exported = append(exported, e)
		}
	}
	if len(exported) < 2 {
		return nil
	}
	return exported[0]
}

// isYAMLList tells what listAsYAML speaks of, so that its lines are not told one by one.
func isYAMLList(p pipSource) bool { return len(listAsYAML(p)) > 0 }

// pipWritings are searched in what follows a requirement's name and extras.
var pipWritings = []writing{
	{lazy(`={1,2}>=?`), ">=", "the operator is >=", true},
	{lazy(`={1,2}<=?`), "<=", "the operator is <=", true},
	{lazy(`^(\s*)=(\s*[\d*v][^\s=,;]*)=\w+\s*$`), "$1==$2", "it is in conda's form, name=version=build", false},
	{lazy(`^(\s*)=(\s*[\d*v])`), "$1==$2", "pip has no operator =, it is ==", true},
	{lazy(`^([^#@/;]*[\w*])#`), "$1  #", "a comment needs a blank before it", true},
	{lazy(`^\s*={1,3}\s*$`), "", "no version follows the operator", false},
	{lazy(`^(\s*(?:[<>=!~]=|[<>])\s*[\w.*]+)\s+((?:[<>=!~]=|[<>])\s*\d)`), "$1,$2", "a comma is missing between the two bounds", true},
}

var (
	commandLine = lazy(`^!?\s*(?:python3? -m )?pip3? install\s`)
	noVersion   = lazy(`^(?:==|>=|<=|~=|!=|<|>)\s*(?:latest|current|newest|any|x|\?)`)
	lonelyTilde = lazy(`~=\s*\d+\s*(?:$|[,;])`)
)

// unreadableLines finds what pip refuses to read.
func unreadableLines(p pipSource) []flaw {
	if isYAMLList(p) {
		return nil
	}
	if mark := mergeMark(p.file); mark > 0 && !p.conda {
		fl := flawOn(p.file, lineText(p.file, mark), map[string]string{"hint": "the marks of a merge conflict are left in the file"})
		fl.noFix = "take the lines of one side and remove the marks"
		return []flaw{fl}
	}
	var all []flaw
	for _, e := range p.entries {
		if _, byConda := tables["conda-only"]().get(e.Name); byConda {
			continue // condaOnlyNames tells of it, and another operator would not help
		}
		if fl, bad := miswritten(e, pipWritings, "requirement", "hint"); bad && !isCommand(e) {
			all = append(all, fl)
		} else if fl, bad := unreadableEntry(e); bad {
			all = append(all, fl)
		}
	}
	return append(all, foreignOptions(p)...)
}

func isCommand(e *manifest.Entry) bool { return commandLine.MatchString(e.Raw) }

func unreadableEntry(e *manifest.Entry) (flaw, bool) {
	fl := flawAt(e, map[string]string{"requirement": e.Raw})
	switch {
	case e.Local || e.Opaque:
		return fl, false
	case isCommand(e):
		fl.captures["hint"] = "a list of requirements holds no commands"
		fl.noFix = "write the name and the version alone"
	case noVersion.MatchString(e.Spec):
		fl.captures["hint"] = "the operator needs a version"
		fl = fl.edited("write "+e.Name+" alone", false, replace(e.SpecSpan, ""))
	case lonelyTilde.MatchString(e.Spec):
		fl.captures["hint"] = "~= needs two numbers, as in ~=1.0"
		fl.noFix = "write ~=1.0 for any 1.x, or >=1"
	default:
		return fl, false
	}
	return fl, true
}

// fileOptions are the options that pip reads from a requirements file, as its documentation lists them; the last four are long gone but passed over.
var fileOptions = []string{
	"--index-url", "--extra-index-url", "--no-index", "--constraint", "--requirement", "--editable", "--find-links", "--no-binary", "--only-binary",
	"--prefer-binary", "--require-hashes", "--pre", "--trusted-host", "--use-feature", "--process-dependency-links", "--allow-external",
	"--allow-unverified", "--always-unzip", "-Z", "--use-wheel", "--no-use-wheel", "--config-settings", "-C", "--global-option", "--install-option", "--hash",
}

// commandOptions are options of the command line that people put into files. Only these are told: a plugin or a newer pip may know others.
var commandOptions = []string{
	"-y", "--yes", "-U", "--upgrade", "--user", "--no-cache-dir", "-q", "--quiet", "-v", "--verbose", "--force-reinstall", "--no-deps", "--ignore-installed",
	"-I", "--no-build-isolation", "--break-system-packages", "--use-pep517", "--timeout", "--default-timeout", "--retries", "--proxy", "--cache-dir", "-t", "--target",
	"--disable-pip-version-check", "--upgrade-strategy", "--no-warn-script-location", "--progress-bar", "--use-deprecated",
}

// foreignOptions finds options that only the command line knows: alone on a line, or behind a requirement.
func foreignOptions(p pipSource) []flaw {
	var all []flaw
	for _, o := range p.options {
		if !slices.Contains(fileOptions, o.Name) && slices.Contains(commandOptions, o.Name) {
			fl := flawOn(p.file, o.Span, map[string]string{"requirement": p.file.At(o.Span), "hint": o.Name + " belongs on the command line"})
			if p.file.Line(o.Span.Start) == p.file.Line(max(o.Span.Start, o.Span.End-1)) && len(p.options)+len(p.entries) > 1 {
				fl = fl.edited("remove "+o.Name, true, removeLines(p.file, o.Span))
			}
			all = append(all, fl)
		}
	}
	for _, e := range p.entries {
		if fl, bad := trailingOption(e); bad {
			all = append(all, fl)
		}
	}
	return all
}

var optionWord = lazy(`^(--?[A-Za-z][\w-]*)`)

// trailingOption finds an option of the command line behind a requirement.
func trailingOption(e *manifest.Entry) (flaw, bool) {
	if e.Opaque || e.Span.End >= e.Outer.End || isCommand(e) {
		return flaw{}, false
	}
	rest := e.File.At(manifest.Span{Start: e.Span.End, End: e.Outer.End})
	for _, word := range strings.Fields(rest) {
		name := optionWord.FindString(word)
		if !slices.Contains(commandOptions, name) {
			continue
		}
		at := e.Span.End + strings.Index(rest, word)
		fl := flawAt(e, map[string]string{"requirement": e.Raw + rest, "hint": name + " belongs on the command line"})
		if word == name && strings.TrimSpace(rest) == name {
			return fl.edited("remove "+name, true, replace(manifest.Span{Start: e.Span.End, End: at + len(word)}, "")), true
		}
		fl.noFix = "take " + name + " out of the file"
		return fl, true
	}
	return flaw{}, false
}

var orderedGlob = lazy(`((?:>=|<=|~=|>|<)\s*\d[\w.]*?)\.\*`)

// orderedGlobs finds .* behind an operator of order, which pip takes no more.
func orderedGlobs(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		if e.Opaque || e.Local || e.SpecSpan.IsZero() || !orderedGlob.MatchString(e.Spec) {
			continue
		}
		mended := orderedGlob.ReplaceAllString(e.Spec, "$1")
		fl := flawAt(e, map[string]string{"requirement": e.Raw})
		all = append(all, fl.edited("write "+e.Name+mended, true, replace(e.SpecSpan, mended)))
	}
	return all
}

// pipDuplicates finds requirements that stand twice in one list, for the same systems.
func pipDuplicates(p pipSource) []flaw {
	if isYAMLList(p) || mergeMark(p.file) > 0 {
		return nil
	}
	var all []flaw
	seen := map[string]*manifest.Entry{}
	for _, e := range p.entries {
		first, twice := seen[e.Name]
		if e.Name == "" {
			continue
		}
		if !twice || first.Marker != e.Marker {
			seen[e.Name] = e
			continue
		}
		captures := map[string]string{"package": e.Name, "first": first.Raw, "second": e.Raw, "first_line": itoa(first.Line)}
		fl := flawAt(e, captures)
		fl.noFix = "keep one of the two lines"
		if sameSpec(first, e) && len(e.Hashes) == len(first.Hashes) {
			if ed, err := removal(e); err == nil {
				fl = fl.edited("remove the second "+e.Name, true, ed...)
			}
		}
		all = append(all, fl)
	}
	return all
}
