package diagnose

import (
	"strings"
	"time"

	"github.com/envmedic/envmedic/internal/manifest"
)

// today is the day that data/python-support.tsv was read, from which ages are reckoned: the same files must get the same answer on any day.
const today = "2026-07-02"

// soon is how long before its end a Python is spoken of.
const soon = 183 * 24 * time.Hour

var pythonMinorPart = lazy(`^(\d)\.(\d{1,2})(?:\.|$)`)

// pythonOf is the newest Python (as "3.10") that a conda file allows; "" where it has no upper bound.
func pythonOf(f *manifest.File) string {
	e := f.Conda.Entry("python")
	if e == nil {
		return ""
	}
	for _, s := range e.Specs {
		m := pythonMinorPart.FindStringSubmatch(strings.TrimSuffix(s.Version, "*"))
		if m == nil {
			continue
		}
		switch s.Op {
		case "=", "==", "===", "~=", "<=":
			return m[1] + "." + m[2]
		case "<":
			if minor := pythonMinor(m[1] + "." + m[2]); minor > 0 && strings.Count(strings.TrimSuffix(s.Version, ".0"), ".") == 1 {
				return m[1] + "." + itoa(minor-1)
			}
		}
	}
	return ""
}

// condaPython finds what is wrong with the Python of a conda file: that it is missing, there twice, no version, or past its end.
func condaPython(files *manifest.Set, f *manifest.File) []flaw {
	var all []*manifest.Entry
	for _, e := range condaList(f) {
		if e.Name == "python" {
			all = append(all, e)
		}
	}
	switch {
	case len(all) == 0:
		return pythonMissing(files, f)
	case len(all) > 1:
		return []flaw{pythonTwice(all)}
	}
	if fl, bad := pythonMalformed(all[0]); bad {
		return []flaw{fl}
	}
	return pythonAged(all[0], pythonOf(f))
}

var imagePython = lazy(`(?:-|_)py(3)(\d{1,2})\b|^python:(3)\.(\d{1,2})`)

// pythonMissing speaks only of files that need Python for certain: those with a `pip:` block, or that Azure ML builds.
func pythonMissing(files *manifest.Set, f *manifest.File) []flaw {
	if f.Conda.Pip == nil && !usedByAzureML(files, f) || f.Conda.Dependencies == nil {
		return nil
	}
	fl := flawOn(f, f.Conda.Dependencies.Key.Span, problem("it is not listed, so every build takes the newest"))
	line, ok := firstItem(f)
	if !ok {
		fl.noFix = "add python=3.11, or the version that your code was tested with, as the first dependency"
		return []flaw{fl}
	}
	version := "3.11" // supported until October 2027, and the oldest releases of most packages that are still in use have wheels for it
	if a := f.AzureML; a != nil && a.Image != nil {
		if m := imagePython.FindStringSubmatch(a.Image.Value); m != nil {
			version = m[1] + m[3] + "." + m[2] + m[4]
		}
	}
	text := listItem(f, f.Conda.Dependencies, "python="+version)
	return []flaw{fl.edited("add python="+version, false, insertBefore(f, line, text))}
}

// firstItem is the line of the first dependency of a list that can take a line.
func firstItem(f *manifest.File) (int, bool) {
	if block(f, f.Conda.Dependencies) != nil || len(f.Conda.Entries) == 0 {
		return 0, false
	}
	first := f.Conda.Entries[0].Line
	if p := f.Conda.Pip; p != nil {
		first = min(first, p.Key.Line)
	}
	return first, strings.HasPrefix(strings.TrimSpace(f.Text(first)), "-")
}

func pythonTwice(all []*manifest.Entry) flaw {
	first, second := all[0], all[1]
	fl := flawAt(second, problem("it stands on line "+itoa(first.Line)+" and on line "+itoa(second.Line)))
	if sameSpec(first, second) {
		if ed, err := removal(second); err == nil {
			return fl.edited("remove the second python", true, ed...)
		}
	}
	fl.noFix = "keep the line with the version that your code was tested with"
	return fl
}

func sameSpec(a, b *manifest.Entry) bool {
	return strings.ReplaceAll(a.Raw, " ", "") == strings.ReplaceAll(b.Raw, " ", "")
}

var (
	pythonVersions = lazy(`^(?:(?:[<>!~=]=?)?\d+(?:\.\d+|\.\*)*(?:\.?\*|[a-z]+\d+)?(?:[,|]|$))+$`)
	joinedDigits   = lazy(`^py(\d)(\d{1,2})$`)
	commaVersion   = lazy(`^(\d),(\d{1,2})$`)
)

// pythonMalformed finds a version of Python that is none.
func pythonMalformed(e *manifest.Entry) (flaw, bool) {
	if _, told := miswritten(e, condaWritings, "spec", "detail"); told || e.Opaque || e.Local || bracketed(e) {
		return flaw{}, false
	}
	spec := strings.ReplaceAll(e.File.At(manifest.Span{Start: e.NameSpan.End, End: e.Span.End}), " ", "")
	if len(e.Specs) == 1 && strings.TrimLeft(e.Spec, "= ") == "3.1" {
		fl := flawAt(e, problem("3.1 is what a tool makes of an unquoted 3.10"))
		return respec(fl, e, "=3.10"), true
	}
	if e.Build != "" {
		spec = strings.ReplaceAll(e.Spec, " ", "")
	}
	if spec == "" || spec == "*" || pythonVersions.MatchString(spec) {
		return flaw{}, false
	}
	fl := flawAt(e, problem("'"+e.Raw+"' names no version"))
	fl.noFix = "write it as python=3.11"
	bare := strings.TrimLeft(spec, "=")
	for _, re := range []*pattern{joinedDigits, commaVersion} {
		if m := re.FindStringSubmatch(bare); m != nil {
			return respec(fl, e, "="+m[1]+"."+m[2]), true
		}
	}
	if trimmed := strings.TrimRight(bare, "."); pythonVersions.MatchString(trimmed) {
		return respec(fl, e, "="+trimmed), true
	}
	return fl, true
}

// respec replaces all that follows the name.
func respec(fl flaw, e *manifest.Entry, spec string) flaw {
	place := manifest.Span{Start: e.NameSpan.End, End: e.Span.End}
	return fl.edited("write "+e.Name+spec, false, replace(place, spec))
}

// pythonAged finds a Python that has no fixes any more, or soon will not.
func pythonAged(e *manifest.Entry, python string) []flaw {
	end, err := time.Parse(time.DateOnly, fact("python-support", python, "ended"))
	now, errNow := time.Parse(time.DateOnly, today)
	if err != nil || errNow != nil || end.Sub(now) > soon {
		return nil
	}
	verb := "has had no security fixes since "
	if end.After(now) {
		verb = "gets no fixes after "
	}
	fl := flawAt(e, problem(python+" "+verb+end.Format("January 2006")))
	fl.noFix = "take a newer one, and check that every pinned package has a release for it"
	return []flaw{fl}
}
