package github

import (
	"context"
	"fmt"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// A pull is the pull request that a report is about.
type pull struct {
	number   int
	headSHA  string
	headRef  string // the branch, without refs/heads/
	headRepo string // owner/name; "" where the fork is gone
	fork     bool   // the head is in another repository
	open     bool
}

// pull is the pull request that the report is about, or nil where there is none.
func (h *Host) pull(ctx context.Context) (*pull, error) {
	switch {
	case h.run.pullRequest != nil:
		return h.pullOf(h.run.pullRequest), nil
	case h.run.triggered != nil:
		return h.pullOfTriggered(ctx)
	case h.run.sha != "" && (h.run.event == "push" || h.run.event == "workflow_dispatch") && !strings.HasPrefix(h.run.ref, "refs/tags/"):
		return h.pullOfCommit(ctx)
	}
	return nil, nil
}

func (h *Host) pullOf(p *gh.PullRequest) *pull {
	q := &pull{
		number: p.GetNumber(), headSHA: p.GetHead().GetSHA(), headRef: p.GetHead().GetRef(),
		headRepo: p.GetHead().GetRepo().GetFullName(), open: p.GetState() == "open",
	}
	q.fork = !h.here(q.headRepo)
	return q
}

// here tells whether the repository owner/name is the one that this job runs in.
func (h *Host) here(name string) bool { return strings.EqualFold(name, h.run.owner+"/"+h.run.repo) }

// pullOfCommit finds the open pull request whose head is the commit that was built; of several, the oldest.
func (h *Host) pullOfCommit(ctx context.Context) (*pull, error) {
	list, err := everyPage(func(o gh.ListOptions) ([]*gh.PullRequest, *gh.Response, error) {
		return h.api.PullRequests.ListPullRequestsWithCommit(ctx, h.run.owner, h.run.repo, h.run.sha, &o)
	})
	if err != nil {
		return nil, fmt.Errorf("listing the pull requests with %s: %w", short(h.run.sha), err)
	}
	return h.oldest(list, h.run.sha, h.run.owner+"/"+h.run.repo), nil
}

// pullOfTriggered finds the pull request of the run that has ended. That run may have been a stranger's: neither what it stored nor
// the pull requests that its event names are believed. Only one whose head is the very commit that ran, in the repository that it
// ran for, is the one.
func (h *Host) pullOfTriggered(ctx context.Context) (*pull, error) {
	t := h.run.triggered
	repository, sha := t.GetHeadRepository().GetFullName(), t.GetHeadSHA()
	owner, _, ok := strings.Cut(repository, "/")
	if !ok || sha == "" || t.GetHeadBranch() == "" {
		h.say("no pull request is written to: the repository that the run was for is gone")
		return nil, nil
	}
	list, err := everyPage(func(o gh.ListOptions) ([]*gh.PullRequest, *gh.Response, error) {
		return h.api.PullRequests.List(ctx, h.run.owner, h.run.repo,
			&gh.PullRequestListOptions{State: "open", Head: owner + ":" + t.GetHeadBranch(), ListOptions: o})
	})
	if err != nil {
		return nil, fmt.Errorf("listing the pull requests from %s: %w", t.GetHeadBranch(), err)
	}
	p := h.oldest(list, sha, repository)
	if p == nil && t.GetEvent() != "push" && t.GetEvent() != "schedule" {
		h.say("no pull request is written to: none is open whose head is " + short(sha) + "; it was closed, or new commits were pushed since")
	}
	return p, nil
}

// oldest is the oldest open pull request into this repository whose head is the commit sha in the repository head.
func (h *Host) oldest(list []*gh.PullRequest, sha, head string) *pull {
	var found *pull
	for _, p := range list {
		q := h.pullOf(p)
		if q.open && q.headSHA == sha && strings.EqualFold(q.headRepo, head) && h.here(p.GetBase().GetRepo().GetFullName()) &&
			(found == nil || q.number < found.number) {
			found = q
		}
	}
	return found
}

// everyPage collects a list of the API. A hundred pages of a hundred are the most that is read.
func everyPage[T any](get func(gh.ListOptions) ([]T, *gh.Response, error)) ([]T, error) {
	var all []T
	o := gh.ListOptions{PerPage: 100, Page: 1}
	for o.Page != 0 && o.Page <= 100 {
		list, response, err := get(o)
		if err != nil {
			return nil, err
		}
		all, o.Page = append(all, list...), response.NextPage
	}
	return all, nil
}

// short is a commit's name as people write it. GitHub makes a link of it.
func short(sha string) string { return sha[:min(len(sha), 10)] }
