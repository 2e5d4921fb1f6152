package github

import (
	"context"
	"fmt"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// An offer is a suggestion as it stands on the pull request: a review comment of the token's own, of an earlier run or another job.
type offer struct {
	id      int64
	fix     string
	line    int  // 0 where it is outdated: the lines that it stood at are no longer those of the diff
	mine    bool // of this job
	settled bool // its text says that it is over
}

// offers lists the suggestions on the pull request that the token's own user wrote. A marker alone proves nothing: anybody can
// write one.
func (s *suggester) offers(ctx context.Context) ([]offer, error) {
	comments, err := everyPage(func(o gh.ListOptions) ([]*gh.PullRequestComment, *gh.Response, error) {
		return s.ListComments(ctx, s.run.owner, s.run.repo, s.pr.number, &gh.PullRequestListCommentsOptions{ListOptions: o})
	})
	if err != nil {
		return nil, fmt.Errorf("listing the review comments of pull request %d: %w", s.pr.number, err)
	}
	var list []offer
	for _, c := range comments {
		m, ok := annotate.ReadMarker(c.GetBody())
		if ok && m["part"] == suggestionPart && s.own(ctx, c.GetUser()) {
			list = append(list, offer{c.GetID(), m["fix"], c.GetLine(), m["key"] == s.key, m["state"] == settledState})
		}
	}
	return list, nil
}

// A difference is what has to be written so that what is there becomes what is wanted.
type difference struct {
	missing [][]suggestion   // by fix
	again   map[int64]string // settled comments that are wanted after all, and their text
	stale   []offer          // of this job and no longer wanted
}

// compare finds for each wanted suggestion one offer that makes it. That of another job will do: jobs of a matrix fail alike.
func compare(fixes [][]suggestion, there []offer) difference {
	d := difference{again: map[int64]string{}}
	used := map[int64]bool{}
	for _, fix := range fixes {
		var missing []suggestion
		for _, part := range fix {
			o := match(part, there, used)
			if o == nil {
				missing = append(missing, part)
				continue
			}
			used[o.id] = true
			if o.settled {
				d.again[o.id] = part.body
			}
		}
		if len(missing) > 0 {
			d.missing = append(d.missing, missing)
		}
	}
	for _, o := range there {
		if o.mine && !o.settled && !used[o.id] {
			d.stale = append(d.stale, o)
		}
	}
	return d
}

// match is an offer of part that is not outdated, best one of this job. A settled one of another job may not be written to.
func match(part suggestion, there []offer, used map[int64]bool) *offer {
	var other *offer
	for i := range there {
		o := &there[i]
		if o.fix != part.fix || o.line == 0 || used[o.id] {
			continue
		}
		if o.mine {
			return o
		}
		if !o.settled {
			other = o
		}
	}
	return other
}
