package githubtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A watched test lets a server fail it without failing the test that looks on.
type watched struct {
	testing.TB
	failures []string
}

func (w *watched) Errorf(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

// send is a request by hand, for what go-github could not write.
func send(t *testing.T, s *githubtest.Server, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, s.APIURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return do(t, s, r)
}

func do(t *testing.T, s *githubtest.Server, r *http.Request) (int, string) {
	t.Helper()
	r.Header.Set("Authorization", "Bearer "+s.Token("", nil))
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var text strings.Builder
	if err := answer.Write(&text); err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(text.String(), "\r\n\r\n")
	return answer.StatusCode, body
}

// What GitHub's description forbids is answered with 422 and fails the test at its end.
func TestTheDescriptionIsKept(t *testing.T) {
	if _, err := githubtest.ContractFile("github-openapi.cut.json"); err != nil {
		t.Skip("GitHub's description is not here: ", err)
	}
	annotation := `{"path":"a","start_line":1,"end_line":1,"annotation_level":"failure","message":"m"}`
	for _, c := range []struct{ name, path, body string }{
		{"misspelt field", "/pulls/1/comments", `{"body":"x","commit_id":"a","path":"f","subject_typ":"file"}`},
		{"wrong side", "/pulls/1/comments", `{"body":"x","commit_id":"a","path":"f","side":"MIDDLE"}`},
		{"level error", "/check-runs", `{"name":"n","head_sha":"s","output":{"title":"t","summary":"s","annotations":[` + strings.Replace(annotation, "failure", "error", 1) + `]}}`},
		{"51 annotations", "/check-runs", `{"name":"n","head_sha":"s","output":{"title":"t","summary":"s","annotations":[` + strings.Repeat(annotation+",", 50) + annotation + `]}}`},
		{"subject_type in a review", "/pulls/1/reviews", `{"event":"COMMENT","body":"b","comments":[{"path":"a","body":"b","line":1,"subject_type":"file"}]}`},
		{"an operation that does not exist", "/pulls/1/praise", `{}`},
	} {
		w := &watched{}
		t.Run(c.name, func(t *testing.T) {
			w.TB = t
			s := githubtest.New(w)
			opened(s)
			if status, body := send(t, s, "POST", "/repos/octo/env"+c.path, c.body); status != 422 {
				t.Errorf("%d %s", status, body)
			}
			if v := s.Violations(); len(v) != 1 {
				t.Errorf("violations: %q", v)
			}
			if len(s.ReviewComments(1))+len(s.Reviews(1))+len(s.CheckRuns(s.Branch("fix"))) != 0 {
				t.Error("something was written all the same")
			}
		})
		if len(w.failures) != 1 {
			t.Errorf("%s: the test failed with %q", c.name, w.failures)
		}
	}
}

// A review comment stands on a line that the pull request's diff shows, or the whole review is refused.
func TestReviewsOutsideOfTheDiff(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s) // hunks 7-13 and 37-43
	c, ctx := client(t, s, nil), context.Background()
	good := &gh.DraftReviewComment{Path: gh.String("env.txt"), Body: gh.String("x"), Line: gh.Int(13), Side: gh.String("RIGHT")}
	for _, one := range []struct {
		name string
		at   gh.DraftReviewComment
		want string
	}{
		{"a line outside of the hunks", gh.DraftReviewComment{Line: gh.Int(14)}, "Pull request review thread line must be part of the diff and Pull request review thread diff hunk can't be blank"},
		{"a start in another hunk", gh.DraftReviewComment{Line: gh.Int(40), StartLine: gh.Int(10)}, "start line must be part of the same hunk as the line."},
		{"a start at the end", gh.DraftReviewComment{Line: gh.Int(10), StartLine: gh.Int(10)}, "start line must precede the end line."},
		{"a file that is not changed", gh.DraftReviewComment{Path: gh.String("README.md"), Line: gh.Int(1)}, "path is invalid"},
	} {
		at := one.at
		at.Body, at.Side = gh.String("x"), gh.String("RIGHT")
		if at.Path == nil {
			at.Path = gh.String("env.txt")
		}
		_, _, err := c.PullRequests.CreateReview(ctx, "octo", "env", n, &gh.PullRequestReviewRequest{
			CommitID: gh.String(s.Branch("fix")), Event: gh.String("COMMENT"), Comments: []*gh.DraftReviewComment{good, &at}})
		if status(err) != 422 || !strings.Contains(err.Error(), one.want) {
			t.Errorf("%s: %v", one.name, err)
		}
	}
	_, _, err := c.PullRequests.CreateComment(ctx, "octo", "env", n, &gh.PullRequestComment{
		CommitID: gh.String(s.Branch("main")), Path: gh.String("env.txt"), Body: gh.String("x"), Line: gh.Int(10), Side: gh.String("RIGHT")})
	if status(err) != 422 {
		t.Errorf("a commit that is not the head: %v", err)
	}
	if len(s.Reviews(n))+len(s.ReviewComments(n)) != 0 {
		t.Errorf("left: %v %v", s.Reviews(n), s.ReviewComments(n))
	}
}

// status is that of an error answer, 0 for other errors.
func status(err error) int {
	var answer *gh.ErrorResponse
	if errors.As(err, &answer) {
		return answer.Response.StatusCode
	}
	return 0
}

