package azuretest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// A pull is a pull request.
type pull struct {
	id                 int
	source, target     string // refs/heads/…
	title, description string
	status             string // active, abandoned, completed
	base               string // the commit that both branches come from
	fork               bool
	iterations         []iteration
	tracking           map[string]int // by path, the same through all iterations
	threads            []*thread
	foreign            []json.RawMessage // of others, answered as they are
	statuses           []map[string]any
}

type iteration struct{ commit, created string }

// A PullRequest is what a test may ask of one.
type PullRequest struct {
	ID                                         int
	Source, Target, Title, Description, Status string
}

// Pull opens a pull request of a person's and is its number.
func (s *Server) Pull(source, target string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open("refs/heads/"+source, "refs/heads/"+target, "a person's", "").id
}

func (s *Server) open(source, target, title, description string) *pull {
	tip := s.branches[strings.TrimPrefix(source, "refs/heads/")]
	p := &pull{
		id: 22 + len(s.pulls), source: source, target: target, title: title, description: description, status: "active",
		base: s.branches[strings.TrimPrefix(target, "refs/heads/")], iterations: []iteration{{tip, s.now()}}, tracking: map[string]int{},
	}
	s.pulls = append(s.pulls, p)
	return p
}

// Close sets a pull request to abandoned or completed.
func (s *Server) Close(pr int, status string) { s.pull(pr).status = status }

// Drop forgets a pull request, as if only its branch had ever been pushed.
func (s *Server) Drop(pr int) {
	s.pulls = slices.DeleteFunc(s.pulls, func(p *pull) bool { return p.id == pr })
}

// FromFork makes a pull request one from a fork.
func (s *Server) FromFork(pr int) { s.pull(pr).fork = true }

// PullRequests are all of them, in the order they were opened.
func (s *Server) PullRequests() []PullRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []PullRequest
	for _, p := range s.pulls {
		all = append(all, PullRequest{p.id, p.source, p.target, p.title, p.description, p.status})
	}
	return all
}

// A Status is one that was set on a pull request.
type Status struct {
	State, Description, Genre, Name, TargetURL string
	Iteration                                  int
}

// Statuses are a pull request's, in the order they were set.
func (s *Server) Statuses(pr int) []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Status
	for _, m := range s.pull(pr).statuses {
		c, _ := m["context"].(map[string]any)
		n, _ := m["iterationId"].(float64)
		all = append(all, Status{fmt.Sprint(m["state"]), fmt.Sprint(m["description"]), fmt.Sprint(c["genre"]), fmt.Sprint(c["name"]), fmt.Sprint(m["targetUrl"]), int(n)})
	}
	return all
}

func (s *Server) pull(id int) *pull {
	if i := slices.IndexFunc(s.pulls, func(p *pull) bool { return p.id == id }); i >= 0 {
		return s.pulls[i]
	}
	return nil
}

func (s *Server) pullRequests(r *http.Request, p []string, body []byte) answer {
	if len(p) == 0 {
		if r.Method == http.MethodPost {
			return s.createPull(body)
		}
		return s.search(r)
	}
	id, _ := strconv.Atoi(p[0])
	pr := s.pull(id)
	if pr == nil {
		return problem(http.StatusNotFound, "GitPullRequestNotFoundException", "TF401180: The requested pull request was not found.")
	}
	if len(p) == 1 {
		return ok(s.describe(pr))
	}
	switch p[1] {
	case "iterations":
		return s.iterate(pr, p[2:])
	case "statuses":
		return s.statusOf(r, pr, body)
	case "threads":
		return s.discuss(r, pr, p[2:], body)
	}
	return missing("The resource " + r.URL.Path)
}

func (s *Server) describe(p *pull) map[string]any {
	last := p.iterations[len(p.iterations)-1].commit
	m := map[string]any{
		"pullRequestId": p.id, "codeReviewId": p.id, "status": p.status, "title": p.title, "description": p.description, "sourceRefName": p.source, "targetRefName": p.target,
		"supportsIterations": true, "isDraft": false, "createdBy": identity(PersonID), "creationDate": p.iterations[0].created, "mergeStatus": "succeeded",
		"lastMergeSourceCommit": map[string]any{"commitId": last}, "lastMergeTargetCommit": map[string]any{"commitId": p.base}, "reviewers": []any{}, "labels": nil,
	}
	if p.fork {
		m["forkSource"] = map[string]any{"name": p.source, "repository": map[string]any{"id": "75055255-180d-40f6-819c-5dd61686a788", "name": "fork"}}
	}
	return m
}

