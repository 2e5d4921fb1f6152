package diagnose

import (
	"github.com/envmedic/envmedic/internal/manifest"
)

// lastLenientPip is the last pip that takes the version specifiers and metadata of old releases. It runs on Python 3.7 to 3.12.
const lastLenientPip = "24.0"

// steadyPip is the pip to pin for a Python: the last lenient one, or the nearest that runs there.
func steadyPip(python string) string {
	last, good := fact("python-tools", python, "last_pip"), fact("python-tools", python, "good_pip")
	switch {
	case last != "" && manifest.CompareVersions(last, lastLenientPip) < 0:
		return last
	case good != "":
		return good
	}
	return lastLenientPip
}

// pipMissing finds a `pip:` block without pip among the conda dependencies. A pip inside the block does not count for conda.
func pipMissing(files *manifest.Set, f *manifest.File) []flaw {
	p := f.Conda.Pip
	if p == nil || f.Conda.Entry("pip") != nil {
		return nil
	}
	with := map[string]string{"version": steadyPip(pythonOf(f))}
	return []flaw{flawOn(f, p.Key.Span, nil).mend(pinPip, files, nil, with).surely()}
}

// pipUnpinned finds pip without any version.
func pipUnpinned(files *manifest.Set, f *manifest.File) []flaw {
	e := f.Conda.Entry("pip")
	if e == nil || e.Spec != "" && e.Spec != "*" || f.Conda.Pip == nil {
		return nil
	}
	return []flaw{flawAt(e, nil).mend(pinPip, files, nil, map[string]string{"version": steadyPip(pythonOf(f))})}
}

// pipTooOld finds a pip whose newest allowed release cannot run on the file's Python.
func pipTooOld(files *manifest.Set, f *manifest.File) []flaw {
	e, python := f.Conda.Entry("pip"), pythonOf(f)
	if e == nil || python == "" || fact("python-tools", python, "first_pip") == "" {
		return nil
	}
	// What 3.12 took away (pkgutil.ImpImporter, distutils) is what stops old pips; the bound of later Pythons is only what pip itself declares.
	first := fact("python-tools", "3.12", "first_pip")
	for _, s := range e.Specs {
		c := manifest.CompareVersions(s.Version, first)
		if s.Op == "<" && c <= 0 || c < 0 && (s.Op == "<=" || e.Pinned() != "") {
			captures := map[string]string{"pip_version": "below " + s.Version, "python_version": python, "wanted_pip": steadyPip(python)}
			if e.Pinned() != "" {
				captures["pip_version"] = s.Version
			}
			return []flaw{flawAt(e, captures).mend(pinPip, files, nil, map[string]string{"version": steadyPip(python)}).surely()}
		}
	}
	return nil
}

// pipTooNew finds a pip that no longer supports the file's Python.
func pipTooNew(files *manifest.Set, f *manifest.File) []flaw {
	e, python := f.Conda.Entry("pip"), pythonOf(f)
	last := fact("python-tools", python, "last_pip")
	if e == nil || last == "" || e.Local {
		return nil
	}
	for _, s := range e.Specs {
		c := manifest.CompareVersions(s.Version, last)
		if c > 0 && (s.Op == ">=" || e.Pinned() != "") || c >= 0 && s.Op == ">" {
			captures := map[string]string{"pip_version": s.Version, "python_version": python, "last_pip": last}
			return []flaw{flawAt(e, captures).mend(pinPip, files, nil, map[string]string{"version": steadyPip(python)}).surely()}
		}
	}
	return nil
}
