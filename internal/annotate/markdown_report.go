package annotate

import (
	"fmt"
	"io"
	"strings"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// What one code block of a page may hold. A whole log or diff makes a page nobody reads, and hosts cut pages in mid-fence.
const (
	fenceBytes = 8 << 10
	fenceLines = 60
)

// WriteMarkdown writes the report as a page of at most limit bytes (0: no limit): a job summary or a comment.
func WriteMarkdown(w io.Writer, r *diagnose.Report, limit int) error {
	_, err := io.WriteString(w, Markdown(r, limit))
	return err
}

// Markdown is the whole report as a page of at most limit bytes (0: no limit). Parts that do not fit are left out whole.
func Markdown(r *diagnose.Report, limit int) string {
	p := &page{limit: limit, reserve: 120}
	advice := ""
	for i := range r.Diagnoses {
		if d := &r.Diagnoses[i]; d.Kind == "advice" {
			advice += markdownAdvice(d)
		} else {
			title := "## Also: "
			if i == 0 {
				title = "## "
			}
			markdownCause(p, d, title)
		}
	}
	for i := range r.Unrecognised {
		markdownUnrecognised(p, &r.Unrecognised[i], "## ")
	}
	if len(r.Diagnoses)+len(r.Unrecognised) == 0 {
		p.add(markdownQuiet(r))
	}
	if advice != "" {
		p.add("### Advice\n\n" + advice + "\n")
	}
	return p.end(r)
}

// end says what is missing, in the logs and on the page, and returns the page.
func (p *page) end(r *diagnose.Report) string {
	for _, l := range r.Logs {
		if l.Clipped && l.Outcome != "succeeded" {
			p.add("> " + Code(l.Path) + ": " + Text(clippedSentence(l)) + "\n\n")
		}
	}
	for _, n := range r.Notes {
		p.add("> " + Text(n) + "\n\n")
	}
	if p.left > 0 {
		p.reserve = 0
		p.add(fmt.Sprintf("_%d more parts are left out here; the command line shows them._\n", p.left))
	}
	return strings.TrimRight(p.b.String(), "\n") + "\n"
}

func clippedSentence(l diagnose.LogInfo) string {
	why := strings.TrimSuffix(l.Why, ".")
	if why == "" {
		why = "the log is not whole"
	}
	return why + "; the cause may be in the part that is missing."
}

func markdownQuiet(r *diagnose.Report) string {
	switch {
	case len(r.Logs) == 0 && len(r.Notes) > 0: // nothing could be read, and the notes say so
		return ""
	case len(r.Logs) == 0:
		return "The definition files: nothing to report.\n"
	case len(r.Logs) == 1:
		return Code(r.Logs[0].Path) + ": " + outcome(r.Logs[0].Outcome) + ".\n\n"
	}
	return fmt.Sprintf("%d logs: nothing to report.\n\n", len(r.Logs))
}

// markdownCause adds the parts of a diagnosis, the ones that are read first in front: a short page ends after the cause's place.
func markdownCause(p *page, d *diagnose.Diagnosis, title string) {
	possible := ""
	if d.Certainty == "possible" {
		possible = "possibly: "
	}
	head := title + possible + Text(d.Summary) + "\n\n"
	if d.Location != nil {
		head += "In " + markdownPlace(d.Location) + "\n"
	}
	if !p.add(head) {
		return
	}
	if len(d.Candidates) > 0 {
		p.add("It may stand in " + Text(candidates(d.Candidates)) + ".\n\n")
	}
	markdownLines(p, d.Log, d.Step, d.Evidence)
	if d.Why != "" {
		p.add(pageProse(d.Why) + "\n\n")
	}
	markdownFixes(p, d)
	if len(d.Reproduce) > 0 {
		p.add("To reproduce it:\n\n" + fenced("sh", strings.Join(d.Reproduce, "\n")) + "\n")
	}
	p.add(markdownMore(d))
}

// pageProse is the paragraph of a rule's page. It is Markdown already and not log text; what hosts obey is still taken out, since
// a user's own rules are not reviewed with the program.
func pageProse(s string) string {
	lines := splitLines(strings.TrimSpace(s))
	for i := range lines {
		lines[i] = Plain(lines[i])
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), "<", "&lt;")
}

