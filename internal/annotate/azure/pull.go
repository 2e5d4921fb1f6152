package azure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
)

// A pull is the pull request that a report is about.
type pull struct {
	id           int
	iteration    int // the latest; a push makes a new one
	built        int // the iteration that this build is of; 0 where it is none of them
	since        time.Time
	sourceCommit string         // of the latest iteration
	sourceBranch string         // refs/heads/…
	changes      map[string]int // tracking numbers by path, see changed
}

// outdated tells that commits were pushed after those that this build is of. Another build tells of them.
func (p *pull) outdated() bool { return p.built != p.iteration }

// pull is the pull request of Azure Repos that this build is of, or nil where there is none, or where it is closed by now.
func (h *Host) pull(ctx context.Context) (*pull, error) {
	if h.run.provider != "TfsGit" || h.run.pullRequest == 0 {
		return nil, nil
	}
	pr, err := h.git.GetPullRequest(ctx, git.GetPullRequestArgs{RepositoryId: &h.run.repository, PullRequestId: &h.run.pullRequest, Project: &h.run.project})
	if err != nil {
		return nil, fmt.Errorf("reading pull request %d: %w", h.run.pullRequest, err)
	}
	if s := value(pr.Status); s != "" && s != git.PullRequestStatusValues.Active {
		h.say(fmt.Sprintf("pull request %d is %s, so nothing is written there", h.run.pullRequest, s))
		return nil, nil
	}
	p := &pull{id: h.run.pullRequest, sourceBranch: value(pr.SourceRefName)}
	if pr.ForkSource != nil {
		h.run.fork = true
	}
	if pr.LastMergeSourceCommit != nil {
		p.sourceCommit = value(pr.LastMergeSourceCommit.CommitId)
	}
	return p, h.iterations(ctx, p)
}

// iterations finds the latest iteration and the one that was built: the one whose source commit the agent names.
func (h *Host) iterations(ctx context.Context, p *pull) error {
	list, err := h.git.GetPullRequestIterations(ctx, git.GetPullRequestIterationsArgs{RepositoryId: &h.run.repository, PullRequestId: &p.id, Project: &h.run.project})
	if err != nil {
		return fmt.Errorf("reading the iterations of pull request %d: %w", p.id, err)
	}
	for _, i := range value(list) {
		id, commit := value(i.Id), ""
		if i.SourceRefCommit != nil {
			commit = value(i.SourceRefCommit.CommitId)
		}
		if id > p.iteration {
			p.iteration = id
			if i.CreatedDate != nil {
				p.since = i.CreatedDate.Time
			}
			if commit != "" {
				p.sourceCommit = commit
			}
		}
		if commit != "" && strings.EqualFold(commit, h.run.sourceCommit) && id > p.built {
			p.built = id
		}
	}
	if h.run.sourceCommit == "" {
		p.built = p.iteration
	}
	if p.sourceCommit == "" {
		return errors.New("the service does not say which commit the pull request is at")
	}
	return nil
}

// changed are the tracking numbers of the files that the pull request changes, by path. A thread with such a number moves with
// its line when the file changes.
func (h *Host) changed(ctx context.Context, p *pull) (map[string]int, error) {
	ids := map[string]int{}
	for top, skip := 2000, 0; ; {
		page, err := h.git.GetPullRequestIterationChanges(ctx, git.GetPullRequestIterationChangesArgs{
			RepositoryId: &h.run.repository, PullRequestId: &p.id, IterationId: &p.iteration, Project: &h.run.project, Top: &top, Skip: &skip,
		})
		if err != nil {
			return nil, fmt.Errorf("reading the changes of pull request %d: %w", p.id, err)
		}
		for _, c := range value(page.ChangeEntries) {
			if item, ok := c.Item.(map[string]any); ok {
				if path, ok := item["path"].(string); ok {
					ids[path] = value(c.ChangeTrackingId)
				}
			}
		}
		next := value(page.NextSkip)
		if next <= skip || value(page.NextTop) == 0 {
			return ids, nil
		}
		skip = next
	}
}
