package azuretest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A Thread is one of a pull request's, as a test sees it.
type Thread struct {
	ID              int
	Status          string
	Deleted         bool
	File            string // with the slash in front; "" for a thread that stands on no file
	Line, End       int
	Offset, EndSpot int // the first and the last offset
	Tracking        int // the file's number, 0 without
	Properties      map[string]string
	Comments        []Comment
}

// A Comment of a thread; the first one is what opened it.
type Comment struct {
	Author, Content string
	Deleted         bool
}

type thread struct {
	id         int
	status     string
	updated    string
	properties map[string]string
	context    *threadContext
	tracking   json.RawMessage
	comments   []*comment
}

type comment struct {
	id              int
	author, content string
	deleted         bool
}

type position struct {
	Line   int `json:"line"`
	Offset int `json:"offset"`
}

type threadContext struct {
	FilePath       string    `json:"filePath"`
	RightFileStart *position `json:"rightFileStart"`
	RightFileEnd   *position `json:"rightFileEnd"`
}

// Threads are all threads of a pull request that were made here, the deleted ones too.
func (s *Server) Threads(pr int) []Thread {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Thread
	for _, t := range s.pull(pr).threads {
		v := Thread{ID: t.id, Status: t.status, Deleted: t.deleted(), Properties: t.properties}
		for _, c := range t.comments {
			v.Comments = append(v.Comments, Comment{c.author, c.content, c.deleted})
		}
		if t.context != nil {
			v.File, v.Line, v.End = t.context.FilePath, t.context.RightFileStart.Line, t.context.RightFileEnd.Line
			v.Offset, v.EndSpot = t.context.RightFileStart.Offset, t.context.RightFileEnd.Offset
		}
		var tracked struct{ ChangeTrackingID int }
		if json.Unmarshal(t.tracking, &tracked) == nil {
			v.Tracking = tracked.ChangeTrackingID
		}
		all = append(all, v)
	}
	return all
}

func (t *thread) deleted() bool {
	return !slices.ContainsFunc(t.comments, func(c *comment) bool { return !c.deleted })
}

// AddThread is a thread that another user opens, with any properties: a browser sets none, a program may.
func (s *Server) AddThread(pr int, author, content string, properties map[string]string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &thread{id: s.threadID(), status: "active", updated: s.now(), properties: properties, comments: []*comment{{1, author, content, false}}}
	p := s.pull(pr)
	p.threads = append(p.threads, t)
	return t.id
}

// AddExamples puts Microsoft's own example threads on a pull request.
func (s *Server) AddExamples(pr int) {
	for _, body := range Examples(s.t, "git.Pull Request Threads_List") {
		var all struct{ Value []json.RawMessage }
		if err := json.Unmarshal(body, &all); err != nil {
			s.t.Fatal(err)
		}
		s.pull(pr).foreign = append(s.pull(pr).foreign, all.Value...)
	}
}

// Reply answers in a thread.
func (s *Server) Reply(pr, thread int, author, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.pull(pr).find(thread)
	t.comments = append(t.comments, &comment{len(t.comments) + 1, author, content, false})
}

// SetStatus is a person's click.
func (s *Server) SetStatus(pr, thread int, status string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.pull(pr).find(thread)
	t.status, t.updated = status, s.now()
}

// Track moves a thread on a file with its line, as the service does when it is told the iteration that is looked at.
func (s *Server) Track(pr, thread, line int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.pull(pr).find(thread).context
	c.RightFileStart.Line, c.RightFileEnd.Line = line, line
}

// Delete deletes the first comment of a thread, as a person with the right to do so would.
func (s *Server) Delete(pr, thread int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.pull(pr).find(thread)
	t.comments[0].deleted, t.updated = true, s.now()
}

func (s *Server) threadID() int {
	n := 140
	for _, p := range s.pulls {
		n += len(p.threads)
	}
	return n + 1
}

func (p *pull) find(id int) *thread {
	if i := slices.IndexFunc(p.threads, func(t *thread) bool { return t.id == id }); i >= 0 {
		return p.threads[i]
	}
	return nil
}

