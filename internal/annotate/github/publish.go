package github

import (
	"context"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Publish tells a report: first what needs no permission, then what does. It returns no error: what could not be told is said in
// one line each, and the rest is told all the same.
func (h *Host) Publish(ctx context.Context, t *annotate.Telling) annotate.Told {
	if h.away == "" {
		h.tellRun(t)
	}
	var told annotate.Told
	if h.api == nil {
		return told
	}
	var pr *pull
	var err error
	if t.Comment != "off" || t.Suggest || t.Check || t.Upload || t.Patch == "pull-request" {
		pr, err = h.pull(ctx)
		h.refused(finding, err)
	}
	if pr != nil {
		if t.Comment != "off" {
			h.refused(commenting, h.comment(ctx, pr, t))
		}
		if t.Suggest {
			h.refused(suggesting, h.suggest(ctx, pr, t))
		}
	}
	if t.Check {
		h.refused(checking, h.check(ctx, pr, t))
	}
	if t.Upload {
		h.refused(uploading, h.upload(ctx, pr, t))
	}
	if t.Patch == "pull-request" {
		told.PullRequest, err = h.propose(ctx, pr, t)
		h.refused(proposing, err)
	}
	return told
}

// tellRun tells the run's own page, which takes no permission.
func (h *Host) tellRun(t *annotate.Telling) {
	left := 0
	if t.Annotate {
		left = h.annotate(t)
	}
	h.summarise(t, left)
}
