package azure

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	noteBytes  = 140_000 // the service takes comments of 150,000 characters
	maxCauses  = 30      // threads on lines; the summary has all causes
	quoteLines = 12
)

// A note is what a thread is to say.
type note struct {
	subject string
	about   string // of the summary: a digest of its causes
	place   place
	text    string // without marker and footer
	plain   string // the same for a thread on other lines: it names the cause's, and shows the edit as a diff
}

// notes are what a report of a failed build has to say on a pull request: one on the line of each cause, and one with the whole of
// it. A file that cannot be read is said, and costs the notes on its lines.
//
// reported is all subjects that the report knows of. Some of them have no note: their line is not in the pull request, there are
// too many, or nobody asks for them.
func (h *Host) notes(ctx context.Context, pr *pull, t *annotate.Telling) (list []note, reported map[string]bool) {
	reported = map[string]bool{summarySubject: true}
	if t.Comment != "off" {
		list = append(list, note{subject: summarySubject, about: about(t), text: summaryText(t.Report)})
	}
	files := h.source(pr.sourceCommit)
	noted := map[string]bool{}
	for i := range t.Report.Diagnoses {
		d := &t.Report.Diagnoses[i]
		if d.Kind != "cause" {
			continue
		}
		subject := annotate.Digest(annotate.Fingerprint(d), t.FromRepository)
		reported[subject] = true
		if noted[subject] || len(noted) == maxCauses {
			continue
		}
		p, err := h.place(ctx, files, t, d)
		h.refused(ctx, "finding the lines that comments are about", toRead, err)
		if n := causeNote(t, d, p); n != nil {
			n.subject, noted[subject] = subject, true
			list = append(list, *n)
		}
	}
	return list, reported
}

// summaryText is the report for a comment; of a failed build in which nothing was found it says that much.
func summaryText(r *diagnose.Report) string {
	if text := annotate.MarkdownComment(r, noteBytes); text != "" {
		return text
	}
	return annotate.Markdown(r, noteBytes)
}

// causeNote is what stands on a cause's line; nil where that is not asked for: without comments, suggestions alone are written.
func causeNote(t *annotate.Telling, d *diagnose.Diagnosis, p *place) *note {
	if p == nil {
		return nil
	}
	if !t.Suggest {
		p.suggestion = nil
	}
	if t.Comment == "off" && p.suggestion == nil {
		return nil
	}
	n := &note{place: *p, plain: causeText(t, d, place{at: p.at})}
	n.text = causeText(t, d, *p)
	return n
}

func causeText(t *annotate.Telling, d *diagnose.Diagnosis, p place) string {
	var b strings.Builder
	possible := ""
	if d.Certainty == "possible" {
		possible = "possibly: "
	}
	fmt.Fprintf(&b, "**%s%s**\n\n", possible, annotate.Text(d.Summary))
	if len(d.Evidence) > 0 {
		var quote []string
		for _, e := range d.Evidence[:min(len(d.Evidence), quoteLines)] {
			quote = append(quote, cut(strings.TrimRight(e.Text, " \t\r\n")))
		}
		fmt.Fprintf(&b, "%s, line %d:\n\n%s\n", annotate.Code(d.Log), d.Evidence[0].Line, annotate.Fence("", strings.Join(quote, "\n")))
	}
	b.WriteString(elsewhere(t, d, p))
	b.WriteString(fixText(d, p.suggestion))
	fmt.Fprintf(&b, "More: %s\n", annotate.RulePage(d))
	return b.String()
}

// elsewhere names the cause's line where the thread stands on others: on those that the edit changes.
func elsewhere(t *annotate.Telling, d *diagnose.Diagnosis, p place) string {
	l := d.Location
	if l == nil || p.on {
		return ""
	}
	return "In " + annotate.Code(fmt.Sprintf("%s:%d", t.InRepository(l.Path), l.Line)) + ":\n\n" + annotate.Fence("", cut(l.Text)) + "\n"
}

func fixText(d *diagnose.Diagnosis, suggestion *string) string {
	switch {
	case len(d.Fixes) == 0 && d.NoFix == "":
		return ""
	case len(d.Fixes) == 0:
		return "No edit: " + annotate.Text(strings.TrimSuffix(d.NoFix, ".")) + ".\n\n"
	}
	f := d.Fixes[0]
	sure := "safe"
	if f.Certainty != "safe" {
		sure = "review it first"
	}
	text := "**Fix** (" + sure + "): " + annotate.Text(f.Title) + "\n\n"
	switch {
	case suggestion != nil:
		return text + annotate.Fence("suggestion", *suggestion) + "\n"
	case f.Diff != "" && len(f.Diff) < noteBytes/2:
		return text + annotate.Fence("diff", f.Diff) + "\n"
	}
	return text
}

// body is a comment: marker, text, and a footer that names the build that wrote it, which is no part of the text, so that a build
// that finds the same writes nothing.
func (c *conversation) body(subject, about, text, state string) string {
	build := strconv.Itoa(c.host.run.build)
	m := annotate.Marker{
		"key": c.key, "cause": subject, "content": annotate.Digest(text), "state": state,
		"build": build, "iteration": strconv.Itoa(c.pr.iteration),
	}
	if about != "" {
		m["about"] = about
	}
	return m.String() + "\n" + text + footer + build + "](" + c.host.run.results() + ")\n"
}

const footer = "\n[envmedic, build "

// settledText is the text of a thread whose cause is gone: what it said stays below, and its suggestion is none any more.
func settledText(build int, body string) string {
	_, text, _ := strings.Cut(body, "\n") // the marker
	if i := strings.LastIndex(text, footer); i >= 0 {
		text = text[:i]
	}
	return fmt.Sprintf("Fixed: build %d does not show it any more.\n\n", build) + strings.ReplaceAll(text, "`suggestion\n", "`\n")
}

// about is what a summary is of, in one word: the rules and places of its causes.
func about(t *annotate.Telling) string {
	var parts []string
	for i := range t.Report.Diagnoses {
		if d := &t.Report.Diagnoses[i]; d.Kind == "cause" {
			parts = append(parts, annotate.Fingerprint(d))
		}
	}
	return annotate.Digest(append(parts, t.FromRepository)...)
}
