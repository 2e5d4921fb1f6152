package annotate

import "github.com/envmedic/envmedic/internal/diagnose"

// place is where a diagnosis is shown by formats that must have a place: its line in the user's file, else the line of the
// Dockerfile's instruction that failed, else the line of the log.
func place(d *diagnose.Diagnosis) diagnose.Location {
	if d.Location != nil {
		return *d.Location
	}
	if len(d.Candidates) > 0 {
		return d.Candidates[0]
	}
	if len(d.Evidence) == 0 {
		return diagnose.Location{Path: d.Log}
	}
	first, last := d.Evidence[0], d.Evidence[len(d.Evidence)-1]
	return diagnose.Location{Path: d.Log, Line: first.Line, EndLine: max(first.Line, last.Line)}
}

// message is a diagnosis in one sentence, for formats that have one field for it.
func message(d *diagnose.Diagnosis) string {
	text := Plain(oneLine(d.Summary))
	if d.Certainty == "possible" {
		text = "possibly: " + text
	}
	if len(d.Fixes) > 0 {
		return text + "; fix: " + Plain(oneLine(d.Fixes[0].Title))
	}
	if d.NoFix != "" {
		return text + "; " + Plain(oneLine(d.NoFix))
	}
	return text
}

// unknownID and unknownSummary stand where a format asks for the rule of a failure that no rule knows.
const (
	unknownID      = "unrecognised"
	unknownSummary = "the build failed in this step, and no rule knows why"
)

// asDiagnosis gives an unrecognised step the form of a diagnosis, for formats that know one kind of finding.
func asDiagnosis(u *diagnose.Unrecognised) diagnose.Diagnosis {
	return diagnose.Diagnosis{Rule: unknownID, Kind: "unrecognised", Summary: unknownSummary, Log: u.Log, Evidence: u.Lines, Step: &u.Step, Location: u.Location}
}

// findings are all diagnoses and, after them, the unrecognised steps.
func findings(r *diagnose.Report) []diagnose.Diagnosis {
	list := append([]diagnose.Diagnosis{}, r.Diagnoses...)
	for i := range r.Unrecognised {
		list = append(list, asDiagnosis(&r.Unrecognised[i]))
	}
	return list
}
