package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// issues is what commenting takes of the API: a pull request is an issue there.
type issues interface {
	ListComments(ctx context.Context, owner, repo string, number int, o *gh.IssueListCommentsOptions) ([]*gh.IssueComment, *gh.Response, error)
	CreateComment(ctx context.Context, owner, repo string, number int, c *gh.IssueComment) (*gh.IssueComment, *gh.Response, error)
	EditComment(ctx context.Context, owner, repo string, id int64, c *gh.IssueComment) (*gh.IssueComment, *gh.Response, error)
	DeleteComment(ctx context.Context, owner, repo string, id int64) (*gh.Response, error)
}

// A sticky is the one comment that a job keeps on a pull request.
type sticky struct {
	*Host
	api    issues
	number int
	key    string // digest
}

// A posted is a comment of ours as GitHub has it.
type posted struct {
	id     int64
	body   string
	marker annotate.Marker
}

// comment keeps one comment on the pull request: what broke, changed in place from run to run, and settled when the build succeeds
// again. Where it is not known how the build ended, and where only advice is to be told, everything stays as it is.
func (h *Host) comment(ctx context.Context, pr *pull, t *annotate.Telling) error {
	s := &sticky{Host: h, api: h.api.Issues, number: pr.number, key: h.key(t)}
	switch annotate.VerdictOf(t.Report) {
	case annotate.Failed:
		want, ok := s.failure(pr, t)
		if !ok {
			return nil
		}
		found, err := s.find(ctx)
		if err != nil || slices.ContainsFunc(found, want.olderThan) {
			return err
		}
		return s.tell(ctx, found, want, t.Comment == "recreate")
	case annotate.Succeeded:
		return s.settle(ctx, pr)
	}
	return nil
}

// find lists the comments of this key that the token's own user wrote, the oldest first. A marker in somebody else's comment is a
// forgery or a quotation.
func (s *sticky) find(ctx context.Context) ([]posted, error) {
	list, err := everyPage(func(o gh.ListOptions) ([]*gh.IssueComment, *gh.Response, error) {
		return s.api.ListComments(ctx, s.run.owner, s.run.repo, s.number, &gh.IssueListCommentsOptions{ListOptions: o})
	})
	if err != nil {
		return nil, fmt.Errorf("listing the comments of pull request %d: %w", s.number, err)
	}
	var found []posted
	for _, c := range list {
		m, ok := annotate.ReadMarker(c.GetBody())
		if ok && m["part"] == "comment" && m["key"] == s.key && s.own(ctx, c.GetUser()) {
			found = append(found, posted{id: c.GetID(), body: c.GetBody(), marker: m})
		}
	}
	slices.SortStableFunc(found, func(a, b posted) int { return cmp.Compare(a.id, b.id) })
	return found, nil
}

// tell makes the comment say want.
func (s *sticky) tell(ctx context.Context, found []posted, want text, recreate bool) error {
	if recreate && len(found) > 0 && found[0].marker["cause"] != want.marker["cause"] {
		if err := s.create(ctx, want, found); err != nil {
			return err
		}
		return s.remove(ctx, found)
	}
	done, err := s.update(ctx, found, func(posted) text { return want })
	if done || err != nil {
		return err
	}
	return s.create(ctx, want, nil)
}

// settle says of an open comment that what it tells is mended. Where there is none, nothing is written.
func (s *sticky) settle(ctx context.Context, pr *pull) error {
	found, err := s.find(ctx)
	if err != nil || slices.ContainsFunc(found, s.success(pr, posted{}).olderThan) {
		return err
	}
	_, err = s.update(ctx, found, func(c posted) text { return s.success(pr, c) })
	return err
}

// update makes the oldest comment that is still there say what want makes of it, and removes the younger ones, which come about
// when two runs are the first at once. Nothing is written where the comment says so already. done is false where none is left.
func (s *sticky) update(ctx context.Context, found []posted, want func(posted) text) (done bool, err error) {
	for i, c := range found {
		if w := want(c); !w.toldBy(c) {
			_, _, err := s.api.EditComment(ctx, s.run.owner, s.run.repo, c.id, &gh.IssueComment{Body: gh.String(w.body())})
			if gone(err) {
				continue
			}
			if err != nil {
				return false, fmt.Errorf("changing the comment: %w", err)
			}
		}
		return true, s.remove(ctx, found[i+1:])
	}
	return false, nil
}

// create writes a new comment beside the old ones that are about to be removed. Where it is not known whether a comment was
// written, it is looked for before another one is.
func (s *sticky) create(ctx context.Context, want text, old []posted) error {
	body := &gh.IssueComment{Body: gh.String(want.body())}
	c, _, err := s.api.CreateComment(ctx, s.run.owner, s.run.repo, s.number, body)
	if uncertain(ctx, err) {
		var found []posted
		if found, err = s.others(ctx, old); err != nil {
			return err
		}
		if done, err := s.update(ctx, found, func(posted) text { return want }); done || err != nil {
			return err
		}
		c, _, err = s.api.CreateComment(ctx, s.run.owner, s.run.repo, s.number, body)
	}
	if err != nil {
		return fmt.Errorf("writing the comment: %w", err)
	}
	if login := c.GetUser().GetLogin(); login != "" {
		s.viewer = login
	}
	return s.yield(ctx, c.GetID(), want, old)
}

// yield gives way to an older comment that another run has written since the comments were listed: two first runs leave one. Where
// that cannot be found out, the next run does it.
func (s *sticky) yield(ctx context.Context, mine int64, want text, old []posted) error {
	found, err := s.others(ctx, old)
	if err != nil || len(found) == 0 || found[0].id >= mine {
		return nil
	}
	if !want.olderThan(found[0]) {
		done, err := s.update(ctx, found[:1], func(posted) text { return want })
		if !done || err != nil {
			return err
		}
	}
	return s.remove(ctx, []posted{{id: mine}})
}

// others are our comments but for the old ones.
func (s *sticky) others(ctx context.Context, old []posted) ([]posted, error) {
	found, err := s.find(ctx)
	return slices.DeleteFunc(found, func(c posted) bool {
		return slices.ContainsFunc(old, func(o posted) bool { return o.id == c.id })
	}), err
}

func (s *sticky) remove(ctx context.Context, list []posted) error {
	var errs []error
	for _, c := range list {
		if _, err := s.api.DeleteComment(ctx, s.run.owner, s.run.repo, c.id); err != nil && !gone(err) {
			errs = append(errs, fmt.Errorf("deleting a comment that is no longer needed: %w", err))
		}
	}
	return errors.Join(errs...)
}
