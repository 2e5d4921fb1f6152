package manifest

import (
	"path"
	"strings"
)

// scope is what is in force at a place of a stage.
type scope struct {
	workdir, user string
	shell         []string
	vars          map[string]string
}

func (s scope) clone() scope {
	vars := make(map[string]string, len(s.vars))
	for k, v := range s.vars {
		vars[k] = v
	}
	s.vars = vars
	return s
}

// resolve walks through the instructions in order and notes what is in force at each.
func (d *Dockerfile) resolve() {
	global := scope{vars: map[string]string{}}
	at := &global
	var ends []*scope // of every stage
	for _, in := range d.Instructions {
		in.Words = d.words(in)
		if in.Keyword == "FROM" {
			d.readFrom(in, global.vars)
			next := scope{vars: map[string]string{}}
			if p := in.From.Parent; p >= 0 {
				next = ends[p].clone()
			}
			at = &next
			ends = append(ends, at)
			d.Stages = append(d.Stages, in)
		}
		in.Stage = len(d.Stages) - 1
		in.Workdir, in.User, in.Shell = at.workdir, at.user, at.shell
		at.apply(in, global.vars)
	}
}

func (d *Dockerfile) words(in *Instruction) []Word {
	if words, ok := jsonWords(in.args); ok {
		in.JSON = true
		return words
	}
	return splitWords(in.args)
}

func (s *scope) apply(in *Instruction, global map[string]string) {
	switch in.Keyword {
	case "WORKDIR":
		if dir, ok := expand(unquote(in.args.s), s.vars); ok {
			s.workdir = join(s.workdir, dir)
		} else {
			s.workdir = ""
		}
	case "USER":
		s.user, _ = expand(in.args.s, s.vars)
	case "SHELL":
		s.shell = nil
		for _, w := range in.Words {
			s.shell = append(s.shell, w.Text)
		}
	case "ENV", "ARG":
		s.set(in, global)
	}
}

// join resolves a path of the container against a directory of it.
func join(dir, p string) string {
	if strings.HasPrefix(p, "/") {
		return path.Clean(p)
	}
	if dir == "" {
		dir = "/"
	}
	return path.Join(dir, p)
}

// set reads KEY=VALUE pairs, ENV's old form KEY VALUE, and ARG without a default, which takes that of an ARG before the first FROM.
func (s *scope) set(in *Instruction, global map[string]string) {
	if in.Keyword == "ENV" && len(in.Words) > 1 && !strings.Contains(in.Words[0].Text, "=") {
		key := in.Words[0].Text
		s.vars[key], _ = expand(strings.TrimSpace(strings.TrimPrefix(in.args.s, key)), s.vars)
		return
	}
	for _, w := range in.Words {
		key, value, given := strings.Cut(w.Text, "=")
		if !given {
			if v, ok := global[key]; ok {
				s.vars[key] = v
			}
			continue
		}
		s.vars[key], _ = expand(unquote(value), s.vars)
	}
}

func (d *Dockerfile) readFrom(in *Instruction, vars map[string]string) {
	in.From = &From{Parent: -1, Platform: in.Flag("platform")}
	if len(in.Words) == 0 {
		return
	}
	f := in.From
	f.Ref = in.Words[0]
	image, known := expand(f.Ref.Text, vars)
	f.Image, f.Unset = image, !known
	f.Name, f.Tag, f.Digest = SplitImage(image)
	if len(in.Words) > 2 && strings.EqualFold(in.Words[1].Text, "as") {
		f.Alias = strings.ToLower(in.Words[2].Text)
	}
	f.Parent = d.stage(image)
}

// stage is the index of the stage that has been given that name so far, or -1.
func (d *Dockerfile) stage(name string) int {
	for i := len(d.Stages) - 1; i >= 0; i-- {
		if a := d.Stages[i].From.Alias; a != "" && strings.EqualFold(a, name) {
			return i
		}
	}
	return -1
}

var imageTag = lazy(`:([\w][\w.-]{0,127})$`)

// SplitImage splits an image reference; tag and digest are "" where they are not given.
func SplitImage(ref string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(ref, "@")
	if m := imageTag.FindStringSubmatchIndex(name); m != nil {
		name, tag = name[:m[0]], name[m[2]:m[3]]
	}
	return name, tag, digest
}
