package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// condaKeys are the keys that conda, conda-lock, mamba and conda's other readers know on the top level of an environment file.
var condaKeys = []string{
	"name", "channels", "dependencies", "prefix", "variables", "platforms", "category", "channel_priority", "version", "description", "extra",
}

// renamable are the keys whose near misses are told: what stands under them is not installed.
var renamable = []string{"channels", "dependencies", "name", "prefix", "variables"}

// unknownKeys finds keys that conda passes over with a notice, where one it knows is meant.
func unknownKeys(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Files {
		if f.Conda == nil || templated(f) || f.Conda.Dependencies == nil && !condaNamed(f) {
			continue
		}
		for _, k := range f.Conda.Keys {
			if fl, bad := unknownKey(files, f, k); bad {
				all = append(all, fl)
			}
		}
	}
	return all
}

func unknownKey(files *manifest.Set, f *manifest.File, k manifest.Key) (flaw, bool) {
	name := k.Name.Value
	if slices.Contains(condaKeys, name) {
		return flaw{}, false
	}
	fl := flawOn(f, k.Name.Span, map[string]string{"key": name})
	if name == "pip" && k.Kind == "list" {
		fl.captures["meant"] = "pip: as an item of dependencies"
		fl.noFix = "write it below dependencies as an item of its own, \"- pip:\", and put its lines two blanks further in"
		return fl, true
	}
	for _, known := range renamable {
		if distance(strings.ToLower(name), known) > 2 || len(name) < 4 {
			continue
		}
		fl.captures["meant"] = known
		fl = fl.mend(renameKey, files, nil, map[string]string{"from": name, "to": known})
		return fl.surely(), true
	}
	return flaw{}, false
}

// distance is how many letters one has to change, add or take out to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0]++
		for j := range len(b) {
			cost := corner
			if a[i] != b[j] {
				cost++
			}
			corner = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}

var badNameCharacters = lazy(`[ /:#]+`)

// condaLayout finds what conda refuses of the layout: keys of another kind than conda expects, numbers as dependencies, odd names.
func condaLayout(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Files {
		c := f.Conda
		if c == nil || templated(f) || c.Dependencies == nil && !condaNamed(f) || len(c.Keys) == 0 {
			continue
		}
		for _, k := range c.Keys {
			if (k.Name.Value == "channels" || k.Name.Value == "dependencies") && (k.Kind == "scalar" || k.Kind == "mapping") {
				fl := flawOn(f, k.Name.Span, map[string]string{"wrong": k.Name.Value, "type": "a list"})
				fl.noFix = "write one item a line, with a dash before each"
				all = append(all, fl)
			}
		}
		if p := c.Pip; p != nil && len(p.Items) == 0 && pipText.MatchString(f.At(manifest.Span{Start: p.Key.Outer.End, End: f.LineSpan(p.Key.Line).End})) {
			fl := flawOn(f, p.Key.Span, map[string]string{"wrong": "pip", "type": "a list"})
			fl.noFix = "write one requirement a line, with a dash before each"
			all = append(all, fl)
		}
		all = append(all, numberItems(f)...)
		all = append(all, oddName(f)...)
	}
	return all
}

// pipText matches what follows the key where its value is a text on the same line.
var pipText = lazy(`^\s*:[ \t]+[^\s#\[&*|>]`)

var bareNumber = lazy(`^\d+(?:\.\d+)?$`)

func numberItems(f *manifest.File) []flaw {
	var all []flaw
	for _, e := range condaList(f) {
		if e.Quote == 0 && bareNumber.MatchString(e.Raw) {
			fl := flawAt(e, map[string]string{"item": e.Raw})
			fl.noFix = "write the name of the package before the version, as name=" + e.Raw
			all = append(all, fl)
		}
	}
	return all
}

func oddName(f *manifest.File) []flaw {
	n := f.Conda.Name
	if n == nil || n.Opaque || !badNameCharacters.MatchString(n.Value) || strings.HasPrefix(n.Value, "/") {
		return nil
	}
	better := strings.Trim(badNameCharacters.ReplaceAllString(n.Value, "-"), "-")
	fl := flawOn(f, n.Outer, map[string]string{"detail": "the name '" + n.Value + "' holds a character that conda forbids"})
	if plainKey.MatchString(strings.ReplaceAll(better, "-", "_")) {
		return []flaw{fl.edited("name it "+better, false, replace(n.Outer, better))}
	}
	return []flaw{fl}
}

// condaFileNames finds environment files that conda does not take by their name, or because they are empty.
func condaFileNames(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Files {
		switch {
		case f.AzureML != nil && f.AzureML.CondaFile != nil:
			s := f.AzureML.CondaFile
			all = append(all, wrongExtension(f, s.Value, s.Outer)...)
		case f.Dockerfile != nil:
			all = append(all, wrongExtensions(f)...)
		case condaNamed(f) && len(strings.TrimSpace(string(f.Src))) == 0:
			fl := flawOn(f, manifest.Span{}, map[string]string{"file": f.Path, "detail": "it is empty"})
			fl.noFix = "list the dependencies in it"
			all = append(all, fl)
		}
	}
	return all
}

// wrongExtensions looks at `conda env create -f FILE` in a Dockerfile.
func wrongExtensions(f *manifest.File) []flaw {
	var all []flaw
	for _, in := range f.Dockerfile.Instructions {
		for _, c := range in.Commands {
			if len(c.Words) < 4 || !slices.Contains([]string{"conda", "mamba"}, path.Base(c.Words[0].Text)) || c.Words[1].Text != "env" {
				continue
			}
			for i, w := range c.Words[:len(c.Words)-1] {
				if next := c.Words[i+1]; (w.Text == "-f" || w.Text == "--file") && next.Literal {
					all = append(all, wrongExtension(f, next.Text, next.Span)...)
				}
			}
		}
	}
	return all
}

func wrongExtension(f *manifest.File, name string, s manifest.Span) []flaw {
	switch strings.ToLower(path.Ext(name)) {
	case ".yml", ".yaml", ".txt", ".lock": // .lock: explicit lists, which newer conda reads
		return nil
	}
	if strings.ContainsAny(name, "$*{") || strings.HasPrefix(name, "/dev/") || name == "-" {
		return nil
	}
	fl := flawOn(f, s, map[string]string{"file": name, "name": path.Base(name), "detail": "its name must end in .yml or .yaml"})
	fl.noFix = "rename the file, and the name here"
	return []flaw{fl}
}
