package diagnose

import (
	"slices"
	"strings"
)

var pipReaders = map[string]reader{
	"pip-not-found":    readNotFound,
	"pip-network":      readNetwork,
	"pip-refused":      readRefused,
	"pip-file":         readFile,
	"pip-python":       readPythonRange,
	"pip-conflict":     readConflict,
	"pip-twice":        readTwice,
	"pip-hashes":       readHashes,
	"pip-hash-mode":    readHashMode,
	"pip-downloads":    readDownloads,
	"pip-backtracking": readBacktracking,
	"pip-build-deps":   readBuildDeps,

	"pip-bad-requirement": readBadRequirement,
	"pip-option":          readPipOption,
}

// lookBack bounds how many lines above a message are searched for what it belongs to.
const lookBack = 4000

// collectingLine is what pip says when it has chosen where a requirement is to come from.
var collectingLine = lazy(`^\s*(?:Collecting|Processing|Obtaining) (\S.*)$`)

// lastCollecting is the requirement that pip was at before line i, as its last "Collecting …" says it. It is false where
// none stands within lookBack lines.
func (f *finding) lastCollecting(i int) (request, bool) {
	said := within(f.mentions(f.log.Lines[i].Step, collectingLine), f.before(i, lookBack))
	if len(said) == 0 {
		return request{}, false
	}
	return parseRequest(said[len(said)-1].what), true
}

// collecting is the "Collecting …" line of a name, above the finding.
func (f *finding) collecting(name string) (request, bool) {
	name = normalName(name)
	for _, m := range slices.Backward(f.mentionedBefore(collectingLine, lookBack)) {
		if normalName(bareName(m.what)) == name && strings.Contains(f.text(m.line), "Collecting ") {
			return parseRequest(m.what), true
		}
	}
	return request{}, false
}

// askedBy says through whom a requirement came, and where the user's file asks for it.
func (f *finding) askedBy(r request) {
	f.set("parent", r.parent())
	f.set("asker", bareName(r.parent()))
	f.set("top", r.top())
	f.set("file", r.file)
	f.set("line", r.line)
}

// readBuilt names the package whose build the log speaks of, and where it was asked for. Frames of pip before 25.2 do not
// name it: the last "Collecting …" does.
func readBuilt(f *finding) bool {
	if b := f.log.Lines[f.first].Block; b >= 0 {
		f.set("package", f.log.Blocks[b].Of)
	}
	if name := f.captures["package"]; name != "" {
		if r, ok := f.collecting(name); ok {
			f.askedBy(r)
		}
		return true
	}
	if r, ok := f.lastCollecting(f.first); ok {
		f.set("package", r.name)
		f.set("version", r.version)
		f.askedBy(r)
	}
	return true
}
