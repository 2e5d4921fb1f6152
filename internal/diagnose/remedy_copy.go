package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// copyInstruction is the failed COPY or ADD, or the only one that names the captured path.
func (c remedyContext) copyInstruction() (*manifest.File, *manifest.Instruction, error) {
	if c.Instruction != nil && c.Instruction.Copy != nil {
		return c.run()
	}
	for _, f := range c.Files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if in.Copy != nil && slices.ContainsFunc(in.Copy.Sources, func(w manifest.Word) bool { return w.Text == c.Captures["path"] }) {
				c.Instruction = in
				return c.run()
			}
		}
	}
	return nil, nil, refuse("the log does not lead to a COPY of a Dockerfile among the definition files")
}

// commentAbove moves a comment that stands behind an instruction to a line of its own.
func commentAbove(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.copyInstruction()
	if err != nil {
		return "", nil, err
	}
	text := f.At(in.Span)
	i := strings.Index(text, " #")
	if i < 0 || strings.Contains(text, "\n") {
		return "", nil, refuse("line %d of %s has no comment that could be moved", in.Line, f.Path)
	}
	comment := strings.TrimSpace(text[i:])
	end := in.Span.Start + len(strings.TrimRight(text[:i], " \t"))
	return "move the comment to a line of its own", change(f,
		insertBefore(f, in.Line, indented(f, in, []string{comment})...), replace(manifest.Span{Start: end, End: in.Span.End}, "")), nil
}

// copySlash ends the destination of a COPY with a slash, which makes it a directory.
func copySlash(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.copyOn()
	if err != nil {
		return "", nil, err
	}
	d := in.Copy.Dest
	if strings.HasSuffix(d.Text, "/") || d.Text == "" || d.Inner().IsZero() {
		return "", nil, refuse("the destination on line %d of %s can't be mended by a slash", in.Line, f.Path)
	}
	return "end the destination with a slash", change(f, edit.Edit{Start: d.Inner().End, End: d.Inner().End, New: "/"}), nil
}

// copyOn is the failed COPY, or the one on the line that the log says.
func (c remedyContext) copyOn() (*manifest.File, *manifest.Instruction, error) {
	if f, n, err := c.located(c.Captures["line"]); c.Instruction == nil && err == nil {
		if in := f.Dockerfile.Instruction(n); in != nil && in.Copy != nil {
			return f, in, nil
		}
	}
	return c.copyInstruction()
}

// copySource corrects the path of a source where the definition files hold exactly one of that name elsewhere; with: path.
func copySource(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, in, err := c.copyInstruction()
	if err != nil {
		return "", nil, err
	}
	like := c.spelt(with["path"])
	if in.Copy.From != "" || len(like) != 1 || like[0] == path.Clean(with["path"]) {
		return "", nil, refuse("where %s is can't be told from the definition files", with["path"])
	}
	for _, w := range in.Copy.Sources {
		if w.Text == with["path"] && !w.Inner().IsZero() {
			return "copy " + like[0], change(f, replace(w.Inner(), like[0])), nil
		}
	}
	return "", nil, refuse("line %d of %s does not name %s", in.Line, f.Path, with["path"])
}

// spelt are the definition files whose name is that of a path, but for case and place, or else is misspelt by two letters at most.
func (c remedyContext) spelt(p string) []string {
	var same, near []string
	for _, f := range c.Files.Files {
		switch base := path.Base(f.Path); {
		case strings.EqualFold(base, path.Base(p)):
			same = append(same, f.Path)
		case nearest(path.Base(p), []string{base}, 2) != "" && path.Dir(f.Path) == path.Dir(path.Clean(p)):
			near = append(near, f.Path)
		}
	}
	if len(same) > 0 {
		return same
	}
	return near
}

// stageName corrects a --from to the stage that is spelt like it; with: stage.
func stageName(c remedyContext, with map[string]string) (string, []edit.File, error) {
	for _, f := range c.Files.Dockerfiles() {
		var names []string
		for _, in := range f.Dockerfile.Instructions {
			if in.From != nil && in.From.Alias != "" {
				names = append(names, in.From.Alias)
			}
			if in.Copy == nil || in.Copy.From != with["stage"] {
				continue
			}
			right := nearest(strings.ToLower(with["stage"]), names, 2)
			if right == "" || right == with["stage"] {
				return "", nil, refuse("no stage above line %d of %s is spelt like %s", in.Line, f.Path, with["stage"])
			}
			return "copy from " + right, change(f, stageEdits(in, with["stage"], right)...), nil
		}
	}
	return "", nil, refuse("no COPY of the definition files takes its files from %s", with["stage"])
}

func stageEdits(in *manifest.Instruction, wrong, right string) []edit.Edit {
	var edits []edit.Edit
	for _, w := range in.Flags {
		if w.Text == "--from="+wrong {
			edits = append(edits, edit.Edit{Start: w.Span.End - len(wrong), End: w.Span.End, New: right})
		}
	}
	return edits
}

// unignore lets a path into the build context that .dockerignore leaves out; with: path.
func unignore(c remedyContext, with map[string]string) (string, []edit.File, error) {
	files := c.Files.Of(manifest.KindDockerignore)
	if len(files) != 1 {
		return "", nil, refuse("the definition files hold no single .dockerignore that could leave %s out", with["path"])
	}
	f, p := files[0], path.Clean(with["path"])
	if strings.ContainsAny(p, "*?[\\ ") || strings.HasPrefix(p, "..") {
		return "", nil, refuse("%s is a pattern; write by hand which files are wanted", p)
	}
	line := ignoringLine(f, p)
	if line == 0 {
		return "", nil, refuse("%s does not leave %s out", f.Path, p)
	}
	return "let " + p + " into the build context", change(f, insertAfter(f, line, "!"+p)), nil
}

// ignoringLine is the line of a .dockerignore whose pattern decides that a path is left out; 0 where it is not. The last pattern that fits decides.
func ignoringLine(f *manifest.File, p string) int {
	line := 0
	for n := 1; n <= f.Lines(); n++ {
		pattern, again := strings.CutPrefix(strings.TrimSpace(f.Text(n)), "!")
		pattern = strings.Trim(pattern, "/ ")
		if pattern == "" || strings.HasPrefix(pattern, "#") || !ignores(pattern, p) {
			continue
		}
		line = n
		if again {
			line = 0
		}
	}
	return line
}

// ignores tells whether a pattern fits the path or a directory above it.
func ignores(pattern, p string) bool {
	for ; p != "." && p != "/"; p = path.Dir(p) {
		if ok, err := doublestar.Match(pattern, p); err == nil && ok {
			return true
		}
	}
	return false
}
