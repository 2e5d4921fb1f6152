// Package diagnose says what broke a build: it compares a log with the rules that are known, chooses the cause among its
// symptoms, finds the line of the user's files that brought it about, and makes the edit that mends it.
package diagnose

import (
	"maps"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/manifest"
)

// mostAdvice bounds how many pieces of advice stand beside a verdict.
const mostAdvice = 5

// mostCauses bounds how many causes are told of one log. A build stops at its first failure; several stand in a log of many builds, and after
// so many nobody reads on.
const mostCauses = 20

// Run diagnoses logs of one build with the definition files of its repository.
func Run(rs *Rules, logs []*buildlog.Log, files *manifest.Set) *Report {
	rep := newReport()
	var advice []Diagnosis
	for _, log := range logs {
		rep.Logs = append(rep.Logs, logInfo(log))
		found := findings(rs, log)
		v := judge(log, found)
		for _, f := range v.causes[:min(len(v.causes), mostCauses)] {
			rep.Diagnoses = append(rep.Diagnoses, diagnosis(rs, f, files))
		}
		for _, f := range v.advice {
			advice = append(advice, diagnosis(rs, f, files))
		}
		if len(v.causes) == 0 && log.Outcome == buildlog.Failed {
			rep.Unrecognised = append(rep.Unrecognised, unrecognised(log, files, harmlessLines(found)))
		}
	}
	rep.Diagnoses = dropRepeats(rep.Diagnoses)
	advice = dropRepeats(append(advice, bearing(rs, rep.Diagnoses, files)...))
	rep.Diagnoses = append(rep.Diagnoses, advice[:min(len(advice), mostAdvice)]...)
	return rep
}

// Check reads the definition files alone, without a log.
func Check(rs *Rules, files *manifest.Set) *Report {
	rep := newReport()
	rep.Diagnoses = dropRepeats(checkFiles(rs, files, rs.checking))
	return rep
}

func newReport() *Report {
	return &Report{Schema: Schema, Logs: []LogInfo{}, Diagnoses: []Diagnosis{}, Unrecognised: []Unrecognised{}}
}

func logInfo(log *buildlog.Log) LogInfo {
	formats := log.Formats
	if formats == nil {
		formats = []string{}
	}
	return LogInfo{
		Path: log.Name, Bytes: log.Bytes, Lines: log.Count, Formats: formats,
		Outcome: string(log.Outcome), Clipped: log.Clipped != "", Why: log.Clipped,
	}
}

// dropRepeats leaves out a diagnosis that says the same as an earlier one: two logs of one run often hold the same failure.
func dropRepeats(all []Diagnosis) []Diagnosis {
	var kept []Diagnosis
	for _, d := range all {
		if !slices.ContainsFunc(kept, func(k Diagnosis) bool {
			return k.Rule == d.Rule && samePlace(k.Location, d.Location) && (k.Location != nil || k.Summary == d.Summary)
		}) {
			kept = append(kept, d)
		}
	}
	return kept
}

func samePlace(a, b *Location) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Path == b.Path && a.Line == b.Line && a.Column == b.Column
}

// mostEvidence bounds the quoted lines of one diagnosis.
const mostEvidence = 12

// diagnosis makes a finding what people are told.
func diagnosis(rs *Rules, f *finding, files *manifest.Set) Diagnosis {
	c := newMending(f, files)
	h := &f.rule.head
	d := Diagnosis{
		Rule: f.rule.id, Kind: h.Kind, Certainty: h.Certainty, Log: f.log.Name,
		Evidence: evidence(f), Step: c.stepInfo(), Symptoms: []Symptom{}, Reproduce: []string{}, Fixes: []Fix{},
		Why: f.rule.why(), Help: "envmedic --explain " + f.rule.id, Page: f.rule.public, Links: h.Links,
	}
	d.Location, d.Candidates, d.Related = c.locate(h.At)
	d.Fixes, d.NoFix = c.fixes(h, len(d.Candidates) > 0)
	d.ownCheck(f.rule, files)
	d.Summary = fill(h.Summary, c.captures)
	for _, s := range h.Reproduce {
		if cmd, ok := filled(s, shellWords(c.captures)); ok {
			d.Reproduce = append(d.Reproduce, cmd)
		}
	}
	if len(d.Reproduce) == 0 && c.entry != nil && c.entry.File.Conda != nil && !c.entry.File.Conda.Inline {
		d.Reproduce = append(d.Reproduce, "conda env create -n try -f "+quoted(c.entry.File.Path))
	}
	for _, s := range f.symptoms {
		d.Symptoms = append(d.Symptoms, Symptom{s.rule.id, f.log.Lines[s.first].Num})
	}
	d.Captures = publicCaptures(f.captures)
	return d
}

// publicCaptures leaves out those whose name begins with "_": what a reader hands to its rule's conditions only.
func publicCaptures(all map[string]string) map[string]string {
	public := maps.Clone(all)
	maps.DeleteFunc(public, func(name, _ string) bool { return strings.HasPrefix(name, "_") })
	return public
}

func evidence(f *finding) []Evidence {
	lines := slices.Clone(f.quoted)
	slices.Sort(lines)
	var ev []Evidence
	for _, i := range lines[:min(len(lines), mostEvidence)] {
		ev = append(ev, Evidence{f.log.Lines[i].Num, f.text(i)})
	}
	return ev
}
