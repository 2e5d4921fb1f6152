package github

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// opened is a Host as a job of the GitHub of the test has it, and what it prints.
func opened(t *testing.T, s *githubtest.Server, j *githubtest.Job) (*Host, *bytes.Buffer) {
	t.Helper()
	out := &bytes.Buffer{}
	h, err := Open(Options{Getenv: j.Getenv, Event: j.Event, Out: out, Token: s.Token("", nil), Client: &http.Client{}})
	if err != nil {
		t.Fatal(err)
	}
	return h, out
}

// finds fails unless the job finds the pull request want: "" or "1 of octo/env at fix".
func finds(t *testing.T, s *githubtest.Server, j *githubtest.Job, want string) (said string) {
	t.Helper()
	h, out := opened(t, s, j)
	p, err := h.pull(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	if p != nil {
		got = fmt.Sprintf("%d of %s at %s", p.number, p.headRepo, p.headRef)
		if p.headSHA != j.HeadSHA || p.fork != (p.headRepo != "octo/env") || !p.open {
			t.Errorf("the pull request is %+v", p)
		}
	}
	if got != want {
		t.Errorf("found is %q, want %q; the job says %s", got, want, out)
	}
	return out.String()
}

func commit(s *githubtest.Server, branch, text string) string {
	return s.Commit(branch, nil, map[string]githubtest.File{"a.txt": {Text: text}})
}

func TestPullOfItsOwnEvent(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "fix", "a")
	commit(s, "mallory:evil", "b")
	own, fork := s.Pull("fix", "main"), s.Pull("mallory:evil", "main")
	finds(t, s, s.PullRequestJob(own), "1 of octo/env at fix")
	finds(t, s, s.PullRequestJob(fork), "2 of mallory/env at evil")
	if len(s.Requests()) > 0 {
		t.Errorf("what the event says was asked for: %q", s.Requests())
	}
}

func TestPullOfAPush(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "fix", "a")
	finds(t, s, s.PushJob("fix"), "")
	n := s.Pull("fix", "main")
	finds(t, s, s.PushJob("fix"), "1 of octo/env at fix")
	s.ClosePull(n)
	finds(t, s, s.PushJob("fix"), "")
}

// The commit that was built is part of the pull request, but no longer its head.
func TestPullOfAPushThatIsNotTheHead(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "fix", "a")
	job := s.PushJob("fix")
	commit(s, "fix", "b")
	s.Pull("fix", "main")
	finds(t, s, job, "")
}

func TestPullOfATriggeringRun(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "fix", "a")
	commit(s, "mallory:fix", "b") // a branch of the same name
	own, fork := s.Pull("fix", "main"), s.Pull("mallory:fix", "main")
	ofOwn, ofFork := s.PullRequestJob(own).Run, s.PullRequestJob(fork).Run
	for want, run := range map[string]*githubtest.Run{"1 of octo/env at fix": ofOwn, "2 of mallory/env at fix": ofFork} {
		h, _ := opened(t, s, s.WorkflowRunJob(run))
		p, err := h.pull(t.Context())
		if err != nil || p == nil {
			t.Fatalf("%s: %v, %v", want, p, err)
		}
		if got := fmt.Sprintf("%d of %s at %s", p.number, p.headRepo, p.headRef); got != want || p.headSHA != run.HeadSHA {
			t.Errorf("found is %s, want %s", got, want)
		}
	}
}

// A stranger's run must not choose which pull request is written to.
func TestPullOfATriggeringRunIsTheVeryCommit(t *testing.T) {
	for name, change := range map[string]func(*githubtest.Server, int, *githubtest.Run){
		"new commits were pushed":     func(s *githubtest.Server, _ int, _ *githubtest.Run) { commit(s, "mallory:evil", "new") },
		"it was closed":               func(s *githubtest.Server, n int, _ *githubtest.Run) { s.ClosePull(n) },
		"another branch's commit ran": func(s *githubtest.Server, _ int, r *githubtest.Run) { r.HeadSHA = s.Branch("fix") },
		"another repository ran":      func(_ *githubtest.Server, _ int, r *githubtest.Run) { r.HeadRepo = "octo/env" },
	} {
		t.Run(name, func(t *testing.T) {
			s := githubtest.New(t)
			commit(s, "fix", "a")
			commit(s, "mallory:evil", "b")
			s.Pull("fix", "main")
			n := s.Pull("mallory:evil", "main")
			run := *s.PullRequestJob(n).Run
			change(s, n, &run)
			h, out := opened(t, s, s.WorkflowRunJob(&run))
			if p, err := h.pull(t.Context()); p != nil || err != nil {
				t.Fatalf("found is %+v, %v", p, err)
			}
			if got := out.String(); !strings.HasPrefix(got, "envmedic: no pull request is written to: ") || strings.Count(got, "\n") != 1 {
				t.Errorf("the job says %q", got)
			}
		})
	}
}

