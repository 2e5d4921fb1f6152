package github

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A conversation is a pull request on a GitHub, on which runs comment one after the other.
type conversation struct {
	*testing.T
	*githubtest.Server
	number int
	runs   int
	token  string
	wait   time.Duration // for an answer
	log    string        // what the last run has printed
}

func newConversation(t *testing.T) *conversation {
	t.Helper()
	s := githubtest.New(t)
	s.Commit("fix", []string{s.Branch("main")}, map[string]githubtest.File{"environment.yml": {Text: "dependencies:\n  - numppy\n"}})
	return &conversation{T: t, Server: s, number: s.Pull("fix", "main"), token: s.Token("", nil), wait: 30 * time.Second}
}

// host is the next run's.
func (c *conversation) host() (*Host, *job) {
	c.Helper()
	c.runs++
	j := newJob(c.T)
	j.env["GITHUB_SERVER_URL"], j.env["GITHUB_API_URL"], j.env["GITHUB_GRAPHQL_URL"] = c.URL, c.APIURL(), c.GraphQLURL()
	j.env["GITHUB_EVENT_NAME"], j.env["GITHUB_RUN_NUMBER"], j.token = "pull_request", fmt.Sprint(c.runs), c.token
	j.event = fmt.Appendf(nil, `{"pull_request": {"number": %d, "state": "open", "base": {"ref": "main"},
		"head": {"ref": "fix", "sha": %q, "repo": {"full_name": "octo/env"}}}}`, c.number, c.Branch("fix"))
	j.wait = c.wait
	return j.open(), j
}

// tell is a whole run. It returns what the run has written.
func (c *conversation) tell(t *annotate.Telling) (writes []string) {
	c.Helper()
	before := len(c.Writes())
	h, j := c.host()
	h.Publish(c.Context(), t)
	c.log = j.out.String()
	return c.Writes()[before:]
}

// only is the one comment.
func (c *conversation) only() githubtest.Comment {
	c.Helper()
	list := c.Comments(c.number)
	if len(list) != 1 {
		c.Fatalf("%d comments: %+v; the run printed\n%s", len(list), list, c.log)
	}
	return list[0]
}

// says fails unless the one comment, its marker aside, holds all parts.
func (c *conversation) says(parts ...string) {
	c.Helper()
	_, page, _ := strings.Cut(c.only().Body, "\n")
	for _, p := range parts {
		if !strings.Contains(page, p) {
			c.Errorf("%q is missing in\n%s", p, page)
		}
	}
}

func (c *conversation) wrote(got []string, want ...string) {
	c.Helper()
	for i := range got {
		method, path, _ := strings.Cut(got[i], " ")
		got[i] = method + " " + strings.TrimRight(strings.TrimPrefix(path, "/repos/octo/env/issues/"), "0123456789")
	}
	if !slices.Equal(got, want) {
		c.Errorf("written is %q, want %q; the run printed\n%s", got, want, c.log)
	}
}

const (
	post   = "POST 1/comments"
	patch  = "PATCH comments/"
	remove = "DELETE comments/"
)

// otherCause is the failure with another package, which is another cause.
func otherCause() *annotate.Telling {
	t := failed()
	t.Report.Diagnoses[0] = missing("pandsa")
	return t
}

// fail answers the first request of a method whose path has a part with a status, and further ones as they should be.
func fail(method, part string, status int, header ...string) githubtest.Fault {
	var hit atomic.Bool
	return func(r *http.Request) (int, http.Header, string, bool) {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return status, h, `{"message": "a fault of the test"}`,
			r.Method == method && strings.Contains(r.URL.Path, part) && hit.CompareAndSwap(false, true)
	}
}
