package github

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/annotate/remote"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// A fetching is a host at work in a job of the test's GitHub.
type fetching struct {
	*Host
	server *githubtest.Server
	calls  atomic.Int64
}

// fetchFrom opens a host in a job "build / image", with the token's permissions and what of the environment a test wants otherwise.
// Its client waits in no time.
func fetchFrom(t *testing.T, s *githubtest.Server, permissions map[string]string, event any, env map[string]string) *fetching {
	t.Helper()
	all := map[string]string{
		"GITHUB_REPOSITORY": githubtest.Owner + "/" + githubtest.Name, "GITHUB_SERVER_URL": s.URL, "GITHUB_API_URL": s.APIURL(),
		"GITHUB_GRAPHQL_URL": s.GraphQLURL(), "GITHUB_EVENT_NAME": "push", "GITHUB_SHA": s.Branch("main"), "GITHUB_REF": "refs/heads/main",
		"GITHUB_WORKFLOW": "build", "GITHUB_JOB": "image", "GITHUB_RUN_ID": "77", "GITHUB_WORKSPACE": "/github/workspace",
	}
	maps.Copy(all, env)
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	f := &fetching{server: s}
	client := remote.Client(remote.Options{Calls: &f.calls, Sleep: func(context.Context, time.Duration) error { return nil }})
	f.Host, err = Open(Options{
		Getenv: func(name string) string { return all[name] }, Event: text, Out: new(bytes.Buffer),
		Token: s.Token("", permissions), Client: client, Masker: annotate.NewMasker(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// afterRun is the event of a job that begins when the run of sha has ended.
func afterRun(id int64, sha, repository string) map[string]any {
	return map[string]any{"workflow_run": map[string]any{
		"id": id, "head_sha": sha, "head_branch": "fix", "head_repository": map[string]any{"full_name": repository},
	}}
}

// told is a report of a build that failed, with as many causes as lines of environment.yml.
func told(causes int) *annotate.Telling {
	r := &diagnose.Report{Schema: diagnose.Schema, Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "failed"}}}
	for n := range causes {
		r.Diagnoses = append(r.Diagnoses, diagnose.Diagnosis{
			Rule: "conda-package-not-found", Kind: "cause", Certainty: "likely", Summary: "conda found no numppy" + strconv.Itoa(n),
			Location: &diagnose.Location{Path: "environment.yml", Line: n + 1, EndLine: n + 1, Column: 5, EndColumn: 11, Text: "  - numppy=1.0"},
		})
	}
	return &annotate.Telling{Report: r, Settings: annotate.Settings{Key: "build/image/null", Check: true, Upload: true}}
}

func passed() *annotate.Telling {
	t := told(0)
	t.Report.Logs[0].Outcome = "succeeded"
	return t
}

// lacks fails the test unless err is GitHub's own refusal, so that the permission to grant can be named.
func lacks(t *testing.T, err error) {
	t.Helper()
	var refused *gh.ErrorResponse
	if !errors.As(err, &refused) || refused.Response.StatusCode != http.StatusForbidden {
		t.Errorf("got %v, want a 403 of GitHub", err)
	}
}
