// Package github tells people on GitHub what a report says: annotations and a job summary, a comment and suggestions on the pull
// request, a check run, code scanning, and a pull request with the edits. It also reads what only GitHub has: artifacts with logs,
// and the definition files of a commit that is not checked out.
//
// What needs no permission comes first. A permission that the token lacks costs the feature that needs it, and is said in one line.
package github

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	gh "github.com/google/go-github/v60/github"
	"github.com/sethvargo/go-githubactions"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Options are what Open needs from the process it runs in.
type Options struct {
	Getenv func(string) string
	Event  []byte    // the file at GITHUB_EVENT_PATH; nil where there is none
	Out    io.Writer // standard output of the step, where workflow commands are read
	Token  string    // "" leaves out everything that needs the API
	Client *http.Client
	Masker *annotate.Masker
}

// A Host is GitHub as one step of a workflow run sees it.
type Host struct {
	run     run
	getenv  func(string) string
	command *githubactions.Action
	out     io.Writer
	api     *gh.Client   // nil without a token
	client  *http.Client // without the token, for addresses that carry a signature of their own
	mask    *annotate.Masker
	viewer  string          // the token's own login, asked for once by self
	said    map[string]bool // what say and refused have printed
}

// Open reads what the runner says of the run. Nothing is called yet.
func Open(o Options) (*Host, error) {
	r, err := readRun(o.Getenv, o.Event)
	if err != nil {
		return nil, err
	}
	h := &Host{
		run: r, getenv: o.Getenv, out: o.Out, client: o.Client, mask: o.Masker, said: map[string]bool{},
		command: githubactions.New(githubactions.WithWriter(o.Out), githubactions.WithGetenv(o.Getenv)),
	}
	if o.Token == "" {
		return h, nil
	}
	h.api, err = gh.NewClient(o.Client).WithAuthToken(o.Token).WithEnterpriseURLs(r.apiURL, r.apiURL)
	if err != nil {
		return nil, fmt.Errorf("reading GITHUB_API_URL %q: %w", r.apiURL, err)
	}
	h.api.UserAgent = "envmedic"
	return h, nil
}

// A run is what the runner says of the workflow run.
type run struct {
	owner, repo   string
	serverURL     string // https://github.com
	apiURL        string
	graphqlURL    string
	event         string // the name: push, pull_request, workflow_run
	sha, ref      string // GITHUB_SHA; of a pull request the merge commit
	workflow      string
	job           string
	id            string // GITHUB_RUN_ID
	number        string // GITHUB_RUN_NUMBER, growing within a workflow
	attempt       string
	workspace     string
	actor         string          // who caused the event, also where somebody else runs it again
	pullRequest   *gh.PullRequest // of a pull_request event
	triggered     *gh.WorkflowRun // of a workflow_run event: the run that has ended
	defaultBranch string
}

func readRun(getenv func(string) string, event []byte) (run, error) {
	r := run{
		serverURL: getenv("GITHUB_SERVER_URL"), apiURL: getenv("GITHUB_API_URL"), graphqlURL: getenv("GITHUB_GRAPHQL_URL"),
		event: getenv("GITHUB_EVENT_NAME"), sha: getenv("GITHUB_SHA"), ref: getenv("GITHUB_REF"),
		workflow: getenv("GITHUB_WORKFLOW"), job: getenv("GITHUB_JOB"),
		id: getenv("GITHUB_RUN_ID"), number: getenv("GITHUB_RUN_NUMBER"), attempt: getenv("GITHUB_RUN_ATTEMPT"),
		workspace: getenv("GITHUB_WORKSPACE"), actor: getenv("GITHUB_ACTOR"),
	}
	var ok bool
	if r.owner, r.repo, ok = strings.Cut(getenv("GITHUB_REPOSITORY"), "/"); !ok {
		return r, errors.New("GITHUB_REPOSITORY is not set as owner/name; run envmedic in a GitHub Actions job, or name a log on the command line")
	}
	for _, u := range []struct {
		value *string
		usual string
	}{{&r.serverURL, "https://github.com"}, {&r.apiURL, "https://api.github.com"}, {&r.graphqlURL, "https://api.github.com/graphql"}} {
		if *u.value == "" {
			*u.value = u.usual
		}
		if parsed, err := url.Parse(*u.value); err != nil || parsed.Host == "" {
			return r, fmt.Errorf("the runner gives %q as an address of GitHub, which is none", *u.value)
		}
	}
	var e struct {
		PullRequest *gh.PullRequest `json:"pull_request"`
		WorkflowRun *gh.WorkflowRun `json:"workflow_run"`
		Repository  struct {
			DefaultBranch string `json:"default_branch"`
		} `json:"repository"`
	}
	if len(event) > 0 {
		if err := json.Unmarshal(event, &e); err != nil {
			return r, fmt.Errorf("reading the event at GITHUB_EVENT_PATH: %w", err)
		}
	}
	r.pullRequest, r.triggered, r.defaultBranch = e.PullRequest, e.WorkflowRun, e.Repository.DefaultBranch
	return r, nil
}

// say prints one line to the step's log, once. Problem matchers of other steps read it too, see unmatched.
func (h *Host) say(text string) {
	line := "envmedic: " + unmatched(annotate.Plain(oneLine(h.mask.Mask(text))))
	if !h.said[line] {
		h.said[line] = true
		fmt.Fprintln(h.out, line)
	}
}

var placeForms = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(:)(\d+:)|()(\(\d+,\d+\))|(", line)( \d+)`)
})

// unmatched breaks what looks like a place in a file (a.go:3:1, a.ts(3,1), File "a.py", line 3) by a zero width space: setup-go and
// its kind leave problem matchers behind, which make annotations of any such line. A time of day (14:03) stays as it is.
func unmatched(s string) string {
	return placeForms().ReplaceAllString(s, "$1$3$5\u200b$2$4$6")
}
