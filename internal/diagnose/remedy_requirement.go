package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// pinRequirement binds the entry to a version; with: version, op.
func pinRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	version, err := argument(with, "version", plainVersion)
	if err != nil {
		return "", nil, err
	}
	op := with["op"]
	if op == "" {
		op = exactOp(e)
	}
	return respecify(e, op+version, "pin "+e.Name+" to "+op+version)
}

// relaxRequirement drops the entry's specifier, or replaces it; with: spec.
func relaxRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	spec := strings.TrimSpace(with["spec"])
	if !plainSpec.MatchString(spec) {
		return "", nil, refuse("the log gives %q as bound, which is not put into a file unseen", spec)
	}
	if spec == "" {
		return respecify(e, "", "drop the version of "+e.Name)
	}
	return respecify(e, spec, "change the version of "+e.Name+" to "+spec)
}

func respecify(e *manifest.Entry, spec, title string) (string, []edit.File, error) {
	if have := strings.ReplaceAll(e.Spec, " ", ""); e.Build == "" && (have == strings.ReplaceAll(spec, " ", "") || have == "*" && spec == "") {
		return "", nil, refuse("line %d of %s already says so", e.Line, e.File.Path)
	}
	if err := unhashed(e); err != nil {
		return "", nil, err
	}
	ed, err := setSpec(e, spec)
	if err != nil {
		return "", nil, err
	}
	return title, change(e.File, ed), nil
}

// renameRequirement gives the entry another name, and, with spec, another specifier; with: name, spec.
// Where the file has the other name already, the entry goes.
func renameRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	name, err := argument(with, "name", plainName)
	if err != nil {
		return "", nil, err
	}
	if err := firstOf(changeable(e), unhashed(e)); err != nil {
		return "", nil, err
	}
	if e.NameSpan.IsZero() || e.Local {
		return "", nil, refuse("line %d of %s takes %s from an address", e.Line, e.File.Path, e.Name)
	}
	if manifest.Normalise(name) == manifest.Normalise(e.Name) {
		return "", nil, refuse("line %d of %s already names %s", e.Line, e.File.Path, name)
	}
	if taken := other(e, name); taken {
		ed, err := removal(e)
		return "remove " + e.Name + ", since " + name + " is there already", change(e.File, ed...), err
	}
	edits := []edit.Edit{replace(e.NameSpan, name)}
	if spec, ok := with["spec"]; ok && strings.TrimSpace(spec) != e.Spec && plainSpec.MatchString(spec) {
		ed, err := setSpec(e, strings.TrimSpace(spec))
		if err != nil {
			return "", nil, err
		}
		if ed.Start >= e.NameSpan.End {
			edits = append(edits, ed)
		}
	}
	return "rename " + e.Name + " to " + name, change(e.File, edits...), nil
}

func other(e *manifest.Entry, name string) bool {
	for _, o := range e.File.Entries() {
		if o.Format == e.Format && o.Where == e.Where && o.Name == manifest.Normalise(name) && o.Command == e.Command {
			return true
		}
	}
	return false
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// stripBuilds takes the build strings off all dependencies of the conda file. One with a glob is a choice of variant and stays.
func stripBuilds(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, err := c.condaFile()
	if err != nil {
		return "", nil, err
	}
	var edits []edit.Edit
	for i := range f.Conda.Entries {
		e := &f.Conda.Entries[i]
		if e.BuildSpan.IsZero() || e.Opaque || strings.Contains(e.Build, "*") || bracketed(e) || e.SpecSpan.End > e.BuildSpan.Start {
			continue
		}
		edits = append(edits, replace(manifest.Span{Start: e.SpecSpan.End, End: e.BuildSpan.End}, ""))
	}
	if len(edits) == 0 {
		return "", nil, refuse("%s holds no build strings that could go", f.Path)
	}
	return "drop the build strings of " + count(len(edits), "dependency", "dependencies"), change(f, edits...), nil
}
