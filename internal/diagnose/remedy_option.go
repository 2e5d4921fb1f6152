package diagnose

import (
	"path"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

func itoa(n int) string { return strconv.Itoa(n) }

// commandsOf are the commands of the instruction that a pattern such as "pip install" or "apt-get" means, each with the last word of the pattern.
// A pattern that names pip means it in all forms it is called.
func commandsOf(in *manifest.Instruction, pattern string) (commands []*manifest.Command, last []manifest.Word) {
	fields := strings.Fields(pattern)
	for _, c := range in.Commands {
		if w, ok := commandMatch(c, fields); ok {
			commands, last = append(commands, c), append(last, w)
		}
	}
	return commands, last
}

func commandMatch(c *manifest.Command, fields []string) (manifest.Word, bool) {
	install, installs := c.Install()
	switch {
	case len(fields) == 0 && installs:
		return install.Verb, true
	case len(fields) == 0:
		return manifest.Word{}, false
	case installs && len(fields) == 2 && fields[0] == "pip" && install.Format == "pip" && install.Verb.Text == fields[1]:
		return install.Verb, true
	}
	i := 0
	var last manifest.Word
	for _, w := range c.Words {
		if i < len(fields) && (w.Text == fields[i] || i == 0 && path.Base(w.Text) == fields[0]) {
			last = w
			i++
		}
	}
	return last, i == len(fields)
}

// shortForms are spellings that mean the same as an option.
var shortForms = map[string]string{
	"-y": "--yes --assume-yes -qy -yq -qqy -yqq", "--yes": "-y", "--no-cache-dir": "--no-cache",
}

func hasOption(c *manifest.Command, option string) bool {
	name, _, _ := strings.Cut(option, "=")
	for _, w := range c.Words {
		have, _, _ := strings.Cut(w.Text, "=")
		if have == name || cluster.MatchString(name) && cluster.MatchString(have) && containsAll(have, name[1:]) {
			return true
		}
		for _, s := range strings.Fields(shortForms[name]) {
			if have == s {
				return true
			}
		}
	}
	return false
}

// cluster is several one-letter options in one word.
var cluster = lazy(`^-[A-Za-z]{2,}$`)

func containsAll(s, letters string) bool {
	for _, r := range letters {
		if !strings.ContainsRune(s, r) {
			return false
		}
	}
	return true
}

var plainOption = lazy(`^--?[A-Za-z][A-Za-z0-9-]*(?:[= ][A-Za-z0-9._:/@,+%=-]+)?$`)

// addOption gives the commands of the failed RUN an option that they lack; with: option, value, command.
func addOption(c remedyContext, with map[string]string) (string, []edit.File, error) {
	option := strings.TrimSpace(with["option"] + " " + with["value"])
	if !plainOption.MatchString(option) {
		return "", nil, refuse("the option %q is not put into a command unseen", option)
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	commands, after := commandsOf(in, with["command"])
	if len(commands) == 0 {
		return "", nil, refuse("line %d of %s does not call %s", in.Line, f.Path, orInstall(with["command"]))
	}
	text := " " + option
	if in.JSON {
		text = `, "` + strings.ReplaceAll(option, " ", `", "`) + `"`
	}
	var edits []edit.Edit
	for i, cmd := range commands {
		if !hasOption(cmd, strings.Fields(option)[0]) {
			edits = append(edits, edit.Edit{Start: after[i].Span.End, End: after[i].Span.End, New: text})
		}
	}
	if len(edits) == 0 {
		return "", nil, refuse("line %d of %s already has %s", in.Line, f.Path, option)
	}
	return "add " + option + " to " + orInstall(with["command"]), change(f, edits...), nil
}

func orInstall(command string) string {
	if command == "" {
		return "the command that installs"
	}
	return command
}

// removeOption takes an option off the commands of the failed RUN, or its line out of a requirements file; with: option, command,
// value (any text, where the next word belongs to the option).
func removeOption(c remedyContext, with map[string]string) (string, []edit.File, error) {
	option := strings.TrimSpace(with["option"])
	if option == "" {
		return "", nil, refuse("the log does not say which option to take out")
	}
	if f := c.File; f != nil && f.Requirements != nil {
		for _, o := range f.Requirements.Options {
			if o.Name == option || strings.HasPrefix(f.At(o.Span), option) {
				return "remove " + option, change(f, removeLines(f, o.Span)), nil
			}
		}
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if in.JSON {
		return "", nil, refuse("line %d of %s is a JSON list; take %s out by hand", in.Line, f.Path, option)
	}
	var edits []edit.Edit
	commands := in.Commands
	if with["command"] != "" {
		commands, _ = commandsOf(in, with["command"])
	}
	for _, cmd := range commands {
		edits = append(edits, withoutOption(f, cmd, option, with["value"] != "")...)
	}
	if len(edits) == 0 {
		return "", nil, refuse("line %d of %s does not have %s", in.Line, f.Path, option)
	}
	return "remove " + option, change(f, edits...), nil
}

func withoutOption(f *manifest.File, cmd *manifest.Command, option string, valued bool) []edit.Edit {
	var edits []edit.Edit
	for i := 1; i < len(cmd.Words); i++ {
		w := cmd.Words[i]
		if w.Text != option && !strings.HasPrefix(w.Text, option+"=") {
			continue
		}
		s := manifest.Span{Start: cmd.Words[i-1].Span.End, End: w.Span.End}
		if valued && w.Text == option && i+1 < len(cmd.Words) {
			s.End = cmd.Words[i+1].Span.End
		}
		if !strings.Contains(f.At(s), "#") {
			edits = append(edits, replace(s, ""))
		}
	}
	return edits
}
