package azuretest

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const zeros = "0000000000000000000000000000000000000000"

// A commit is a whole tree of files.
type commit struct {
	id, parent, comment, pusher string
	files                       map[string]string // by path without a slash in front
	links                       map[string]bool   // of them symbolic links
}

// Commit puts a commit on a branch, which may be new: the files that are given change, or are removed where their text is "-".
// A branch that is new begins at main.
func (s *Server) Commit(branch string, files map[string]string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	parent := s.branches[branch]
	if parent == "" {
		parent = s.branches["main"]
	}
	c := s.add(parent, "a person's commit", PersonID, files)
	s.move(branch, c)
	return c
}

// DeleteBranch is a person's, after a merge.
func (s *Server) DeleteBranch(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.branches, name)
}

// Link makes a path of a branch a symbolic link.
func (s *Server) Link(branch, path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commits[s.branches[branch]].links[path] = true
}

func (s *Server) add(parent, comment, pusher string, files map[string]string) string {
	c := &commit{parent: parent, comment: comment, pusher: pusher, files: map[string]string{}, links: map[string]bool{}}
	if p := s.commits[parent]; p != nil {
		maps.Copy(c.files, p.files)
		maps.Copy(c.links, p.links)
	}
	for path, text := range files {
		if text == "-" {
			delete(c.files, path)
			continue
		}
		c.files[path] = text
	}
	c.id = fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "%d %s %s %v", len(s.commits), parent, comment, c.files)))
	s.commits[c.id] = c
	return c.id
}

// move sets a branch, and gives the open pull requests from it a new iteration.
func (s *Server) move(branch, to string) {
	s.branches[branch] = to
	for _, p := range s.pulls {
		if p.status == "active" && p.source == "refs/heads/"+branch {
			p.iterations = append(p.iterations, iteration{to, s.now()})
		}
	}
}

// Tip is the commit that a branch is at, "" where there is none.
func (s *Server) Tip(branch string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.branches[branch]
}

// File is a file's bytes at the tip of a branch; "" where it is missing.
func (s *Server) File(branch, path string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.commits[s.branches[branch]]; c != nil {
		return c.files[path]
	}
	return ""
}

// Reword changes the comment of a branch's last commit, whoever pushed it.
func (s *Server) Reword(branch, comment string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commits[s.branches[branch]].comment = comment
}

// Message is the comment of a branch's last commit.
func (s *Server) Message(branch string) string { return s.commits[s.Tip(branch)].comment }

// item answers a file's bytes, or what it is where JSON is asked for.
func (s *Server) item(r *http.Request) answer {
	q := r.URL.Query()
	path := q.Get("path")
	c := s.commits[q.Get("versionDescriptor.version")]
	if c == nil {
		return problem(http.StatusNotFound, "GitUnresolvableToCommitException", "TF401175: The version descriptor could not be resolved to a version in the repository.")
	}
	text, found := c.files[strings.TrimPrefix(path, "/")]
	if !found || !strings.HasPrefix(path, "/") {
		return problem(http.StatusNotFound, "GitItemNotFoundException", "TF401174: The item '"+path+"' could not be found in the repository at the specified version.")
	}
	if strings.HasPrefix(r.Header.Get("Accept"), "application/octet-stream") {
		return answer{status: http.StatusOK, kind: "application/octet-stream", body: []byte(text)}
	}
	item := map[string]any{"objectId": fmt.Sprintf("%x", sha1.Sum([]byte(text))), "gitObjectType": "blob", "commitId": c.id, "path": path}
	if c.links[strings.TrimPrefix(path, "/")] {
		item["isSymLink"] = true
	}
	return ok(item)
}

// refs answers the branches whose names begin with the filter.
func (s *Server) refs(r *http.Request) answer {
	var all []map[string]any
	for _, b := range slices.Sorted(maps.Keys(s.branches)) {
		if name := "refs/heads/" + b; strings.HasPrefix(name, "refs/"+r.URL.Query().Get("filter")) {
			all = append(all, map[string]any{"name": name, "objectId": s.branches[b], "creator": identity(PersonID)})
		}
	}
	return list(all)
}

func (s *Server) commit(p []string) answer {
	if len(p) != 1 || s.commits[p[0]] == nil {
		return problem(http.StatusNotFound, "GitCommitDoesNotExistException", "TF401175: The commit does not exist.")
	}
	c := s.commits[p[0]]
	who := map[string]any{"name": identity(c.pusher)["displayName"], "email": "", "date": "2026-11-01T08:00:00Z"}
	var parents []string
	if c.parent != "" {
		parents = []string{c.parent}
	}
	return ok(map[string]any{
		"commitId": c.id, "comment": c.comment, "parents": parents, "author": who, "committer": who, "push": map[string]any{"pushedBy": identity(c.pusher), "pushId": 1},
	})
}

// push makes one commit on one branch, which is new where oldObjectId is not its tip but a commit to begin at.
func (s *Server) push(body []byte) answer {
	var p struct {
		RefUpdates []struct{ Name, OldObjectID string }
		Commits    []struct {
			Comment string
			Changes []change
		}
	}
	if err := json.Unmarshal(body, &p); err != nil || len(p.RefUpdates) != 1 || len(p.Commits) != 1 {
		return problem(http.StatusBadRequest, "ArgumentException", "one refUpdate and one commit are expected")
	}
	branch := strings.TrimPrefix(p.RefUpdates[0].Name, "refs/heads/")
	old := p.RefUpdates[0].OldObjectID
	if a, no := s.refuse("GenericContribute"); no {
		return a
	}
	tip, exists := s.branches[branch]
	if a, no := s.refuse("CreateBranch"); no && !exists {
		return a
	}
	if exists && tip != old || !exists && s.commits[old] == nil {
		return problem(http.StatusConflict, "GitReferenceStaleException", "TF401028: The reference '"+p.RefUpdates[0].Name+"' has already been updated by another client, so you cannot update it. Please try again.")
	}
	files, wrong := s.changed(old, p.Commits[0].Changes)
	if wrong != "" {
		return problem(http.StatusBadRequest, "GitItemException", wrong)
	}
	id := s.add(old, p.Commits[0].Comment, ServiceID, files)
	s.move(branch, id)
	was := old
	if !exists {
		was = zeros
	}
	return data(http.StatusCreated, map[string]any{
		"commits": []any{map[string]any{"commitId": id, "comment": p.Commits[0].Comment, "parents": []string{old}}}, "pushId": len(s.commits), "pushedBy": identity(ServiceID),
		"refUpdates": []any{map[string]any{"repositoryId": Repository, "name": p.RefUpdates[0].Name, "oldObjectId": was, "newObjectId": id}},
	})
}

type change struct {
	ChangeType string
	Item       struct{ Path string }
	NewContent struct{ Content, ContentType string }
}

// changed are the files after the changes, or what is wrong with them: an edit needs the file, an add must not find it.
func (s *Server) changed(base string, changes []change) (map[string]string, string) {
	files := map[string]string{}
	for _, c := range changes {
		path := strings.TrimPrefix(c.Item.Path, "/")
		if _, exists := s.commits[base].files[path]; exists != (c.ChangeType == "edit") {
			return nil, fmt.Sprintf("TF401035: %s of %q, which exists: %v", c.ChangeType, c.Item.Path, exists)
		}
		text := c.NewContent.Content
		if strings.EqualFold(c.NewContent.ContentType, "base64Encoded") {
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, err.Error()
			}
			text = string(b)
		}
		files[path] = text
	}
	return files, ""
}
