package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// condaOnlyNames finds names of conda packages in a list of pip.
func condaOnlyNames(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		row, ok := tables["conda-only"]().get(e.Name)
		if !ok || e.Local {
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name})
		switch {
		case row["distribution"] != "":
			fl = fl.mend(renameRequirement, p.files, e, map[string]string{"name": row["distribution"]})
		case e.Name == "python":
			fl.noFix = "take the line out; the version of Python is set by conda, the base image or the virtual environment"
		case p.conda:
			fl = fl.mend(moveToConda, p.files, e, nil)
		default:
			fl.noFix = "install it with conda or the system's package manager"
		}
		all = append(all, fl)
	}
	return all
}

// misnamed are import names that the index has nothing of use under. Others (jwt, serial, docx …) are projects of their own that somebody may want.
var misnamed = []string{"sklearn", "cv2", "pil", "skimage", "yaml", "dateutil", "googleapiclient", "mysqldb", "openssl"}

// importNames finds import names in the place of the distribution's.
func importNames(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		if !slices.Contains(misnamed, e.Name) || e.Local {
			continue
		}
		right := distributionOf(e)
		fl := flawAt(e, map[string]string{"package": e.Name, "distribution": right})
		with := map[string]string{"name": right}
		if e.Name == "sklearn" {
			with["spec"] = "" // 0.0 and 0.0.post are versions of the empty project alone
		}
		fl = fl.mend(renameRequirement, p.files, e, with)
		fl.sure = fl.edits != nil && e.Name == "sklearn"
		all = append(all, fl)
	}
	return all
}

func distributionOf(e *manifest.Entry) string {
	t := tables["import-names"]()
	for key, row := range t.rows {
		if strings.EqualFold(key, e.Name) {
			return row[1]
		}
	}
	return ""
}

// harmless are rows of data/stdlib-backports.tsv that install and work beside the module of Python.
var harmless = []string{"configparser", "pathlib", "argparse", "ipaddress", "pathlib2", "contextvars", "backports-ssl-match-hostname", "statistics"}

// backports finds copies of modules that the Python of the list has itself.
func backports(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		row, ok := tables["stdlib-backports"]().get(e.Name)
		if !ok || e.Marker != "" || e.Local || slices.Contains(harmless, e.Name) {
			continue
		}
		if python := p.python(); python != "" && manifest.CompareVersions(python, row["since"]) < 0 {
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name, "module": row["module"], "since": row["since"]})
		all = append(all, fl.mend(removeRequirement, p.files, e, nil).surely())
	}
	return all
}

// portable are rows of data/platform-only.tsv that are of use on one system only but install on all.
var portable = []string{"pywin32-ctypes", "pyreadline", "pyreadline3", "win32-setctime", "appnope", "comtypes", "win-inet-pton", "pywinauto", "wmi", "xlwings", "winshell", "pythonnet"}

// wheelless finds packages for another system without a marker, and releases that are older than the Python they are to run on.
func wheelless(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		if e.Marker != "" || e.Local || e.Opaque {
			continue
		}
		if system := fact("platform-only", e.Name, "system"); system != "" && !slices.Contains(portable, e.Name) && !forOtherSystem.MatchString(p.file.Path) {
			all = append(all, otherSystem(e, system))
		} else if fl, bad := olderThanPython(e, p.python()); bad {
			all = append(all, fl)
		}
	}
	return all
}

func otherSystem(e *manifest.Entry, system string) flaw {
	fl := flawAt(e, map[string]string{"package": e.Name, "made_for": map[string]string{"windows": "Windows", "macos": "macOS"}[system]})
	platform := map[string]string{"windows": "win32", "macos": "darwin"}[system]
	at := max(e.NameSpan.End, e.ExtrasSpan.End, e.SpecSpan.End)
	if platform == "" || e.Flow || e.Quote == '"' || len(e.Hashes) > 0 {
		fl.noFix = "take it out, or install it there alone with a marker"
		return fl
	}
	marker := `; sys_platform == "` + platform + `"`
	return fl.edited("install "+e.Name+" on {made_for} alone", true, replace(manifest.Span{Start: at, End: at}, marker))
}

