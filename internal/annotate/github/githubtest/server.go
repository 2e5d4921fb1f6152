// Package githubtest is a GitHub for tests: it keeps what is written to it, lists it afterwards, and refuses what GitHub refuses.
//
//	s := githubtest.New(t)
//	s.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "flask==1.0\n"}})
//	s.Commit("fix", nil, map[string]githubtest.File{"requirements.txt": {Text: "flask==1.1\n"}})
//	n := s.Pull("fix", "main")
//	job := s.PullRequestJob(n)          // GITHUB_* variables and the event of a pull_request run
//	h, err := github.Open(github.Options{Getenv: job.Getenv, Event: job.Event, Token: s.Token("", nil), …})
//	… s.Comments(n), s.ReviewComments(n), s.CheckRuns(sha), s.Writes()
//
// The repository is "octo/env" with the branch "main". A branch of a fork is named as in GitHub's own lists, "mallory:fix", and lies
// in "mallory/env". Commits, trees and blobs are those that git would write, so their ids are real.
//
// Every request is compared with GitHub's own description of its interface where that is found (the folder in CONTRACTS_DIR, or
// ../shared/contracts from the root of the module); one that does not fit is answered with 422 and fails the test at its end. Without
// the description the server behaves the same and says in one line that nothing was compared.
//
// Faults are put in with Answer and AnswerAfter, missing permissions with Token; HideForbidden and ForbidPullRequests are settings of
// the repository. Whatever somebody else does meanwhile is Commit, AddComment, DeleteComment, ClosePull and Merge.
//
// What it knows of GitHub's behaviour that the description does not say comes from what users report: all or nothing for reviews, 422
// for lines outside of the hunks, the wording of errors. It has no renames, labels, drafts of reviews that are submitted later, and no
// rate limit of its own.
package githubtest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Owner and Name are the repository that every server begins with.
const (
	Owner = "octo"
	Name  = "env"
)

// A Server is one GitHub with one repository and its forks.
type Server struct {
	URL string // without a slash at its end; what GITHUB_SERVER_URL holds

	t       testing.TB
	api     *httptest.Server
	storage *httptest.Server

	mu         sync.Mutex
	rules      *contract // nil where GitHub's description was not found
	objects    map[string]object
	repos      map[string]*repository // by owner
	pulls      []*pull
	comments   []*Comment
	reviews    []*Review
	remarks    []*ReviewComment
	checks     []*CheckRun
	sarifs     []SARIF
	artifacts  []*artifact
	runs       []*Run
	tokens     map[string]*token
	clock      time.Time
	nextID     int64
	noPulls    bool
	hidden     bool
	requests   []string
	violations []string
	before     []Fault
	after      []Fault
}

// A Fault decides whether a request is answered otherwise than a sound GitHub would. ok false leaves it alone. A status of 0 answers
// nothing: the request hangs until the client gives up.
type Fault func(r *http.Request) (status int, header http.Header, body string, ok bool)

// An Option changes how a server is started.
type Option func(*options)

type options struct{ listen, host string }

// Listen makes the server listen at an address other than a free port of 127.0.0.1: "0.0.0.0:0" is reached from a container.
func Listen(address string) Option { return func(o *options) { o.listen = address } }

// Reached is the host by which clients find the server where it is not the one it listens at: 172.17.0.1 from a container, together
// with Listen("0.0.0.0:0").
func Reached(host string) Option { return func(o *options) { o.host = host } }

// New starts a server that lives as long as the test. The test fails at its end if a request broke GitHub's rules of form.
func New(t testing.TB, opts ...Option) *Server {
	t.Helper()
	o := options{listen: "127.0.0.1:0"}
	for _, set := range opts {
		set(&o)
	}
	s := &Server{
		t: t, objects: map[string]object{}, repos: map[string]*repository{}, tokens: map[string]*token{},
		clock: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), nextID: 1000,
	}
	rules, err := described()
	if err != nil {
		t.Logf("requests are not compared with GitHub's description: %v", err)
	}
	s.rules = rules
	s.api = start(t, o, http.HandlerFunc(s.serve))
	s.storage = start(t, o, http.HandlerFunc(s.store))
	s.URL = s.api.URL
	s.repo(Owner)
	s.Commit("main", nil, map[string]File{"README.md": {Text: "# env\n"}})
	t.Cleanup(s.close)
	return s
}

func start(t testing.TB, o options, h http.Handler) *httptest.Server {
	t.Helper()
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		t.Fatalf("starting the GitHub of this test at %s: %v", o.listen, err)
	}
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
	server.Start()
	if _, port, err := net.SplitHostPort(l.Addr().String()); err == nil && o.host != "" {
		server.URL = "http://" + net.JoinHostPort(o.host, port)
	}
	return server
}

func (s *Server) close() {
	for _, server := range []*httptest.Server{s.api, s.storage} {
		server.CloseClientConnections()
		server.Close()
	}
	for _, v := range s.Violations() {
		s.t.Errorf("GitHub would not take this request: %s", v)
	}
}

// APIURL is what GITHUB_API_URL holds.
func (s *Server) APIURL() string { return s.URL + "/api/v3" }

// GraphQLURL is what GITHUB_GRAPHQL_URL holds.
func (s *Server) GraphQLURL() string { return s.URL + "/api/graphql" }

// Answer puts a fault in front of everything else: what it answers is never done.
func (s *Server) Answer(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before = append(s.before, f)
}

// AnswerAfter puts a fault behind the work: the write happens, and the client hears of it what f says.
func (s *Server) AnswerAfter(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = append(s.after, f)
}

// Requests are all requests so far, as "POST /repos/octo/env/issues/1/comments", without what follows a question mark.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Writes are the requests that were meant to change something. A GraphQL query is none, a mutation is "POST /graphql NAME".
func (s *Server) Writes() []string {
	var writes []string
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r, "GET ") && r != "POST /graphql" {
			writes = append(writes, r)
		}
	}
	return writes
}

// Violations are what of GitHub's description the requests broke, and tokens that reached the storage. New fails the test for them.
func (s *Server) Violations() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.violations...)
}

func (s *Server) violated(format string, args ...any) {
	s.violations = append(s.violations, fmt.Sprintf(format, args...))
}

// id is a number that nothing else on the server has.
func (s *Server) id() int64 {
	s.nextID++
	return s.nextID
}

// now is the server's clock: each look at it is a second later, so that whatever is made has an order.
func (s *Server) now() time.Time {
	s.clock = s.clock.Add(time.Second)
	return s.clock
}
