package azure

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
	"github.com/envmedic/envmedic/internal/annotate/remote"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

const environment = "name: train\nchannels:\n  - defaults\ndependencies:\n  - python=3.10\n  - numppy\n"

// A stage is the service with a pull request that adds a definition file, and the build of it that failed.
type stage struct {
	*azuretest.Server
	t   *testing.T
	pr  int
	env map[string]string
	out bytes.Buffer

	waited []time.Duration // between calls, as the service asked for it; nobody really waits
}

func newStage(t *testing.T) *stage {
	s := azuretest.New(t)
	s.Commit("main", map[string]string{"README.md": "images\n"})
	s.Commit("feature", map[string]string{"env/environment.yml": environment})
	g := &stage{Server: s, t: t, pr: s.Pull("feature", "main")}
	g.env = s.Env(g.pr)
	return g
}

func (g *stage) open() *Host {
	g.t.Helper()
	client := remote.Client(remote.Options{Sleep: func(_ context.Context, d time.Duration) error {
		g.waited = append(g.waited, d)
		return nil
	}})
	h, err := Open(Options{Getenv: func(k string) string { return g.env[k] }, Out: &g.out, Client: client})
	if err != nil {
		g.t.Fatal(err)
	}
	return h
}

// publish is one run of the step.
func (g *stage) publish(t *annotate.Telling) annotate.Told {
	g.t.Helper()
	return g.open().Publish(context.Background(), t)
}

// writes are the calls of one run that are to change something.
func (g *stage) writes(t *annotate.Telling) []string {
	g.t.Helper()
	g.Forget()
	g.publish(t)
	return g.Writes()
}

// build makes the following runs those of another build.
func (g *stage) build(number int) { g.env["BUILD_BUILDID"] = fmt.Sprint(number) }

// push puts a version of the definition file on the pull request's branch; the following runs are of a build of it.
func (g *stage) push(text string) {
	g.env["SYSTEM_PULLREQUEST_SOURCECOMMITID"] = g.Commit("feature", map[string]string{"env/environment.yml": text})
}

// failing is a report of the misspelt package, found in what was checked out.
func failing(checkedOut string) *annotate.Telling {
	at := strings.Index(checkedOut, "numppy")
	line := 1 + strings.Count(checkedOut[:at], "\n")
	f := edit.File{Path: "environment.yml", Base: []byte(checkedOut), Edits: []edit.Edit{{Start: at, End: at + len("numppy"), New: "numpy"}}}
	diff, _ := f.Diff()
	t := &annotate.Telling{
		Settings: annotate.Settings{Key: "images/train", Comment: "update", Suggest: true}, FromRepository: "env", FromWorkspace: "env",
		Report: &diagnose.Report{
			Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "failed"}},
			Diagnoses: []diagnose.Diagnosis{{
				Rule: "conda-package-not-found", Kind: "cause", Certainty: "certain", Summary: "conda found no numppy in the configured channels", Log: "build.log",
				Evidence: []diagnose.Evidence{{Line: 12, Text: "PackagesNotFoundError: The following packages are not available"}, {Line: 14, Text: "  - numppy"}},
				Location: &diagnose.Location{Path: "environment.yml", Line: line, EndLine: line, Column: 5, EndColumn: 11, Text: "  - numppy"},
				Fixes:    []diagnose.Fix{{Title: "rename numppy to numpy", Certainty: "review", Diff: diff, Files: []edit.File{f}}},
				Help:     "envmedic --explain conda-package-not-found",
			}},
		},
	}
	moved := f
	moved.Path = "env/environment.yml"
	t.Change = annotate.Change{Files: []edit.File{moved}, Titles: []string{"rename numppy to numpy"}, Rules: []string{"conda-package-not-found"}}
	return t
}

func green() *annotate.Telling {
	t := failing(environment)
	t.Report = &diagnose.Report{Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "succeeded"}}}
	t.Change = annotate.Change{}
	return t
}

func unknown() *annotate.Telling {
	t := green()
	t.Report.Logs[0].Outcome = "unknown"
	return t
}

// threads are the pull request's threads by what they are about: "summary", or the file they stand on.
func (g *stage) threads() map[string]azuretest.Thread {
	g.t.Helper()
	found := map[string]azuretest.Thread{}
	for _, t := range g.Threads(g.pr) {
		name := t.File
		if name == "" {
			name = "summary"
		}
		if t.Deleted {
			continue
		}
		if _, twice := found[name]; twice {
			g.t.Errorf("two threads about %s", name)
		}
		found[name] = t
	}
	return found
}

const onFile = "/env/environment.yml"

func (g *stage) wantStatus(status string) {
	g.t.Helper()
	for name, t := range g.threads() {
		if t.Status != status {
			g.t.Errorf("the thread about %s is %s, want %s", name, t.Status, status)
		}
	}
}

func (g *stage) wantSaid(text string) {
	g.t.Helper()
	if !strings.Contains(g.out.String(), text) {
		g.t.Errorf("the log does not say %q:\n%s", text, g.out.String())
	}
}

func wantNone(t *testing.T, what string, calls []string) {
	t.Helper()
	if len(calls) > 0 {
		t.Errorf("%s writes %q", what, calls)
	}
}
