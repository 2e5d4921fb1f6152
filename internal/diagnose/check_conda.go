package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// condaChecks read conda environment files, also those that an Azure ML environment holds inline.
var condaChecks = map[string]check{
	"conda-build-strings":   eachConda(exportedParts),
	"conda-channel-gone":    eachConda(goneChannels),
	"conda-channel-list":    eachConda(channelList),
	"conda-channel-lacking": eachConda(lackingChannels),
	"conda-duplicate":       eachConda(condaDuplicates),
	"conda-file-name":       condaFileNames,
	"conda-keys":            unknownKeys,
	"conda-layout":          condaLayout,
	"conda-pip-missing":     eachConda(pipMissing),
	"conda-pip-pin":         eachConda(pipUnpinned),
	"conda-pip-too-new":     eachConda(pipTooNew),
	"conda-pip-too-old":     eachConda(pipTooOld),
	"conda-pypi-names":      eachConda(pypiNames),
	"conda-python":          eachConda(condaPython),
	"conda-section":         eachConda(unsettledSection),
	"conda-specs":           eachConda(condaSpecs),
	"conda-syntax":          condaSyntax,
	"conda-terms":           eachConda(termsChannels),
	"conda-twice-installed": eachConda(twiceInstalled),
	"conda-utf8":            condaUTF8,
}

// eachConda calls a check for every conda file that lists dependencies.
func eachConda(do func(*manifest.Set, *manifest.File) []flaw) check {
	return func(files *manifest.Set) []flaw {
		var all []flaw
		for _, f := range files.Files {
			if f.Conda != nil && len(f.Conda.Entries) > 0 && !templated(f) {
				all = append(all, do(files, f)...)
			}
		}
		return all
	}
}

// templated tells a file that some other tool fills in first: what it says is not what is installed.
func templated(f *manifest.File) bool {
	return strings.Contains(string(f.Src), "{{") || strings.Contains(string(f.Src), "{%")
}

// condaNamed tells by its name that a file is meant for conda, so that one without dependencies can be spoken of.
func condaNamed(f *manifest.File) bool {
	base := strings.ToLower(path.Base(f.Path))
	return f.Kind == manifest.KindConda && (strings.HasPrefix(base, "environment.") || strings.HasPrefix(base, "conda."))
}

// flawAt is a flaw of one dependency.
func flawAt(e *manifest.Entry, captures map[string]string) flaw {
	return flaw{file: e.File, span: e.Outer, captures: captures}
}

// flawOn is a flaw of a line or of a part of one.
func flawOn(f *manifest.File, s manifest.Span, captures map[string]string) flaw {
	return flaw{file: f, span: s, captures: captures}
}

// edited is the flaw with an edit that mends it.
func (fl flaw) edited(title string, sure bool, edits ...edit.Edit) flaw {
	fl.title, fl.sure, fl.edits, fl.noFix = title, sure, edits, ""
	return fl
}

// surely is the flaw with its edit, if it has one, as a safe one.
func (fl flaw) surely() flaw {
	fl.sure = fl.edits != nil
	return fl
}

// problem is the one capture of flaws that a whole sentence tells.
func problem(text string) map[string]string { return map[string]string{"problem": text} }

// condaList are the dependencies that conda itself installs.
func condaList(f *manifest.File) []*manifest.Entry { return entriesIn(f, "dependencies") }

// pipList are the requirements of the `pip:` block.
func pipList(f *manifest.File) []*manifest.Entry { return entriesIn(f, "pip") }

func entriesIn(f *manifest.File, where string) []*manifest.Entry {
	var list []*manifest.Entry
	entries := f.Entries()
	for i := range entries {
		if entries[i].Where == where {
			list = append(list, &entries[i])
		}
	}
	return list
}

// someOf names a few of many.
func someOf(names []string) string {
	const most = 4
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and " + itoa(len(names)-most) + " more"
}

// usedByAzureML tells whether an Azure ML environment takes the file as its conda file.
func usedByAzureML(files *manifest.Set, f *manifest.File) bool {
	return f.Kind == manifest.KindAzureML || slices.ContainsFunc(files.Of(manifest.KindAzureML), func(a *manifest.File) bool {
		return a.AzureML.CondaFile != nil && path.Join(path.Dir(a.Path), a.AzureML.CondaFile.Value) == f.Path
	})
}
