package envmedic

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A runner is nektos/act on a Docker engine, as .ci/runner makes them, in front of a GitHub that lives as long as the test.
type runner struct {
	*testing.T
	act       string
	workspace string // a checkout of the user's repository, with the action of this tree in its root
	hub       *githubtest.Server
	pull      int
	index     string // a package index with tabular-tools 1.0 and 1.4
	runs      int
	log       string // of the build that failed
}

func newRunner(t *testing.T) *runner {
	act := os.Getenv("ENVMEDIC_ACT")
	if act == "" {
		t.Skip("needs a runner; .ci/runner makes one")
	}
	r := &runner{T: t, act: act, workspace: t.TempDir(), hub: githubtest.New(t), index: startIndex(t)}
	r.copyTree()
	r.hub.Commit("main", nil, map[string]githubtest.File{
		"service/Dockerfile":       {Text: read(t, "testdata/runner/service/Dockerfile")},
		"service/requirements.txt": {Text: "# what the service is made of\ntabular-tools==1.0\n"},
	})
	r.change(read(t, "testdata/runner/service/requirements.txt"))
	r.pull = r.hub.Pull("topic", "main")
	r.hub.Receive(r.shell(r.workspace, "git cat-file commit HEAD")) // act takes it for the commit that the event is of
	return r
}

// copyTree makes the workspace. The modules go with it, since the action's image is built without a network.
func (r *runner) copyTree() {
	r.Helper()
	r.shell(".", `git ls-files --cached --others --exclude-standard -z | tar -c --null --files-from - | tar -x -C "$1"`, r.workspace)
	r.shell(r.workspace, `cp -r testdata/runner/service . && go mod vendor &&
		git init --quiet && git remote add origin https://github.com/octo/env && git add service && git -c user.name=ada -c user.email=ada@example.com commit --quiet --message build`)
}

func (r *runner) shell(dir, script string, args ...string) string {
	r.Helper()
	command := exec.Command("bash", append([]string{"-euo", "pipefail", "-c", script, "bash"}, args...)...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	if err != nil {
		r.Fatalf("%s: %v\n%s", script, err, output)
	}
	return string(output)
}

// change is a push to the pull request: new requirements, on GitHub and in the workspace.
func (r *runner) change(requirements string) {
	r.Helper()
	r.hub.Commit("topic", nil, map[string]githubtest.File{"service/requirements.txt": {Text: requirements}})
	if err := os.WriteFile(filepath.Join(r.workspace, "service", "requirements.txt"), []byte(requirements), 0o600); err != nil {
		r.Fatal(err)
	}
}

// An event is a line of act's log.
type event struct {
	Step          string
	StepID        []string
	Msg           string
	RawOutput     bool `json:"raw_output"`
	StepResult    string
	ExecutionTime time.Duration
	JobResult     string

	Command string            // a workflow command, or a file that stands for one
	KvPairs map[string]string // its properties
	Arg     string            // its data
	Name    string            // of an output
	Content string            // of a summary
}

// A result is what the runner made of a run of the workflow.
type result struct {
	events   []event
	requests []string // to GitHub
	writes   []string // those of them that were meant to change something
}

// run runs a workflow of the workspace for a job, with a token that may do what the workflow asks for.
func (r *runner) run(workflow string, job *githubtest.Job) result {
	r.Helper()
	r.runs++
	asked, wrote := len(r.hub.Requests()), len(r.hub.Writes())
	_, permissions := steps(r.T, filepath.Join(r.workspace, workflow))
	home, number, engine := r.TempDir(), strconv.Itoa(r.runs), os.Getenv("DOCKER_HOST")
	command := exec.Command(r.act, job.Run.Event, "--json", "--rm", "--pull=false", "--rebuild=false", "--bind", "--no-cache-server",
		"--workflows", workflow, "--platform", "ubuntu-latest=envmedic-runner:latest", "--container-daemon-socket", engine,
		"--eventpath", job.Env["GITHUB_EVENT_PATH"], "--secret", "GITHUB_TOKEN="+r.hub.Token("", permissions),
		"--env", "GITHUB_API_URL="+r.hub.APIURL(), "--env", "GITHUB_GRAPHQL_URL="+r.hub.GraphQLURL(),
		"--env", "GITHUB_RUN_ID="+number, "--env", "GITHUB_RUN_NUMBER="+number, "--env", "PIP_INDEX_URL="+r.index)
	command.Dir = r.workspace
	command.Env = []string{"HOME=" + home, "XDG_CACHE_HOME=" + home, "DOCKER_HOST=" + engine, "PATH=" + os.Getenv("PATH")}
	output, err := command.CombinedOutput()
	done := result{requests: r.hub.Requests()[asked:], writes: r.hub.Writes()[wrote:]}
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			done.events = append(done.events, e)
		}
	}
	r.Logf("run %d: the action took %v (its image included), %d requests: %q", r.runs, done.took(), len(done.requests), done.requests)
	if r.Failed() || err != nil && done.job() == "" {
		r.Fatalf("act: %v\n%s", err, output)
	}
	return done
}

// build runs the workflow that builds the image of the pull request's head.
func (r *runner) build() result {
	r.Helper()
	return r.run("testdata/runner/image.yml", r.hub.PullRequestJob(r.pull))
}

func (e event) of(step string) bool { return len(e.StepID) == 1 && e.StepID[0] == step }

// job is "success" or "failure".
func (d result) job() (result string) {
	for _, e := range d.events {
		result = strings.TrimSpace(result + e.JobResult)
	}
	return result
}

// took is how long the first step took that is envmedic.
func (d result) took() time.Duration {
	for _, e := range d.events {
		if e.StepResult != "" && e.Step == "./" {
			return e.ExecutionTime
		}
	}
	return 0
}

// printed is what a step printed, workflow commands not included.
func (d result) printed(step string) string {
	var b strings.Builder
	for _, e := range d.events {
		if e.of(step) && e.RawOutput {
			b.WriteString(e.Msg)
		}
	}
	return b.String()
}

// commands are the workflow commands of a name that a step gave.
func (d result) commands(step, name string) (list []event) {
	for _, e := range d.events {
		if e.of(step) && e.Command == name {
			list = append(list, e)
		}
	}
	return list
}

func (d result) outputs(step string) map[string]string {
	values := map[string]string{}
	for _, e := range d.commands(step, "set-output") {
		values[e.Name] = e.Arg
	}
	return values
}
