// Package github tells people on GitHub what a report says: annotations and a job summary, a comment and suggestions on the pull
// request, a check run, code scanning, and a pull request with the edits. It also reads what only GitHub has: artifacts with logs,
// and the definition files of a commit that is not checked out.
//
// What needs no permission comes first. A permission that the token lacks costs the feature that needs it, and is said in one line.
package github

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	Away   string // the page of a build that runs elsewhere, where workflow commands and job summaries mean nothing; "" is a workflow run
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
	away    string          // see Options
}

// Open reads what the runner says of the run. Nothing is called yet.
func Open(o Options) (*Host, error) {
	r, err := readRun(o.Getenv, o.Event)
	if err != nil {
		return nil, err
	}
	h := &Host{
		run: r, getenv: o.Getenv, out: o.Out, client: o.Client, mask: o.Masker, said: map[string]bool{}, away: o.Away,
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
	if err := r.complete(); err != nil {
		return r, err
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

// complete derives the addresses that a runner leaves out from those that it gives: a token is for the one server only.
func (r *run) complete() error {
	r.serverURL = strings.TrimSuffix(cmp.Or(r.serverURL, "https://github.com"), "/")
	if r.apiURL == "" {
		r.apiURL = "https://api.github.com"
		if r.serverURL != "https://github.com" {
			r.apiURL = r.serverURL + "/api/v3"
		}
	}
	if r.graphqlURL == "" {
		r.graphqlURL = strings.TrimSuffix(strings.TrimSuffix(r.apiURL, "/"), "/v3") + "/graphql"
	}
	for _, address := range []string{r.serverURL, r.apiURL, r.graphqlURL} {
		if parsed, err := url.Parse(address); err != nil || parsed.Host == "" {
			return fmt.Errorf("the runner gives %q as an address of GitHub, which is none", address)
		}
	}
	return nil
}

// key is the digest by which this job's texts are known. A job that runs after others tells of each of their workflows apart: one may
// be mended while the other is broken, and the numbers of their runs have nothing to do with each other.
func (h *Host) key(t *annotate.Telling) string {
	if h.run.triggered != nil {
		return annotate.Digest(t.Key, strconv.FormatInt(h.run.triggered.GetWorkflowID(), 10))
	}
	return annotate.Digest(t.Key)
}

// say prints one line to the step's log, once.
func (h *Host) say(text string) {
	line := "envmedic: " + annotate.Unmatched(plain(h.mask.Mask(text)))
	if !h.said[line] {
		h.said[line] = true
		fmt.Fprintln(h.out, line)
	}
}
