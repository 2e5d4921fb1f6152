package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// settledState is what the marker of a comment says that was rewritten since its thread could not be resolved.
const settledState = "settled"

// A thread is a conversation that begins with a review comment.
type thread struct {
	ID         string `json:"id"`
	IsResolved bool   `json:"isResolved"`
	Comments   struct {
		Nodes []struct {
			DatabaseID int64 `json:"databaseId"`
		} `json:"nodes"`
	} `json:"comments"`
}

const threadsQuery = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}`

const resolveMutation = `mutation($thread: ID!) {
  resolveReviewThread(input: {threadId: $thread}) { thread { id } }
}`

// settle resolves the threads of suggestions that are no longer wanted. That takes `contents: write` besides what commenting takes
// (github.com/orgs/community/discussions/204269); where the token lacks it, the comments are rewritten so that they offer nothing.
func (s *suggester) settle(ctx context.Context, stale []offer) error {
	if len(stale) == 0 {
		return nil
	}
	threads, err := s.threads(ctx)
	if err != nil && !denied(err) {
		return err
	}
	for _, o := range stale {
		err := s.resolve(ctx, threads[o.id])
		if denied(err) {
			err = s.rewrite(ctx, o.id, s.settledText(o))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// threads is the pull request's threads by the comments that they begin with.
func (s *suggester) threads(ctx context.Context) (map[int64]thread, error) {
	threads := map[int64]thread{}
	variables := map[string]any{"owner": s.run.owner, "name": s.run.repo, "number": s.pr.number}
	for {
		var answer struct {
			Repository struct {
				PullRequest struct {
					ReviewThreads struct {
						PageInfo struct {
							HasNextPage bool   `json:"hasNextPage"`
							EndCursor   string `json:"endCursor"`
						} `json:"pageInfo"`
						Nodes []thread `json:"nodes"`
					} `json:"reviewThreads"`
				} `json:"pullRequest"`
			} `json:"repository"`
		}
		if err := s.graphql(ctx, threadsQuery, variables, &answer); err != nil {
			return nil, fmt.Errorf("listing the conversations of pull request %d: %w", s.pr.number, err)
		}
		page := answer.Repository.PullRequest.ReviewThreads
		for _, t := range page.Nodes {
			if len(t.Comments.Nodes) > 0 {
				threads[t.Comments.Nodes[0].DatabaseID] = t
			}
		}
		if !page.PageInfo.HasNextPage {
			return threads, nil
		}
		variables["after"] = page.PageInfo.EndCursor
	}
}

// errNoThread is for a comment whose thread GitHub does not show to the token.
var errNoThread = graphqlErrors{{Type: "NOT_FOUND", Message: "there is no such thread"}}

func (s *suggester) resolve(ctx context.Context, t thread) error {
	if t.ID == "" {
		return errNoThread
	}
	if t.IsResolved {
		return nil
	}
	var ignored struct{}
	if err := s.graphql(ctx, resolveMutation, map[string]any{"thread": t.ID}, &ignored); err != nil {
		return fmt.Errorf("resolving a suggestion: %w", err)
	}
	return nil
}

func (s *suggester) settledText(o offer) string {
	marker := annotate.Marker{"part": suggestionPart, "key": s.key, "fix": o.fix, "state": settledState}
	why := "this change no longer fits what is known of the build"
	if annotate.VerdictOf(s.t.Report) == annotate.Succeeded {
		why = "the build succeeds"
	}
	return marker.String() + "\nSettled at " + short(s.pr.headSHA) + ": " + why + "."
}

// rewrite changes the text of a comment. One that somebody has deleted meanwhile needs nothing.
func (s *suggester) rewrite(ctx context.Context, id int64, body string) error {
	_, _, err := s.EditComment(ctx, s.run.owner, s.run.repo, id, &gh.PullRequestComment{Body: gh.String(body)})
	if err == nil || gone(err) {
		return nil
	}
	return fmt.Errorf("changing a suggestion: %w", err)
}

// denied tells whether the token lacks a permission for what was asked.
func denied(err error) bool {
	var list graphqlErrors
	if errors.As(err, &list) {
		return slices.ContainsFunc(list, func(e graphqlError) bool {
			return e.Type == "FORBIDDEN" || e.Type == "INSUFFICIENT_SCOPES" || e.Type == "NOT_FOUND"
		})
	}
	return status(err) == http.StatusForbidden || status(err) == http.StatusNotFound
}
