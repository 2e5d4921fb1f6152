package github

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

const rightSide = "RIGHT" // of a diff: the head

// post writes the suggestions as one review. GitHub refuses a review for one comment that it does not take; each is then written
// alone, and those that are refused again are left to the comment.
func (s *suggester) post(ctx context.Context, list []suggestion) error {
	if len(list) == 0 {
		return nil
	}
	err := s.surely(ctx, list, s.review)
	if err == nil {
		return s.yield(ctx)
	}
	if !unprocessable(err) {
		return err
	}
	if ok, err := s.current(ctx); err != nil || !ok {
		return err
	}
	for i := range list {
		if err := s.surely(ctx, list[i:i+1], s.single); err != nil && !unprocessable(err) {
			return err
		}
	}
	return s.yield(ctx)
}

// yield takes away what another run has suggested a moment before this one did: the jobs of a matrix fail at the same time. Where
// that cannot be found out, it stays.
func (s *suggester) yield(ctx context.Context) error {
	there, err := s.offers(ctx)
	if err != nil {
		return nil
	}
	slices.SortFunc(there, func(a, b offer) int { return cmp.Compare(a.id, b.id) })
	type place struct {
		fix  string
		line int
	}
	first := map[place]bool{}
	for _, o := range there {
		at := place{o.fix, o.line}
		switch {
		case s.known[o.id] || o.settled || o.line == 0:
		case !first[at]:
			first[at] = true
		case o.mine:
			if _, err := s.DeleteComment(ctx, s.run.owner, s.run.repo, o.id); err != nil && !gone(err) {
				return fmt.Errorf("deleting a suggestion that another job has made: %w", err)
			}
		}
	}
	return nil
}

// surely writes the list. Where GitHub's answer leaves open whether it was written, it looks, and writes what is missing once more.
func (s *suggester) surely(ctx context.Context, list []suggestion, write func(context.Context, []suggestion) error) error {
	for tries := 1; ; tries++ {
		err := write(ctx, list)
		if !uncertain(ctx, err) {
			return err
		}
		missing, listing := s.missing(ctx, list)
		if listing != nil || tries == 2 && len(missing) > 0 {
			return err
		}
		if len(missing) == 0 {
			return nil
		}
		list = missing
	}
}

// missing is those of the list that this run has not written yet.
func (s *suggester) missing(ctx context.Context, list []suggestion) ([]suggestion, error) {
	there, err := s.offers(ctx)
	if err != nil {
		return nil, err
	}
	used := map[int64]bool{}
	for id := range s.known {
		used[id] = true
	}
	var missing []suggestion
	for _, part := range list {
		if o := match(part, there, used); o != nil && o.mine {
			used[o.id] = true
		} else {
			missing = append(missing, part)
		}
	}
	return missing, nil
}

func (s *suggester) review(ctx context.Context, list []suggestion) error {
	comments := make([]*gh.DraftReviewComment, len(list))
	for i, part := range list {
		c := &gh.DraftReviewComment{Path: gh.String(part.Path), Body: gh.String(part.body), Side: gh.String(rightSide), Line: gh.Int(part.EndLine)}
		if part.Line < part.EndLine {
			c.StartLine, c.StartSide = gh.Int(part.Line), gh.String(rightSide)
		}
		comments[i] = c
	}
	edits := "an edit"
	if len(list) > 1 {
		edits = fmt.Sprintf("%d edits", len(list))
	}
	marker := annotate.Marker{"part": reviewPart, "key": s.key}
	_, _, err := s.CreateReview(ctx, s.run.owner, s.run.repo, s.pr.number, &gh.PullRequestReviewRequest{
		CommitID: gh.String(s.pr.headSHA), Event: gh.String("COMMENT"), Comments: comments,
		Body: gh.String(marker.String() + "\nenvmedic suggests " + edits + " for the build that failed."),
	})
	return err
}

func (s *suggester) single(ctx context.Context, list []suggestion) error {
	part := list[0]
	c := &gh.PullRequestComment{
		CommitID: gh.String(s.pr.headSHA), Path: gh.String(part.Path), Body: gh.String(part.body),
		Side: gh.String(rightSide), Line: gh.Int(part.EndLine),
	}
	if part.Line < part.EndLine {
		c.StartLine, c.StartSide = gh.Int(part.Line), gh.String(rightSide)
	}
	_, _, err := s.CreateComment(ctx, s.run.owner, s.run.repo, s.pr.number, c)
	return err
}
