package diagnose

import (
	"fmt"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// condaFile is the conda file to change: that of the entry, the one at hand, or the only one there is.
func (c remedyContext) condaFile() (*manifest.File, error) {
	if c.Entry != nil && c.Entry.File.Conda != nil {
		return c.Entry.File, nil
	}
	if c.File != nil && c.File.Conda != nil {
		return c.File, nil
	}
	var found *manifest.File
	if c.Files != nil {
		for _, f := range c.Files.Files {
			if f.Conda != nil && found != nil {
				return nil, refuse("%s and %s are both conda files, and the log does not say which was used", found.Path, f.Path)
			}
			if f.Conda != nil {
				found = f
			}
		}
	}
	if found == nil {
		return nil, refuse("no conda file is among the definition files")
	}
	return found, nil
}

// block refuses lists that cannot take a line.
func block(f *manifest.File, l *manifest.List) error {
	switch {
	case l == nil:
		return refuse("%s has no such list", f.Path)
	case l.Flow:
		return refuse("line %d of %s is a list in brackets; change it by hand", l.Key.Line, f.Path)
	case l.Alias:
		return refuse("line %d of %s takes its list from elsewhere in the file", l.Key.Line, f.Path)
	}
	return nil
}

// listItem is a line of a list, laid out like the others.
func listItem(f *manifest.File, l *manifest.List, text string) string {
	indent, gap := l.Indent, l.Gap
	if gap == "" {
		indent, gap = f.Indent(l.Key.Line)+"  ", " "
	}
	return indent + "-" + gap + text
}

// insertDependency puts a conda dependency before the `pip:` block, or at the end.
func insertDependency(f *manifest.File, text string) (edit.Edit, error) {
	l := f.Conda.Dependencies
	if err := block(f, l); err != nil {
		return edit.Edit{}, err
	}
	if p := f.Conda.Pip; p != nil && onlyDash.MatchString(before(f, p.Key.Outer.Start)) {
		return insertBefore(f, p.Key.Line, listItem(f, l, text)), nil
	}
	return insertAfter(f, l.Last, listItem(f, l, text)), nil
}

// insertPipItem puts a requirement into the `pip:` block, which is made where it is missing, with `pip` before it.
func insertPipItem(f *manifest.File, text string) ([]edit.Edit, error) {
	if p := f.Conda.Pip; p != nil {
		if err := block(f, p); err != nil {
			return nil, err
		}
		if p.Gap == "" {
			indent := strings.Repeat(" ", f.Col(p.Key.Outer.Start)+1)
			return []edit.Edit{insertAfter(f, p.Key.Line, indent+"- "+text)}, nil
		}
		return []edit.Edit{insertAfter(f, p.Last, listItem(f, p, text))}, nil
	}
	l := f.Conda.Dependencies
	if err := block(f, l); err != nil {
		return nil, err
	}
	var lines []string
	if f.Conda.Entry("pip") == nil {
		lines = append(lines, listItem(f, l, "pip"))
	}
	head := listItem(f, l, "pip:")
	inner := strings.Repeat(" ", len(head)-len("pip:")) + "  - "
	return []edit.Edit{insertAfter(f, l.Last, append(lines, head, inner+text)...)}, nil
}

// pinPip binds pip in the conda file, where it is missing before the `pip:` block; with: version (may carry an operator, may be empty).
func pinPip(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, err := c.condaFile()
	if err != nil {
		return "", nil, err
	}
	spec := strings.TrimSpace(with["version"])
	if !plainSpec.MatchString(spec) {
		return "", nil, refuse("the log gives %q as version of pip, which is not put into a file unseen", spec)
	}
	if spec != "" && !strings.ContainsAny(spec[:1], "<>=!~") {
		spec = "=" + spec
	}
	if e := f.Conda.Entry("pip"); e != nil {
		if spec == "" {
			return "", nil, refuse("line %d of %s already asks for pip", e.Line, f.Path)
		}
		return respecify(e, spec, "pin pip to pip"+spec)
	}
	ed, err := insertDependency(f, "pip"+spec)
	if err != nil {
		return "", nil, err
	}
	return "add pip" + spec + " to the conda dependencies", change(f, ed), nil
}

// moveToPip moves a conda dependency into the `pip:` block; with: name (of the project on the index, where it differs).
func moveToPip(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	f := e.File
	if f.Conda == nil || e.Where != "dependencies" {
		return "", nil, refuse("line %d of %s is no conda dependency", e.Line, f.Path)
	}
	if err := changeable(e); err != nil {
		return "", nil, err
	}
	name := strings.TrimSpace(with["name"])
	if name == "" {
		name = f.At(e.NameSpan)
	}
	if !plainName.MatchString(name) {
		return "", nil, refuse("%q is no name of a package", name)
	}
	edits, err := removeItem(e)
	if err != nil {
		return "", nil, err
	}
	if f.Conda.PipEntry(name) == nil {
		more, err := insertPipItem(f, name+pipSpec(e)+remark(e))
		if err != nil {
			return "", nil, err
		}
		edits = append(edits, more...)
	}
	return fmt.Sprintf("move %s to the pip: block", e.Name), change(f, edits...), nil
}

// remark is the comment behind an entry with the blanks before it, so that it moves along.
func remark(e *manifest.Entry) string {
	line := e.File.LineSpan(e.EndLine)
	return strings.TrimRight(e.File.At(manifest.Span{Start: e.Outer.End, End: line.End}), " \t\r\n")
}

// pipSpec is a conda specifier in pip's form.
func pipSpec(e *manifest.Entry) string {
	var parts []string
	for _, s := range e.Specs {
		op := s.Op
		if op == "=" {
			op = "=="
		}
		if s.Version != "*" {
			parts = append(parts, op+s.Version)
		}
	}
	if strings.Contains(e.Spec, "|") {
		return ""
	}
	return strings.Join(parts, ",")
}

// moveToConda moves a requirement of the `pip:` block to the conda dependencies; with: name (of the conda package, where it differs).
func moveToConda(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	f := e.File
	if f.Conda == nil || e.Where != "pip" {
		return "", nil, refuse("line %d of %s is not in the pip: block of a conda file", e.Line, f.Path)
	}
	if err := changeable(e); err != nil {
		return "", nil, err
	}
	if len(e.Extras) > 0 || e.Marker != "" || e.Local {
		return "", nil, refuse("line %d of %s has extras, a marker or an address, which conda does not know", e.Line, f.Path)
	}
	name := strings.TrimSpace(with["name"])
	if name == "" {
		name = e.Name
	}
	if !plainName.MatchString(name) {
		return "", nil, refuse("%q is no name of a package", name)
	}
	edits, err := removeItem(e)
	if err != nil {
		return "", nil, err
	}
	if f.Conda.Entry(name) == nil {
		ed, err := insertDependency(f, name+strings.Replace(strings.ReplaceAll(e.Spec, " ", ""), "==", "=", 1)+remark(e))
		if err != nil {
			return "", nil, err
		}
		edits = append(edits, ed)
	}
	return "move " + e.Name + " to the conda dependencies", change(f, edits...), nil
}
