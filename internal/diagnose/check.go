package diagnose

import (
	"bytes"
	"slices"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// A check reads the definition files and says what is wrong with them, whatever a log says.
type check func(*manifest.Set) []flaw

// A flaw is one place that a check found.
type flaw struct {
	file     *manifest.File
	span     manifest.Span
	captures map[string]string
	title    string      // of the edit; "" for none
	edits    []edit.Edit // on file; nil for none
	sure     bool        // the edit is safe
	noFix    string
}

// checks are all that rules may name under check:. Each file check_*.go holds those of one kind of file.
var checks = joined(condaChecks, pipChecks, dockerChecks, azureChecks)

// checkFiles runs the checks of some rules.
func checkFiles(rs *Rules, files *manifest.Set, ids []string) []Diagnosis {
	if files == nil {
		return nil
	}
	var all []Diagnosis
	for _, id := range ids {
		r := rs.rule(id)
		if r == nil {
			continue
		}
		for _, name := range r.head.Check {
			for _, fl := range checks[name](files) {
				all = append(all, fl.diagnosis(r))
			}
		}
	}
	return all
}

// bearing is the advice on definition files that bears on a cause that was found.
func bearing(rs *Rules, causes []Diagnosis, files *manifest.Set) []Diagnosis {
	if len(causes) == 0 || files == nil || len(files.Files) == 0 {
		return nil
	}
	return checkFiles(rs, files, slices.DeleteFunc(slices.Clone(rs.checking), func(id string) bool { return !rs.bears(id, causes) }))
}

// bears tells whether the rule bears on one of the causes. Its head is read only where it speaks of one: most don't.
func (rs *Rules) bears(id string, causes []Diagnosis) bool {
	page, err := rs.folders[id].read(new(bytes.Buffer))
	return err == nil && slices.ContainsFunc(causes, func(d Diagnosis) bool {
		if !bytes.Contains(headOf(page), []byte(d.Rule)) {
			return false
		}
		r := rs.rule(id)
		return r != nil && slices.Contains(r.head.BearsOn, d.Rule)
	})
}

// ownCheck lets a cause that no remedy mends take the edit that its own rule's check offers at the same line.
func (d *Diagnosis) ownCheck(r *rule, files *manifest.Set) {
	if len(d.Fixes) > 0 || d.Location == nil || files == nil {
		return
	}
	for _, name := range r.head.Check {
		for _, fl := range checks[name](files) {
			if fl.edits == nil || fl.file.Path != d.Location.Path || fl.file.Line(fl.span.Start) != d.Location.Line {
				continue
			}
			if found := fl.diagnosis(r); len(found.Fixes) > 0 {
				d.Fixes, d.NoFix = found.Fixes, ""
				return
			}
		}
	}
}

// mend gives the flaw the edit of a remedy; where the remedy refuses, what it says of that, unless the flaw says more.
func (fl flaw) mend(do remedy, files *manifest.Set, e *manifest.Entry, with map[string]string) flaw {
	title, changed, err := do(remedyContext{Files: files, File: fl.file, Entry: e, Captures: fl.captures}, with)
	switch {
	case err != nil && fl.noFix == "":
		fl.noFix = err.Error()
	case err == nil && len(changed) == 1 && changed[0].Path == fl.file.Path:
		fl.title, fl.edits, fl.noFix = title, changed[0].Edits, ""
	}
	return fl
}

// diagnosis is the flaw as the report tells it: always advice, since no log says that a build failed on it.
func (fl flaw) diagnosis(r *rule) Diagnosis {
	summary := r.head.CheckSays
	if summary == "" {
		summary = r.head.Summary
	}
	d := Diagnosis{
		Rule: r.id, Kind: kindAdvice, Certainty: r.head.Certainty, Summary: fill(summary, fl.captures),
		Captures: fl.captures, Evidence: []Evidence{}, Location: location(fl.file, fl.span),
		Fixes: []Fix{}, NoFix: fl.noFix, Symptoms: []Symptom{}, Reproduce: []string{},
		Why: r.why(), Help: "envmedic --explain " + r.id, Page: r.public, Links: r.head.Links,
	}
	if d.Captures == nil {
		d.Captures = map[string]string{}
	}
	if fl.edits == nil {
		return d
	}
	certainty := review
	if fl.sure {
		certainty = safe
	}
	files := []edit.File{{Path: fl.file.Path, Base: fl.file.Src, Edits: fl.edits}}
	if diff, err := edit.Diff(files); err == nil && diff != "" {
		d.Fixes = append(d.Fixes, Fix{Title: fill(fl.title, fl.captures), Certainty: certainty, Diff: diff, Files: files})
	}
	return d
}
