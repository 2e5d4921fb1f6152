package diagnose

import (
	"strconv"
	"strings"
)

var dockerReaders = map[string]reader{
	"dockerfile-place":  readDockerfilePlace,
	"lost-line":         readLostLine,
	"missing-command":   readMissingCommand,
	"copy-source":       readCopySource,
	"copy-comment":      readCopyComment,
	"copy-outside":      readCopyOutside,
	"stage-as-image":    readStageAsImage,
	"malformed-image":   readMalformedImage,
	"empty-build-arg":   readEmptyBuildArg,
	"unknown-word":      readUnknownWord,
	"blank-base":        readBlankBase,
	"add-url":           readAddURL,
	"image-name":        readImageName,
	"dockerfile-name":   readDockerfileName,
	"script-trouble":    readScriptTrouble,
	"doubled-host":      readDoubledHost,
	"late-push":         readLatePush,
	"download-empty":    readDownloadEmpty,
	"download-refused":  readDownloadRefused,
	"cancelled-quietly": readCancelledQuietly,
	"not-cancelled":     readNotCancelled,
}

// An excerpt is what BuildKit prints of the Dockerfile below a failure: "Dockerfile:7" over numbered lines, of which those of
// the instruction are marked with ">>>".
type excerpt struct {
	file string
	line int
	text string // the marked lines, joined with their continuations
}

var (
	excerptHead = lazy(`^(\S+):(\d+)$`)
	excerptLine = lazy(`^\s*\d+ \| >>> (.*)$`)
	ruler       = strings.Repeat("-", 20)
)

// excerpt finds the last one of the log.
func (s *scene) excerpt() (e excerpt, ok bool) {
	for i := len(s.log.Lines) - 1; i > 0; i-- {
		if s.text(i) != ruler {
			continue
		}
		if m := excerptHead.FindStringSubmatch(s.text(i - 1)); m != nil {
			e.file = m[1]
			e.line, _ = strconv.Atoi(m[2])
			e.text = s.markedText(i + 1)
			return e, true
		}
	}
	return e, false
}

