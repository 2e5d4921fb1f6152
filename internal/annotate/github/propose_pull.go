package github

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// A history is what became of the pull requests that the branch of a change has had.
type history struct {
	open    int    // the number of the one that is open, or 0
	openFor string // the branch that it is for
	closed  int    // the number of one that a person closed without merging it, or 0
}

// settled is why nothing more is to be done for the change, "" where something is.
func (was history) settled(target string) string {
	switch {
	case was.open != 0 && was.openFor != target:
		return fmt.Sprintf("pull request #%d has these edits and is now for the branch %s; it is left as it is", was.open, was.openFor)
	case was.open == 0 && was.closed != 0:
		return fmt.Sprintf("pull request #%d with these edits was closed without merging them, so they are not proposed again; open it again to have it kept up to date", was.closed)
	}
	return ""
}

// lookUp reads all pull requests of the change's branch. GitHub ignores a filter that it can't read, so each is looked at.
func (p *proposal) lookUp(ctx context.Context) (history, error) {
	all, err := everyPage(func(o gh.ListOptions) ([]*gh.PullRequest, *gh.Response, error) {
		return p.pulls.List(ctx, p.owner, p.repo, &gh.PullRequestListOptions{State: "all", Head: p.owner + ":" + p.branch, ListOptions: o})
	})
	if err != nil {
		return history{}, fmt.Errorf("listing the pull requests of the branch %s: %w", p.branch, err)
	}
	var was history
	for _, pr := range all {
		was.add(pr, p.owner+"/"+p.repo, p.branch)
	}
	return was, nil
}

func (was *history) add(pr *gh.PullRequest, repository, branch string) {
	head := pr.GetHead()
	switch {
	case head.GetRef() != branch || !strings.EqualFold(head.GetRepo().GetFullName(), repository):
	case pr.GetState() == "open":
		was.open, was.openFor = pr.GetNumber(), pr.GetBase().GetRef()
	case pr.MergedAt == nil:
		was.closed = max(was.closed, pr.GetNumber())
	}
}

// open makes the pull request. Where the answer does not tell what became of it, or another run was faster, it looks first and
// tries once more only if there is none.
func (p *proposal) open(ctx context.Context) (int, error) {
	number, err := p.openOnce(ctx)
	unsure := uncertain(ctx, err)
	if unsure || says(err, http.StatusUnprocessableEntity, "already exists") {
		was, lookErr := p.lookUp(ctx)
		switch {
		case lookErr != nil:
			return 0, lookErr
		case was.open != 0:
			return was.open, nil
		case unsure:
			number, err = p.openOnce(ctx)
		}
	}
	if says(err, http.StatusForbidden, "not permitted to create") {
		p.say(`the branch ` + p.branch + ` holds the edits, but jobs may not open pull requests here: open it yourself at ` + p.compareURL() +
			` or switch on "Allow GitHub Actions to create and approve pull requests" in Settings > Actions > General`)
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("opening a pull request of the branch %s, which stands (%s): %w", p.branch, p.compareURL(), err)
	}
	return number, nil
}

func (p *proposal) openOnce(ctx context.Context) (int, error) {
	pr, _, err := p.pulls.Create(ctx, p.owner, p.repo, &gh.NewPullRequest{
		Title: gh.String(p.title()), Head: gh.String(p.branch), Base: gh.String(p.target), Body: gh.String(p.body()),
	})
	return pr.GetNumber(), err
}

// compareURL is the page on which a person opens the pull request.
func (p *proposal) compareURL() string {
	return fmt.Sprintf("%s/%s/%s/compare/%s...%s?expand=1", p.server, url.PathEscape(p.owner), url.PathEscape(p.repo),
		escapeRef(p.target), escapeRef(p.branch))
}

// escapeRef keeps the slashes of a branch's name.
func escapeRef(branch string) string {
	return strings.ReplaceAll(url.PathEscape(branch), "%2F", "/")
}
