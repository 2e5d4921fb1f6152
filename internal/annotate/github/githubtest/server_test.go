package githubtest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// client is go-github with a token of these permissions; nil allows everything.
func client(t *testing.T, s *githubtest.Server, permissions map[string]string) *gh.Client {
	t.Helper()
	c, err := gh.NewClient(nil).WithAuthToken(s.Token("", permissions)).WithEnterpriseURLs(s.APIURL(), s.APIURL())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// numbered is a text of n lines, "line 1" and so on, where the given lines are others.
func numbered(n int, others map[int]string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		text, other := others[i]
		if !other {
			text = fmt.Sprintf("line %d", i)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

// opened is a pull request that changes lines 10 and 40 of env.txt.
func opened(s *githubtest.Server) int {
	s.Commit("main", nil, map[string]githubtest.File{"env.txt": {Text: numbered(50, nil)}})
	s.Commit("fix", nil, map[string]githubtest.File{"env.txt": {Text: numbered(50, map[int]string{10: "ten", 40: "forty"})}})
	return s.Pull("fix", "main")
}

func TestCommentsStay(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	c, ctx := client(t, s, map[string]string{"pull-requests": "write"}), context.Background()
	made, _, err := c.Issues.CreateComment(ctx, "octo", "env", n, &gh.IssueComment{Body: gh.String("one")})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Issues.EditComment(ctx, "octo", "env", made.GetID(), &gh.IssueComment{Body: gh.String("two")}); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		s.AddComment(n, "mallory", fmt.Sprint(i))
	}
	first, answer, err := c.Issues.ListComments(ctx, "octo", "env", n, nil)
	if err != nil || len(first) != 30 || answer.NextPage != 2 || first[0].GetBody() != "two" || first[0].GetUser().GetLogin() != githubtest.Actions {
		t.Errorf("page 1: %d comments, next page %d, %v, %v", len(first), answer.NextPage, first[0], err)
	}
	all, answer, err := c.Issues.ListComments(ctx, "octo", "env", n, &gh.IssueListCommentsOptions{ListOptions: gh.ListOptions{PerPage: 100}})
	if err != nil || len(all) != 41 || answer.NextPage != 0 {
		t.Errorf("%d comments, next page %d, %v", len(all), answer.NextPage, err)
	}
	if writes := s.Writes(); len(writes) != 2 || writes[0] != fmt.Sprintf("POST /repos/octo/env/issues/%d/comments", n) {
		t.Errorf("writes: %q", writes)
	}
}
