package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// A writing is a way in which a version is miswritten, and what it should be.
type writing struct {
	wrong *pattern
	right string
	why   string
	sure  bool
}

// condaWritings are searched in what follows a conda package's name.
var condaWritings = []writing{
	{lazy(`={1,2}>=?`), ">=", "the operator is >=", true},
	{lazy(`={1,2}<=?`), "<=", "the operator is <=", true},
	{lazy(`===`), "==", "conda has no operator ===", true},
	{lazy(`\s*={1,2}\s*$`), "", "no version follows the =", true},
	{lazy(`\s+,\s*([<>!=~])`), ",$1", "a blank before the comma ends the version", true},
	{lazy(`^\s*((?:[<>]=?|!=|~=)\s*[\w.*]+)\s+([<>]=?|!=|~=)`), "$1,$2", "a comma is missing between the two bounds", false},
	{lazy(`([<>]=?\s*\d[\w.]*)\.\*`), "$1", "conda drops .* after an operator of order", true},
}

// condaSpecs finds dependencies that conda cannot read, or reads with a notice.
func condaSpecs(_ *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	for _, e := range condaList(f) {
		if fl, bad := miswritten(e, condaWritings, "spec", "detail"); bad {
			all = append(all, fl)
		} else if fl, bad := notForConda(e); bad {
			all = append(all, fl)
		}
	}
	return all
}

// miswritten is the flaw of an entry whose version is written in one of these ways. raw and why name the captures for the entry and the reason.
func miswritten(e *manifest.Entry, ways []writing, raw, why string) (flaw, bool) {
	if e.Opaque || e.Local || e.NameSpan.IsZero() || bracketed(e) {
		return flaw{}, false
	}
	place := manifest.Span{Start: max(e.NameSpan.End, e.ExtrasSpan.End), End: e.Span.End}
	rest := e.File.At(place)
	for _, w := range ways {
		if !w.wrong.MatchString(rest) {
			continue
		}
		mended := w.wrong.ReplaceAllString(rest, w.right)
		fl := flawAt(e, map[string]string{raw: e.Raw, why: w.why})
		return fl.edited("write "+e.File.At(manifest.Span{Start: e.Span.Start, End: place.Start})+mended, w.sure, replace(place, mended)), true
	}
	return flaw{}, false
}

// notForConda finds requirements in pip's form among conda's, and brackets that do not close.
func notForConda(e *manifest.Entry) (flaw, bool) {
	why := ""
	switch {
	case e.Opaque:
	case strings.ContainsRune(e.Raw, ';') && !strings.ContainsRune(e.Raw, '['):
		why = "conda knows no markers"
	case strings.Count(e.Raw, "[") != strings.Count(e.Raw, "]"):
		why = "a bracket is not closed"
	case strings.HasPrefix(e.Raw, "git+") || strings.Contains(e.Raw, "@ git+") || strings.Contains(e.Raw, "@ http"):
		why = "an address belongs below pip:"
	}
	fl := flawAt(e, map[string]string{"spec": e.Raw, "detail": why})
	fl.noFix = "write it as name=version, or put it below pip:"
	return fl, why != ""
}

var exportedBuild = lazy(`h[0-9a-f]{7}|py\d{2,3}|vc14|_\d+$`)

// exportedParts finds what an export brings along that other machines do not have: builds, packages of other systems, the prefix.
func exportedParts(files *manifest.Set, f *manifest.File) []flaw {
	all := exportedBuilds(files, f)
	all = append(all, foreignPackages(files, f)...)
	if p := f.Conda.Prefix; p != nil {
		for _, k := range f.Conda.Keys {
			if k.Name.Value == "prefix" {
				fl := flawOn(f, k.Name.Span, problem("prefix: "+p.Value+" is the folder of the exporting machine"))
				all = append(all, fl.mend(deleteLine, files, nil, map[string]string{"key": "prefix"}).surely())
			}
		}
	}
	return all
}

func exportedBuilds(files *manifest.Set, f *manifest.File) []flaw {
	var built []*manifest.Entry
	for _, e := range condaList(f) {
		if e.Build != "" && !strings.Contains(e.Build, "*") && exportedBuild.MatchString(e.Build) {
			built = append(built, e)
		}
	}
	if len(built) < 3 {
		return nil
	}
	fl := flawAt(built[0], problem(itoa(len(built))+" dependencies carry build strings, which exist for one system only"))
	return []flaw{fl.mend(stripBuilds, files, nil, nil)}
}

func foreignPackages(files *manifest.Set, f *manifest.File) []flaw {
	if slices.ContainsFunc(f.Conda.Keys, func(k manifest.Key) bool { return k.Name.Value == "platforms" }) || forOtherSystem.MatchString(f.Path) {
		return nil
	}
	var first *manifest.Entry
	var names []string
	platform := ""
	for _, e := range condaList(f) {
		spec := condaSpec{name: e.Name, version: strings.TrimLeft(e.Spec, "= ")}
		if p := spec.foreign(); p != "" && !strings.Contains(e.File.At(e.Outer), "[") {
			names = append(names, e.Name)
			if first == nil {
				first, platform = e, p
			}
		}
	}
	if first == nil {
		return nil
	}
	fl := flawAt(first, problem(someOf(names)+": only for "+platform))
	return []flaw{fl.mend(removePlatformPackages, files, nil, map[string]string{"packages": strings.Join(names, ",")})}
}

// forOtherSystem matches the names of files that say themselves that they are not for Linux.
var forOtherSystem = lazy(`(?i)(?:^|[/_.-])(?:win(?:dows|64|-64)?|osx|mac(?:os)?|darwin|arm64)(?:[/_.-]|$)`)
