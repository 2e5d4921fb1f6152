// Package azuretest is an Azure DevOps for tests: an HTTP server with one organisation, one project and one repository, that keeps
// what is written to it.
//
// Every request is checked with the description of the service (ado-7.1.wire.openapi3.json in the folder that CONTRACTS_DIR names,
// or in ../shared/contracts beside the module), and so is every JSON answer; a violation fails the test when it ends. Without the
// file the server does the same unchecked and says so. The calls that a client asks the service's addresses with are answered from
// recordings of the real one, where they are found.
//
//	s := azuretest.New(t)
//	s.Commit("main", map[string]string{"environment.yml": "…"})
//	s.Commit("feature", …)
//	pr := s.Pull("feature", "main")
//	env := s.Env(pr) // the variables of a build of that pull request
//
// What the description can't say, the server adds: limits of size, threads that need both ends of a range, rights (TF401027), the
// sign-in page for a wrong token, references that moved (TF401028), pull requests that exist (TF401179).
package azuretest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What the organisation is made of.
const (
	Organisation = "fabrikam"
	Project      = "env"
	Repository   = "3411ebc1-d5aa-464f-9615-0b527bc66719"
	RepoName     = "images"
	JobToken     = "job-token"
	ServiceID    = "d6245f20-2af8-44f4-9451-8107cb2767db" // the identity of JobToken
	ServiceName  = "env Build Service (fabrikam)"
	PersonID     = "08347002-d37b-6380-a5a7-645420d92a52"
)

// A Server is the service and its state.
type Server struct {
	URL    string // http://127.0.0.1:…
	Slowed string // a Retry-After that comes with every answer, as the service asks clients to slow down

	t        testing.TB
	contract *contract
	mu       sync.Mutex
	clock    time.Time
	bad      []string
	requests []string
	fault    func(*http.Request) *Fault
	denied   map[string]bool
	unnamed  bool // the service does not say who a token is

	commits  map[string]*commit
	branches map[string]string
	pulls    []*pull
	builds   build
}

// A Fault is an answer instead of the service's own.
type Fault struct {
	Status int
	Header http.Header
	Body   string
	After  bool // what was asked is done all the same
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	s := &Server{
		t: t, contract: loadContract(t), denied: map[string]bool{}, clock: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC),
		commits: map[string]*commit{}, branches: map[string]string{}, builds: newBuild(),
	}
	server := httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = server.URL
	t.Cleanup(func() {
		server.Close()
		for _, b := range s.bad {
			t.Errorf("against the service's description: %s", b)
		}
	})
	return s
}

// Collection is the address that SYSTEM_COLLECTIONURI has.
func (s *Server) Collection() string { return s.URL + "/" + Organisation + "/" }

// Client sends whatever is meant for Microsoft's own hosts to this server.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: toServer(strings.TrimPrefix(s.URL, "http://"))}
}

type toServer string

func (to toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	c := r.Clone(r.Context())
	c.Host = r.URL.Host
	c.URL.Scheme, c.URL.Host = "http", string(to)
	return http.DefaultTransport.RoundTrip(c)
}

// Answer puts f before everything else; a nil Fault lets the request pass.
func (s *Server) Answer(f func(*http.Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Deny takes a right from the job's token: PullRequestContribute, GenericContribute, CreateBranch, UpdateBuildInformation.
func (s *Server) Deny(right string) { s.denied[right] = true }

// Allow gives it back.
func (s *Server) Allow(right string) { delete(s.denied, right) }

// HideIdentity makes the service refuse to say who a token speaks for.
func (s *Server) HideIdentity() { s.unnamed = true }

// Requests are the calls so far, as "POST /env/_apis/git/…", without those that ask for addresses.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Writes are the calls that are to change something.
func (s *Server) Writes() []string {
	return slices.DeleteFunc(s.Requests(), func(r string) bool { return strings.HasPrefix(r, "GET ") })
}

// Forget empties the list of calls.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

// serve checks, answers and checks the answer.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method != http.MethodOptions {
		s.requests = append(s.requests, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/"+Organisation))
	}
	var f *Fault
	if s.fault != nil {
		f = s.fault(r)
	}
	if f != nil && !f.After {
		send(w, f)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	a := s.answer(r, body)
	if f != nil {
		send(w, f)
		return
	}
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if s.Slowed != "" {
		w.Header().Set("Retry-After", s.Slowed)
	}
	w.Header().Set("Content-Type", a.kind)
	w.WriteHeader(a.status)
	w.Write(a.body)
}

func send(w http.ResponseWriter, f *Fault) {
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(f.Status)
	io.WriteString(w, f.Body)
}

// answer finds what a request asks for. r's path and the service's own description decide; body is its JSON.
func (s *Server) answer(r *http.Request, body []byte) answer {
	if r.Header.Get("Authorization") != "Bearer "+JobToken {
		return signIn()
	}
	if r.Method == http.MethodOptions {
		return answer{status: 200, kind: "application/json", body: s.contract.locations}
	}
	path := strings.TrimPrefix(r.URL.Path, "/")
	switch {
	case strings.Contains(path, "_storage/"):
		return s.stored(path)
	case strings.EqualFold(path, Organisation+"/_apis/ConnectionData"):
		return s.connectionData()
	}
	s.note(s.contract.check(r, body))
	a := s.route(r, strings.Split(path, "/"), body)
	s.note(s.contract.checkAnswer(r, body, a))
	return a
}

func (s *Server) note(violation string) {
	if violation != "" {
		s.bad = append(s.bad, violation)
	}
}

// route takes the path apart: organisation/project/_apis/area/….
func (s *Server) route(r *http.Request, p []string, body []byte) answer {
	if len(p) < 4 || p[0] != Organisation || p[1] != Project || p[2] != "_apis" {
		return missing("The resource " + r.URL.Path)
	}
	switch strings.ToLower(p[3]) {
	case "git":
		if len(p) < 7 || p[4] != "repositories" || p[5] != Repository {
			return problem(http.StatusNotFound, "GitRepositoryNotFoundException", "TF401019: The Git repository with name or identifier "+strings.Join(p[4:], "/")+" does not exist or you do not have permissions for the operation you are attempting.")
		}
		return s.git(r, p[6:], body)
	case "build":
		return s.build(r, p[4:])
	}
	return missing("The resource " + r.URL.Path)
}

// git answers what begins at a repository.
func (s *Server) git(r *http.Request, p []string, body []byte) answer {
	switch p[0] {
	case "items":
		return s.item(r)
	case "refs":
		return s.refs(r)
	case "pushes":
		return s.push(body)
	case "commits":
		return s.commit(p[1:])
	case "pullRequests":
		return s.pullRequests(r, p[1:], body)
	}
	return missing("The resource " + r.URL.Path)
}
