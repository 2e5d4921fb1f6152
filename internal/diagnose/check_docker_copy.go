package diagnose

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// contextSources are the sources that a COPY takes from the build context.
func contextSources(in *manifest.Instruction) []manifest.Word {
	if in.Copy == nil || in.Copy.From != "" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(in.Copy.Sources), func(w manifest.Word) bool {
		return strings.Contains(w.Text, "://") || strings.HasPrefix(w.Text, "git@") || strings.HasPrefix(w.Text, "<<") || !w.Literal
	})
}

// checkCopyMissing finds sources that .dockerignore leaves out, or that stand there in other letters. A source that is simply not there may be made
// before the build, and is left alone.
func checkCopyMissing(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, w := range contextSources(in) {
		p := strings.TrimPrefix(path.Clean("/"+w.Text), "/")
		if p == "" || strings.ContainsAny(p, "*?[") {
			continue
		}
		if fl, ok := ignored(set, f, w, p); ok {
			all = append(all, fl)
		} else if fl, ok := otherCase(set, f, w, p); ok {
			all = append(all, fl)
		}
	}
	return all
}

// contexts are the folders that may be the build context: the Dockerfile's own and those above it.
func contexts(f *manifest.File) []string {
	var dirs []string
	for dir := path.Dir(f.Path); ; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == "." {
			return dirs
		}
	}
}

// ignored tells whether the .dockerignore of the context that holds the source leaves it out.
func ignored(set *manifest.Set, f *manifest.File, w manifest.Word, p string) (flaw, bool) {
	for _, dir := range contexts(f) {
		if !set.Holds(path.Join(dir, p)) {
			continue
		}
		ign := set.File(path.Join(dir, ".dockerignore"))
		if own := set.File(f.Path + ".dockerignore"); own != nil {
			ign = own
		}
		if ign == nil {
			return flaw{}, false
		}
		line := ignoringLine(ign, p)
		if line == 0 || broughtBack(ign, line, p) {
			return flaw{}, false
		}
		s := manifest.Span{Start: ign.LineSpan(line).Start, End: ign.LineSpan(line).Start + len(ign.Text(line))}
		fl := said(ign, s, "", "path", w.Text, "where", "the build context: "+ign.Path+" leaves it out", "line", itoa(f.Line(w.Span.Start)))
		return fl.mended("let "+p+" into the build context", false, insertAfter(ign, line, "!"+p)), true
	}
	return flaw{}, false
}

// broughtBack tells whether a later pattern lets something below a folder in again; a folder of which a part is let in is copied with that part.
func broughtBack(ign *manifest.File, line int, p string) bool {
	for n := line + 1; n <= ign.Lines(); n++ {
		pattern, again := strings.CutPrefix(strings.TrimSpace(ign.Text(n)), "!")
		pattern = strings.Trim(pattern, "/ ")
		if again && (strings.HasPrefix(pattern, p+"/") || strings.HasPrefix(pattern, "**")) {
			return true
		}
	}
	return false
}

// otherCase finds a file that bears the source's name in other letters. Windows and macOS take them for the same, Linux does not.
func otherCase(set *manifest.Set, f *manifest.File, w manifest.Word, p string) (flaw, bool) {
	found := ""
	for _, dir := range contexts(f) {
		if set.Holds(path.Join(dir, p)) {
			return flaw{}, false
		}
		for _, name := range set.Names(path.Join(dir, path.Dir(p))) {
			name = strings.TrimSuffix(name, "/")
			if found == "" && strings.EqualFold(name, path.Base(p)) {
				found = path.Join(path.Dir(p), name)
			}
		}
	}
	if found == "" || w.Inner().IsZero() {
		return flaw{}, false
	}
	fl := said(f, w.Span, "", "path", w.Text, "where", "the build context, which has "+found+": on Linux the case of letters counts")
	return fl.mended("copy "+found, false, replace(w.Inner(), found)), true
}

// checkCopyOutside finds sources above the build context.
func checkCopyOutside(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, w := range contextSources(in) {
		if strings.HasPrefix(path.Clean(w.Text), "../") {
			all = append(all, said(f, w.Span, "give the build the folder above as its context and name the Dockerfile with -f (Azure ML: build.path and dockerfile_path), or move the file into the context",
				"path", w.Text))
		}
	}
	return all
}

