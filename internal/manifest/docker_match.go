package manifest

import (
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

var (
	runHead   = lazy(`^(?i:run)\s+`)
	argsHead  = lazy(`^\|\d+\s+`)
	shellHead = lazy(`^(?:/\S*/)?(?:ba|da|z|k)?sh\s+(?:-\S+\s+|pipefail\s+)*-\w*c\s+`)
	mountFlag = lazy(`^(?:--\w+=\S+\s+)+`)
	manyBlank = lazy(`\s+`)
)

// MatchRun finds the RUN that a log shows as command, in any of the forms builders print: with or without "RUN", the shell in
// front, build arguments before it, blanks collapsed or not, its end cut off. Nil where none or several different ones fit.
func (d *Dockerfile) MatchRun(command string) *Instruction {
	want := shown(strings.TrimSuffix(strings.TrimSpace(command), "...)"))
	if want == "" {
		return nil
	}
	cut := strings.HasSuffix(want, "...") || strings.HasSuffix(want, "…")
	want = strings.TrimSpace(strings.TrimRight(want, ".…"))
	var like []*Instruction
	for _, in := range d.Instructions {
		if in.Keyword != "RUN" {
			continue
		}
		have := d.printed(in)
		if have == want {
			return in
		}
		if (cut || len(want) >= 24) && strings.HasPrefix(have, want) {
			like = append(like, in)
		}
	}
	if len(like) == 1 {
		return like[0]
	}
	return nil
}

// shown is a command as logs print it, reduced to what the Dockerfile says.
func shown(command string) string {
	c := strings.TrimSpace(manyBlank.ReplaceAllString(command, " "))
	c = runHead.ReplaceAllString(c, "")
	c = mountFlag.ReplaceAllString(c, "")
	if m := argsHead.FindString(c); m != "" {
		if i := shellPlace.FindStringIndex(c); i != nil {
			c = strings.TrimSpace(c[i[0]:])
		}
	}
	if m := shellHead.FindString(c); m != "" && !strings.HasPrefix(c[len(m):], `"`) && !strings.HasPrefix(c[len(m):], "'") {
		c = c[len(m):]
	}
	return strings.TrimRight(c, ". …") + ellipsis(c)
}

var shellPlace = lazy(`\s/bin/\w*sh\s(?:-\S+\s+|pipefail\s+)*-\w*c\s`)

func ellipsis(s string) string {
	if strings.HasSuffix(s, "...") || strings.HasSuffix(s, "…") {
		return "..."
	}
	return ""
}

// printed is a RUN as builders print it, blanks collapsed. Of a heredoc BuildKit prints the first line in parentheses.
func (d *Dockerfile) printed(in *Instruction) string {
	s := in.args.s
	if in.JSON && len(in.Commands) > 0 {
		var words []string
		for _, w := range in.Commands[0].Words {
			words = append(words, w.Text)
		}
		s = strings.Join(words, " ")
	}
	if len(in.Heredocs) > 0 {
		first, _, _ := strings.Cut(strings.TrimSpace(d.File.At(in.Heredocs[0].Span)), "\n")
		s += " (" + strings.TrimSpace(first)
	}
	return shown(strings.TrimRight(s, "."))
}

// RepoPath is the file of the repository that stands at containerPath when in runs: through WORKDIR, the COPY and ADD before it,
// the stages it is built on, and its own bind mounts. It is "" where nothing that is known brings the file in.
func (d *Dockerfile) RepoPath(in *Instruction, containerPath string) string {
	if in == nil {
		return ""
	}
	return d.source(in, join(in.Workdir, containerPath), 0)
}

func (d *Dockerfile) source(in *Instruction, target string, depth int) string {
	if depth > 16 {
		return ""
	}
	if p := d.mounted(in, target); p != "" {
		return p
	}
	before := d.Before(in)
	for i := len(before) - 1; i >= 0; i-- {
		if p := d.copied(before[i], target, depth); p != "" {
			return p
		}
	}
	if in.Stage < 0 || in.Stage >= len(d.Stages) {
		return ""
	}
	if parent := d.Stages[in.Stage].From.Parent; parent >= 0 {
		return d.source(d.stageEnd(parent), target, depth+1)
	}
	return ""
}

// stageEnd stands behind the last instruction of a stage.
func (d *Dockerfile) stageEnd(stage int) *Instruction {
	return &Instruction{Stage: stage}
}

// copied is the file that a COPY brings to target.
func (d *Dockerfile) copied(in *Instruction, target string, depth int) string {
	if in.Copy == nil {
		return ""
	}
	for _, src := range in.Copy.Sources {
		from := fromSource(src.Text, in, target, len(in.Copy.Sources))
		if from == "" {
			continue
		}
		if in.Copy.From != "" {
			if s := d.stage(in.Copy.From); s >= 0 && s < in.Stage {
				return d.source(d.stageEnd(s), join("/", from), depth+1)
			}
			continue
		}
		if p := d.inContext(from); p != "" {
			return p
		}
	}
	return ""
}

// fromSource is the path, under one source of a COPY, of what lands at target; "" where it does not land there.
func fromSource(source string, in *Instruction, target string, sources int) string {
	dest := join(in.Workdir, in.Copy.Dest.Text)
	isDir := sources > 1 || strings.HasSuffix(in.Copy.Dest.Text, "/") || strings.HasSuffix(in.Copy.Dest.Text, ".")
	if target == dest && !isDir {
		return source
	}
	rest, ok := strings.CutPrefix(target, strings.TrimSuffix(dest, "/")+"/")
	if !ok {
		return ""
	}
	base := path.Base(path.Clean(source))
	if ok, _ := doublestar.Match(base, rest); ok {
		return path.Join(path.Dir(path.Clean(source)), rest)
	}
	if strings.ContainsAny(base, "*?[") {
		return ""
	}
	return path.Join(source, rest)
}

// inContext is the path in the repository of a path in the build context, which is the Dockerfile's folder or one above it.
func (d *Dockerfile) inContext(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	for dir := path.Dir(d.File.Path); ; dir = path.Dir(dir) {
		if full := path.Join(dir, p); d.exists != nil && d.exists(full) {
			return full
		}
		if dir == "." || dir == "/" {
			return ""
		}
	}
}

// mounted is the file that a bind mount of the RUN itself shows at target.
func (d *Dockerfile) mounted(in *Instruction, target string) string {
	for _, w := range in.Flags {
		v, ok := strings.CutPrefix(w.Text, "--mount=")
		if !ok || !strings.Contains(v, "type=bind") || strings.Contains(v, "from=") {
			continue
		}
		dest, source := mountPart(v, "target", "dst", "destination"), mountPart(v, "source", "src")
		dest = join(in.Workdir, dest)
		if target == dest {
			return d.inContext(source)
		}
		if rest, ok := strings.CutPrefix(target, strings.TrimSuffix(dest, "/")+"/"); ok {
			return d.inContext(path.Join(source, rest))
		}
	}
	return ""
}

func mountPart(mount string, names ...string) string {
	for _, part := range strings.Split(mount, ",") {
		key, value, _ := strings.Cut(part, "=")
		for _, n := range names {
			if key == n {
				return value
			}
		}
	}
	return ""
}
