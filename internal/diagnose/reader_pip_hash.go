package diagnose

import (
	"strings"
)

var (
	hashRow      = lazy(`^\s{2,}(\S.*?)(?: from (\S+?))?(?: --hash=(\w+:[0-9a-f]+))?(?: \((from .*)\))?:?$`)
	hashExpected = lazy(`^\s+Expected (?:\w+|\s*or) +([0-9a-f]{16,})$`)
	hashGot      = lazy(`^\s+Got +([0-9a-f]{16,})$`)
	platformTag  = lazy(`-(?:manylinux|musllinux|macosx|win)[\w.]*?_(aarch64|arm64|x86_64|i686|amd64|ppc64le|s390x)\.whl`)
	partDone     = lazy(`([\d.]+)/([\d.]+) ([kMG]?B)\b.*\beta\b`)
)

// readHashes reads the rows below the heads of pip's hash-checking messages: the first requirement, where its file came from, where it was asked
// for, and the hashes. Captures: requirement, package, version, url, file, line, parent, top, expected, got, hash (as pip would have it added),
// architecture (of the wheel, where it is not the common one), stopped (how far the download had come, where it was cut short).
func readHashes(f *finding) bool {
	rows := 0
	for _, i := range f.after(f.first, 40) {
		text := f.text(i)
		if text == "" {
			continue
		}
		if !strings.HasPrefix(text, " ") {
			break
		}
		if !f.takeHash(text) {
			if rows++; rows > 1 {
				break
			}
			f.takeHashRow(text)
		}
		f.quote(i)
	}
	f.readStopped()
	return rows > 0
}

// lacks say what is wrong with a requirement in hash-checking mode, by the head of the message.
var lacks = []struct{ head, lack string }{
	{"missing from some requirements", "has no hash"},
	{"versions pinned with ==", "is not pinned with =="},
	{"version control", "comes from a repository, which can't be hashed"},
	{"directories", "is a folder, which can't be hashed"},
}

// readHashMode is readHashes with the capture lack: what keeps hash-checking mode from working.
func readHashMode(f *finding) bool {
	for _, l := range lacks {
		if strings.Contains(f.text(f.first), l.head) {
			f.set("lack", l.lack)
		}
	}
	return readHashes(f)
}

// takeHash reads the row of a hash; false for that of a requirement.
func (f *finding) takeHash(text string) bool {
	if m := hashExpected.FindStringSubmatch(text); m != nil {
		f.set("expected", m[1])
		return true
	}
	m := hashGot.FindStringSubmatch(text)
	if m != nil {
		f.set("got", m[1])
	}
	return m != nil
}

// takeHashRow reads the row of a requirement.
func (f *finding) takeHashRow(text string) {
	m := hashRow.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[1], "unknown package") {
		return
	}
	f.set("requirement", m[1])
	f.set("url", m[2])
	f.set("hash", m[3])
	if p := platformTag.FindStringSubmatch(m[2]); p != nil && p[1] != "x86_64" && p[1] != "amd64" {
		f.set("architecture", p[1])
	}
	r := parseRequest(m[1] + " (" + m[4] + ")")
	f.set("package", r.name)
	f.set("version", r.version)
	f.askedBy(r)
}

// readStopped looks at the progress bar above: a file that was cut short has another hash.
func (f *finding) readStopped() {
	for _, i := range f.before(f.first, 2) {
		if m := partDone.FindStringSubmatch(f.text(i)); m != nil && m[1] != m[2] {
			f.quote(i)
			f.set("stopped", m[1]+" of "+m[2]+" "+m[3])
		}
	}
}
