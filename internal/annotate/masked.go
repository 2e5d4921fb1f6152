package annotate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// Masked is a copy of r without secrets; r stays as it is. Every format is written from such a copy. An edit whose diff would show
// a secret is left out, since a masked diff no longer applies, and NoFix says so.
func Masked(r *diagnose.Report, m *Masker) *diagnose.Report {
	c := *r
	c.Logs = slices.Clone(r.Logs)
	for i := range c.Logs {
		c.Logs[i].Path, c.Logs[i].Why = m.Mask(c.Logs[i].Path), m.Mask(c.Logs[i].Why)
	}
	c.Diagnoses = slices.Clone(r.Diagnoses)
	for i := range c.Diagnoses {
		m.diagnosis(&c.Diagnoses[i])
	}
	c.Unrecognised = slices.Clone(r.Unrecognised)
	for i := range c.Unrecognised {
		u := &c.Unrecognised[i]
		u.Log, u.Lines, u.Location = m.Mask(u.Log), m.evidence(u.Lines), m.location(u.Location)
		u.Step = *m.step(&u.Step)
	}
	c.Notes = m.all(r.Notes)
	return &c
}

func (m *Masker) diagnosis(d *diagnose.Diagnosis) {
	d.Summary, d.Log, d.Why, d.Help = m.Mask(d.Summary), m.Mask(d.Log), m.Mask(d.Why), m.Mask(d.Help)
	d.Reproduce, d.Links = m.all(d.Reproduce), m.all(d.Links)
	captures := make(map[string]string, len(d.Captures))
	for k, v := range d.Captures {
		captures[k] = m.Mask(v)
	}
	d.Captures = captures
	d.Evidence, d.Step, d.Location = m.evidence(d.Evidence), m.step(d.Step), m.location(d.Location)
	d.Candidates, d.Related = m.locations(d.Candidates), m.locations(d.Related)
	d.NoFix = m.Mask(d.NoFix)
	m.fixes(d)
}

func (m *Masker) fixes(d *diagnose.Diagnosis) {
	fixes := make([]diagnose.Fix, 0, len(d.Fixes))
	for _, f := range d.Fixes {
		f.Title = m.Mask(f.Title)
		if m.Mask(f.Diff) == f.Diff {
			fixes = append(fixes, f)
			continue
		}
		said := fmt.Sprintf("the edit %q is not shown because the lines around it hold a secret; envmedic --apply=%s makes it", f.Title, f.Certainty)
		if d.NoFix != "" {
			said = d.NoFix + "; " + said
		}
		d.NoFix = said
	}
	d.Fixes = fixes
}

func (m *Masker) all(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = m.Mask(list[i])
	}
	return list
}

func (m *Masker) step(s *diagnose.Step) *diagnose.Step {
	if s == nil {
		return nil
	}
	c := *s
	c.Command, c.Dockerfile = m.Mask(s.Command), m.Mask(s.Dockerfile)
	return &c
}

func (m *Masker) locations(list []diagnose.Location) []diagnose.Location {
	list = slices.Clone(list)
	for i := range list {
		list[i] = *m.location(&list[i])
	}
	return list
}

// location masks the quoted line. Columns that would then point at other text are dropped; the line number still holds. The path
// is left alone: it is the user's own file's, and a masked one would name no file.
func (m *Masker) location(l *diagnose.Location) *diagnose.Location {
	if l == nil {
		return nil
	}
	c := *l
	if c.Text = m.Mask(l.Text); c.Text != l.Text {
		same := 0
		for same < len(c.Text) && same < len(l.Text) && c.Text[same] == l.Text[same] {
			same++
		}
		if max(c.Column, c.EndColumn-1) > same {
			c.Column, c.EndColumn = 0, 0
		}
	}
	return &c
}

var keyLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`-----(BEGIN|END) [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----`)
})

// evidence masks line by line, and all lines between those that begin and end a private key: alone they look like nothing.
func (m *Masker) evidence(lines []diagnose.Evidence) []diagnose.Evidence {
	lines = slices.Clone(lines)
	inKey := false
	for i := range lines {
		text := lines[i].Text
		lines[i].Text = m.Mask(text)
		marks := []string(nil)
		if strings.Contains(text, "PRIVATE KEY") {
			for _, at := range keyLine().FindAllStringSubmatch(text, -1) {
				marks = append(marks, at[1])
			}
		}
		if inKey && (len(marks) == 0 || marks[0] == "BEGIN") {
			lines[i].Text = masked
		}
		if len(marks) > 0 {
			inKey = marks[len(marks)-1] == "BEGIN"
		}
	}
	return lines
}
