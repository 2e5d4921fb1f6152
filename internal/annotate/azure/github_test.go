package azure

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/github"
)

func TestAGitHubPullRequestInGitHubsWords(t *testing.T) {
	vars := map[string]string{
		"BUILD_REPOSITORY_PROVIDER": "GitHub", "BUILD_REPOSITORY_NAME": "octo/env", "BUILD_REPOSITORY_URI": "https://github.com/octo/env.git",
		"BUILD_BUILDID": "7", "BUILD_SOURCEBRANCH": "refs/pull/3/merge", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "3",
		"SYSTEM_PULLREQUEST_SOURCECOMMITID": "abc", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "feature", "SYSTEM_PULLREQUEST_TARGETBRANCH": "main",
		"SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI": "https://github.com/mallory/env.git",
	}
	env, event, ok := GitHubEnv(func(k string) string { return vars[k] })
	if !ok || env["GITHUB_REPOSITORY"] != "octo/env" || env["GITHUB_API_URL"] != "https://api.github.com" || env["GITHUB_EVENT_NAME"] != "pull_request" || env["GITHUB_RUN_ATTEMPT"] != "1" {
		t.Errorf("got %v", env)
	}
	var e struct {
		PullRequest struct {
			Number int
			State  string
			Head   struct {
				Ref, SHA string
				Repo     struct {
					FullName string `json:"full_name"`
				}
			}
			Base struct{ Ref string }
		} `json:"pull_request"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		t.Fatal(err)
	}
	p := e.PullRequest
	if p.Number != 3 || p.State != "open" || p.Head.SHA != "abc" || p.Head.Ref != "feature" || p.Head.Repo.FullName != "mallory/env" || p.Base.Ref != "main" {
		t.Errorf("got %s", event)
	}
}

func TestGitHubsAddresses(t *testing.T) {
	if server, api, graphql := gitHubAddresses("https://git.example/octo/env"); server != "https://git.example" || api != "https://git.example/api/v3" || graphql != "https://git.example/api/graphql" {
		t.Errorf("got %s %s %s", server, api, graphql)
	}
}

func TestOtherProvidersAreNotGitHub(t *testing.T) {
	for _, provider := range []string{"TfsGit", "Bitbucket", ""} {
		if _, _, ok := GitHubEnv(func(string) string { return provider }); ok {
			t.Errorf("%q is taken for GitHub", provider)
		}
	}
}

func TestABranchOfAGitHubRepository(t *testing.T) {
	vars := map[string]string{"BUILD_REPOSITORY_PROVIDER": "GitHub", "BUILD_REPOSITORY_NAME": "octo/env", "SYSTEM_JOBATTEMPT": "2"}
	env, event, ok := GitHubEnv(func(k string) string { return vars[k] })
	if !ok || env["GITHUB_EVENT_NAME"] != "push" || event != nil || env["GITHUB_RUN_ATTEMPT"] != "2" {
		t.Errorf("got %v %s", env, event)
	}
}

func TestGitHubTakesTheseWords(t *testing.T) {
	vars := map[string]string{
		"BUILD_REPOSITORY_PROVIDER": "GitHub", "BUILD_REPOSITORY_NAME": "octo/env", "BUILD_REPOSITORY_URI": "https://github.com/octo/env.git",
		"BUILD_BUILDID": "7", "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "3",
	}
	env, event, _ := GitHubEnv(func(k string) string { return vars[k] })
	_, err := github.Open(github.Options{Getenv: func(k string) string { return env[k] }, Event: event, Out: io.Discard, Client: http.DefaultClient, Token: "t"})
	if err != nil {
		t.Error(err)
	}
}
