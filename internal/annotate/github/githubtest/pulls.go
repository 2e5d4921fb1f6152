package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A PullRequest is one as it stands.
type PullRequest struct {
	Number      int
	Title, Body string
	Author      string
	Head        string // "fix", or "mallory:fix" in a fork
	HeadSHA     string
	Base        string
	State       string // open or closed
	Merged      bool
	Draft       bool
}

type pull struct {
	PullRequest
	headRepo *repository
	headRef  string
	merge    string // the test merge, made when it is asked for
	bare     map[string]bool
}

// Pull opens a pull request of somebody called "ada" and is its number. The head is "fix", or "mallory:fix" for a fork.
func (s *Server) Pull(head, base string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	author := "ada"
	if r, _ := s.branch(head); r.owner != Owner {
		author = r.owner
	}
	return s.open(PullRequest{Title: "Change " + head, Author: author, Head: head, Base: base}).Number
}

// open numbers pull requests from 1; issues share the numbers on GitHub, but this server has none.
func (s *Server) open(pr PullRequest) *pull {
	r, ref := s.branch(pr.Head)
	sha := r.refs["refs/heads/"+ref]
	if sha == "" || s.repos[Owner].refs["refs/heads/"+pr.Base] == "" {
		s.t.Fatalf("githubtest: a pull request needs branches that exist: %q and %q", pr.Head, pr.Base)
	}
	pr.Number, pr.State, pr.HeadSHA = len(s.pulls)+1, "open", sha
	p := &pull{PullRequest: pr, headRepo: r, headRef: ref, bare: map[string]bool{}}
	s.pulls = append(s.pulls, p)
	return p
}

func (s *Server) pull(n int64) *pull {
	if n < 1 || n > int64(len(s.pulls)) {
		return nil
	}
	return s.pulls[n-1]
}

// ClosePull closes a pull request; Merge puts it into its base first.
func (s *Server) ClosePull(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[n-1].State = "closed"
}

// Merge merges a pull request and closes it.
func (s *Server) Merge(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pulls[n-1]
	sha := s.mergeOf(p)
	p.State, p.Merged = "closed", true
	s.setRef(s.repos[Owner], "refs/heads/"+p.Base, sha)
	p.merge = sha
}

// WithoutPatch leaves out the patch of a file, as GitHub does where the file or the whole is too large.
func (s *Server) WithoutPatch(n int, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[n-1].bare[path] = true
}

// ForbidPullRequests is the setting of a repository that keeps Actions from opening pull requests, whatever its permissions are.
func (s *Server) ForbidPullRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noPulls = true
}

// PullRequests are all pull requests, the closed ones too.
func (s *Server) PullRequests() []PullRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []PullRequest
	for _, p := range s.pulls {
		list = append(list, p.PullRequest)
	}
	return list
}

// mergeOf is the commit that GitHub tests: the head's changes on top of the base. A file that both changed is the head's.
func (s *Server) mergeOf(p *pull) string {
	if p.merge != "" {
		return p.merge
	}
	base := s.repos[Owner].refs["refs/heads/"+p.Base]
	all := s.filesOf(base)
	head := s.filesOf(p.HeadSHA)
	for _, c := range s.changes(s.mergeBase(base, p.HeadSHA), p.HeadSHA) {
		if e, ok := head[c.path]; ok {
			all[c.path] = e
		} else {
			delete(all, c.path)
		}
	}
	by := signature{Name: "GitHub", Email: "noreply@github.example", Date: s.now()}
	p.merge = s.putCommit(commit{tree: s.tree(all), parents: []string{base, p.HeadSHA}, author: by, committer: by,
		message: fmt.Sprintf("Merge %s into %s", p.HeadSHA, base)})
	return p.merge
}

// diff is what a pull request changes, since its head left the base.
func (s *Server) diff(p *pull) []change {
	base := s.repos[Owner].refs["refs/heads/"+p.Base]
	list := s.changes(s.mergeBase(base, p.HeadSHA), p.HeadSHA)
	for i := range list {
		if p.bare[list[i].path] {
			list[i].patch = ""
		}
	}
	return list
}

func (s *Server) listPulls(c *call) answer {
	q := c.URL.Query()
	state := q.Get("state")
	if state == "" {
		state = "open"
	}
	list := []fields{}
	for _, p := range slices.Backward(s.pulls) {
		label := p.headRepo.owner + ":" + p.headRef
		if state != "all" && p.State != state || q.Get("base") != "" && q.Get("base") != p.Base ||
			strings.Contains(q.Get("head"), ":") && q.Get("head") != label { // a head without an owner is overlooked
			continue
		}
		list = append(list, s.pullJSON(p, false))
	}
	if q.Get("direction") == "asc" {
		slices.Reverse(list)
	}
	return ok(page(c, list))
}

func (s *Server) getPull(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	return ok(s.pullJSON(p, true))
}

func (s *Server) createPull(c *call) answer {
	var in struct {
		Title, Head, Base, Body string
		Draft                   bool
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if s.noPulls && bot(c.by.login) {
		return refuse(http.StatusForbidden, "GitHub Actions is not permitted to create or approve pull requests.")
	}
	if a, bad := s.badPull(in.Head, in.Base, in.Body); bad {
		return a
	}
	head := strings.TrimPrefix(in.Head, Owner+":")
	p := s.open(PullRequest{Title: in.Title, Body: in.Body, Author: c.by.login, Head: head, Base: in.Base, Draft: in.Draft})
	return created(s.pullJSON(p, true))
}

func (s *Server) badPull(head, base, body string) (answer, bool) {
	r, ref := s.branch(head)
	from, to := r.refs["refs/heads/"+ref], s.repos[Owner].refs["refs/heads/"+base]
	switch {
	case tooLong(body):
		return invalid("PullRequest", "body", tooLongMessage), true
	case from == "":
		return refuse(http.StatusUnprocessableEntity, "Validation Failed", fields{"resource": "PullRequest", "field": "head", "code": "invalid"}), true
	case to == "":
		return refuse(http.StatusUnprocessableEntity, "Validation Failed", fields{"resource": "PullRequest", "field": "base", "code": "invalid"}), true
	case s.ancestors(to)[from]:
		return refuse(http.StatusUnprocessableEntity, "Validation Failed",
			fields{"resource": "PullRequest", "code": "custom", "message": fmt.Sprintf("No commits between %s and %s", base, head)}), true
	}
	for _, p := range s.pulls {
		if p.State == "open" && p.headRepo == r && p.headRef == ref && p.Base == base {
			return refuse(http.StatusUnprocessableEntity, "Validation Failed", fields{"resource": "PullRequest", "code": "custom",
				"message": fmt.Sprintf("A pull request already exists for %s:%s.", r.owner, ref)}), true
		}
	}
	return answer{}, false
}

func (s *Server) updatePull(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	var in struct{ Title, Body, State, Base *string }
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if in.Body != nil && tooLong(*in.Body) {
		return invalid("PullRequest", "body", tooLongMessage)
	}
	for _, f := range []struct{ to, from *string }{{&p.Title, in.Title}, {&p.Body, in.Body}, {&p.State, in.State}, {&p.Base, in.Base}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	return ok(s.pullJSON(p, true))
}
