package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"
	"gopkg.in/yaml.v3"
)

const notAccessible = "Resource not accessible by integration"

// answer is an error of the API as go-github returns it, wrapped as features do.
func answer(status int, message string, header ...string) error {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	r := &http.Response{StatusCode: status, Header: h, Request: &http.Request{Method: "POST", URL: &url.URL{Path: "/x"}}}
	return fmt.Errorf("writing the comment: %w", &gh.ErrorResponse{Response: r, Message: message})
}

func TestRefusedInOneLine(t *testing.T) {
	at := time.Date(2026, 11, 21, 14, 3, 0, 0, time.UTC)
	reset := strconv.FormatInt(at.Unix(), 10)
	secondary := time.Minute
	for _, c := range []struct {
		name string
		f    feature
		err  error
		want string
	}{
		{"a missing permission", commenting, answer(403, notAccessible),
			"commenting is left out: the token may not do it; give the job `permissions: {contents: read, pull-requests: write}`"},
		{"one that hides the repository", checking, answer(404, "Not Found"),
			"writing the check run is left out: the token may not do it; give the job `permissions: {checks: write, contents: read}`"},
		{"one that the answer names", suggesting, answer(403, notAccessible, "X-Accepted-GitHub-Permissions", "contents=write"),
			"suggesting is left out: the token may not do it; give the job `permissions: {contents: write, pull-requests: write}`"},
		{"alternatives: that of the feature", commenting, answer(403, notAccessible, "X-Accepted-GitHub-Permissions", "issues=write; pull_requests=write,metadata=read"),
			"commenting is left out: the token may not do it; give the job `permissions: {contents: read, pull-requests: write}`"},
		{"a read that the feature does first", commenting, answer(403, notAccessible, "X-Accepted-GitHub-Permissions", "issues=read; pull_requests=read"),
			"commenting is left out: the token may not do it; give the job `permissions: {contents: read, pull-requests: write}`"},
		{"two permissions", proposing, answer(403, notAccessible),
			"opening a pull request with the edits is left out: the token may not do it; give the job `permissions: {contents: write, pull-requests: write}`"},
		{"another refusal says what it is", commenting, answer(403, "Unable to create comment because issue is locked."),
			`commenting is left out: GitHub answered with status 403, "Unable to create comment because issue is locked."`},
		{"a bad token", finding, answer(401, "Bad credentials"), "finding the pull request is left out: GitHub does not know the token; pass a valid one as `token`"},
		{"a fault of GitHub", commenting, answer(502, ""), "commenting is left out: GitHub answered with status 502; run the job again"},
		{"no answer", commenting, fmt.Errorf("listing: %w", context.DeadlineExceeded), "commenting is left out: GitHub did not answer in time; run the job again"},
		{"cancelled", commenting, context.Canceled, "commenting is left out: the job was cancelled"},
		{"the limit", commenting, &gh.RateLimitError{Rate: gh.Rate{Reset: gh.Timestamp{Time: at}}}, "commenting is left out: GitHub's limit for requests is used up until 14:03 UTC; run the job again then"},
		{"the limit, as 429", commenting, answer(429, "", "X-RateLimit-Reset", reset), "commenting is left out: GitHub's limit for requests is used up until 14:03 UTC; run the job again then"},
		{"the limit, as a date", commenting, answer(403, "", "Retry-After", "Sat, 21 Nov 2026 14:03:00 GMT"), "commenting is left out: GitHub's limit for requests is used up until 14:03 UTC; run the job again then"},
		{"the limit, no time", commenting, answer(429, ""), "commenting is left out: GitHub's limit for requests is used up; run the job again in a few minutes"},
		{"the secondary limit", commenting, &gh.AbuseRateLimitError{RetryAfter: &secondary},
			"commenting is left out: GitHub's limit for requests is used up until " + time.Now().Add(secondary).UTC().Format("15:04") + " UTC; run the job again then"},
		{"anything else", uploading, errors.New("the file is too big;\nsplit it"), "uploading SARIF to code scanning is left out: the file is too big; split it"},
	} {
		j := newJob(t)
		j.open().refused(c.f, c.err)
		if got := j.out.String(); got != "envmedic: "+c.want+"\n" {
			t.Errorf("%s:\ngot  %swant envmedic: %s", c.name, got, c.want)
		}
	}
}

func TestRefusedSaysWhatGitHubFindsWrong(t *testing.T) {
	e := &gh.ErrorResponse{Response: &http.Response{StatusCode: 422}, Message: "Validation Failed", Errors: []gh.Error{{Message: "body is too long"}, {Field: "path", Code: "invalid"}}}
	j := newJob(t)
	j.open().refused(commenting, e)
	if want := `status 422, "Validation Failed; body is too long; path is invalid"`; !strings.Contains(j.out.String(), want) {
		t.Errorf("got %s", j.out.String())
	}
}

// The run of a fork has a token that reads, whatever its workflow asks for: naming a permission would send people astray. That of
// Dependabot reads unless it is given more.
func TestRefusedForAReadOnlyRun(t *testing.T) {
	fork := `{"pull_request": {"number": 7, "head": {"repo": {"full_name": "mallory/env"}}}}`
	same := `{"pull_request": {"number": 7, "head": {"repo": {"full_name": "Octo/env"}}}}`
	for _, c := range []struct {
		event, payload, actor string
		workflows, permission bool // what is named
	}{
		{"pull_request", fork, "mallory", true, false},
		{"pull_request_review", fork, "octocat", true, false},
		{"pull_request", same, "octocat", false, true},
		{"pull_request", same, "dependabot[bot]", true, true},
		{"push", `{}`, "dependabot[bot]", true, true},
		{"pull_request_target", fork, "mallory", false, true},
	} {
		j := newJob(t)
		j.env["GITHUB_EVENT_NAME"], j.env["GITHUB_ACTOR"], j.event = c.event, c.actor, []byte(c.payload)
		j.open().refused(commenting, answer(403, notAccessible))
		said := j.out.String()
		if strings.Contains(said, "examples/github") != c.workflows || strings.Contains(said, "{contents: read, pull-requests: write}") != c.permission {
			t.Errorf("%s of %s: %s", c.event, c.actor, said)
		}
	}
}

func TestRefusedSaysAReasonOnce(t *testing.T) {
	j := newJob(t)
	h := j.open()
	h.refused(commenting, nil)
	h.refused(commenting, answer(502, ""))
	h.refused(suggesting, answer(502, ""))
	h.refused(suggesting, answer(502, ""))
	want := "envmedic: commenting is left out: GitHub answered with status 502; run the job again\nenvmedic: suggesting is left out: for the same reason\n"
	if got := j.out.String(); got != want {
		t.Errorf("got\n%s", got)
	}
}

// What stands between the backticks can be pasted into a workflow.
func TestGrantIsYAML(t *testing.T) {
	h := newJob(t).open()
	for _, f := range []feature{finding, commenting, suggesting, checking, uploading, proposing} {
		_, text, _ := strings.Cut(h.reason(f, answer(403, notAccessible, "X-Accepted-GitHub-Permissions", "evil: {[=write, contents=admin")), "`")
		text, _, _ = strings.Cut(text, "`")
		var v struct {
			Permissions map[string]string `yaml:"permissions"`
		}
		if err := yaml.Unmarshal([]byte(text), &v); err != nil || len(v.Permissions) < 2 {
			t.Errorf("%s: %q: %v", f.doing, text, err)
		}
	}
}