func markdownPlace(l *diagnose.Location) string {
	place := Code(fmt.Sprintf("%s:%d", l.Path, l.Line))
	if strings.TrimSpace(l.Text) == "" {
		return place + ".\n"
	}
	return place + ":\n\n" + fenced("", l.Text)
}

// markdownLines quotes lines of a log under the step they are from.
func markdownLines(p *page, log string, s *diagnose.Step, lines []diagnose.Evidence) {
	if len(lines) == 0 {
		return
	}
	head := Code(log) + fmt.Sprintf(", line %d", lines[0].Line)
	if s != nil && s.Command != "" {
		head += ", in " + Code(Short(strings.Join(strings.Fields(s.Command), " "), quotedBytes))
	}
	if s != nil {
		if detail := stepDetail(s); detail != "" {
			head += " (" + Text(detail) + ")"
		}
	}
	var text []string
	for i, e := range lines {
		if i > 0 && e.Line > lines[i-1].Line+1 {
			text = append(text, "…")
		}
		text = append(text, Short(oneLine(e.Text), quotedBytes))
	}
	p.add(head + ":\n\n" + fenced("", strings.Join(text, "\n")) + "\n")
}

func markdownFixes(p *page, d *diagnose.Diagnosis) {
	for i, f := range d.Fixes {
		label := "**Fix**"
		if i > 0 {
			label = "**Or**"
		}
		text := fmt.Sprintf("%s (%s): %s\n\n", label, certainty(f), Text(f.Title))
		if f.Diff != "" {
			text += fenced("diff", f.Diff) + "\n"
		}
		p.add(text)
	}
	if d.NoFix != "" {
		p.add("No edit: " + Text(strings.TrimSuffix(d.NoFix, ".")) + ".\n\n")
	}
}

func markdownMore(d *diagnose.Diagnosis) string {
	parts := []string{RulePage(d)}
	for _, l := range d.Links {
		if l != "" {
			parts = append(parts, linked(l))
		}
	}
	return "More: " + strings.Join(parts, ", ") + "\n\n"
}

// RulePage leads to the page of a rule: a link, or the command that prints it.
func RulePage(d *diagnose.Diagnosis) string {
	if a := linked(d.Page); strings.HasPrefix(a, "<"+ourPages) {
		return "[" + Code(d.Rule) + "](" + a + ")"
	}
	return linked(d.Help)
}

// ourPages is what the addresses of the built-in rules' pages begin with.
const ourPages = "https://github.com/envmedic/envmedic/"

// linked is s as a link to itself, or as code where it is no address that stands in Markdown as it is.
func linked(s string) string {
	if a := address(s); a != "" && !strings.ContainsAny(a, "()[]\\`*") && a == Plain(a) {
		return "<" + a + ">"
	}
	return Code(s)
}

// markdownAdvice is one item of a list.
func markdownAdvice(d *diagnose.Diagnosis) string {
	item := "- " + Text(d.Summary)
	if d.Location != nil {
		item += " (" + Code(position(d.Location)) + ")"
	}
	if len(d.Fixes) > 0 {
		item += ": " + Text(d.Fixes[0].Title)
	} else if d.NoFix != "" {
		item += ": " + Text(strings.TrimSuffix(d.NoFix, "."))
	}
	return item + ". " + RulePage(d) + "\n"
}

func markdownUnrecognised(p *page, u *diagnose.Unrecognised, title string) {
	head := title + "The build failed, and no rule knows why\n\n"
	if u.Location != nil {
		head += "The step that failed is " + markdownPlace(u.Location) + "\n"
	}
	p.add(head)
	markdownLines(p, u.Log, &u.Step, u.Lines)
}

// fenced is a code block of bounded size.
func fenced(info, content string) string {
	lines := splitLines(strings.TrimRight(content, "\r\n"))
	used := 0
	for i, line := range lines {
		if used += len(line) + 1; i >= fenceLines || used > fenceBytes {
			lines = append(lines[:i:i], fmt.Sprintf("… %d more lines", len(lines)-i))
			break
		}
	}
	return Fence(info, strings.Join(lines, "\n"))
}
