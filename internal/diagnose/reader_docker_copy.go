package diagnose

import (
	"path"
	"slices"
	"strings"
)

// copyWords are the sources and the destination of a COPY or ADD as the log shows it, and the value of its --from.
func copyWords(instruction string) (words []string, from string) {
	fields := strings.Fields(instruction)
	if len(fields) < 2 || !strings.EqualFold(fields[0], "COPY") && !strings.EqualFold(fields[0], "ADD") {
		return nil, ""
	}
	for _, w := range fields[1:] {
		switch {
		case strings.HasPrefix(w, "--from="):
			from = strings.TrimPrefix(w, "--from=")
		case strings.HasPrefix(w, "--"):
		default:
			words = append(words, strings.Trim(w, `"[],`))
		}
	}
	return words, from
}

// readCopySource says where COPY looked for the path (the build context, or a stage), and writes the path as the Dockerfile
// does: BuildKit puts a slash before it.
func readCopySource(f *finding) bool {
	words, from := copyWords(f.instruction())
	f.captures["path"] = sourceNamed(words, f.captures["path"], from)
	if f.captures["path"] == "" {
		return false
	}
	f.set("where", "the build context")
	if from != "" {
		f.captures["where"] = "the files of " + from
		f.set("stage", from)
	}
	return true
}

// sourceNamed is the source word of a COPY that a reported path means; the path itself where none is like it.
func sourceNamed(words []string, reported, from string) string {
	bare := strings.TrimPrefix(path.Clean("/"+reported), "/")
	for _, w := range words {
		if strings.TrimPrefix(path.Clean("/"+w), "/") == bare {
			return w
		}
	}
	if reported == "" && len(words) > 1 { // "no source files were specified": a pattern that nothing matched
		return strings.Join(words[:len(words)-1], " ")
	}
	if from != "" {
		return reported
	}
	return bare
}

// readCopyComment holds where the path that COPY missed is no source but stands at or behind a "#" on the instruction's line, or is
// the destination before it: Dockerfiles know comments only at the start of a line.
func readCopyComment(f *finding) bool {
	words, _ := copyWords(f.instruction())
	at := -1
	for i, w := range words {
		if strings.HasPrefix(w, "#") {
			at = i
			break
		}
	}
	if at < 2 {
		return false
	}
	f.set("comment", strings.Join(words[at:], " "))
	missing := f.captures["path"]
	return missing == "" || slices.ContainsFunc(words[at-1:], func(w string) bool { return path.Base(w) == path.Base(missing) })
}

// readCopyOutside holds where the source that COPY missed begins above the build context; BuildKit leaves the "../" out of its message.
func readCopyOutside(f *finding) bool {
	words, from := copyWords(f.instruction())
	if from != "" || len(words) < 2 {
		return strings.HasPrefix(f.captures["path"], "../")
	}
	missing := path.Base(f.captures["path"])
	for _, w := range words[:len(words)-1] {
		if strings.HasPrefix(path.Clean(w), "../") && path.Base(w) == missing {
			f.captures["path"] = w
			return true
		}
	}
	return false
}

var copyFrom = lazy(`(?i)\b(?:COPY|ADD)\s+(?:--\S+\s+)*--from=(\S+)`)

// readStageAsImage holds where a word that docker looked up as an image stands in a --from: a stage that is not there. Docker Hub's
// own images ("docker.io/library/…", named without a host) are the only ones that a stage's name can be taken for.
func readStageAsImage(f *finding) bool {
	stage := f.captures["stage"]
	if strings.ContainsAny(stage, "/:.") {
		return false
	}
	if e, ok := f.excerpt(); ok {
		m := copyFrom.FindStringSubmatch(e.text)
		return m != nil && m[1] == stage
	}
	return slices.ContainsFunc(f.anywhere(copyFrom), func(m mention) bool { return m.what == stage })
}
