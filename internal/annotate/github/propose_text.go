package github

import (
	"fmt"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	titleRunes = 72     // where GitHub and git's own lists cut a subject
	bodyBytes  = 60_000 // of a pull request; GitHub's limit is 65,536 characters
	mostListed = 20     // of the fixes, files and things left out
)

// title is the subject of the commit and the title of the pull request. Neither is Markdown, but mentions and references count.
func (p *proposal) title() string {
	title := "Mend the environment's definition"
	if list := p.telling.Change.Titles; len(list) > 0 {
		title = annotate.Subject(p.mask.Mask(list[0]))
	}
	if r := []rune(title); len(r) > titleRunes {
		title = strings.TrimRight(string(r[:titleRunes-1]), " ") + "…"
	}
	return title
}

// message is the message of the commit with this tree.
func (p *proposal) message(tree string) string {
	var b strings.Builder
	b.WriteString(p.title() + "\n\n")
	for _, t := range firstOf(p.telling.Change.Titles) {
		b.WriteString("- " + annotate.Subject(p.mask.Mask(t)) + "\n")
	}
	if rules := p.telling.Change.Rules; len(rules) > 0 {
		b.WriteString("\nWhat broke the build: " + annotate.Subject(p.mask.Mask(strings.Join(firstOf(rules), ", "))) + "\n")
	}
	fmt.Fprintf(&b, "\n%s: %s\n%s: %s\n", changeTrailer, p.digest, treeTrailer, tree)
	return b.String()
}

func firstOf(list []string) []string { return list[:min(len(list), mostListed)] }

// body is the description of the pull request: what it changes and how sure that is, then what broke.
func (p *proposal) body() string {
	var b strings.Builder
	b.WriteString(annotate.Marker{"part": "patch", "change": p.digest}.String() + "\n")
	b.WriteString("A build failed. These edits of " + annotate.Code(p.target) + " are meant to mend it; **no build has tried them yet**.\n\n")
	for _, t := range firstOf(p.telling.Change.Titles) {
		b.WriteString("- " + annotate.Text(p.mask.Mask(t)) + sureness(p.telling.Report, t) + "\n")
	}
	paths := make([]string, 0, len(p.changes))
	for _, c := range p.changes {
		paths = append(paths, annotate.Code(c.edits.Path))
	}
	b.WriteString("\nChanged: " + strings.Join(firstOf(paths), ", ") + ".\n\n")
	b.WriteString(p.leftOut())
	if p.self == jobLogin {
		b.WriteString("Checks of a pull request that a job's own token has opened wait for somebody to approve them in the Actions tab; " +
			"with the token of a GitHub App as the input `token` they start by themselves.\n\n")
	}
	return b.String() + annotate.Markdown(p.telling.Report, max(1, bodyBytes-b.Len()))
}

func (p *proposal) leftOut() string {
	var b strings.Builder
	for _, why := range firstOf(p.left) {
		b.WriteString("- Left out: " + annotate.Text(p.mask.Mask(why)) + "\n")
	}
	for _, t := range firstOf(p.telling.Change.Left) {
		b.WriteString("- Left out, since a person has to confirm it (`fixes: review` lets it in): " + annotate.Text(p.mask.Mask(t)) + "\n")
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}

// sureness says how far to trust the fix of this title, and what it mends.
func sureness(r *diagnose.Report, title string) string {
	for i := range r.Diagnoses {
		d := &r.Diagnoses[i]
		for _, f := range d.Fixes {
			if f.Title != title {
				continue
			}
			edit := "a safe edit"
			if f.Certainty != "safe" {
				edit = "review it first"
			}
			return fmt.Sprintf(" (%s; that %s is the cause is %s)", edit, annotate.Code(d.Rule), annotate.Text(d.Certainty))
		}
	}
	return ""
}
