package annotate

import (
	"io"
	"path"

	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// Settings are what a user asks of a host, in the words of action.yml and task.json.
type Settings struct {
	Key       string // tells this step's comments from those of others: workflow, job, step and matrix
	Annotate  bool
	Comment   string // update | recreate | off
	Suggest   bool
	Check     bool   // a check run of its own on GitHub, a status on Azure DevOps
	Upload    bool   // the SARIF file goes to code scanning
	Patch     string // off | file | pull-request
	PatchBase string // the branch that a pull request with the edits targets; "" is the one that was built
}

// A Telling is a report on its way to the people of a host.
type Telling struct {
	Settings
	Report *diagnose.Report // without secrets, see Masked
	SARIF  []byte           // of the same report; nil where none is asked for
	Change Change           // what a pull request would change

	// The report's paths begin at the folder that was diagnosed. These two, slash-separated and "" where nothing is to be added,
	// lead to it from the root of the repository and from the folder that the host's job works in.
	FromRepository, FromWorkspace string
}

// InRepository is a path of the report as the host's API knows it.
func (t *Telling) InRepository(p string) string { return path.Join(t.FromRepository, p) }

// InWorkspace is a path of the report as a command of the job's host takes it.
func (t *Telling) InWorkspace(p string) string { return path.Join(t.FromWorkspace, p) }

// A Change is the edits that a pull request makes: the first allowed fix of each cause, joined.
type Change struct {
	Files  []edit.File // with paths from the root of the repository
	Titles []string    // one for each fix, without secrets
	Rules  []string    // of the causes that it mends
	Left   []string    // fixes that are left out because a person has to confirm them
}

// Told is what became of a telling.
type Told struct {
	PullRequest int // the number of the pull request with the edits; 0 where there is none
}

// Verdict is the whole of a report in a word.
type Verdict string

const (
	Failed    Verdict = "failed"
	Succeeded Verdict = "succeeded"
	Unknown   Verdict = "unknown"
)

// VerdictOf is Failed where a cause or a failed step was found or a log says that its build failed, Succeeded where every log says
// that its build did, and Unknown else: what is known of it then must not settle anything.
func VerdictOf(r *diagnose.Report) Verdict {
	if r.Cause() != nil || len(r.Unrecognised) > 0 {
		return Failed
	}
	verdict := Succeeded
	if len(r.Logs) == 0 {
		verdict = Unknown
	}
	for _, l := range r.Logs {
		switch l.Outcome {
		case "failed":
			return Failed
		case "succeeded":
		default:
			verdict = Unknown
		}
	}
	return verdict
}

// An Artifact is a file that a job of a host has stored: an archive of files, or a bare file. Its name is the job's word, no path.
type Artifact struct {
	Name string
	Size int64 // bytes, as the host says
	io.ReadCloser
}
