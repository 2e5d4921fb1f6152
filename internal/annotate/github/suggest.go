package github

import (
	"context"
	"fmt"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// reviews is what suggesting needs of pull requests.
type reviews interface {
	Get(ctx context.Context, owner, repo string, number int) (*gh.PullRequest, *gh.Response, error)
	ListFiles(ctx context.Context, owner, repo string, number int, o *gh.ListOptions) ([]*gh.CommitFile, *gh.Response, error)
	ListComments(ctx context.Context, owner, repo string, number int, o *gh.PullRequestListCommentsOptions) ([]*gh.PullRequestComment, *gh.Response, error)
	CreateReview(ctx context.Context, owner, repo string, number int, r *gh.PullRequestReviewRequest) (*gh.PullRequestReview, *gh.Response, error)
	CreateComment(ctx context.Context, owner, repo string, number int, c *gh.PullRequestComment) (*gh.PullRequestComment, *gh.Response, error)
	EditComment(ctx context.Context, owner, repo string, id int64, c *gh.PullRequestComment) (*gh.PullRequestComment, *gh.Response, error)
	DeleteComment(ctx context.Context, owner, repo string, id int64) (*gh.Response, error)
}

// contents is what suggesting needs of files.
type contents interface {
	GetContents(ctx context.Context, owner, repo, path string, o *gh.RepositoryContentGetOptions) (*gh.RepositoryContent, []*gh.RepositoryContent, *gh.Response, error)
}

// The first lines of what is written here name its part.
const (
	suggestionPart = "suggestion"
	reviewPart     = "review"
)

// A suggester brings the suggestions on one pull request in line with one report.
type suggester struct {
	*Host
	reviews
	contents
	pr    *pull
	t     *annotate.Telling
	key   string         // of the markers
	known map[int64]bool // comments that stood there before anything was posted
}

// suggest offers the edits of a report as review comments on the lines that the pull request's diff shows; what lies elsewhere is
// left to the comment. What an earlier run suggested is not repeated, and is settled once it is no longer wanted. A report that
// does not know how the build ended changes nothing.
func (h *Host) suggest(ctx context.Context, pr *pull, t *annotate.Telling) error {
	if !pr.open || annotate.VerdictOf(t.Report) == annotate.Unknown {
		return nil
	}
	s := &suggester{
		Host: h, reviews: h.api.PullRequests, contents: h.api.Repositories,
		pr: pr, t: t, key: h.key(t), known: map[int64]bool{},
	}
	fixes, err := s.wanted(ctx)
	if err != nil {
		return err
	}
	there, err := s.offers(ctx)
	if err != nil {
		return err
	}
	for _, o := range there {
		s.known[o.id] = true
	}
	return s.renew(ctx, compare(fixes, there))
}

// renew writes the difference between what is wanted and what is there, unless the pull request has moved on: then the run for its
// new head does.
func (s *suggester) renew(ctx context.Context, d difference) error {
	post, err := s.placed(ctx, d.missing)
	if err != nil || len(post)+len(d.again)+len(d.stale) == 0 {
		return err
	}
	if ok, err := s.current(ctx); err != nil || !ok {
		return err
	}
	if err := s.post(ctx, post); err != nil {
		return err
	}
	for id, body := range d.again {
		if err := s.rewrite(ctx, id, body); err != nil {
			return err
		}
	}
	return s.settle(ctx, d.stale)
}

// current tells whether the pull request is still open at the head that the report is about.
func (s *suggester) current(ctx context.Context) (bool, error) {
	pr, _, err := s.Get(ctx, s.run.owner, s.run.repo, s.pr.number)
	if err != nil {
		return false, fmt.Errorf("looking at pull request %d: %w", s.pr.number, err)
	}
	if pr.GetState() != "open" {
		return false, nil
	}
	if pr.GetHead().GetSHA() != s.pr.headSHA {
		s.say(fmt.Sprintf("pull request %d has newer commits than %s; suggestions are left to their run", s.pr.number, short(s.pr.headSHA)))
		return false, nil
	}
	return true, nil
}