func (s *Server) search(r *http.Request) answer {
	q := r.URL.Query()
	var all []map[string]any
	for _, p := range slices.Backward(s.pulls) {
		source, target, status := q.Get("searchCriteria.sourceRefName"), q.Get("searchCriteria.targetRefName"), q.Get("searchCriteria.status")
		if (source == "" || source == p.source) && (target == "" || target == p.target) && (status == "all" || status == p.status || status == "" && p.status == "active") {
			all = append(all, s.describe(p))
		}
	}
	return list(all)
}

func (s *Server) createPull(body []byte) answer {
	if a, no := s.refuse("PullRequestContribute"); no {
		return a
	}
	var in struct{ SourceRefName, TargetRefName, Title, Description string }
	if err := json.Unmarshal(body, &in); err != nil {
		return problem(http.StatusBadRequest, "VssPropertyValidationException", err.Error())
	}
	if long(in.Description, 4000) {
		return problem(http.StatusBadRequest, "InvalidArgumentValueException", "Invalid argument value. Parameter name: A description for a pull request must not be longer than 4000 characters.")
	}
	if in.Title == "" || s.branches[strings.TrimPrefix(in.SourceRefName, "refs/heads/")] == "" {
		return problem(http.StatusBadRequest, "GitPullRequestException", "TF401398: The pull request cannot be activated because the source and/or the target branch no longer exists.")
	}
	for _, p := range s.pulls {
		if p.status == "active" && p.source == in.SourceRefName && p.target == in.TargetRefName {
			return problem(http.StatusConflict, "GitPullRequestExistsException", "TF401179: An active pull request for the source and target branch already exists.")
		}
	}
	return data(http.StatusCreated, s.describe(s.open(in.SourceRefName, in.TargetRefName, in.Title, in.Description)))
}

// long counts as the service does, in UTF-16 units.
func long(text string, limit int) bool { return len(utf16.Encode([]rune(text))) > limit }

// iterate answers the iterations, or the changes of one against the commit that both branches come from.
func (s *Server) iterate(pr *pull, p []string) answer {
	var all []map[string]any
	for i, it := range pr.iterations {
		all = append(all, map[string]any{
			"id": i + 1, "createdDate": it.created, "updatedDate": it.created, "author": identity(PersonID), "reason": "push",
			"sourceRefCommit": map[string]any{"commitId": it.commit}, "targetRefCommit": map[string]any{"commitId": pr.base}, "commonRefCommit": map[string]any{"commitId": pr.base},
		})
	}
	if len(p) == 0 {
		return list(all)
	}
	n, _ := strconv.Atoi(p[0])
	if n < 1 || n > len(all) || len(p) != 2 {
		return problem(http.StatusNotFound, "CodeReviewIterationNotFoundException", "The iteration does not exist.")
	}
	return ok(map[string]any{"changeEntries": s.entries(pr, s.commits[pr.iterations[n-1].commit])})
}

func (s *Server) entries(pr *pull, head *commit) []any {
	entries := []any{}
	base := s.commits[pr.base].files
	for _, path := range slices.Sorted(maps.Keys(head.files)) {
		was, existed := base[path]
		if existed && was == head.files[path] {
			continue
		}
		if pr.tracking[path] == 0 {
			pr.tracking[path] = len(pr.tracking) + 1
		}
		kind := "edit"
		if !existed {
			kind = "add"
		}
		entries = append(entries, map[string]any{
			"changeTrackingId": pr.tracking[path], "changeId": len(entries) + 1, "changeType": kind, "item": map[string]any{"objectId": zeros, "path": "/" + path},
		})
	}
	return entries
}

func (s *Server) statusOf(r *http.Request, pr *pull, body []byte) answer {
	if r.Method == http.MethodGet {
		return list(pr.statuses)
	}
	if a, no := s.refuse("PullRequestContribute"); no {
		return a
	}
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return problem(http.StatusBadRequest, "VssPropertyValidationException", err.Error())
	}
	m["id"], m["creationDate"], m["createdBy"] = len(pr.statuses)+1, s.now(), identity(ServiceID)
	pr.statuses = append(pr.statuses, m)
	return ok(m)
}
