package diagnose

import (
	"github.com/envmedic/envmedic/internal/edit"
)

// Schema is the version of the JSON report. Fields are added within a version, never renamed or removed.
const Schema = 1

// A Report is what envmedic knows of one or more logs of a build. Its JSON form is public.
type Report struct {
	Schema       int            `json:"schema"`
	Logs         []LogInfo      `json:"logs"`
	Diagnoses    []Diagnosis    `json:"diagnoses"`
	Unrecognised []Unrecognised `json:"unrecognised"`
	Notes        []string       `json:"notes,omitempty"` // what could not be read, one sentence each
}

// LogInfo says what was read of one log.
type LogInfo struct {
	Path    string   `json:"path"`
	Bytes   int64    `json:"bytes"`
	Lines   int      `json:"lines"`
	Formats []string `json:"formats"`
	Outcome string   `json:"outcome"` // failed | succeeded | unknown
	Clipped bool     `json:"clipped"`
	Why     string   `json:"clipped_why,omitempty"` // one sentence: what is missing, and how to get it
}

// A Diagnosis is one cause of a failure, or one piece of advice. Causes come first, the primary one at index 0.
type Diagnosis struct {
	Rule       string            `json:"rule"`
	Kind       string            `json:"kind"`      // cause | advice
	Certainty  string            `json:"certainty"` // certain | likely | possible
	Summary    string            `json:"summary"`
	Log        string            `json:"log,omitempty"` // path of the log it was found in; "" for a finding in the definition files alone
	Captures   map[string]string `json:"captures"`
	Evidence   []Evidence        `json:"evidence"`
	Step       *Step             `json:"step,omitempty"`
	Location   *Location         `json:"location,omitempty"`
	Candidates []Location        `json:"candidates,omitempty"` // places that are equally likely; none is edited then
	Related    []Location        `json:"related,omitempty"`    // further places that have a part in it
	Fixes      []Fix             `json:"fixes"`
	NoFix      string            `json:"no_fix,omitempty"` // why there is no edit, and what a person can look up
	Symptoms   []Symptom         `json:"symptoms"`
	Reproduce  []string          `json:"reproduce"`      // shell commands for the user's own machine
	Why        string            `json:"why,omitempty"`  // the first paragraph of the rule's page
	Help       string            `json:"help"`           // how to read the rule's page: a command or an address
	Page       string            `json:"page,omitempty"` // the page's address; none for a user's own rule
	Links      []string          `json:"links,omitempty"`
}

// Evidence is a line of the log, quoted. Lines are 1-based lines of the raw file.
type Evidence struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Step is the build step a diagnosis belongs to.
type Step struct {
	Command        string `json:"command"`
	ExitCode       *int   `json:"exit_code,omitempty"`
	Dockerfile     string `json:"dockerfile,omitempty"`
	DockerfileLine int    `json:"dockerfile_line,omitempty"`
}

// A Location is a place in a file of the repository. Lines and columns are 1-based; columns count bytes.
type Location struct {
	Path      string `json:"path"`
	Line      int    `json:"line"`
	EndLine   int    `json:"end_line"`
	Column    int    `json:"column,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
	Text      string `json:"text,omitempty"` // the line as it stands in the file
}

// A Fix is one way to mend the cause. The fixes of a diagnosis are alternatives: at most one of them is to be applied.
type Fix struct {
	Title     string      `json:"title"`
	Certainty string      `json:"certainty"` // safe | review
	Diff      string      `json:"diff"`
	Files     []edit.File `json:"-"`
}

// A Symptom is a match that this cause explains.
type Symptom struct {
	Rule string `json:"rule"`
	Line int    `json:"line"`
}

// Unrecognised is a failed step that no rule explains, with the lines that probably matter.
type Unrecognised struct {
	Log      string     `json:"log"`
	Step     Step       `json:"step"`
	Location *Location  `json:"location,omitempty"`
	Lines    []Evidence `json:"lines"`
}

// Cause is the primary cause, or nil.
func (r *Report) Cause() *Diagnosis {
	if len(r.Diagnoses) > 0 && r.Diagnoses[0].Kind == "cause" {
		return &r.Diagnoses[0]
	}
	return nil
}
