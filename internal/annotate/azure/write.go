package azure

import (
	"context"
	"fmt"
	"strconv"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
)

func (c *conversation) post(ctx context.Context, n note) (int, error) {
	g := &git.GitPullRequestCommentThread{
		Status: &git.CommentThreadStatusValues.Active,
		Comments: &[]git.Comment{{
			ParentCommentId: new(0), CommentType: &git.CommentTypeValues.Text, Content: new(c.body(n.subject, n.about, n.text, "open")),
		}},
		Properties: map[string]string{
			keyProperty: c.key, subjectProperty: n.subject, iterationProperty: strconv.Itoa(c.pr.iteration),
		},
	}
	if at := n.place.at; at != nil {
		g.ThreadContext = at.context()
		if id := c.tracking(ctx, at.path); id != 0 {
			// The same number twice compares with the commit that both branches come from.
			g.PullRequestThreadContext = &git.GitPullRequestCommentThreadContext{ChangeTrackingId: &id, IterationContext: &git.CommentIterationContext{
				FirstComparingIteration: &c.pr.iteration, SecondComparingIteration: &c.pr.iteration,
			}}
		}
	}
	made, err := c.host.git.CreateThread(ctx, git.CreateThreadArgs{CommentThread: g, RepositoryId: &c.host.run.repository, PullRequestId: &c.pr.id, Project: &c.host.run.project})
	if err != nil {
		return 0, fmt.Errorf("posting a thread: %w", err)
	}
	return value(made.Id), nil
}

// tracking is the number of a file among the pull request's changes, which are asked for once. It is 0 for a file that is not
// changed, and where the service does not tell: the thread then stays on its line when the file changes.
func (c *conversation) tracking(ctx context.Context, path string) int {
	if c.pr.changes == nil {
		var err error
		if c.pr.changes, err = c.host.changed(ctx, c.pr); err != nil {
			c.pr.changes = map[string]int{}
		}
	}
	return c.pr.changes["/"+path]
}

// rewrite puts a new text into our comment. One that a person deletes meanwhile stays deleted.
func (c *conversation) rewrite(ctx context.Context, t *thread, body string) error {
	_, err := c.host.git.UpdateComment(ctx, git.UpdateCommentArgs{
		Comment: &git.Comment{Content: &body}, RepositoryId: &c.host.run.repository, PullRequestId: &c.pr.id, ThreadId: &t.id, CommentId: &t.comment, Project: &c.host.run.project,
	})
	if gone(err) {
		t.deleted = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("rewriting thread %d: %w", t.id, err)
	}
	return nil
}

func (c *conversation) set(ctx context.Context, t *thread, status git.CommentThreadStatus) error {
	_, err := c.host.git.UpdateThread(ctx, git.UpdateThreadArgs{
		CommentThread: &git.GitPullRequestCommentThread{Status: &status}, RepositoryId: &c.host.run.repository, PullRequestId: &c.pr.id, ThreadId: &t.id, Project: &c.host.run.project,
	})
	if err != nil && !gone(err) {
		return fmt.Errorf("setting thread %d to %s: %w", t.id, status, err)
	}
	return nil
}

// remove deletes our comment, and with it a thread in which nobody has answered.
func (c *conversation) remove(ctx context.Context, t *thread) error {
	if t.replies > 0 {
		return nil
	}
	err := c.host.git.DeleteComment(ctx, git.DeleteCommentArgs{
		RepositoryId: &c.host.run.repository, PullRequestId: &c.pr.id, ThreadId: &t.id, CommentId: &t.comment, Project: &c.host.run.project,
	})
	if err != nil && !gone(err) {
		return fmt.Errorf("deleting thread %d: %w", t.id, err)
	}
	t.deleted = true
	return nil
}
