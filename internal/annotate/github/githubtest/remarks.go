package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A ReviewComment is a comment on lines of a pull request's diff.
type ReviewComment struct {
	ID        int64
	Pull      int
	Review    int64
	InReplyTo int64
	Author    string
	Body      string
	Path      string
	Line      int // at the pull request's head now; 0 where it is outdated or on the whole file
	StartLine int // 0 for one line
	Side      string
	CommitID  string // that it was written on
	Outdated  bool   // the lines have changed since, or left the diff
	Resolved  bool   // its thread is
	Minimized string

	line, start      int // at CommitID
	startSide, hunk  string
	position         int
	created, updated time.Time
}

// ReviewComments are the comments on the diff of a pull request, the oldest first.
func (s *Server) ReviewComments(n int) []ReviewComment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []ReviewComment
	for _, c := range s.remarks {
		if c.Pull == n {
			s.follow(c)
			list = append(list, *c)
		}
	}
	return list
}

func (s *Server) addRemark(p *pull, r *Review, at spot) *ReviewComment {
	now := s.now()
	c := &ReviewComment{ID: s.id(), Pull: p.Number, Review: r.ID, InReplyTo: at.InReplyTo, Author: r.Author, Body: at.Body, Path: at.Path,
		Line: at.Line, StartLine: at.StartLine, line: at.Line, start: at.StartLine, Side: at.Side, startSide: at.StartSide,
		CommitID: at.CommitID, hunk: at.hunk, created: now, updated: now}
	if l, ok := place(at.hunk, at.Side, at.Line); ok {
		c.position = l.position
	}
	s.remarks = append(s.remarks, c)
	return c
}

// follow finds the lines of a comment at the head as it is now. They are lost when they have changed or are no longer in the diff.
func (s *Server) follow(c *ReviewComment) {
	p := s.pulls[c.Pull-1]
	if c.line == 0 || c.Side == "LEFT" {
		return
	}
	text := func(sha string) string { return s.objects[s.filesOf(sha)[c.Path].sha].data }
	before, after := text(c.CommitID), text(p.HeadSHA)
	c.Line, c.StartLine, c.position = moved(before, after, c.line), 0, 0
	if c.start != 0 {
		c.StartLine = moved(before, after, c.start)
	}
	lost := c.Line == 0 || c.start != 0 && (c.StartLine == 0 || c.Line-c.StartLine != c.line-c.start)
	if i := slices.IndexFunc(s.diff(p), func(one change) bool { return one.path == c.Path }); i < 0 {
		lost = true
	} else if l, ok := place(s.diff(p)[i].patch, c.Side, c.Line); ok {
		c.position = l.position
	} else {
		lost = true
	}
	if c.Outdated = lost; lost {
		c.Line, c.StartLine, c.position = 0, 0, 0
	}
}

