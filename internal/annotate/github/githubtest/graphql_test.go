package githubtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// ask sends a query with a token of these permissions, and is what came back.
func ask(t *testing.T, s *githubtest.Server, permissions map[string]string, query string, variables map[string]any) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("POST", s.GraphQLURL(), strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token("", permissions))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var v any
	if err := json.NewDecoder(answer.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	text, _ := json.Marshal(v)
	return string(text)
}

const threads = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        nodes { id isResolved comments(first: 1) { nodes { databaseId author { login } } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`

const resolve = `mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }`

func TestThreadsAreResolved(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	_, _, err := client(t, s, nil).PullRequests.CreateComment(context.Background(), "octo", "env", n, &gh.PullRequestComment{
		CommitID: gh.String(s.Branch("fix")), Path: gh.String("env.txt"), Body: gh.String("x"), Line: gh.Int(10), Side: gh.String("RIGHT")})
	if err != nil {
		t.Fatal(err)
	}
	got := ask(t, s, map[string]string{}, threads, map[string]any{"owner": "octo", "name": "env", "number": n})
	id := fmt.Sprintf("PRRT_%d", s.ReviewComments(n)[0].ID)
	for _, want := range []string{`"id":"` + id + `"`, `"isResolved":false`, `"login":"github-actions"`, `"hasNextPage":false`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	got = ask(t, s, map[string]string{"pull-requests": "write"}, resolve, map[string]any{"id": id})
	if !strings.Contains(got, `"FORBIDDEN"`) || s.ReviewComments(n)[0].Resolved {
		t.Errorf("without contents: write: %s", got)
	}
	got = ask(t, s, map[string]string{"pull-requests": "write", "contents": "write"}, resolve, map[string]any{"id": id})
	if !strings.Contains(got, `"isResolved":true`) || !s.ReviewComments(n)[0].Resolved {
		t.Errorf("resolving: %s", got)
	}
	if writes := s.Writes(); writes[len(writes)-1] != "POST /graphql resolveReviewThread" {
		t.Errorf("writes: %q", writes)
	}
}

func TestCommentsAreMinimized(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	id := s.AddComment(n, githubtest.Actions, "old")
	query := `mutation($in: MinimizeCommentInput!) { minimizeComment(input: $in) { minimizedComment { isMinimized } } }`
	in := map[string]any{"in": map[string]any{"subjectId": fmt.Sprintf("IC_%d", id), "classifier": "OUTDATED"}}
	if got := ask(t, s, nil, query, in); got != `{"data":{"minimizeComment":{"minimizedComment":{"isMinimized":true}}}}` {
		t.Error(got)
	}
	if got := s.Comments(n)[0].Minimized; got != "OUTDATED" {
		t.Error(got)
	}
	if got := ask(t, s, nil, "{ viewer { login } }", nil); got != `{"data":{"viewer":{"login":"github-actions[bot]"}}}` {
		t.Error(got)
	}
}

// What the schema does not have is an error and fails the test that asked for it.
func TestUnknownGraphQL(t *testing.T) {
	s := githubtest.New(&watched{TB: t})
	for query, want := range map[string]string{
		"{ viewer { login shoeSize } }":              "Field 'shoeSize' doesn't exist on type 'User'",
		"{ viewer }":                                 "Field must have selections",
		"{ viewer { login }":                         "Parse error",
		"query($a: Int) { viewer { login(x: $b) } }": "Parse error",
	} {
		before := len(s.Violations())
		if got := ask(t, s, nil, query, nil); !strings.Contains(got, want) || strings.Contains(got, `"data"`) {
			t.Errorf("%s: %s", query, got)
		}
		if len(s.Violations()) != before+1 {
			t.Errorf("%s: %q", query, s.Violations())
		}
	}
}
