package github

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestCommentRefused(t *testing.T) {
	for _, x := range []struct {
		name, method string
		status       int
		header       []string
		writes       []string
		want         string
	}{
		{"no permission to list", "GET", 403, nil, nil, `commenting is left out: GitHub answered with status 403, "a fault of the test"`},
		{"rate limit", "POST", 429, []string{"Retry-After", "60"}, []string{post}, "GitHub's limit for requests is used up until"},
		{"secondary limit", "POST", 403, []string{"Retry-After", "60"}, []string{post}, "GitHub's limit for requests is used up until"},
		{"refused text", "POST", 422, nil, []string{post}, `commenting is left out: GitHub answered with status 422, "a fault of the test"`},
		{"gone", "POST", 410, nil, []string{post}, `commenting is left out: GitHub answered with status 410, "a fault of the test"`},
	} {
		c := newConversation(t)
		c.Answer(fail(x.method, "/comments", x.status, x.header...))
		c.wrote(c.tell(failed()), x.writes...)
		if !strings.Contains(c.log, x.want) || strings.Count(c.log, "envmedic: ") != 1 {
			t.Errorf("%s: the run prints\n%s", x.name, c.log)
		}
		if len(c.Comments(c.number)) > 0 {
			t.Errorf("%s: a comment is there", x.name)
		}
	}
}

func TestCommentWithoutPermission(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		c := newConversation(t)
		if hidden {
			c.HideForbidden()
		}
		c.token = c.Token("", map[string]string{"contents": "read", "pull-requests": "read", "issues": "read"})
		c.wrote(c.tell(failed()), post)
		want := "envmedic: commenting is left out: the token may not do it; give the job `permissions: {contents: read, pull-requests: write}`\n"
		if !strings.HasSuffix(c.log, want) || !strings.HasPrefix(c.log, "::error ") {
			t.Errorf("the run prints\n%s", c.log)
		}
	}
}

func TestCommentWhenGitHubHangs(t *testing.T) {
	c := newConversation(t)
	c.wait = 200 * time.Millisecond
	c.Answer(func(r *http.Request) (int, http.Header, string, bool) { return 0, nil, "", r.Method == "GET" })
	c.wrote(c.tell(failed()))
	if want := "commenting is left out: GitHub did not answer in time; run the job again\n"; !strings.HasSuffix(c.log, want) {
		t.Errorf("the run prints\n%s", c.log)
	}
}
