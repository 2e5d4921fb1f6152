package diagnose

import (
	"slices"
	"strings"
)

// setupFrame matches the frame of a setup script: its own file, or the text that a backend runs.
var setupFrame = lazy(`(?:^|/)setup\.py$|^<string>$`)

// readSetupMessage reads with which words a setup script gives up: those that the rule found, an exception, or the last line that was printed.
func readSetupMessage(f *finding) bool {
	switch {
	case f.captures["message"] != "":
		f.noteMended()
	case frameLine.MatchString(f.text(f.first)):
		return f.setupException() && readBuildTraceback(f)
	default:
		return f.freeMessage() && readPackageBuild(f)
	}
	return readOnlyInBuild(f)
}

// setupException takes the exception that passes through a setup script.
func (f *finding) setupException() bool {
	i, kind, text, ok := f.exception()
	if !ok || !slices.ContainsFunc(f.frames(f.tracebackLines()), setupFrame.MatchString) {
		return false
	}
	f.quote(i)
	f.set("exception", kind)
	f.set("message", text)
	for _, k := range f.after(i, 6) {
		if text := f.text(k); f.captures["message"] == "" && strings.Trim(text, "=-*# ") != "" {
			f.quote(k)
			f.set("message", text)
		}
	}
	f.set("message", kind)
	return true
}

// toolTalk matches lines that tools print as they go; a report that ends with one does not say why it ended.
var toolTalk = lazy(`^\s*(?:running|creating|copying|building|writing|reading|adding|removing|warning|byte-compiling|gcc|g\+\+|cc|c\+\+|clang|/usr/bin/|error: [Cc]ommand|make|ninja|\[\d|-- |~|\^|\||warn|Compile failed|compilation terminated|collect2|Traceback|[\w.]+(?:Error|Exception):|During handling|hint:|note:|Segmentation fault|Killed|see |For more)`)

// freeMessage takes the last line of a report in which no exception and no compiler is heard: the words of the setup script.
func (f *finding) freeMessage() bool {
	i, ok := f.lastOfReport()
	if !ok || toolTalk.MatchString(strings.TrimLeft(f.text(i), " |")) {
		return false
	}
	report := f.report(i)
	for _, k := range f.spanned(f.first, report) {
		if f.report(k) == report && (strings.Contains(f.text(k), "Traceback (most recent") || errorRow.MatchString(f.text(k))) {
			return false
		}
	}
	f.quote(i)
	message := strings.TrimLeft(f.text(i), " |")
	if m := messageHead.FindStringSubmatch(message); m != nil {
		f.set("package", m[1])
		message = message[len(m[0]):]
	}
	f.set("message", message)
	f.noteMended()
	return true
}

var messageHead = lazy(`^(?:ERROR|Error|error)(?: in ([\w.-]+) setup command)?: `)

// noteMended sets the bound that mends a known message.
func (f *finding) noteMended() {
	if strings.HasPrefix(f.captures["message"], "could not determine PostgreSQL version from") {
		f.set("mended", ">=2.7") // psycopg2's change log: 2.7 reads the versions of PostgreSQL 10 and later
	}
}
