package azure

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// GitHubEnv is a build of a GitHub repository in the words of a GitHub Actions run: the variables and the event that github.Open
// reads. Comments on a pull request of GitHub go there, with a token of GitHub's. It is false for a build of another provider.
func GitHubEnv(getenv func(string) string) (env map[string]string, event []byte, ok bool) {
	provider := getenv("BUILD_REPOSITORY_PROVIDER")
	if provider != "GitHub" && provider != "GitHubEnterprise" || !strings.Contains(getenv("BUILD_REPOSITORY_NAME"), "/") {
		return nil, nil, false
	}
	server, api, graphql := gitHubAddresses(getenv("BUILD_REPOSITORY_URI"))
	env = map[string]string{
		"GITHUB_REPOSITORY": getenv("BUILD_REPOSITORY_NAME"), "GITHUB_SERVER_URL": server, "GITHUB_API_URL": api, "GITHUB_GRAPHQL_URL": graphql,
		"GITHUB_SHA": getenv("BUILD_SOURCEVERSION"), "GITHUB_REF": getenv("BUILD_SOURCEBRANCH"), "GITHUB_EVENT_NAME": "push",
		"GITHUB_WORKFLOW": getenv("BUILD_DEFINITIONNAME"), "GITHUB_JOB": getenv("SYSTEM_JOBNAME"), "GITHUB_WORKSPACE": getenv("BUILD_SOURCESDIRECTORY"),
		"GITHUB_RUN_ID": getenv("BUILD_BUILDID"), "GITHUB_RUN_NUMBER": getenv("BUILD_BUILDID"), "GITHUB_RUN_ATTEMPT": first(getenv, "SYSTEM_JOBATTEMPT"),
	}
	if env["GITHUB_RUN_ATTEMPT"] == "" {
		env["GITHUB_RUN_ATTEMPT"] = "1"
	}
	if number, err := strconv.Atoi(getenv("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER")); err == nil {
		env["GITHUB_EVENT_NAME"] = "pull_request"
		event = gitHubEvent(getenv, number)
	}
	return env, event, true
}

// gitHubAddresses are GitHub's addresses for a repository's: a GitHub server of one's own has its interfaces below its own name.
func gitHubAddresses(repository string) (server, api, graphql string) {
	u, err := url.Parse(repository)
	if err != nil || u.Host == "" || strings.EqualFold(u.Host, "github.com") {
		return "https://github.com", "https://api.github.com", "https://api.github.com/graphql"
	}
	server = u.Scheme + "://" + u.Host
	return server, server + "/api/v3", server + "/api/graphql"
}

// gitHubEvent is a pull_request event with the fields that a pull request is found by.
func gitHubEvent(getenv func(string) string, number int) []byte {
	type repository struct {
		FullName string `json:"full_name"`
	}
	type side struct {
		Ref  string     `json:"ref"`
		SHA  string     `json:"sha,omitempty"`
		Repo repository `json:"repo"`
	}
	type pullRequest struct {
		Number int    `json:"number"`
		State  string `json:"state"`
		Head   side   `json:"head"`
		Base   side   `json:"base"`
	}
	name := getenv("BUILD_REPOSITORY_NAME")
	from := name
	if u, err := url.Parse(getenv("SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI")); err == nil && u.Host != "" {
		from = strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
	}
	event, err := json.Marshal(map[string]any{
		"action": "synchronize", "number": number, "repository": repository{name},
		"pull_request": pullRequest{number, "open",
			side{branchName(getenv("SYSTEM_PULLREQUEST_SOURCEBRANCH")), getenv("SYSTEM_PULLREQUEST_SOURCECOMMITID"), repository{from}},
			side{branchName(getenv("SYSTEM_PULLREQUEST_TARGETBRANCH")), "", repository{name}}},
	})
	if err != nil {
		return nil
	}
	return event
}
