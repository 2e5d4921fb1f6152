package diagnose

import (
	"strings"
)

// lockReaders read what uv and poetry print when they resolve or install.
var lockReaders = map[string]reader{
	"uv-prose":         readUVProse,
	"uv-prose-or-line": readUVProseOrLine,
	"poetry-prose":     readPoetryProse,
}

// mostProse bounds the lines of one explanation. Poetry's longest seen has some hundred.
const mostProse = 200

// readUVProse joins uv's explanation, which it wraps at 80 columns where it prints to no terminal, into the capture "_prose"; what follows as
// "hint:" paragraphs goes into "_hints". Both are lines of words with single blanks.
func readUVProse(f *finding) bool {
	var prose, hints []string
	part := &prose
	for _, i := range f.after(f.first, mostProse) {
		t := strings.TrimSpace(f.text(i))
		if strings.HasPrefix(t, "hint:") {
			part = &hints
		}
		if t != "" && !strings.HasPrefix(f.text(i), " ") && !strings.HasPrefix(t, "hint:") && !isFrame(t) {
			break
		}
		if t == "" {
			continue
		}
		*part = append(*part, strings.Fields(unframed(t))...)
		f.last = i
		if part == &prose && len(f.quoted) < mostEvidence-2 || part == &hints && len(f.quoted) < mostEvidence {
			f.quote(i)
		}
	}
	f.set("_prose", strings.Join(prose, " "))
	f.set("_hints", strings.Join(hints, " "))
	f.readUVSides(f.captures["_prose"])
	return len(prose) > 0 || len(hints) > 0
}

// readUVProseOrLine reads the explanation of a resolution that failed; a message of one line is all there is to read of others, and their "_prose" is "-".
func readUVProseOrLine(f *finding) bool {
	if strings.Contains(f.text(f.first), "No solution found") {
		return readUVProse(f)
	}
	f.set("_prose", "-")
	return true
}

// isFrame tells a line that begins with the tree that uv draws.
func isFrame(t string) bool {
	return strings.HasPrefix(t, "╰─▶") || strings.HasPrefix(t, "├─▶") || strings.HasPrefix(t, "│")
}

func unframed(t string) string {
	t = strings.TrimPrefix(strings.TrimLeft(t, "╰├│─▶× "), "cause: ")
	return strings.TrimSpace(strings.TrimPrefix(t, "Caused by: "))
}
