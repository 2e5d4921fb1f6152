package github

import (
	"bytes"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A job that runs after two workflows keeps a comment for each: the numbers of their runs have nothing to do with each other.
func TestEachWorkflowThatHasEndedHasItsOwnComment(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "fix", "a")
	ended := s.PullRequestJob(s.Pull("fix", "main")).Run
	after := func(workflow string, run string) *githubtest.Job {
		j := s.WorkflowRunJob(ended)
		j.Event = bytes.Replace(j.Event, []byte(`"workflow_id":9`), []byte(`"workflow_id":`+workflow), 1)
		j.Event = bytes.Replace(j.Event, []byte(`"run_number":1`), []byte(`"run_number":`+run), 1)
		return j
	}
	docs, _ := opened(t, s, after("9", "500"))
	docs.Publish(t.Context(), failed())
	image, _ := opened(t, s, after("10", "3"))
	image.Publish(t.Context(), otherCause())
	list := s.Comments(1)
	if len(list) != 2 || !strings.Contains(list[1].Body, "no pandsa") {
		t.Fatalf("the comments are %+v", list)
	}
	image, _ = opened(t, s, after("10", "4"))
	image.Publish(t.Context(), succeeded())
	list = s.Comments(1)
	if strings.Contains(list[0].Body, "Fixed in") || !strings.Contains(list[1].Body, "Fixed in") {
		t.Errorf("after one of them was mended the comments are %+v", list)
	}
}

// Whoever is not known for sure is taken for the job's own user, and a person's token would then write a second comment.
func TestWhoTheTokenIsIsAskedAgain(t *testing.T) {
	s := githubtest.New(t)
	h := fetchFrom(t, s, nil, nil, nil)
	s.Answer(fail("POST", "/graphql", 502))
	if got := h.self(t.Context()); got != githubtest.Actions || h.calls.Load() != 2 {
		t.Errorf("after a failure the token is %q's, by %d calls", got, h.calls.Load())
	}
}

// A server of one's own has a token of its own, which github.com must not see, whatever the runner leaves out.
func TestAddressesThatTheRunnerLeavesOut(t *testing.T) {
	for _, tt := range []struct{ server, api, wantAPI, wantGraphQL string }{
		{"", "", "https://api.github.com", "https://api.github.com/graphql"},
		{"https://github.com", "https://api.github.com", "https://api.github.com", "https://api.github.com/graphql"},
		{"https://ghe.example", "", "https://ghe.example/api/v3", "https://ghe.example/api/graphql"},
		{"https://ghe.example/", "https://ghe.example/api/v3/", "https://ghe.example/api/v3/", "https://ghe.example/api/graphql"},
		{"https://octo.ghe.com", "https://api.octo.ghe.com", "https://api.octo.ghe.com", "https://api.octo.ghe.com/graphql"},
	} {
		r := run{serverURL: tt.server, apiURL: tt.api}
		if err := r.complete(); err != nil || r.apiURL != tt.wantAPI || r.graphqlURL != tt.wantGraphQL {
			t.Errorf("%+v: %v, %s and %s", tt, err, r.apiURL, r.graphqlURL)
		}
	}
}
