package diagnose

import (
	"regexp"
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
	"download-empty":    readDownloadEmpty,
	"download-refused":  readDownloadRefused,
	"cancelled-quietly": readCancelledQuietly,
}

// An excerpt is what BuildKit prints of the Dockerfile below a failure: "Dockerfile:7" over numbered lines, of which those of
// the instruction are marked with ">>>".
type excerpt struct {
	file string
	line int
	text string // the marked lines, joined with their continuations
}

var (
	excerptHead = regexp.MustCompile(`^(\S+):(\d+)$`)
	excerptLine = regexp.MustCompile(`^\s*\d+ \| >>> (.*)$`)
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

var fileOption = regexp.MustCompile(`\b(?:docker|buildx|podman|buildah)\b[^'"]*\b(?:build|bud)\b.*?(?:\s-f|--file)[ =]['"]?([^\s'"]+)`)

// dockerfileName is the Dockerfile that the build read, as its log says it.
func (f *finding) dockerfileName() string {
	if e, ok := f.excerpt(); ok {
		return e.file
	}
	if i := f.stepIndex(); i >= 0 && f.log.Steps[i].Dockerfile != "" {
		return f.log.Steps[i].Dockerfile
	}
	for _, l := range f.log.Lines {
		if m := fileOption.FindStringSubmatch(l.Text); m != nil {
			return m[1]
		}
	}
	return "Dockerfile"
}

// readDockerfilePlace adds the file (and, from BuildKit's excerpt, the line) that a message about the Dockerfile's text is of,
// and the line before it, where a lost continuation stands.
func readDockerfilePlace(f *finding) bool {
	f.set("file", f.dockerfileName())
	if e, ok := f.excerpt(); ok {
		f.set("line", strconv.Itoa(e.line))
	}
	if n, err := strconv.Atoi(f.captures["line"]); err == nil && n > 1 {
		f.set("previous_line", strconv.Itoa(n-1))
	}
	return true
}

// stageMark is how BuildKit numbers a step: "[stage-1 2/5] ".
var stageMark = regexp.MustCompile(`^\[[^\]]*\] `)

// instruction is the text of the instruction that failed: of the finding's step, else as BuildKit's excerpt shows it.
func (f *finding) instruction() string {
	i := f.stepIndex()
	if i < 0 {
		i = f.log.FailedStep()
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

// distance is Levenshtein's.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			last, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, last+cost)
		}
	}
	return row[len(b)]
}

// readMissingCommand adds the packages that hold a command, by package manager; "-" where one has none.
func readMissingCommand(f *finding) bool {
	if !f.packagesOf("commands", f.captures["command"]) && !f.packagesOf("tools", f.captures["command"]) {
		return true
	}
	for _, manager := range []string{"apt", "apk", "rpm"} {
		f.set(manager, "-")
	}
	return true
}

// readUnknownWord is what a Dockerfile's unknown instruction may have meant, where the builder does not say it.
func readUnknownWord(f *finding) bool {
	f.set("suggestion", nearest(strings.ToUpper(f.captures["word"]), instructions, 2))
	readDockerfilePlace(f)
	return f.captures["line"] != ""
}

var emptyArg = regexp.MustCompile(`(?i)^FROM\s+(?:--\S+\s+)*\S*\$\{?(\w+)`)

// readBlankBase names the build argument that FROM takes its image from.
func readBlankBase(f *finding) bool {
	f.set("arg", firstGroup(emptyArg, f.instruction()))
	return f.captures["arg"] != ""
}

// readAddURL adds the address that ADD fetches where the message leaves it out.
func readAddURL(f *finding) bool {
	words, _ := copyWords(f.instruction())
	for _, w := range words {
		if strings.Contains(w, "://") {
			f.set("url", w)
		}
	}
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

var undeclaredArg = regexp.MustCompile(`\$\{?(\w+)\}?`)

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
	if list := strings.Split(f.captures["versions"], ", "); len(list) > 0 {
		f.set("newest", list[len(list)-1])
	}
	return true
}
