package diagnose

import (
	"maps"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// run is the failed instruction and its Dockerfile, where lines may be put before it.
func (c remedyContext) run() (*manifest.File, *manifest.Instruction, error) {
	in := c.Instruction
	if in == nil && c.Entry != nil {
		in = c.Entry.Instruction
	}
	if in == nil {
		return nil, nil, refuse("the log does not lead to an instruction of a Dockerfile among the definition files")
	}
	f := c.dockerfileOf(in)
	if f == nil {
		return nil, nil, refuse("the Dockerfile of the failed step is not among the definition files")
	}
	if f.Dockerfile.Templated {
		return nil, nil, refuse("%s is a template; change what it is made from", f.Path)
	}
	return f, in, nil
}

func (c remedyContext) dockerfileOf(in *manifest.Instruction) *manifest.File {
	if c.Files == nil {
		return nil
	}
	for _, f := range c.Files.Dockerfiles() {
		if slices.Contains(f.Dockerfile.Instructions, in) {
			return f
		}
	}
	return nil
}

// asRoot wraps lines so that they run as root where another user is in force.
func asRoot(in *manifest.Instruction, lines ...string) []string {
	if !otherUser(in) {
		return lines
	}
	return append(append([]string{"USER root"}, lines...), "USER "+in.User)
}

func otherUser(in *manifest.Instruction) bool {
	return in.User != "" && in.User != "root" && in.User != "0" && !strings.HasPrefix(in.User, "root:") && !strings.HasPrefix(in.User, "0:")
}

// indented gives lines the indentation of the instruction.
func indented(f *manifest.File, in *manifest.Instruction, lines []string) []string {
	var out []string
	for _, l := range lines {
		out = append(out, f.Indent(in.Line)+l)
	}
	return out
}

func earlier(f *manifest.File, in *manifest.Instruction, keyword, text string) bool {
	return slices.ContainsFunc(f.Dockerfile.Before(in), func(o *manifest.Instruction) bool {
		return o.Keyword == keyword && o.Text == text
	})
}

var rootCommand = lazy(`\b(?:apt|apt-get|apk|yum|dnf|microdnf|dpkg)\b|/etc/`)

// insertRun puts a RUN before the failed one; with: command.
func insertRun(c remedyContext, with map[string]string) (string, []edit.File, error) {
	command := strings.TrimSpace(with["command"])
	if command == "" {
		return "", nil, refuse("the log does not say which command to add")
	}
	if err := c.trusted(command); err != nil {
		return "", nil, err
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if earlier(f, in, "RUN", command) {
		return "", nil, refuse("%s already runs %q before line %d", f.Path, command, in.Line)
	}
	lines := []string{"RUN " + command}
	if rootCommand.MatchString(command) {
		lines = asRoot(in, lines...)
	}
	return "run " + inTitle(command) + " before", change(f, insertBefore(f, in.Line, indented(f, in, lines)...)), nil
}

func inTitle(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:57]) + "…"
	}
	return s
}

// runAsRoot switches to root for the failed RUN.
func runAsRoot(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if !otherUser(in) {
		return "", nil, refuse("line %d of %s sees no USER but root; if the base image sets another, put USER root before it", in.Line, f.Path)
	}
	lines := indented(f, in, []string{"USER root", "USER " + in.User})
	return "run line " + itoa(in.Line) + " as root", change(f, insertBefore(f, in.Line, lines[0]), insertAfter(f, in.EndLine, lines[1])), nil
}

// conditions are arguments that are never the name of a variable.
var conditions = map[string]bool{"for": true, "because": true, "reason": true}

// plainValue needs no quotes in an ENV. It may name other variables, as in /opt/x/bin:$PATH.
var plainValue = lazy(`^(?:[A-Za-z0-9._:/=,+@-]|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\})+$`)

// envLines sets variables before the failed RUN, or changes those that the stage sets; with: KEY: value.
func envLines(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	var pairs []string
	var edits []edit.Edit
	for _, key := range slices.Sorted(maps.Keys(with)) {
		if conditions[key] {
			continue
		}
		if !plainKey.MatchString(key) || !plainValue.MatchString(with[key]) {
			return "", nil, refuse("%s=%q is not put into a file unseen", key, with[key])
		}
		pair := key + "=" + with[key]
		switch w, ok := setBefore(f, in, key); {
		case ok && w.Text == pair:
		case ok && !strings.Contains(with[key], "$"):
			edits = append(edits, replace(w.Span, pair))
			pairs = append(pairs, "")
		default:
			pairs = append(pairs, pair)
		}
	}
	if len(pairs) == 0 {
		return "", nil, refuse("%s already sets these variables before line %d", f.Path, in.Line)
	}
	if fresh := slices.DeleteFunc(slices.Clone(pairs), func(p string) bool { return p == "" }); len(fresh) > 0 {
		edits = append(edits, insertBefore(f, in.Line, indented(f, in, []string{"ENV " + strings.Join(fresh, " ")})...))
	}
	return "set " + strings.Join(variables(with), ", ") + " for line " + itoa(in.Line), change(f, edits...), nil
}

func variables(with map[string]string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(with)), func(k string) bool { return conditions[k] })
}

// setBefore is the last word KEY=value of an ENV before the instruction, in its stage.
func setBefore(f *manifest.File, in *manifest.Instruction, key string) (manifest.Word, bool) {
	var found manifest.Word
	ok := false
	for _, o := range f.Dockerfile.Before(in) {
		if o.Keyword != "ENV" {
			continue
		}
		for _, w := range o.Words {
			if strings.HasPrefix(w.Text, key+"=") {
				found, ok = w, true
			}
		}
	}
	return found, ok
}

// pinPipDockerfile binds pip before the failed RUN: the word of a command that upgrades it, or a RUN of its own; with: version.
func pinPipDockerfile(c remedyContext, with map[string]string) (string, []edit.File, error) {
	spec := strings.TrimSpace(with["version"])
	if spec == "" || !plainSpec.MatchString(spec) {
		return "", nil, refuse("the log does not say which version of pip to take")
	}
	if !strings.ContainsAny(spec[:1], "<>=!~") {
		spec = "==" + spec
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	for _, e := range f.Entries() {
		if e.Format == "pip" && e.Name == "pip" && e.Instruction.Stage == in.Stage && e.Line <= in.EndLine {
			return respecify(&e, spec, "pin pip to pip"+spec)
		}
	}
	command := interpreter(in) + " -m pip install 'pip" + spec + "'"
	return "install pip" + spec + " before", change(f, insertBefore(f, in.Line, indented(f, in, []string{"RUN " + command})...)), nil
}

// interpreter is the Python that the instruction installs for.
func interpreter(in *manifest.Instruction) string {
	for _, c := range in.Commands {
		for _, w := range c.Words {
			if name := w.Text; pythonWord.MatchString(name) {
				return name
			} else if name == "pip3" {
				return "python3"
			}
		}
	}
	return "python"
}

var pythonWord = lazy(`^(?:/[\w/.-]*/)?python[\d.]*$`)
