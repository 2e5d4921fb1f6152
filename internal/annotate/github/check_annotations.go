package github

import (
	"fmt"
	"unicode/utf8"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	maxCheckAnnotations = 250  // five requests; the summary has what is more
	maxCheckMessage     = 4096 // characters, as much as an annotation of a step may have; a check run's may have more
)

// checkTitle is the report in a line.
func checkTitle(r *diagnose.Report) string {
	switch annotate.VerdictOf(r) {
	case annotate.Succeeded:
		return "the build succeeded"
	case annotate.Unknown:
		return "the logs do not say how the build ended"
	}
	causes := 0
	for i := range r.Diagnoses {
		if r.Diagnoses[i].Kind == "cause" {
			causes++
		}
	}
	cause := r.Cause()
	switch {
	case cause == nil:
		return unrecognised
	case causes > 1:
		more := fmt.Sprintf(" (+%d more)", causes-1)
		return annotate.Short(plain(cause.Summary), maxCheckTitle-len(more)) + more
	}
	return plain(cause.Summary)
}

// checkAnnotations are the findings that have a place in the repository, in the report's order.
func checkAnnotations(t *annotate.Telling) []*gh.CheckRunAnnotation {
	var list []*gh.CheckRunAnnotation
	for i := range t.Report.Diagnoses {
		d := &t.Report.Diagnoses[i]
		at := d.Location
		if at == nil && len(d.Candidates) > 0 {
			at = &d.Candidates[0]
		}
		list = appendAnnotation(list, t, at, checkLevel(d.Kind), d.Rule, checkMessage(d))
	}
	for i := range t.Report.Unrecognised {
		list = appendAnnotation(list, t, t.Report.Unrecognised[i].Location, "failure", "unrecognised", unrecognised)
	}
	return list[:min(len(list), maxCheckAnnotations)]
}

func appendAnnotation(list []*gh.CheckRunAnnotation, t *annotate.Telling, at *diagnose.Location, level, rule, message string) []*gh.CheckRunAnnotation {
	if at == nil || at.Line < 1 || at.Path == "" {
		return list
	}
	end := max(at.Line, at.EndLine)
	a := &gh.CheckRunAnnotation{
		Path: gh.String(t.InRepository(at.Path)), StartLine: gh.Int(at.Line), EndLine: &end,
		AnnotationLevel: &level, Title: gh.String(annotate.Short("envmedic: "+plain(rule), maxCheckTitle)), Message: gh.String(annotate.Short(message, maxCheckMessage)),
	}
	if start, stop, ok := columns(at); ok && end == at.Line {
		a.StartColumn, a.EndColumn = &start, &stop
	}
	return append(list, a)
}

// columns are those of a location in characters, both inclusive. A report counts bytes up to the first that no longer belongs to it.
func columns(at *diagnose.Location) (start, end int, ok bool) {
	if at.Column < 1 || at.EndColumn <= at.Column || at.EndColumn-1 > len(at.Text) {
		return 0, 0, false
	}
	return utf8.RuneCountInString(at.Text[:at.Column-1]) + 1, utf8.RuneCountInString(at.Text[:at.EndColumn-1]), true
}

func checkLevel(kind string) string {
	switch kind {
	case "cause":
		return "failure"
	case "advice":
		return "notice"
	}
	return "warning"
}

func checkMessage(d *diagnose.Diagnosis) string {
	text := plain(d.Summary)
	if d.Certainty == "possible" {
		text = "possibly: " + text
	}
	if len(d.Fixes) > 0 {
		return text + "; fix: " + plain(d.Fixes[0].Title)
	}
	if d.NoFix != "" {
		return text + "; " + plain(d.NoFix)
	}
	return text
}
