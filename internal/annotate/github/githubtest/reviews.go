package githubtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A Review is a review of a pull request; its comments are among ReviewComments.
type Review struct {
	ID       int64
	Pull     int
	Author   string
	Body     string
	State    string // COMMENTED, APPROVED, CHANGES_REQUESTED, PENDING
	CommitID string
	created  time.Time
}

// Reviews are the reviews of a pull request, the oldest first.
func (s *Server) Reviews(n int) []Review {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Review
	for _, r := range s.reviews {
		if r.Pull == n {
			list = append(list, *r)
		}
	}
	return list
}

var reviewStates = map[string]string{"": "PENDING", "COMMENT": "COMMENTED", "APPROVE": "APPROVED", "REQUEST_CHANGES": "CHANGES_REQUESTED"}

// createReview refuses the whole review for one bad comment, and does not say which.
func (s *Server) createReview(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	var in struct {
		CommitID string `json:"commit_id"`
		Body     string
		Event    string
		Comments []spot
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if in.CommitID == "" {
		in.CommitID = p.HeadSHA
	}
	var problems []string
	switch {
	case tooLong(in.Body):
		problems = append(problems, tooLongMessage)
	case in.Event == "COMMENT" && in.Body == "" && len(in.Comments) == 0, in.Event == "REQUEST_CHANGES" && in.Body == "":
		problems = append(problems, "Review body can't be blank")
	case in.Event == "APPROVE" && bot(c.by.login) && s.noPulls:
		return refuse(http.StatusForbidden, "GitHub Actions is not permitted to create or approve pull requests.")
	case p.Author == c.by.login && (in.Event == "APPROVE" || in.Event == "REQUEST_CHANGES"):
		problems = append(problems, "Can not "+strings.ToLower(strings.ReplaceAll(in.Event, "_", " "))+" on your own pull request")
	}
	for i := range in.Comments {
		in.Comments[i].CommitID = in.CommitID
		if bad := s.badSpot(p, &in.Comments[i]); len(bad) > 0 {
			problems = append(problems, sentence(bad))
			break
		}
	}
	if len(problems) > 0 {
		return refuse(http.StatusUnprocessableEntity, "Unprocessable Entity", problems[0])
	}
	r := s.addReview(p, c.by.login, in.Body, reviewStates[in.Event])
	for _, one := range in.Comments {
		s.addRemark(p, r, one)
	}
	return ok(s.reviewJSON(r))
}

// sentence is GitHub's way to say several problems of a review in one line.
func sentence(bad []problem) string {
	var parts []string
	for _, b := range bad {
		parts = append(parts, "Pull request review thread "+strings.ReplaceAll(b.field, "_", " ")+" "+b.message)
	}
	switch n := len(parts); n {
	case 1:
		return parts[0]
	case 2:
		return parts[0] + " and " + parts[1]
	default:
		return strings.Join(parts[:n-1], ", ") + ", and " + parts[n-1]
	}
}

func (s *Server) addReview(p *pull, login, body, state string) *Review {
	r := &Review{ID: s.id(), Pull: p.Number, Author: login, Body: body, State: state, CommitID: p.HeadSHA, created: s.now()}
	s.reviews = append(s.reviews, r)
	return r
}

func (s *Server) review(c *call) *Review {
	for _, r := range s.reviews {
		if r.ID == c.number("id") && int64(r.Pull) == c.number("n") {
			return r
		}
	}
	return nil
}

func (s *Server) listReviews(c *call) answer {
	if s.pull(c.number("n")) == nil {
		return notFound
	}
	list := []fields{}
	for _, r := range s.reviews {
		if int64(r.Pull) == c.number("n") {
			list = append(list, s.reviewJSON(r))
		}
	}
	return ok(page(c, list))
}

func (s *Server) getReview(c *call) answer {
	if r := s.review(c); r != nil {
		return ok(s.reviewJSON(r))
	}
	return notFound
}

func (s *Server) updateReview(c *call) answer {
	r := s.review(c)
	if r == nil {
		return notFound
	}
	body, refusal, fits := c.text("PullRequestReview")
	if !fits {
		return refusal
	}
	r.Body = body
	return ok(s.reviewJSON(r))
}

func (s *Server) reviewJSON(r *Review) fields {
	page := fmt.Sprintf("%s/%s/%s/pull/%d#pullrequestreview-%d", s.URL, Owner, Name, r.Pull, r.ID)
	pull := fmt.Sprintf("%s/repos/%s/%s/pulls/%d", s.APIURL(), Owner, Name, r.Pull)
	return fields{
		"id": r.ID, "node_id": fmt.Sprintf("PRR_%d", r.ID), "user": s.user(r.Author), "body": r.Body, "state": r.State, "commit_id": r.CommitID,
		"html_url": page, "pull_request_url": pull, "author_association": "CONTRIBUTOR", "submitted_at": stamp(r.created),
		"_links": fields{"html": fields{"href": page}, "pull_request": fields{"href": pull}},
	}
}
