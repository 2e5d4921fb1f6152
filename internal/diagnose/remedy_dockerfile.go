package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// dockerfileRemedies mend the text of a Dockerfile's instructions.
var dockerfileRemedies = map[string]remedy{
	"arg-default":      argDefault,
	"comment-above":    commentAbove,
	"copy-slash":       copySlash,
	"copy-source":      copySource,
	"drop-cache-mount": dropCacheMount,
	"from-platform":    fromPlatform,
	"instruction-word": instructionWord,
	"join-line":        joinLine,
	"stage-name":       stageName,
	"unignore":         unignore,
	"use-bash":         useBash,
}

// argDefault gives the build argument that the failed RUN uses a default; with: arg, value.
func argDefault(c remedyContext, with map[string]string) (string, []edit.File, error) {
	name, err := argument(with, "arg", plainKey)
	if err != nil {
		return "", nil, err
	}
	value, err := argument(with, "value", plainVersion)
	if err != nil {
		return "", nil, err
	}
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	for _, o := range slices.Backward(f.Dockerfile.Before(in)) {
		if !declares(o, name) {
			continue
		}
		for _, w := range o.Words {
			if w.Text == name || w.Text == name+"=" {
				return "give " + name + " the default " + value, change(f, replace(w.Span, name+"="+value)), nil
			}
		}
	}
	return "", nil, refuse("the stage of line %d of %s has no ARG %s without a default", in.Line, f.Path, name)
}

// located is the Dockerfile and the line that the captures "file" and a line name.
func (c remedyContext) located(line string) (*manifest.File, int, error) {
	n, err := strconv.Atoi(line)
	if err != nil {
		return nil, 0, refuse("the log does not say which line of the Dockerfile it is about")
	}
	files := slices.DeleteFunc(c.Files.Find(c.Captures["file"]), func(f *manifest.File) bool { return f.Dockerfile == nil })
	if len(files) != 1 || files[0].LineSpan(n).IsZero() {
		return nil, 0, refuse("which Dockerfile the build read is not certain")
	}
	if files[0].Dockerfile.Templated {
		return nil, 0, refuse("%s is a template; change what it is made from", files[0].Path)
	}
	return files[0], n, nil
}

var firstWord = lazy(`^\s*(\S+)`)

// instructionWord corrects a misspelt instruction; with: word, suggestion.
func instructionWord(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, n, err := c.located(c.Captures["line"])
	if err != nil {
		return "", nil, err
	}
	right := strings.ToUpper(with["suggestion"])
	if !slices.Contains(instructions, right) {
		return "", nil, refuse("no instruction is spelt like %q", with["word"])
	}
	m := firstWord.FindStringSubmatchIndex(f.Text(n))
	if m == nil || !strings.EqualFold(f.Text(n)[m[2]:m[3]], with["word"]) {
		return "", nil, refuse("line %d of %s does not begin with %s", n, f.Path, with["word"])
	}
	start := f.LineSpan(n).Start
	return "write " + right, change(f, edit.Edit{Start: start + m[2], End: start + m[3], New: right}), nil
}

var (
	doubledMark = lazy(`\\(\\)\s*$`)
	markAndMore = lazy(`\\([\s\x{00A0}\x{200B}\x{FEFF}]*[\x{00A0}\x{200B}\x{FEFF}][\s\x{00A0}\x{200B}\x{FEFF}]*)$`)
)

// joinLine continues the line above a lost one: a missing backslash is added, a doubled one made single, an invisible character behind it
// removed; with: line.
func joinLine(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, n, err := c.located(with["line"])
	if err != nil {
		return "", nil, err
	}
	for n > 1 && strings.TrimSpace(f.Text(n)) == "" {
		n--
	}
	in := f.Dockerfile.Instruction(n)
	text, start := f.Text(n), f.LineSpan(n).Start
	switch {
	case in == nil || in.Keyword != "RUN" || in.JSON || len(in.Heredocs) > 0:
		return "", nil, refuse("line %d of %s is not the end of a RUN that could go on", n, f.Path)
	case strings.Contains(text, "#"):
		return "", nil, refuse("line %d of %s holds a comment, which a continuation would lengthen; move it to a line of its own", n, f.Path)
	}
	title := "continue line " + itoa(n)
	if m := doubledMark.FindStringSubmatchIndex(text); m != nil {
		return title, change(f, edit.Edit{Start: start + m[2], End: start + m[3]}), nil
	}
	if m := markAndMore.FindStringSubmatchIndex(text); m != nil {
		return title, change(f, edit.Edit{Start: start + m[2], End: start + m[3]}), nil
	}
	end := start + len(strings.TrimRight(text, " \t"))
	if strings.HasSuffix(strings.TrimRight(text, " \t"), `\`) {
		return "", nil, refuse("line %d of %s is continued already", n, f.Path)
	}
	return title, change(f, edit.Edit{Start: end, End: end, New: " " + string(f.Dockerfile.Escape)}), nil
}

// dropCacheMount takes cache mounts off the failed RUN, which the classic builder does not know. Only speed is lost.
func dropCacheMount(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	var edits []edit.Edit
	for _, w := range in.Flags {
		if !strings.HasPrefix(w.Text, "--mount=") {
			continue
		}
		if !strings.Contains(w.Text, "type=cache") {
			return "", nil, refuse("line %d of %s mounts more than a cache, and the step may need it", in.Line, f.Path)
		}
		end := w.Span.End
		for end < len(f.Src) && (f.Src[end] == ' ' || f.Src[end] == '\t') {
			end++
		}
		edits = append(edits, edit.Edit{Start: w.Span.Start, End: end})
	}
	if len(edits) == 0 {
		return "", nil, refuse("line %d of %s mounts no cache", in.Line, f.Path)
	}
	return "drop the cache mount", change(f, edits...), nil
}

// fromPlatform names the platform in the FROM of the failed stage; with: platform.
func fromPlatform(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, from, err := c.from()
	if err != nil {
		return "", nil, err
	}
	if from.From.Platform != "" {
		return "", nil, refuse("line %d of %s already builds for %s", from.Line, f.Path, from.From.Platform)
	}
	at := from.KeywordSpan.End
	return "build for " + with["platform"], change(f, edit.Edit{Start: at, End: at, New: " --platform=" + with["platform"]}), nil
}

const bashShell = `SHELL ["/bin/bash", "-o", "pipefail", "-c"]`

// useBash lets bash run the failed RUN and those after it, in images that have it.
func useBash(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if m, err := c.manager(f, in); err != nil || m == "apk" {
		return "", nil, refuse("the image may have no bash; write line %d of %s for sh", in.Line, f.Path)
	}
	if len(in.Shell) > 0 {
		return "", nil, refuse("line %d of %s already runs in a shell that is set", in.Line, f.Path)
	}
	return "run the steps in bash", change(f, insertBefore(f, in.Line, indented(f, in, []string{bashShell})...)), nil
}