// checkCopySlash finds several sources whose destination is not written as a folder.
func checkCopySlash(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Copy == nil || len(in.Copy.Sources) < 2 || len(in.Heredocs) > 0 {
		return nil
	}
	dest := in.Copy.Dest.Text
	if strings.HasSuffix(dest, "/") || path.Base(dest) == "." || dest == ".." || strings.Contains(dest, "$") || strings.HasSuffix(dest, `\`) || hashWord.MatchString(f.At(in.Span)) {
		return nil
	}
	fl := said(f, in.Copy.Dest.Span, "", "text", "with several sources the destination "+dest+" has to end with a slash")
	return []flaw{fl.by(copySlash, set, in, true, nil)}
}

// checkStageName finds a --from that is spelt like a stage and is none.
func checkStageName(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Copy == nil || in.Copy.From == "" || strings.ContainsAny(in.Copy.From, "/:.$@0123456789") {
		return nil
	}
	var names []string
	for _, from := range f.Dockerfile.Stages[:max(in.Stage, 0)] {
		names = append(names, from.From.Alias)
	}
	stage := strings.ToLower(in.Copy.From)
	right := nearest(stage, names, 2)
	if slices.Contains(names, stage) || right == "" {
		return nil
	}
	fl := said(f, in.Span, "", "stage", in.Copy.From)
	return []flaw{fl.mended("copy from "+right, true, stageEdits(in, in.Copy.From, right)...)}
}

// usedFiles are the files of the build that a RUN reads: lists of requirements, conda files and its own scripts, as paths of the container.
func usedFiles(in *manifest.Instruction) []manifest.Word {
	var words []manifest.Word
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok {
			continue
		}
		for _, o := range install.Options {
			if (o.Name == "-r" || o.Name == "--requirement" || o.Name == "-f" || o.Name == "--file") && install.Format != "apt" && strings.Contains(o.Value, ".") && !strings.Contains(o.Value, "://") {
				words = append(words, manifest.Word{Text: o.Value, Span: o.Span, Literal: !strings.Contains(o.Value, "$")})
			}
		}
	}
	return words
}

// checkCopyAfterUse finds a RUN that reads a file which a COPY below it brings, and none above.
func checkCopyAfterUse(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || len(in.Flags) > 0 || in.Stage < 0 {
		return nil
	}
	var all []flaw
	for _, w := range usedFiles(in) {
		if !w.Literal || f.Dockerfile.RepoPath(in, w.Text) != "" || mayBring(f, in, w.Text) {
			continue
		}
		later := bringsLater(f, in, w.Text)
		if later == nil {
			continue
		}
		fl := said(f, w.Span, "put the COPY above the RUN", "path", w.Text, "line", itoa(later.Line))
		if later.Line == later.EndLine && later.Workdir == in.Workdir && later.User == in.User {
			fl.noFix = ""
			fl = fl.mended("move the COPY above the RUN", true, insertBefore(f, in.Line, f.Text(later.Line)), removeLines(f, later.Span))
		}
		all = append(all, fl)
	}
	return all
}

// mayBring tells whether anything before the instruction could have made the file: a COPY of folders or patterns, or a command that writes it.
func mayBring(f *manifest.File, in *manifest.Instruction, name string) bool {
	base := path.Base(name)
	for _, o := range earlierInstructions(f, in) {
		if o.Keyword == "ADD" || o.Keyword == "RUN" && strings.Contains(o.Text, base) || o.Keyword == "RUN" && strings.Contains(o.Text, "git clone") || o.Keyword == "ONBUILD" {
			return true
		}
		if o.Copy == nil {
			continue
		}
		for _, s := range o.Copy.Sources {
			if o.Copy.From != "" || strings.ContainsAny(s.Text, "*?[$") || path.Base(s.Text) == base || path.Ext(path.Clean(s.Text)) == "" {
				return true
			}
		}
	}
	text := in.Text
	if i := strings.Index(text, base); i >= 0 {
		return strings.Contains(text[:i], ">") || strings.Contains(text[:i], "curl") || strings.Contains(text[:i], "wget") || strings.Contains(text[:i], "git clone")
	}
	return false
}

// bringsLater is the COPY below the instruction in the same stage that names the file as a source.
func bringsLater(f *manifest.File, in *manifest.Instruction, name string) *manifest.Instruction {
	for _, o := range f.Dockerfile.Instructions {
		if o.Line <= in.Line || o.Stage != in.Stage {
			continue
		}
		for _, w := range contextSources(o) {
			if path.Base(w.Text) == path.Base(name) {
				return o
			}
		}
	}
	return nil
}

var pointerHead = []byte("version https://git-lfs.github.com/spec/v1")

// checkPointer finds files to copy that Git LFS has left as pointers.
func checkPointer(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, w := range contextSources(in) {
		for _, dir := range contexts(f) {
			p := path.Join(dir, w.Text)
			if strings.ContainsAny(p, "*?[") || !bytes.HasPrefix(set.Head(p, 64), pointerHead) {
				continue
			}
			all = append(all, said(f, w.Span, "fetch the file before the build (git lfs pull; in GitHub Actions checkout with lfs: true)", "path", w.Text))
			break
		}
	}
	return all
}
