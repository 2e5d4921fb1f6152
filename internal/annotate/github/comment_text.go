package github

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// GitHub takes 65,536 characters of a comment. What is counted here is bytes, which are never fewer. A settled comment holds the one
// that it settles, which leaves room for that.
const (
	commentBytes = 64_000
	failureBytes = 62_000
)

// A text is what a comment is to say. Its marker has
//
//	part=comment key=DIGEST cause=DIGEST content=DIGEST run=NUMBER.ATTEMPT sha=HEAD state=open|fixed
//
// so that a later run sees what it says without reading it.
type text struct {
	marker annotate.Marker
	page   string
}

func (t text) body() string { return t.marker.String() + "\n" + t.page }

// toldBy tells whether c says the same of the same commit.
func (t text) toldBy(c posted) bool {
	return t.marker["content"] == c.marker["content"] && t.marker["sha"] == c.marker["sha"] && t.marker["state"] == c.marker["state"]
}

// olderThan tells whether c is of a newer run, whose word counts.
func (t text) olderThan(c posted) bool {
	number, attempt := order(t.marker["run"])
	n, a := order(c.marker["run"])
	return n > number || n == number && a > attempt
}

func order(run string) (number, attempt int) {
	n, a, _ := strings.Cut(run, ".")
	number, _ = strconv.Atoi(n)
	attempt, _ = strconv.Atoi(a)
	return number, attempt
}

// failure tells of a build that failed; ok is false where the report has nothing but advice.
func (s *sticky) failure(pr *pull, t *annotate.Telling) (_ text, ok bool) {
	page := annotate.MarkdownComment(t.Report, failureBytes)
	if page == "" {
		return text{}, false
	}
	m := s.mark(pr, "open")
	m["cause"], m["content"] = fingerprint(t.Report), annotate.Digest(page)
	foot := fmt.Sprintf("\n<sub>Read by [envmedic](https://github.com/envmedic/envmedic) from [this run](%s) at %s. "+
		"On your machine, %s in the checkout says the same.</sub>\n", s.runURL(), short(pr.headSHA), annotate.Code("envmedic "+logName(t.Report)))
	return text{marker: m, page: page + foot}, true
}

// logName is the first log's, for the command line that reads it.
func logName(r *diagnose.Report) string {
	if len(r.Logs) == 0 {
		return "build.log"
	}
	return path.Base(r.Logs[0].Path)
}

// success tells that what the comment c had told is mended. A comment that says so already stays as it is.
func (s *sticky) success(pr *pull, c posted) text {
	if c.marker["state"] == "fixed" {
		return text{marker: c.marker}
	}
	m := s.mark(pr, "fixed")
	m["cause"] = c.marker["cause"]
	page := fmt.Sprintf("### Fixed in %s\n\nThe build succeeds in [this run](%s).\n", short(pr.headSHA), s.runURL())
	m["content"] = annotate.Digest("fixed")
	_, old, _ := strings.Cut(c.body, "\n")
	old = "\n<details><summary>What had been wrong</summary>\n\n" + strings.TrimSpace(old) + "\n\n</details>\n"
	if len(m.String())+1+len(page)+len(old) <= commentBytes {
		page += old
	}
	return text{marker: m, page: page}
}

func (s *sticky) mark(pr *pull, state string) annotate.Marker {
	run := s.run.number + "." + s.run.attempt
	if r := s.run.triggered; r != nil {
		run = fmt.Sprintf("%d.%d", r.GetRunNumber(), r.GetRunAttempt())
	}
	return annotate.Marker{"part": "comment", "key": s.key, "run": run, "sha": pr.headSHA, "state": state}
}

// runURL is the page of the run whose log was read.
func (h *Host) runURL() string {
	if h.away != "" {
		return h.away
	}
	id, attempt := h.run.id, h.run.attempt
	if r := h.run.triggered; r != nil {
		id, attempt = strconv.FormatInt(r.GetID(), 10), strconv.Itoa(r.GetRunAttempt())
	}
	url := fmt.Sprintf("%s/%s/%s/actions/runs/%s", h.run.serverURL, h.run.owner, h.run.repo, id)
	if n, err := strconv.Atoi(attempt); err == nil && n > 1 {
		url += "/attempts/" + attempt
	}
	return url
}

// fingerprint tells one cause from another. The line of the log is not part of it: it moves from run to run.
func fingerprint(r *diagnose.Report) string {
	if c := r.Cause(); c != nil {
		path := ""
		if c.Location != nil {
			path = c.Location.Path
		}
		return annotate.Digest(c.Rule, c.Summary, path)
	}
	if len(r.Unrecognised) > 0 {
		return annotate.Digest("unrecognised", r.Unrecognised[0].Step.Command)
	}
	return annotate.Digest()
}
