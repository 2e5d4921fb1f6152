package diagnose

import (
	"github.com/envmedic/envmedic/internal/manifest"
)

// pipChecks read what pip is told to install: requirements and constraints files, and the `pip:` block of conda files.
var pipChecks = map[string]check{
	"pip-both-releases":   eachList(pairedReleases),
	"pip-conda-names":     eachList(condaOnlyNames),
	"pip-cuda-index":      eachList(localVersions),
	"pip-duplicate":       eachList(pipDuplicates),
	"pip-globs":           eachList(orderedGlobs),
	"pip-hashes":          eachList(lackingHashes),
	"pip-import-names":    eachList(importNames),
	"pip-indexes":         eachList(indexOptions),
	"pip-legacy-metadata": eachList(legacyMetadata),
	"pip-local-paths":     eachList(localPaths),
	"pip-missing-files":   eachList(missingFiles),
	"pip-as-yaml":         eachList(listAsYAML),
	"pip-no-wheel":        eachList(wheelless),
	"pip-repositories":    gitRequirements,
	"pip-secrets":         eachList(secretsInURLs),
	"pip-stdlib":          eachList(backports),
	"pip-system-python":   systemPythons,
	"pip-unreadable":      eachList(unreadableLines),
	"pip-utf8":            pipUTF8,
	"pip-wheel-names":     eachList(wheelNames),
}

// A pipSource is one list that pip reads, whatever file it stands in.
type pipSource struct {
	files   *manifest.Set
	file    *manifest.File
	entries []*manifest.Entry
	options []manifest.Option
	conda   bool // the `pip:` block of a conda file
}

// eachList calls a check for every list that pip reads.
func eachList(do func(pipSource) []flaw) check {
	return func(files *manifest.Set) []flaw {
		var all []flaw
		for _, f := range files.Files {
			switch {
			case templated(f):
			case f.Requirements != nil:
				all = append(all, do(pipSource{files, f, entriesIn(f, string(f.Kind)), f.Requirements.Options, false})...)
			case f.Conda != nil && f.Conda.Pip != nil:
				all = append(all, do(pipSource{files, f, pipList(f), f.Conda.PipOptions, true})...)
			}
		}
		return all
	}
}

// option is the first option of one of these names.
func (p pipSource) option(names ...string) (manifest.Option, bool) {
	for _, o := range p.options {
		for _, n := range names {
			if o.Name == n {
				return o, true
			}
		}
	}
	return manifest.Option{}, false
}

// python is the newest Python that the list is installed with, as far as its own file says; "" where it does not.
func (p pipSource) python() string {
	if p.conda {
		return pythonOf(p.file)
	}
	return ""
}