// A comment follows its line while it is in the diff, and has none when it is not.
func TestReviewCommentsBecomeOutdated(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	c, ctx := client(t, s, nil), context.Background()
	for _, line := range []int{10, 40} {
		_, _, err := c.PullRequests.CreateComment(ctx, "octo", "env", n, &gh.PullRequestComment{
			CommitID: gh.String(s.Branch("fix")), Path: gh.String("env.txt"), Body: gh.String("x"), Line: gh.Int(line), Side: gh.String("RIGHT")})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Commit("fix", nil, map[string]githubtest.File{"env.txt": {Text: "new\n" + numbered(50, map[int]string{10: "TEN", 40: "forty"})}})
	list, _, err := c.PullRequests.ListComments(ctx, "octo", "env", n, nil)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if list[0].Line != nil || list[0].GetOriginalLine() != 10 || list[1].GetLine() != 41 || list[1].GetCommitID() != s.Branch("fix") {
		t.Errorf("%v", list)
	}
	if got := s.ReviewComments(n); !got[0].Outdated || got[1].Outdated {
		t.Errorf("%v", got)
	}
}

func TestRefusals(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	c, ctx := client(t, s, nil), context.Background()
	newRef := func(ref, sha string) error {
		_, _, err := c.Git.CreateRef(ctx, "octo", "env", &gh.Reference{Ref: gh.String("refs/heads/" + ref), Object: &gh.GitObject{SHA: gh.String(sha)}})
		return err
	}
	move := func(force bool) error {
		_, _, err := c.Git.UpdateRef(ctx, "octo", "env", &gh.Reference{Ref: gh.String("refs/heads/fix"), Object: &gh.GitObject{SHA: gh.String(s.Branch("main"))}}, force)
		return err
	}
	newPull := func() error {
		_, _, err := c.PullRequests.Create(ctx, "octo", "env", &gh.NewPullRequest{Title: gh.String("t"), Head: gh.String("fix"), Base: gh.String("main")})
		return err
	}
	comment := func(c *gh.Client, body string) error {
		_, _, err := c.Issues.CreateComment(ctx, "octo", "env", n, &gh.IssueComment{Body: &body})
		return err
	}
	workflow := s.Commit("", []string{s.Branch("main")}, map[string]githubtest.File{".github/workflows/x.yml": {Text: "on: push\n"}})
	for _, one := range []struct {
		name   string
		err    error
		status int
		want   string
	}{
		{"a comment that is too long", comment(c, strings.Repeat("ä", 65537)), 422, "Body is too long (maximum is 65536 characters)"},
		{"a comment that is just not too long", comment(c, strings.Repeat("ä", 65536)), 0, ""},
		{"a branch that exists", newRef("fix", s.Branch("main")), 422, "Reference already exists"},
		{"a workflow", newRef("x", workflow), 403, "refusing to allow a GitHub App to create or update workflow `.github/workflows/x.yml`"},
		{"a branch that loses commits", move(false), 422, "Update is not a fast forward"},
		{"the same pull request again", newPull(), 422, "A pull request already exists for octo:fix."},
		{"no permission", comment(client(t, s, map[string]string{"contents": "write"}), "x"), 403, "Resource not accessible by integration"},
	} {
		if status(one.err) != one.status || one.err != nil && !strings.Contains(one.err.Error(), one.want) {
			t.Errorf("%s: %v", one.name, one.err)
		}
	}
	s.ForbidPullRequests()
	if err := newPull(); status(err) != 403 || !strings.Contains(err.Error(), "not permitted to create or approve pull requests") {
		t.Error(err)
	}
	if err := move(true); err != nil {
		t.Error(err)
	}
}

// A fault in front keeps a write from happening; one behind it hides that it did.
func TestFaults(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	c, ctx := client(t, s, nil), context.Background()
	times := 0
	bad := func(r *http.Request) (int, http.Header, string, bool) {
		times++
		return 502, nil, "", r.Method == "POST" && times == 1
	}
	s.Answer(bad)
	if _, _, err := c.Issues.CreateComment(ctx, "octo", "env", n, &gh.IssueComment{Body: gh.String("x")}); status(err) != 502 || len(s.Comments(n)) != 0 {
		t.Errorf("%v, %v", err, s.Comments(n))
	}
	times = -1 // the fault in front is asked first
	s.AnswerAfter(bad)
	if _, _, err := c.Issues.CreateComment(ctx, "octo", "env", n, &gh.IssueComment{Body: gh.String("x")}); status(err) != 502 || len(s.Comments(n)) != 1 {
		t.Errorf("%v, %v", err, s.Comments(n))
	}
	s.Answer(func(*http.Request) (int, http.Header, string, bool) { return 0, nil, "", true })
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	if _, _, err := c.PullRequests.Get(short, "octo", "env", n); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a server that hangs: %v", err)
	}
}

// The address of an artifact is not shown the token.
func TestTheStorageTakesNoToken(t *testing.T) {
	s := githubtest.New(&watched{TB: t})
	n := opened(s)
	id := s.Artifact(s.PullRequestJob(n).Run, "log", nil)
	u, _, err := client(t, s, nil).Actions.DownloadArtifact(context.Background(), "octo", "env", id, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("GET", u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, _ := do(t, s, r); status != 400 || len(s.Violations()) != 1 {
		t.Errorf("%d, %q", status, s.Violations())
	}
}
