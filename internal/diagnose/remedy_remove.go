package diagnose

import (
	"fmt"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// removeRequirement takes the entry out, or all that the argument names; with: name.
func removeRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	wanted := names(with["name"])
	if len(wanted) == 0 {
		e, err := c.entry(with)
		if err != nil {
			return "", nil, err
		}
		ed, err := removal(e)
		return "remove " + e.Name, change(e.File, ed...), err
	}
	var sets [][]edit.File
	for _, name := range wanted {
		e := c.Entry
		if e == nil || manifest.Normalise(e.Name) != manifest.Normalise(name) {
			e = c.named(name)
		}
		if e == nil {
			return "", nil, refuse("%s is not named in the definition files, or in several of them", name)
		}
		ed, err := removal(e)
		if err != nil {
			return "", nil, err
		}
		sets = append(sets, change(e.File, ed...))
	}
	files, err := edit.Join(sets...)
	return "remove " + strings.Join(wanted, ", "), files, err
}

// removal is the edit that takes an entry out with all that belongs to it.
func removal(e *manifest.Entry) ([]edit.Edit, error) {
	if e.Opaque && (e.Flow || e.Instruction != nil || e.Line != e.EndLine) {
		return nil, changeable(e)
	}
	switch {
	case e.Instruction != nil:
		return removeWord(e)
	case e.File.PyProject != nil:
		return removeFromTOML(e)
	case e.File.Conda != nil:
		return removeItem(e)
	}
	return []edit.Edit{removeLines(e.File, e.Outer)}, nil
}

var onlyDash = lazy(`^\s*-\s+$`)

// removeItem takes a line out of a YAML list, and the `pip:` block with its only item.
func removeItem(e *manifest.Entry) ([]edit.Edit, error) {
	f := e.File
	if e.Flow {
		return nil, refuse("line %d of %s is a list in brackets; take %s out by hand", e.Line, f.Path, e.Name)
	}
	if !onlyDash.MatchString(before(f, e.Outer.Start)) {
		return nil, refuse("line %d of %s is laid out so that an edit could break it; take %s out by hand", e.Line, f.Path, e.Name)
	}
	siblings := 0
	for _, o := range f.Conda.Entries {
		if o.Where == e.Where {
			siblings++
		}
	}
	last := siblings == 1
	switch {
	case last && e.Where == "pip" && len(f.Conda.PipOptions) == 0 && f.Conda.Pip != nil && !f.Conda.Pip.Flow:
		return []edit.Edit{removeLines(f, manifest.Span{Start: f.Conda.Pip.Key.Span.Start, End: e.Outer.End})}, nil
	case last && e.Where == "dependencies" && f.Conda.Pip == nil:
		return nil, refuse("%s is the only dependency of %s", e.Name, f.Path)
	}
	return []edit.Edit{removeLines(f, e.Outer)}, nil
}

