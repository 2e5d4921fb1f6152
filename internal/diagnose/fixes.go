package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
)

// fixes tries the rule's remedies. Of those that apply, each is an alternative; where none does, the reason is told.
// Nothing is edited where the place is not certain.
func (m *mending) fixes(h *head, doubtful bool) ([]Fix, string) {
	all := []Fix{}
	why := fill(h.NoFix, m.captures)
	if strings.Contains(why, "…") {
		why = ""
	}
	if m.files == nil || len(h.Fix) == 0 {
		return all, why
	}
	if doubtful {
		return all, "several places bear that name and nothing in the log tells which was used; change the one that the build reads"
	}
	refused := ""
	for _, item := range h.Fix {
		fix, err := m.apply(item)
		switch {
		case err != nil && refused == "":
			refused = err.Error()
		case err == nil:
			all = append(all, fix)
		}
	}
	if len(all) > 0 {
		return all, ""
	}
	if why == "" {
		why = refused
	}
	return all, why
}

type missingCapture string

func (name missingCapture) Error() string {
	return "the log does not say the " + string(name) + " that the edit needs"
}

// apply runs one remedy.
func (m *mending) apply(item fixItem) (Fix, error) {
	with := map[string]string{}
	for k, v := range item.With {
		value, ok := filled(v, m.captures)
		if !ok {
			return Fix{}, missingCapture(strings.ReplaceAll(k, "_", " "))
		}
		with[k] = value
	}
	if remedies[item.Do] == nil { // the tests prove it for the built-in rules, With for those of a user
		return Fix{}, missingCapture("remedy")
	}
	title, files, err := remedies[item.Do](m.remedyContext(), with)
	if err != nil {
		return Fix{}, err
	}
	diff, err := edit.Diff(files)
	if err != nil {
		return Fix{}, err
	}
	if diff == "" {
		return Fix{}, missingCapture("change")
	}
	return Fix{Title: title, Certainty: item.Certainty, Diff: diff, Files: files}, nil
}

func (m *mending) remedyContext() remedyContext {
	c := remedyContext{
		Files: m.files, Entry: m.entry, File: m.dockerfile, Instruction: m.instruction,
		Captures: m.captures, Image: m.captures["image"],
	}
	if m.file != nil {
		c.File = m.file
	} else if m.entry != nil {
		c.File = m.entry.File
	} else if files := m.condaFiles(); m.instruction == nil && len(files) == 1 {
		c.File = files[0]
	}
	return c
}

// shellWords are captures as words of a shell command: what is not plain is left out, since a log is not to be trusted with a command line.
func shellWords(captures map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range captures {
		if v != "" && strings.Trim(v, plainWord) == "" && !strings.Contains(v, "condaenv.") { // conda's own file is gone when it ends
			out[k] = v
		}
	}
	return out
}

const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,_-+:/@=<>~!*[] "

// quoted is one word of a POSIX shell.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