// markedText joins the marked lines from line i on.
func (s *scene) markedText(i int) string {
	var parts []string
	for ; i < len(s.log.Lines) && s.text(i) != ruler; i++ {
		if m := excerptLine.FindStringSubmatch(s.text(i)); m != nil {
			parts = append(parts, strings.TrimSuffix(strings.TrimSpace(m[1]), `\`))
		}
	}
	return strings.Join(parts, " ")
}

var fileOption = lazy(`\b(?:docker|buildx|podman|buildah)\b[^'"]*\b(?:build|bud)\b.*?(?:\s-f|--file)[ =]['"]?([^\s'"]+)`)

// dockerfileName is the Dockerfile that the build read, as its log says it.
func (f *finding) dockerfileName() string {
	if e, ok := f.excerpt(); ok {
		return e.file
	}
	if i := f.stepIndex(); i >= 0 && f.log.Steps[i].Dockerfile != "" {
		return f.log.Steps[i].Dockerfile
	}
	if said := f.anywhere(fileOption); len(said) > 0 {
		return said[0].what
	}
	return "Dockerfile"
}

// readDockerfilePlace adds the file (and, from BuildKit's excerpt, the line) that a message about the Dockerfile's text is of,
// and the line before it, where a lost continuation stands. The capture "place" is the file where the line is known.
func readDockerfilePlace(f *finding) bool {
	f.set("file", f.dockerfileName())
	if e, ok := f.excerpt(); ok {
		f.set("line", strconv.Itoa(e.line))
	}
	n, err := strconv.Atoi(f.captures["line"])
	if err == nil {
		f.set("place", f.captures["file"])
	}
	if n > 1 {
		f.set("previous_line", strconv.Itoa(n-1))
	}
	return true
}

// stageMark is how BuildKit numbers a step: "[stage-1 2/5] ".
var stageMark = lazy(`^\[[^\]]*\] `)

// instruction is the text of the instruction that failed: of the finding's step, else as BuildKit's excerpt shows it.
func (f *finding) instruction() string {
	i := f.stepIndex()
	if i < 0 {
		i = f.failed
	}
	if i >= 0 && f.log.Steps[i].Name != "" && f.log.Steps[i].Instruction != "" {
		return stageMark.ReplaceAllString(f.log.Steps[i].Name, "")
	}
	if e, ok := f.excerpt(); ok {
		return e.text
	}
	return ""
}

// instructions are all that a Dockerfile knows.
var instructions = strings.Fields("ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR")

// readLostLine holds where the unknown instruction is a word of the RUN above it: a shell command, an option, or what no instruction is
// spelt like.
func readLostLine(f *finding) bool {
	word := f.captures["word"]
	if !lostWord(word) {
		return false
	}
	return readDockerfilePlace(f)
}

func lostWord(word string) bool {
	switch {
	case fact("shell-words", strings.ToLower(word), "word") != "":
		return true
	case strings.ContainsAny(word[:1], `-&|;$"'./<>`):
		return !strings.HasPrefix(word, "<<<<") // a merge's conflict mark
	}
	return strings.ContainsAny(word, "0123456789-=./") && nearest(strings.ToUpper(word), instructions, 2) == ""
}

// nearest is the word of a list that takes the fewest changed, added or missing letters to become w, if these are at most n and fewer than
// half of w.
func nearest(w string, list []string, n int) string {
	best, least := "", n+1
	for _, c := range list {
		if d := distance(w, c); d < least && 2*d < len(w) {
			best, least = c, d
		}
	}
	return best
}

// readMissingCommand adds the packages that hold a command, by package manager.
func readMissingCommand(f *finding) bool {
	_ = f.packagesOf("commands", f.captures["command"]) || f.packagesOf("tools", f.captures["command"])
	return true
}

// readUnknownWord is what a Dockerfile's unknown instruction may have meant, where the builder does not say it.
func readUnknownWord(f *finding) bool {
	f.set("suggestion", nearest(strings.ToUpper(f.captures["word"]), instructions, 2))
	readDockerfilePlace(f)
	return f.captures["line"] != ""
}

var emptyArg = lazy(`(?i)^FROM\s+(?:--\S+\s+)*\S*\$\{?(\w+)`)

// readBlankBase names the build argument that FROM takes its image from.
func readBlankBase(f *finding) bool {
	f.set("arg", firstGroup(emptyArg, f.instruction()))
	return f.captures["arg"] != ""
}

// readAddURL adds the address that ADD fetches where the message leaves it out.
func readAddURL(f *finding) bool {
	words, _ := copyWords(f.instruction())
	if i := f.failed; i >= 0 {
		words = append(words, f.log.Steps[i].Name) // BuildKit of 2020 calls the step by its address
	}
	for _, w := range words {
		if strings.HasPrefix(w, "http://") || strings.HasPrefix(w, "https://") {
			f.set("url", w)
		}
	}
	f.set("path", f.captures["url"])
	return f.captures["url"] != ""
}

// readDockerfileName adds the file of a message that says its line only.
func readDockerfileName(f *finding) bool {
	f.set("file", f.dockerfileName())
	return true
}

// readScriptTrouble says what keeps a script from being started, where the message tells, and how the step calls it.
func readScriptTrouble(f *finding) bool {
	switch script := f.captures["script"]; {
	case f.captures["crlf"] != "":
		f.set("trouble", "the line ends of Windows")
	case f.captures["mode"] != "":
		f.set("trouble", "no execute bit")
		f.set("call", script)
	}
	return true
}

// finalVersion is the version of a release that is no alpha, beta or candidate.
var finalVersion = lazy(`^\d+(?:\.\d+)*(?:\.post\d+)?$`)

var undeclaredArg = lazy(`\$\{?(\w+)\}?`)

// readEmptyBuildArg names the variable that left a hole behind "package==" in the step's command. The newest version that
// pip listed goes with it. A command without a variable there is refused: somebody wrote "package==" as it stands.
func readEmptyBuildArg(f *finding) bool {
	i := f.stepIndex()
	if i < 0 || f.captures["package"] == "" {
		return f.captures["package"] == "" && f.captures["arg"] != ""
	}
	command := f.log.Steps[i].Command
	_, after, found := strings.Cut(command, f.captures["package"]+"==")
	if !found {
		return false
	}
	m := undeclaredArg.FindStringSubmatchIndex(after)
	if m == nil || strings.TrimLeft(after[:m[0]], `"'`) != "" {
		return false
	}
	f.set("arg", after[m[2]:m[3]])
	for _, v := range strings.Split(f.captures["versions"], ", ") {
		if finalVersion.MatchString(v) {
			f.captures["newest"] = v
		}
	}
	return true
}
