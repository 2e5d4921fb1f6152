package githubtest_test

import (
	"encoding/json"
	"os"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// The event of a pull request has the server's own numbers and ids, and GITHUB_SHA is the test merge.
func TestPullRequestJob(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	job := s.PullRequestJob(n)
	var event gh.PullRequestEvent
	if err := json.Unmarshal(job.Event, &event); err != nil {
		t.Fatal(err)
	}
	if event.GetNumber() != n || event.GetPullRequest().GetHead().GetSHA() != s.Branch("fix") || event.GetRepo().GetFullName() != "octo/env" {
		t.Errorf("%s", job.Event)
	}
	sha := job.Getenv("GITHUB_SHA")
	if f, ok := s.File(sha, "env.txt"); !ok || sha == s.Branch("fix") || f.Text != numbered(50, map[int]string{10: "ten", 40: "forty"}) {
		t.Errorf("GITHUB_SHA %s: %v", sha, f)
	}
	if f, _ := s.File("refs/pull/1/merge", "env.txt"); f.Text == "" {
		t.Error("refs/pull/1/merge leads nowhere")
	}
	if text, err := os.ReadFile(job.Getenv("GITHUB_EVENT_PATH")); err != nil || string(text) != string(job.Event) {
		t.Error(err)
	}
}

// A run names the pull request of a branch of the repository, not that of a fork.
func TestWorkflowRunJob(t *testing.T) {
	s := githubtest.New(t)
	same := opened(s)
	s.Commit("mallory:fix", nil, map[string]githubtest.File{"env.txt": {Text: "x\n"}})
	fork := s.Pull("mallory:fix", "main")
	for n, want := range map[int]int{same: 1, fork: 0} {
		var event gh.WorkflowRunEvent
		if err := json.Unmarshal(s.WorkflowRunJob(s.PullRequestJob(n).Run).Event, &event); err != nil {
			t.Fatal(err)
		}
		run := event.GetWorkflowRun()
		if len(run.PullRequests) != want || run.GetHeadSHA() != s.PullRequests()[n-1].HeadSHA || run.GetEvent() != "pull_request" {
			t.Errorf("pull request %d: %v", n, run)
		}
		if fork := run.GetHeadRepository().GetFullName() == "mallory/env"; fork != (want == 0) {
			t.Errorf("pull request %d: head repository %s", n, run.GetHeadRepository().GetFullName())
		}
	}
}

func TestPushJob(t *testing.T) {
	s := githubtest.New(t)
	before := s.Branch("main")
	opened(s)
	var event gh.PushEvent
	if err := json.Unmarshal(s.PushJob("main").Event, &event); err != nil {
		t.Fatal(err)
	}
	if event.GetAfter() != s.Branch("main") || event.GetBefore() != before || event.GetRef() != "refs/heads/main" {
		t.Errorf("%v", event)
	}
}
