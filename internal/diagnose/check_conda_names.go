package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// onForgeToo are rows of data/conda-pypi.tsv that conda-forge has had in some releases: a log may say that they are missing, a file alone does not.
var onForgeToo = []string{
	"azure-ai-ml", "azure-ai-inference", "azure-ai-projects", "kaleido", "mediapipe", "onnxruntime-gpu", "psycopg2-binary", "pyqt5",
	"auto-gptq", "autogluon", "inference-schema", "opencv-python", "opencv-python-headless", "opencv-contrib-python", "tables",
}

// pypiNames finds names of the Python package index among conda's dependencies.
func pypiNames(files *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	for _, e := range condaList(f) {
		row := conda("conda-pypi", e.Name)
		if row == nil || e.Channel != "" || slices.Contains(onForgeToo, e.Name) {
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name})
		if row["conda_name"] != "" {
			fl.captures["conda_name"] = row["conda_name"]
			fl = fl.mend(renameRequirement, files, e, map[string]string{"name": row["conda_name"]})
		} else {
			fl = fl.mend(moveToPip, files, e, nil).surely()
		}
		all = append(all, fl)
	}
	return all
}

// bothNames are packages that conda and the Python package index call differently.
var bothNames = map[string]string{"pytorch": "torch", "pytables": "tables", "msgpack-python": "msgpack", "python-graphviz": "graphviz", "py-opencv": "opencv-python"}

// twiceInstalled finds packages that both conda and pip are to install: pip replaces conda's copy, or fails to take it out.
func twiceInstalled(files *manifest.Set, f *manifest.File) []flaw {
	byConda := map[string]*manifest.Entry{}
	for _, e := range condaList(f) {
		name := e.Name
		if other, ok := bothNames[name]; ok {
			name = other
		}
		byConda[manifest.Normalise(name)] = e
	}
	var all []flaw
	for _, e := range pipList(f) {
		first, ok := byConda[e.Name]
		if !ok || e.Name == "pip" || e.Name == "setuptools" || e.Name == "wheel" || e.Local || strings.Contains(e.Marker, "win32") {
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name, "conda_line": itoa(first.Line)})
		fl.noFix = "keep one of the two"
		if e.Spec == "" && len(e.Extras) == 0 || pipSpec(first) == e.Spec && e.Spec != "" {
			fl = fl.mend(removeRequirement, files, e, nil)
		}
		all = append(all, fl)
	}
	return all
}

// condaDuplicates finds packages that stand twice among conda's dependencies. conda joins their bounds.
func condaDuplicates(_ *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	seen := map[string]*manifest.Entry{}
	for _, e := range condaList(f) {
		first, twice := seen[e.Name]
		if !twice || e.Name == "python" || e.Local {
			seen[e.Name] = e
			continue
		}
		fl := flawAt(e, map[string]string{"package": e.Name, "first_line": itoa(first.Line)})
		fl.noFix = "keep one of the two"
		if sameSpec(first, e) {
			if ed, err := removal(e); err == nil {
				fl = fl.edited("remove the second "+e.Name, true, ed...)
			}
		}
		all = append(all, fl)
	}
	return all
}
