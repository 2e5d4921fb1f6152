package azure

import (
	"context"
	"net/http"
	"slices"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"

	"github.com/envmedic/envmedic/internal/annotate"
)

// A conversation is this key's threads on a pull request, as one build finds and leaves them.
type conversation struct {
	host *Host
	pr   *pull
	key  string
	have []*thread
	made map[int]note // threads that this build has opened, by id

	reported map[string]bool // the subjects that the build still shows
}

// discuss brings the pull request's threads to what the report says. A report that does not know how the build went changes
// nothing, and neither does one of commits that are no longer the pull request's latest.
func (h *Host) discuss(ctx context.Context, pr *pull, t *annotate.Telling) error {
	verdict := annotate.VerdictOf(t.Report)
	if verdict == annotate.Unknown || t.Comment == "off" && !t.Suggest {
		return nil
	}
	if pr.outdated() {
		h.say("commits were pushed to the pull request after those of this build, so its comments are left to the build of the newer ones")
		return nil
	}
	c := &conversation{host: h, pr: pr, key: annotate.Digest(t.Key), made: map[int]note{}}
	var want []note
	if verdict == annotate.Failed {
		want, c.reported = h.notes(ctx, pr, t)
	}
	var err error
	if c.have, err = h.threads(ctx, pr, c.key); err != nil {
		return err
	}
	return c.bring(ctx, want, t.Comment == "recreate")
}

// bring does all that can be done, and is the first error.
func (c *conversation) bring(ctx context.Context, want []note, recreate bool) error {
	var failed error
	for _, n := range want {
		err := c.tell(ctx, n, recreate)
		if failed == nil {
			failed = err
		}
		if hopeless(err) {
			return failed
		}
	}
	for _, t := range c.have {
		if !c.reported[t.subject] {
			err := c.settle(ctx, t)
			if failed == nil {
				failed = err
			}
		}
	}
	if err := c.undouble(ctx); failed == nil {
		failed = err
	}
	return failed
}

// hopeless tells an error that every other write would get too.
func hopeless(err error) bool {
	status, _ := answer(err)
	return status == 0 || status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusTooManyRequests
}

// tell sees to it that the note's subject has one thread that says it.
func (c *conversation) tell(ctx context.Context, n note, recreate bool) error {
	live := c.live(n.subject)
	if len(live) == 0 {
		if slices.ContainsFunc(c.have, func(t *thread) bool { return t.subject == n.subject && t.unwanted(c.pr) }) {
			return nil
		}
		return c.open(ctx, n)
	}
	t := live[0]
	for _, double := range live[1:] {
		if err := c.remove(ctx, double); err != nil {
			return err
		}
	}
	if recreate && n.about != "" && t.marker["about"] != n.about && t.replies == 0 && !t.dismissed() && !t.newer(c.host.run.build) {
		if err := c.open(ctx, n); err != nil {
			return err
		}
		return c.remove(ctx, t)
	}
	return c.update(ctx, t, n)
}

// live are the threads of a subject that are not deleted, the oldest first.
func (c *conversation) live(subject string) []*thread {
	var list []*thread
	for _, t := range c.have {
		if t.subject == subject && !t.deleted {
			list = append(list, t)
		}
	}
	return list
}

// open posts a thread. Where nobody can tell whether the service has taken it, the threads are read again before it is repeated.
func (c *conversation) open(ctx context.Context, n note) error {
	id, err := c.post(ctx, n)
	if unclear(err) {
		again, listed := c.host.threads(ctx, c.pr, c.key)
		if listed != nil {
			return err
		}
		c.have = again
		if live := c.live(n.subject); len(live) > 0 {
			return nil
		}
		id, err = c.post(ctx, n)
	}
	if err == nil {
		c.made[id] = n
	}
	return err
}

// update makes a thread say the note, unless it does, a person has closed it, or a later build has written it.
func (c *conversation) update(ctx context.Context, t *thread, n note) error {
	if t.dismissed() || t.newer(c.host.run.build) {
		return nil
	}
	text := n.text
	if n.place.at != nil && !n.place.at.same(t.at) { // the thread stays on its lines, which a suggestion would replace
		text = n.plain
	}
	if t.marker["content"] != annotate.Digest(text) || t.marker["state"] != "open" {
		if err := c.rewrite(ctx, t, c.body(n.subject, n.about, text, "open")); err != nil {
			return err
		}
	}
	if t.status == git.CommentThreadStatusValues.Fixed && !t.deleted {
		return c.set(ctx, t, git.CommentThreadStatusValues.Active)
	}
	return nil
}

// settle marks a thread as fixed, once. The comment is written first: it holds the number of this build, by which an older build
// that ends later sees that it comes too late.
func (c *conversation) settle(ctx context.Context, t *thread) error {
	if t.deleted || t.dismissed() || t.newer(c.host.run.build) || t.status == git.CommentThreadStatusValues.Fixed {
		return nil
	}
	if t.marker["state"] != "fixed" {
		if err := c.rewrite(ctx, t, c.body(t.subject, t.marker["about"], settledText(c.host.run.build, t.text), "fixed")); err != nil {
			return err
		}
	}
	if t.deleted {
		return nil
	}
	return c.set(ctx, t, git.CommentThreadStatusValues.Fixed)
}

// undouble looks whether another run has opened threads on the same subjects at the same time. The older one stays, and says
// what the later build found.
func (c *conversation) undouble(ctx context.Context) error {
	if len(c.made) == 0 {
		return nil
	}
	var err error
	if c.have, err = c.host.threads(ctx, c.pr, c.key); err != nil {
		return err
	}
	for _, t := range c.have {
		n, ours := c.made[t.id]
		if !ours || t.deleted {
			continue
		}
		if oldest := c.live(t.subject)[0]; oldest != t {
			if err := c.remove(ctx, t); err != nil {
				return err
			}
			if err := c.update(ctx, oldest, n); err != nil {
				return err
			}
		}
	}
	return nil
}