func TestPullOfAForkThatIsGone(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "mallory:evil", "b")
	h, out := opened(t, s, s.WorkflowRunJob(s.PullRequestJob(s.Pull("mallory:evil", "main")).Run))
	h.run.triggered.HeadRepository = nil
	if p, err := h.pull(t.Context()); p != nil || err != nil || !strings.Contains(out.String(), "is gone") {
		t.Errorf("found is %+v, %v; the job says %s", p, err, out)
	}
}

func TestPullIsOnlyLookedForWhereItIsNeeded(t *testing.T) {
	s := githubtest.New(t)
	h, _ := opened(t, s, s.PushJob("main"))
	told := failed()
	told.Comment = "off"
	h.Publish(t.Context(), told)
	if len(s.Requests()) > 0 {
		t.Errorf("asked for was %q", s.Requests())
	}
}

// The whole two-workflow mode: the run of a fork can write nothing, and the one that follows it comments.
func TestForkIsToldByTheSecondWorkflow(t *testing.T) {
	s := githubtest.New(t)
	commit(s, "mallory:evil", "b")
	n := s.Pull("mallory:evil", "main")
	first := s.PullRequestJob(n)
	out := &bytes.Buffer{}
	h, err := Open(Options{Getenv: first.Getenv, Event: first.Event, Out: out, Token: s.Token("", map[string]string{"contents": "read", "issues": "read", "pull-requests": "read"}), Client: &http.Client{}})
	if err != nil {
		t.Fatal(err)
	}
	h.Publish(t.Context(), failed())
	if !strings.Contains(out.String(), "commenting is left out: the token of a run for a fork") || len(s.Comments(n)) > 0 {
		t.Errorf("the fork's run prints\n%s", out)
	}
	second, _ := opened(t, s, s.WorkflowRunJob(first.Run))
	second.Publish(t.Context(), failed())
	list := s.Comments(n)
	if len(list) != 1 || !strings.Contains(list[0].Body, fmt.Sprintf("/actions/runs/%d)", first.ID)) || !strings.Contains(list[0].Body, fmt.Sprintf(" run=%d.1 ", first.Number)) {
		t.Errorf("the comments are %+v", list)
	}
}

// What the API lists is looked at again: only an open pull request into this repository, from the repository that ran, at the commit.
func TestPullMustFitInEveryWay(t *testing.T) {
	h := newJob(t).open()
	of := func(number int, state, sha, head, base string) *gh.PullRequest {
		repo := func(name string) *gh.Repository { return &gh.Repository{FullName: gh.String(name)} }
		return &gh.PullRequest{Number: gh.Int(number), State: gh.String(state),
			Head: &gh.PullRequestBranch{SHA: gh.String(sha), Repo: repo(head)}, Base: &gh.PullRequestBranch{Repo: repo(base)}}
	}
	unfit := []*gh.PullRequest{
		of(1, "closed", "abc", "mallory/env", "octo/env"), of(2, "open", "def", "mallory/env", "octo/env"),
		of(3, "open", "abc", "octo/env", "octo/env"), of(4, "open", "abc", "mallory/env", "mallory/env"),
		{Number: gh.Int(5), State: gh.String("open"), Head: &gh.PullRequestBranch{SHA: gh.String("abc")}},
	}
	if p := h.oldest(unfit, "abc", "mallory/env"); p != nil {
		t.Errorf("found is %+v", p)
	}
	fit := append(unfit, of(9, "open", "abc", "Mallory/env", "octo/env"), of(8, "open", "abc", "mallory/env", "Octo/env"))
	if p := h.oldest(fit, "abc", "mallory/env"); p == nil || p.number != 8 || !p.fork {
		t.Errorf("found is %+v, want the oldest that fits, 8", p)
	}
}