// removeWord takes a word out of a RUN with the blanks and the continuation before it.
func removeWord(e *manifest.Entry) ([]edit.Edit, error) {
	f, words := e.File, e.Command.Words
	if install, ok := e.Command.Install(); ok && len(install.Packages) < 2 && !takesFile(install) {
		return nil, refuse("%s is all that the command on line %d of %s installs; remove the command by hand", e.Name, e.Line, f.Path)
	}
	if e.Instruction.JSON {
		return nil, refuse("line %d of %s is a JSON list; take %s out by hand", e.Line, f.Path, e.Name)
	}
	for i := 1; i < len(words); i++ {
		if words[i].Span != e.Outer {
			continue
		}
		gap := manifest.Span{Start: words[i-1].Span.End, End: e.Outer.End}
		if !strings.Contains(f.At(gap), "#") {
			return []edit.Edit{replace(gap, "")}, nil
		}
		if strings.TrimSpace(f.Text(e.Line)) == e.Raw+` \` {
			return []edit.Edit{removeLines(f, e.Outer)}, nil
		}
	}
	return nil, refuse("line %d of %s is laid out so that an edit could break it; take %s out by hand", e.Line, f.Path, e.Name)
}

func takesFile(install manifest.Install) bool {
	_, ok := install.Option("--requirement", "--editable", "-f", "--file")
	return ok
}

var behindItem = lazy(`^[ \t]*,?[ \t]*`)

// removeFromTOML takes an element out of an array, with its line where it stands alone on one; of poetry's tables the line.
func removeFromTOML(e *manifest.Entry) ([]edit.Edit, error) {
	f := e.File
	if e.Where == "poetry" {
		return []edit.Edit{removeLines(f, e.Outer)}, nil
	}
	s := e.Outer
	s.End += len(behindItem.FindString(f.At(manifest.Span{Start: s.End, End: len(f.Src)})))
	line := f.LineSpan(e.Line)
	rest := strings.TrimSpace(f.At(manifest.Span{Start: s.End, End: line.End}))
	if strings.TrimSpace(before(f, s.Start)) == "" && (rest == "" || rest[0] == '#') {
		return []edit.Edit{removeLines(f, e.Outer)}, nil
	}
	if head := strings.TrimRight(before(f, s.Start), " \t"); !strings.Contains(f.At(s), ",") && strings.HasSuffix(head, ",") {
		s.Start = line.Start + len(head) - 1
	}
	return []edit.Edit{replace(s, "")}, nil
}

// dedupeRequirement removes the entry that stands a second time in its file: the one that says less, else the later of two equal ones.
func dedupeRequirement(c remedyContext, with map[string]string) (string, []edit.File, error) {
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	all := sameName(e.File, e)
	if len(all) < 2 {
		return "", nil, refuse("%s names %s only once", e.File.Path, e.Name)
	}
	if len(all) > 2 {
		return "", nil, refuse("%s names %s %d times; keep the one that is wanted", e.File.Path, e.Name, len(all))
	}
	drop, ok := lesser(all[0], all[1])
	if !ok {
		return "", nil, refuse("lines %d and %d of %s ask for different versions of %s, and which to keep is a choice", all[0].Line, all[1].Line, e.File.Path, e.Name)
	}
	ed, err := removal(&drop)
	return fmt.Sprintf("remove the second %s on line %d", e.Name, drop.Line), change(e.File, ed...), err
}

// lesser is the one of two entries of a name that the other makes needless.
func lesser(a, b manifest.Entry) (manifest.Entry, bool) {
	plain := func(e manifest.Entry) bool {
		return e.Spec == "" && len(e.Extras) == 0 && e.Marker == "" && !e.Local && len(e.Hashes) == 0
	}
	same := strings.ReplaceAll(a.Spec, " ", "") == strings.ReplaceAll(b.Spec, " ", "") &&
		strings.Join(a.Extras, ",") == strings.Join(b.Extras, ",") && a.Marker == b.Marker && a.URL == b.URL && a.Build == b.Build
	switch {
	case same || plain(b):
		return b, true
	case plain(a):
		return a, true
	}
	return manifest.Entry{}, false
}

// removePlatformPackages takes packages out of an exported conda file that exist on the exporting system only; with: packages.
func removePlatformPackages(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, err := c.condaFile()
	if err != nil {
		return "", nil, err
	}
	var edits []edit.Edit
	var gone []string
	for _, name := range names(with["packages"]) {
		e := f.Conda.Entry(name)
		if e == nil {
			continue
		}
		ed, err := removal(e)
		if err != nil {
			return "", nil, err
		}
		edits = append(edits, ed...)
		gone = append(gone, e.Name)
	}
	if len(edits) == 0 {
		return "", nil, refuse("%s names none of the packages that belong to another system", f.Path)
	}
	return "remove what belongs to another system: " + strings.Join(gone, ", "), change(f, edits...), nil
}

// deleteLine removes the line of a key of a YAML file, or of the entry; with: key.
func deleteLine(c remedyContext, with map[string]string) (string, []edit.File, error) {
	if key := with["key"]; key != "" {
		f, k, err := c.key(key)
		if err != nil {
			return "", nil, err
		}
		if k.Kind != "scalar" && k.Kind != "null" || k.Last != k.Name.Line {
			return "", nil, refuse("%s on line %d of %s holds more than one value; take it out by hand", key, k.Name.Line, f.Path)
		}
		return "remove " + key, change(f, removeLines(f, k.Name.Span)), nil
	}
	e, err := c.entry(with)
	if err != nil {
		return "", nil, err
	}
	ed, err := removal(e)
	return "remove " + e.Name, change(e.File, ed...), err
}
