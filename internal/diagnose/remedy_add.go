package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// addRequirement adds a package to the file at hand; with: name, spec, where (pip: to the `pip:` block of a conda file).
func addRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	name, err := argument(with, "name", plainName)
	if err != nil {
		return "", nil, err
	}
	spec := strings.TrimSpace(with["spec"])
	if !plainSpec.MatchString(spec) {
		return "", nil, refuse("the log gives %q as bound, which is not put into a file unseen", spec)
	}
	f := c.home()
	if f == nil {
		return "", nil, refuse("the log does not lead to the file that %s belongs into", name)
	}
	edits, err := c.addition(f, name, spec, with["where"])
	return "add " + name + spec, change(f, edits...), err
}

// home is the file that a package belongs into: that of the entry, the one at hand, or the only one that lists packages.
func (c remedyContext) home() *manifest.File {
	if c.Entry != nil {
		return c.Entry.File
	}
	if c.File != nil {
		return c.File
	}
	var found *manifest.File
	for _, f := range c.Files.Files {
		if f.Conda == nil && (f.Requirements == nil || f.Kind == manifest.KindConstraints) {
			continue
		}
		if found != nil {
			return nil
		}
		found = f
	}
	return found
}

func (c remedyContext) addition(f *manifest.File, name, spec, where string) ([]edit.Edit, error) {
	if where == "" && c.Entry != nil {
		where = c.Entry.Where
	}
	switch {
	case f.Conda != nil && where == "pip":
		if f.Conda.PipEntry(name) != nil {
			return nil, refuse("%s already asks for %s", f.Path, name)
		}
		return insertPipItem(f, name+spec)
	case f.Conda != nil:
		if f.Conda.Entry(name) != nil {
			return nil, refuse("%s already asks for %s", f.Path, name)
		}
		ed, err := insertDependency(f, name+spec)
		return []edit.Edit{ed}, err
	case f.Requirements != nil:
		return addLine(f, name, spec)
	case f.PyProject != nil:
		return addToArray(f, name, spec)
	}
	return c.addWord(f, name+spec)
}

func addLine(f *manifest.File, name, spec string) ([]edit.Edit, error) {
	for _, e := range f.Entries() {
		if e.Name == manifest.Normalise(name) {
			return nil, refuse("line %d of %s already asks for %s", e.Line, f.Path, name)
		}
	}
	if f.Requirements.HashChecking() {
		return nil, refuse("%s pins hashes: run pip-compile --generate-hashes with %s", f.Path, name)
	}
	if len(f.Src) == 0 {
		return []edit.Edit{{New: name + spec + "\n"}}, nil
	}
	return []edit.Edit{insertAfter(f, f.Lines(), name+spec)}, nil
}

// addToArray adds to project.dependencies, behind its last element.
func addToArray(f *manifest.File, name, spec string) ([]edit.Edit, error) {
	var last *manifest.Entry
	entries := f.Entries()
	for i := range entries {
		if entries[i].Where != "project" {
			continue
		}
		if entries[i].Name == manifest.Normalise(name) {
			return nil, refuse("line %d of %s already asks for %s", entries[i].Line, f.Path, name)
		}
		last = &entries[i]
	}
	list, ok := f.PyProject.Lists["project.dependencies"]
	if !ok || list.Len() < 2 {
		return nil, refuse("%s has no list project.dependencies", f.Path)
	}
	text := `"` + name + spec + `"`
	if last == nil {
		return []edit.Edit{{Start: list.Start + 1, End: list.Start + 1, New: text}}, nil
	}
	sep := ", "
	if indent := before(f, last.Outer.Start); strings.TrimSpace(indent) == "" {
		sep = "," + f.EOL() + indent
	}
	return []edit.Edit{{Start: last.Outer.End, End: last.Outer.End, New: sep + text}}, nil
}

// addWord adds a requirement to the pip command of the failed RUN.
func (c remedyContext) addWord(f *manifest.File, requirement string) ([]edit.Edit, error) {
	file, in, err := c.run()
	if err != nil {
		return nil, err
	}
	for _, cmd := range in.Commands {
		install, ok := cmd.Install()
		if !ok || install.Format != "pip" || in.JSON || file != f {
			continue
		}
		name, _, _ := strings.Cut(requirement, "=")
		if install.Has(requirement) || install.Has(name) {
			return nil, refuse("line %d of %s already asks for %s", in.Line, f.Path, name)
		}
		if strings.ContainsAny(requirement, "<>~*![]") {
			requirement = "'" + requirement + "'"
		}
		at := install.Verb.Span.End
		return []edit.Edit{{Start: at, End: at, New: " " + requirement}}, nil
	}
	return nil, refuse("line %d of %s calls no pip install", in.Line, f.Path)
}

// extraIndexURL lets pip look into another index, too: in the file of the entry, or in the command of the failed RUN; with: url, option.
func extraIndexURL(c remedyContext, with map[string]string) (string, []edit.File, error) {
	url, err := argument(with, "url", plainURL)
	if err != nil {
		return "", nil, err
	}
	option := with["option"]
	if option == "" {
		option = "--extra-index-url"
	}
	if !plainOption.MatchString(option) {
		return "", nil, refuse("%q is no option", option)
	}
	f := c.File
	if c.Entry != nil {
		f = c.Entry.File
	}
	title := "let pip look into " + url + ", too"
	switch {
	case f != nil && f.Conda != nil:
		return indexItem(f, title, option, url)
	case f != nil && f.Requirements != nil:
		return indexLine(f, title, option, url)
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if strings.Contains(in.Text, url) {
		return "", nil, refuse("line %d of %s already looks into %s", in.Line, f.Path, url)
	}
	_, files, err := addOption(c, map[string]string{"option": option, "value": url, "command": "pip install"})
	return title, files, err
}

// indexItem puts the option on top of the `pip:` block.
func indexItem(f *manifest.File, title, option, url string) (string, []edit.File, error) {
	p := f.Conda.Pip
	if err := block(f, p); err != nil {
		return "", nil, err
	}
	for _, o := range f.Conda.PipOptions {
		if o.Value == url {
			return "", nil, refuse("line %d of %s already looks into %s", o.Line, f.Path, url)
		}
	}
	if len(p.Items) == 0 {
		return "", nil, refuse("the pip: block of %s is empty", f.Path)
	}
	return title, change(f, insertBefore(f, p.Items[0].Line, listItem(f, p, option+" "+url))), nil
}

// indexLine puts the option before the first line that is no comment.
func indexLine(f *manifest.File, title, option, url string) (string, []edit.File, error) {
	for _, o := range f.Requirements.Options {
		if o.Value == url {
			return "", nil, refuse("line %d of %s already looks into %s", o.Line, f.Path, url)
		}
	}
	for n := 1; n <= f.Lines(); n++ {
		if t := strings.TrimSpace(f.Text(n)); t != "" && t[0] != '#' {
			return title, change(f, insertBefore(f, n, option+" "+url)), nil
		}
	}
	return "", nil, refuse("%s asks for nothing", f.Path)
}
