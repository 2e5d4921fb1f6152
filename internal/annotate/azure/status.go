package azure

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"

	"github.com/envmedic/envmedic/internal/annotate"
)

// genre and the name are what a branch policy asks for that requires the status.
const (
	genre     = "envmedic"
	nameBytes = 100
)

// status sets the pull request's status for the iteration that was built, unless the latest one of that name and iteration says the
// same or is a later build's. An unknown verdict sets none: a policy then waits for a build that knows.
func (h *Host) status(ctx context.Context, pr *pull, t *annotate.Telling) error {
	want := statusOf(t)
	if want == nil || pr.built == 0 {
		return nil
	}
	want.IterationId, want.TargetUrl = &pr.built, new(h.run.results())
	list, err := h.git.GetPullRequestStatuses(ctx, git.GetPullRequestStatusesArgs{RepositoryId: &h.run.repository, PullRequestId: &pr.id, Project: &h.run.project})
	if err != nil {
		return fmt.Errorf("reading the statuses: %w", err)
	}
	if is := latest(value(list), want); same(is, want) || buildOf(is) > h.run.build {
		return nil
	}
	_, err = h.git.CreatePullRequestStatus(ctx, git.CreatePullRequestStatusArgs{Status: want, RepositoryId: &h.run.repository, PullRequestId: &pr.id, Project: &h.run.project})
	return err
}

func statusOf(t *annotate.Telling) *git.GitPullRequestStatus {
	s := &git.GitPullRequestStatus{Context: &git.GitStatusContext{Genre: new(genre), Name: new(statusName(t.Key))}}
	switch annotate.VerdictOf(t.Report) {
	case annotate.Failed:
		text := "the build failed, and no rule knows why"
		if c := t.Report.Cause(); c != nil {
			text = short(annotate.Plain(strings.Join(strings.Fields(c.Summary), " ")))
		}
		s.State, s.Description = &git.GitStatusStateValues.Failed, &text
	case annotate.Succeeded:
		s.State, s.Description = &git.GitStatusStateValues.Succeeded, new("the environment's build succeeded")
	default:
		return nil
	}
	return s
}

// statusName is the key as the name of a status.
func statusName(key string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', strings.ContainsRune("._/-", r):
			return r
		}
		return '-'
	}, key)
	if name = strings.Trim(name, "-/"); name == "" {
		return "environment-build"
	}
	if len(name) > nameBytes { // what tells jobs apart stands at the end of their keys
		digest := annotate.Digest(key)
		name = name[:nameBytes-len(digest)-1] + "-" + digest
	}
	return name
}

// latest is the newest status of the name and iteration of want: ids grow.
func latest(list []git.GitPullRequestStatus, want *git.GitPullRequestStatus) *git.GitPullRequestStatus {
	var newest *git.GitPullRequestStatus
	for i := range list {
		s := &list[i]
		if s.Context == nil || value(s.Context.Genre) != genre || value(s.Context.Name) != value(want.Context.Name) || value(s.IterationId) != value(want.IterationId) {
			continue
		}
		if newest == nil || value(s.Id) > value(newest.Id) {
			newest = s
		}
	}
	return newest
}

// buildOf is the number of the build that set a status, as its link names it; 0 where it does not.
func buildOf(s *git.GitPullRequestStatus) int {
	if s == nil {
		return 0
	}
	_, number, _ := strings.Cut(value(s.TargetUrl), buildQuery)
	n, _ := strconv.Atoi(number)
	return n
}

func same(is, want *git.GitPullRequestStatus) bool {
	return is != nil && strings.EqualFold(string(value(is.State)), string(value(want.State))) &&
		value(is.Description) == value(want.Description)
}