func (s *Server) remark(id int64) *ReviewComment {
	for _, c := range s.remarks {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *Server) listRemarks(c *call) answer {
	if s.pull(c.number("n")) == nil {
		return notFound
	}
	list := []fields{}
	for _, one := range s.remarks {
		if int64(one.Pull) == c.number("n") {
			list = append(list, s.remarkJSON(one))
		}
	}
	if c.URL.Query().Get("direction") == "desc" && c.URL.Query().Get("sort") != "" {
		slices.Reverse(list)
	}
	return ok(page(c, list))
}

func (s *Server) listReviewRemarks(c *call) answer {
	r := s.review(c)
	if r == nil {
		return notFound
	}
	list := []fields{}
	for _, one := range s.remarks {
		if one.Review == r.ID {
			list = append(list, s.remarkJSON(one))
		}
	}
	return ok(page(c, list))
}

func (s *Server) getRemark(c *call) answer {
	if found := s.remark(c.number("id")); found != nil {
		return ok(s.remarkJSON(found))
	}
	return notFound
}

func (s *Server) createRemark(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	var in spot
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if in.InReplyTo != 0 {
		return s.reply(c, p, in.InReplyTo, in.Body)
	}
	if bad := s.badSpot(p, &in); len(bad) > 0 {
		var problems []any
		for _, b := range bad {
			field := "pull_request_review_thread." + b.field
			problems = append(problems, fields{"resource": "PullRequestReviewComment", "code": "custom", "field": field, "message": field + " " + b.message})
		}
		return refuse(http.StatusUnprocessableEntity, "Validation Failed", problems...)
	}
	return created(s.remarkJSON(s.addRemark(p, s.addReview(p, c.by.login, "", "COMMENTED"), in)))
}

func (s *Server) replyRemark(c *call) answer {
	p := s.pull(c.number("n"))
	body, refusal, fits := c.text("PullRequestReviewComment")
	switch {
	case p == nil:
		return notFound
	case !fits:
		return refusal
	}
	return s.reply(c, p, c.number("id"), body)
}

func (s *Server) reply(c *call, p *pull, to int64, body string) answer {
	first := s.remark(to)
	if first == nil || first.Pull != p.Number {
		return notFound
	}
	at := spot{Path: first.Path, Body: body, Line: first.line, Side: first.Side, StartLine: first.start, StartSide: first.startSide,
		CommitID: first.CommitID, InReplyTo: first.ID, hunk: first.hunk}
	return created(s.remarkJSON(s.addRemark(p, s.addReview(p, c.by.login, "", "COMMENTED"), at)))
}

func (s *Server) updateRemark(c *call) answer {
	found := s.remark(c.number("id"))
	if found == nil {
		return notFound
	}
	body, refusal, fits := c.text("PullRequestReviewComment")
	if !fits {
		return refusal
	}
	found.Body, found.updated = body, s.now()
	return ok(s.remarkJSON(found))
}

func (s *Server) removeRemark(c *call) answer {
	if s.remark(c.number("id")) == nil {
		return notFound
	}
	s.remarks = slices.DeleteFunc(s.remarks, func(one *ReviewComment) bool { return one.ID == c.number("id") })
	return answer{status: http.StatusNoContent}
}

func (s *Server) remarkJSON(c *ReviewComment) fields {
	s.follow(c)
	p := s.pulls[c.Pull-1]
	page := fmt.Sprintf("%s/%s/%s/pull/%d#discussion_r%d", s.URL, Owner, Name, c.Pull, c.ID)
	api := fmt.Sprintf("%s/repos/%s/%s/pulls", s.APIURL(), Owner, Name)
	at := p.HeadSHA
	if c.Outdated {
		at = c.CommitID
	}
	v := fields{
		"id": c.ID, "node_id": fmt.Sprintf("PRRC_%d", c.ID), "url": fmt.Sprintf("%s/comments/%d", api, c.ID), "html_url": page,
		"pull_request_url": fmt.Sprintf("%s/%d", api, c.Pull), "pull_request_review_id": c.Review, "user": s.user(c.Author), "body": c.Body,
		"path": c.Path, "diff_hunk": c.hunk, "commit_id": at, "original_commit_id": c.CommitID, "side": c.Side,
		"line": orNull(c.Line), "start_line": orNull(c.StartLine), "position": orNull(c.position), "original_line": c.line,
		"original_start_line": orNull(c.start), "start_side": nil, "subject_type": "line", "author_association": "CONTRIBUTOR",
		"created_at": stamp(c.created), "updated_at": stamp(c.updated),
		"_links": fields{"self": fields{"href": fmt.Sprintf("%s/comments/%d", api, c.ID)}, "html": fields{"href": page},
			"pull_request": fields{"href": fmt.Sprintf("%s/%d", api, c.Pull)}},
	}
	if c.InReplyTo != 0 {
		v["in_reply_to_id"] = c.InReplyTo
	}
	if c.start != 0 {
		v["start_side"] = c.startSide
	}
	if c.line == 0 {
		v["subject_type"] = "file"
	}
	return v
}

// orNull is how a line that does not exist is sent.
func orNull(n int) any {
	if n == 0 {
		return nil
	}
	return n
}
