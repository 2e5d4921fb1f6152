package azure

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

func TestAnswersThatGetLost(t *testing.T) {
	for _, path := range []string{"/pushes", "/pullRequests"} {
		t.Run(path, func(t *testing.T) {
			g := newStage(t)
			lost := 0
			g.Answer(func(r *http.Request) *azuretest.Fault {
				if r.Method == "POST" && strings.HasSuffix(r.URL.Path, path) && lost == 0 {
					lost++
					return &azuretest.Fault{Status: 502, Body: `{"message":"lost"}`, After: true}
				}
				return nil
			})
			told := g.publish(patching())
			if all := g.patches(); len(all) != 1 || told.PullRequest != all[0].ID {
				t.Errorf("told %d, there are %+v: %s", told.PullRequest, all, g.out.String())
			}
		})
	}
}

// TF401028 and TF401179 are what the slower of two runs gets.
func TestTwoRunsPushAtOnce(t *testing.T) {
	g := newStage(t)
	var wg sync.WaitGroup
	told := make([]annotate.Told, 4)
	for i := range told {
		env := g.Env(g.pr)
		env["BUILD_BUILDID"] = fmt.Sprint(100 + i)
		h, err := Open(Options{Getenv: func(k string) string { return env[k] }, Out: &strings.Builder{}, Client: http.DefaultClient})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { told[i] = h.Publish(context.Background(), patching()) })
	}
	wg.Wait()
	all := g.patches()
	if len(all) != 1 {
		t.Fatalf("got %+v, want one", all)
	}
	for i, to := range told {
		if to.PullRequest != all[0].ID {
			t.Errorf("run %d tells of %d, want %d", i, to.PullRequest, all[0].ID)
		}
	}
}

func TestConflictsAreLookedUp(t *testing.T) {
	for _, tt := range []struct{ path, message string }{
		{"/pushes", "TF401028: The reference has already been updated by another client."},
		{"/pullRequests", "TF401179: An active pull request for the source and target branch already exists."},
	} {
		t.Run(tt.path, func(t *testing.T) {
			g := newStage(t)
			g.Answer(func(r *http.Request) *azuretest.Fault {
				if r.Method == "POST" && strings.HasSuffix(r.URL.Path, tt.path) {
					return &azuretest.Fault{Status: 409, Body: `{"message":"` + tt.message + `"}`, After: true} // another run has done the same
				}
				return nil
			})
			if told := g.publish(patching()); told.PullRequest == 0 || g.out.Len() > 0 {
				t.Errorf("told %d: %s", told.PullRequest, g.out.String())
			}
		})
	}
}

// The push is allowed and the pull request is not: the branch stands, and a later run only opens the pull request.
func TestARightThatIsMissingHalfway(t *testing.T) {
	g := newStage(t)
	g.Deny("PullRequestContribute")
	if told := g.publish(patching()); told.PullRequest != 0 {
		t.Errorf("it tells of pull request %d, which is not there", told.PullRequest)
	}
	g.wantSaid("a person can open the pull request at " + g.Collection() + "env/_git/images/pullrequestcreate?sourceRef=envmedic%2Ffix-")
	g.wantSaid(`grant "Contribute", "Create branch" and "Contribute to pull requests" to "env Build Service (fabrikam)"`)
	g.Allow("PullRequestContribute")
	if calls := g.writes(patching()); len(calls) != 1 || len(g.patches()) != 1 {
		t.Errorf("the next run writes %q", calls)
	}
}

func TestARightThatIsMissing(t *testing.T) {
	for _, right := range []string{"GenericContribute", "CreateBranch"} {
		g := newStage(t)
		g.Deny(right)
		g.publish(patching())
		g.wantSaid("opening a pull request with the edits: not allowed (TF401027: You need the Git '" + right)
		if len(g.patches()) > 0 {
			t.Errorf("without %s there is %+v", right, g.patches())
		}
	}
}
