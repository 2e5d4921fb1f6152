package githubtest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
)

// A Run is a workflow run.
type Run struct {
	ID         int64
	Number     int
	Event      string // pull_request, push, workflow_run
	Branch     string // of the head, without its owner
	HeadSHA    string
	HeadRepo   string // owner/name
	Pull       int    // 0 outside of pull requests
	Conclusion string // failure unless a test says otherwise
}

// run notes a run that begins.
func (s *Server) run(r Run) *Run {
	r.ID, r.Number = s.id(), len(s.runs)+1
	if r.Conclusion == "" {
		r.Conclusion = "failure"
	}
	s.runs = append(s.runs, &r)
	return &r
}

type artifact struct {
	id      int64
	run     *Run
	name    string
	kind    string // the Content-Type of the stored file
	data    []byte
	expired bool
}

// Artifact stores files as the zip archive that upload-artifact makes, and is its id.
func (s *Server) Artifact(run *Run, name string, files map[string]string) int64 {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(path)
		if err == nil {
			_, err = w.Write([]byte(files[path]))
		}
		if err != nil {
			s.t.Fatalf("githubtest: packing %s: %v", path, err)
		}
	}
	if err := z.Close(); err != nil {
		s.t.Fatalf("githubtest: packing %s: %v", name, err)
	}
	return s.keep(run, name, "application/zip", b.Bytes())
}

// ZipArtifact stores bytes that claim to be a zip archive: broken or hostile ones.
func (s *Server) ZipArtifact(run *Run, name string, data []byte) int64 {
	return s.keep(run, name, "application/zip", data)
}

// BareArtifact stores one file as it is, as upload-artifact does since 2026 where it is told not to pack.
func (s *Server) BareArtifact(run *Run, name, text string) int64 {
	return s.keep(run, name, "text/plain; charset=utf-8", []byte(text))
}

func (s *Server) keep(run *Run, name, kind string, data []byte) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := &artifact{id: s.id(), run: run, name: name, kind: kind, data: data}
	s.artifacts = append(s.artifacts, a)
	return a.id
}

// Expire makes an artifact one whose time is over: it is still listed, and 410 when it is fetched.
func (s *Server) Expire(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.artifact(id); a != nil {
		a.expired = true
	}
}

func (s *Server) artifact(id int64) *artifact {
	for _, a := range s.artifacts {
		if a.id == id {
			return a
		}
	}
	return nil
}

func (s *Server) listArtifacts(c *call) answer {
	if s.runOf(c.number("id")) == nil {
		return notFound
	}
	name := c.URL.Query().Get("name")
	list := []fields{}
	for _, a := range slices.Backward(s.artifacts) {
		if a.run.ID == c.number("id") && (name == "" || name == a.name) {
			list = append(list, s.artifactJSON(a))
		}
	}
	return ok(fields{"total_count": len(list), "artifacts": page(c, list)})
}

func (s *Server) getArtifact(c *call) answer {
	if a := s.artifact(c.number("id")); a != nil {
		return ok(s.artifactJSON(a))
	}
	return notFound
}

// downloadArtifact sends to the storage, whose address carries a signature of its own.
func (s *Server) downloadArtifact(c *call) answer {
	a := s.artifact(c.number("id"))
	switch {
	case a == nil || c.vars["format"] != "zip":
		return notFound
	case a.expired:
		return refuse(http.StatusGone, "Artifact has expired")
	}
	return answer{status: http.StatusFound, header: http.Header{"Location": {fmt.Sprintf("%s/artifacts/%d?sig=%s", s.storage.URL, a.id, Signature)}}}
}

// Signature stands in the addresses of the storage as sig=. It is a secret: who has it can read the file.
const Signature = "c2lnbmVkLWJ5LXRoZS1zdG9yYWdl"

// store is the other host. A token that arrives there has been shown to somebody it does not concern.
func (s *Server) store(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" storage "+r.URL.Path)
	if r.Header.Get("Authorization") != "" {
		s.violated("%s %s: the storage was sent an Authorization header; its addresses are fetched without the token", r.Method, r.URL.Path)
		http.Error(w, "InvalidAuthenticationInfo", http.StatusBadRequest)
		return
	}
	var id int64
	if _, err := fmt.Sscanf(path.Base(r.URL.Path), "%d", &id); err != nil || r.URL.Query().Get("sig") != Signature {
		http.Error(w, "AuthenticationFailed", http.StatusForbidden)
		return
	}
	a := s.artifact(id)
	if a == nil {
		http.Error(w, "BlobNotFound", http.StatusNotFound)
		return
	}
	file := a.name
	if a.kind == "application/zip" {
		file += ".zip"
	}
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", strings.ReplaceAll(file, "/", "_")))
	_, _ = w.Write(a.data) // a client may stop where it has had enough
}

func (s *Server) artifactJSON(a *artifact) fields {
	api := fmt.Sprintf("%s/repos/%s/%s/actions/artifacts/%d", s.APIURL(), Owner, Name, a.id)
	return fields{"id": a.id, "node_id": fmt.Sprintf("A_%d", a.id), "name": a.name, "size_in_bytes": len(a.data), "url": api,
		"archive_download_url": api + "/zip", "expired": a.expired, "created_at": stamp(s.clock), "updated_at": stamp(s.clock),
		"expires_at":   stamp(s.clock.AddDate(0, 0, 90)),
		"workflow_run": fields{"id": a.run.ID, "head_branch": a.run.Branch, "head_sha": a.run.HeadSHA, "repository_id": number(Owner + "/" + Name), "head_repository_id": number(a.run.HeadRepo)}}
}

func (s *Server) runOf(id int64) *Run {
	for _, r := range s.runs {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (s *Server) getRun(c *call) answer {
	if r := s.runOf(c.number("id")); r != nil {
		return ok(s.runJSON(r))
	}
	return notFound
}