func (s *Server) discuss(r *http.Request, pr *pull, p []string, body []byte) answer {
	if r.Method == http.MethodGet && len(p) == 0 {
		all := slices.Clone(pr.foreign)
		for _, t := range pr.threads {
			all = append(all, t.json())
		}
		return list(all)
	}
	if a, no := s.refuse("PullRequestContribute"); no {
		return a
	}
	if len(p) == 0 {
		return s.createThread(pr, body)
	}
	id, _ := strconv.Atoi(p[0])
	t := pr.find(id)
	if t == nil {
		return problem(http.StatusNotFound, "CommentThreadNotFoundException", "The comment thread does not exist.")
	}
	if len(p) == 3 && p[1] == "comments" {
		return s.changeComment(r, t, p[2], body)
	}
	var in struct{ Status string }
	if err := json.Unmarshal(body, &in); err != nil || in.Status == "" {
		return problem(http.StatusBadRequest, "ArgumentException", "a status is expected")
	}
	t.status, t.updated = in.Status, s.now() // nothing says that properties can be changed, so they stay
	return answer{http.StatusOK, "application/json; charset=utf-8", nil, t.json()}
}

func (s *Server) createThread(pr *pull, body []byte) answer {
	var in struct {
		Status                   string
		Comments                 []struct{ Content string }
		Properties               map[string]string
		ThreadContext            *threadContext
		PullRequestThreadContext json.RawMessage
	}
	if err := json.Unmarshal(body, &in); err != nil || len(in.Comments) != 1 {
		return problem(http.StatusBadRequest, "ArgumentException", "one comment is expected")
	}
	if a, no := refuseText(in.Comments[0].Content); no {
		return a
	}
	if c := in.ThreadContext; c != nil && (!strings.HasPrefix(c.FilePath, "/") || c.RightFileStart == nil || c.RightFileEnd == nil ||
		c.RightFileStart.Line < 1 || c.RightFileStart.Offset < 1 || c.RightFileEnd.Line < c.RightFileStart.Line || c.RightFileEnd.Offset < 1) {
		return problem(http.StatusBadRequest, "ArgumentException", "a thread on a file has a path from the root and both ends of its range, from 1 on")
	}
	t := &thread{
		id: s.threadID(), status: in.Status, updated: s.now(), properties: in.Properties, context: in.ThreadContext, tracking: in.PullRequestThreadContext,
		comments: []*comment{{1, ServiceID, in.Comments[0].Content, false}},
	}
	pr.threads = append(pr.threads, t)
	return answer{http.StatusOK, "application/json; charset=utf-8", nil, t.json()}
}

func refuseText(text string) (answer, bool) {
	if long(text, 150_000) {
		return problem(http.StatusBadRequest, "DiscussionCommentTooLongException", "A discussion comment cannot be longer than 150000 characters."), true
	}
	return answer{}, false
}

func (s *Server) changeComment(r *http.Request, t *thread, number string, body []byte) answer {
	id, _ := strconv.Atoi(number)
	i := slices.IndexFunc(t.comments, func(c *comment) bool { return c.id == id })
	if i < 0 || t.comments[i].deleted {
		return problem(http.StatusNotFound, "CommentNotFoundException", "The comment does not exist.")
	}
	c := t.comments[i]
	if c.author != ServiceID {
		return problem(http.StatusForbidden, "CommentCannotBeUpdatedException", "TF400813: only the author may change a comment.")
	}
	t.updated = s.now()
	if r.Method == http.MethodDelete {
		c.deleted = true
		return answer{status: http.StatusOK, kind: "text/plain"}
	}
	var in struct{ Content string }
	if err := json.Unmarshal(body, &in); err != nil {
		return problem(http.StatusBadRequest, "ArgumentException", err.Error())
	}
	if a, no := refuseText(in.Content); no {
		return a
	}
	c.content = in.Content
	return ok(c.json())
}
