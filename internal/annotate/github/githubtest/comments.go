package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// A Comment is a comment in the conversation of a pull request.
type Comment struct {
	ID        int64
	Pull      int
	Author    string
	Body      string
	Minimized string // the classifier that it was hidden with: "OUTDATED"; "" while it is shown
	Created   time.Time
	Updated   time.Time
}

const tooLongMessage = "Body is too long (maximum is 65536 characters)"

// tooLong is GitHub's limit for comments, reviews and descriptions, in characters.
func tooLong(body string) bool { return utf8.RuneCountInString(body) > 65536 }

// Comments are the comments of a pull request, the oldest first.
func (s *Server) Comments(n int) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Comment
	for _, c := range s.comments {
		if c.Pull == n {
			list = append(list, *c)
		}
	}
	return list
}

// AddComment is a comment by somebody, and its id.
func (s *Server) AddComment(n int, login, body string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addComment(n, login, body).ID
}

func (s *Server) addComment(n int, login, body string) *Comment {
	now := s.now()
	c := &Comment{ID: s.id(), Pull: n, Author: login, Body: body, Created: now, Updated: now}
	s.comments = append(s.comments, c)
	return c
}

// DeleteComment takes a comment away as a person would, in the conversation or in a review.
func (s *Server) DeleteComment(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comments = slices.DeleteFunc(s.comments, func(c *Comment) bool { return c.ID == id })
	s.remarks = slices.DeleteFunc(s.remarks, func(c *ReviewComment) bool { return c.ID == id })
}

func (s *Server) comment(id int64) *Comment {
	for _, c := range s.comments {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *Server) listComments(c *call) answer {
	if s.pull(c.number("n")) == nil {
		return notFound
	}
	list := []fields{}
	for _, one := range s.comments {
		if int64(one.Pull) == c.number("n") {
			list = append(list, s.commentJSON(one))
		}
	}
	return ok(page(c, list))
}

func (s *Server) getComment(c *call) answer {
	found := s.comment(c.number("id"))
	if found == nil {
		return notFound
	}
	return ok(s.commentJSON(found))
}

// body reads the one field of a comment.
func (c *call) text(resource string) (string, answer, bool) {
	var in struct{ Body string }
	if err := c.read(&in); err != nil {
		return "", refuse(http.StatusBadRequest, "Problems parsing JSON"), false
	}
	switch {
	case in.Body == "":
		return "", invalid(resource, "body", "Body can't be blank"), false
	case tooLong(in.Body):
		return "", invalid(resource, "data", tooLongMessage), false
	}
	return in.Body, answer{}, true
}

func (s *Server) createComment(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	body, refusal, fits := c.text("IssueComment")
	if !fits {
		return refusal
	}
	return created(s.commentJSON(s.addComment(p.Number, c.by.login, body)))
}

func (s *Server) updateComment(c *call) answer {
	found := s.comment(c.number("id"))
	if found == nil {
		return notFound
	}
	body, refusal, fits := c.text("IssueComment")
	if !fits {
		return refusal
	}
	found.Body, found.Updated = body, s.now()
	return ok(s.commentJSON(found))
}

func (s *Server) removeComment(c *call) answer {
	if s.comment(c.number("id")) == nil {
		return notFound
	}
	s.comments = slices.DeleteFunc(s.comments, func(one *Comment) bool { return one.ID == c.number("id") })
	return answer{status: http.StatusNoContent}
}

func (s *Server) commentJSON(c *Comment) fields {
	api := fmt.Sprintf("%s/repos/%s/%s/issues", s.APIURL(), Owner, Name)
	v := fields{
		"id": c.ID, "node_id": fmt.Sprintf("IC_%d", c.ID), "url": fmt.Sprintf("%s/comments/%d", api, c.ID),
		"html_url":  fmt.Sprintf("%s/%s/%s/pull/%d#issuecomment-%d", s.URL, Owner, Name, c.Pull, c.ID),
		"issue_url": fmt.Sprintf("%s/%d", api, c.Pull), "user": s.user(c.Author), "body": c.Body,
		"created_at": stamp(c.Created), "updated_at": stamp(c.Updated), "author_association": "CONTRIBUTOR", "performed_via_github_app": nil,
	}
	return v
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
