package github

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// A job is what a runner gives a step, changed by the tests.
type job struct {
	t     *testing.T
	env   map[string]string
	event []byte
	token string
	wait  time.Duration // for an answer of GitHub
	out   bytes.Buffer
}

// newJob is a step of a push's run, without a token, with the files that a runner makes.
func newJob(t *testing.T) *job {
	dir := t.TempDir()
	j := &job{t: t, wait: 30 * time.Second, env: map[string]string{
		"GITHUB_REPOSITORY": "octo/env", "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": "1111111111111111111111111111111111111111",
		"GITHUB_REF": "refs/heads/main", "GITHUB_WORKFLOW": "CI", "GITHUB_JOB": "image", "GITHUB_RUN_ID": "77", "GITHUB_RUN_NUMBER": "5",
		"GITHUB_RUN_ATTEMPT": "1",
	}}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		j.env[name] = filepath.Join(dir, name)
		if err := os.WriteFile(j.env[name], nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

func (j *job) open() *Host {
	j.t.Helper()
	h, err := Open(Options{Getenv: func(k string) string { return j.env[k] }, Event: j.event, Out: &j.out, Token: j.token, Client: &http.Client{Timeout: j.wait}})
	if err != nil {
		j.t.Fatal(err)
	}
	return h
}

// file is what stands in a file of the runner.
func (j *job) file(name string) string {
	j.t.Helper()
	b, err := os.ReadFile(j.env[name])
	if err != nil {
		j.t.Fatal(err)
	}
	return string(b)
}

// failed tells of a package that conda has not got, in the words of a real report.
func failed() *annotate.Telling {
	return &annotate.Telling{
		Settings: annotate.Settings{Key: "CI/image", Annotate: true, Comment: "update", Patch: "off"},
		Report: &diagnose.Report{
			Logs:      []diagnose.LogInfo{{Path: "build.log", Outcome: "failed"}},
			Diagnoses: []diagnose.Diagnosis{missing("numppy")},
		},
	}
}

func missing(name string) diagnose.Diagnosis {
	return diagnose.Diagnosis{
		Rule: "conda-package-not-found", Kind: "cause", Certainty: "certain", Summary: "conda found no " + name + " in the configured channels",
		Log: "build.log", Captures: map[string]string{"package": name}, Evidence: []diagnose.Evidence{{Line: 12, Text: "PackagesNotFoundError: " + name}},
		Location: &diagnose.Location{Path: "environment.yml", Line: 7, EndLine: 7, Column: 5, EndColumn: 5 + len(name), Text: "  - " + name},
		Fixes:    []diagnose.Fix{{Title: "rename " + name + " to numpy", Certainty: "review", Diff: "--- a/environment.yml\n+++ b/environment.yml\n@@ -7 +7 @@\n-  - " + name + "\n+  - numpy\n"}},
		Help:     "envmedic --explain conda-package-not-found",
	}
}

// succeeded tells of a build with nothing wrong.
func succeeded() *annotate.Telling {
	t := failed()
	t.Report = &diagnose.Report{Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "succeeded"}}}
	return t
}