// olderThanPython finds a release from before the Python it is to run on, which pip would have to compile.
func olderThanPython(e *manifest.Entry, python string) (flaw, bool) {
	first, pinned := fact("first-wheels", e.Name, python), e.Pinned()
	if first == "" || pinned == "" || manifest.CompareVersions(pinned, first) >= 0 {
		return flaw{}, false
	}
	fl := flawAt(e, map[string]string{"package": e.Name, "version": pinned, "python": python, "first": first})
	fl.noFix = "take " + e.Name + " " + first + " or newer, or an older Python"
	return fl, true
}

// legacyMetadata finds releases whose metadata pip refuses from 24.1 on, where nothing holds pip below.
func legacyMetadata(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		row, ok := tables["legacy-metadata"]().get(e.Name)
		if !ok || e.Pinned() == "" || manifest.CompareVersions(e.Pinned(), row["through"]) > 0 || olderPip(p.files) {
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name, "version": e.Pinned(), "reason": row["refused"]})
		fl.noFix = "take a release after " + row["through"] + ", or hold pip at " + lastLenientPip
		if p.conda && steadyPip(p.python()) == lastLenientPip {
			fl = fl.mend(pinPip, p.files, nil, map[string]string{"version": lastLenientPip})
		}
		all = append(all, fl)
	}
	return all
}

// olderPip tells whether some file binds pip to a release before 24.1.
func olderPip(files *manifest.Set) bool {
	return slices.ContainsFunc(files.Named("pip"), func(e manifest.Entry) bool {
		return slices.ContainsFunc(e.Specs, func(s manifest.Specifier) bool {
			bounds := s.Op == "==" || s.Op == "=" || s.Op == "<" || s.Op == "<="
			return bounds && manifest.CompareVersions(strings.TrimSuffix(s.Version, ".*"), "24.1") <= 0
		})
	})
}

// ofOneRelease are the Azure ML packages that are released together, each asking for the others of its own minor version.
var ofOneRelease = lazy(`^azureml-(?:core|defaults|sdk|train|train-core|train-automl(?:-client|-runtime)?|automl-core|automl-runtime|pipeline|pipeline-core|pipeline-steps|telemetry|widgets|interpret|dataset-runtime)$`)

// firstPaired is about the first torchvision and torchaudio that ask for one release of torch; older ones take any.
const firstPaired = "0.7"

// pairedReleases finds exact pins of packages that are released as one and do not fit each other.
func pairedReleases(p pipSource) []flaw {
	var all []flaw
	var first *manifest.Entry
	torch := exactIn(p, "torch")
	for _, e := range p.entries {
		pinned, _, _ := strings.Cut(e.Pinned(), "+")
		switch {
		case pinned == "":
		case ofOneRelease.MatchString(e.Name) && first == nil:
			first = e
		case ofOneRelease.MatchString(e.Name) && minorOf(pinned) != minorOf(first.Pinned()):
			fl := flawAt(e, map[string]string{"package": e.Name, "version": pinned, "other": first.Name, "other_version": first.Pinned()})
			all = append(all, fl.mend(pinRequirement, p.files, e, map[string]string{"version": first.Pinned()}))
		case torch != "" && (e.Name == "torchvision" || e.Name == "torchaudio"):
			if want := fact("paired-releases", torch, e.Name); want != "" && manifest.CompareVersions(pinned, firstPaired) >= 0 && minorOf(want) != minorOf(pinned) {
				fl := flawAt(e, map[string]string{"package": e.Name, "version": pinned, "other": "torch", "other_version": torch})
				_, local, plus := strings.Cut(e.Pinned(), "+")
				if plus {
					want += "+" + local
				}
				all = append(all, fl.mend(pinRequirement, p.files, e, map[string]string{"version": want}))
			}
		}
	}
	return all
}

// exactIn is the version that a list binds a package to, without its local part.
func exactIn(p pipSource, name string) string {
	for _, e := range p.entries {
		if e.Name == name {
			version, _, _ := strings.Cut(e.Pinned(), "+")
			return version
		}
	}
	return ""
}

// minorOf is the first two numbers of a version.
func minorOf(version string) string {
	parts := strings.SplitN(version, ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}
