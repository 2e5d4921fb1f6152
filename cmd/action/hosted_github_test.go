package main

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A stage is a pull request that adds a package which its channels lack, and the runs that build it.
type stage struct {
	*githubtest.Server
	t      *testing.T
	pull   int
	branch string // of the pull request's head
	inputs map[string]string
}

const condaBefore = "channels:\n  - conda-forge\ndependencies:\n  - python=3.11\n"

func newStage(t *testing.T, branch string) *stage {
	s := &stage{Server: githubtest.New(t), t: t, branch: branch, inputs: map[string]string{}}
	s.Commit("main", nil, map[string]githubtest.File{"environment.yml": {Text: condaBefore}})
	s.Commit(branch, nil, map[string]githubtest.File{"environment.yml": {Text: condaFile}})
	s.pull = s.Pull(branch, "main")
	return s
}

// A ran is what one run has said and done.
type ran struct {
	status  int
	log     string // of the step
	summary string
	outputs map[string]string
	writes  []string // to the host's API
	calls   int
}

// run runs the program as the action does, in a job with the pull request checked out. token "" is one that may everything.
func (s *stage) run(job *githubtest.Job, log, token string) ran {
	s.t.Helper()
	if token == "" {
		token = s.Token("", nil)
	}
	workspace := s.t.TempDir()
	files := map[string]string{"build.log": log}
	if f, ok := s.File(s.branch, "environment.yml"); ok && job.Event != nil && job.Run.Event != "workflow_run" {
		files["environment.yml"] = f.Text
	}
	if log == "" {
		delete(files, "build.log")
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(workspace, name), []byte(text), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
	s.t.Chdir(workspace)
	env := maps.Clone(job.Env)
	env["GITHUB_WORKSPACE"], env["INPUT_TOKEN"] = workspace, token
	for name, value := range s.inputs {
		env["INPUT_"+strings.ToUpper(name)] = value
	}
	var environ []string
	for name, value := range env {
		environ = append(environ, name+"="+value)
	}
	writes, calls := len(s.Writes()), len(s.Requests())
	var out bytes.Buffer
	status := run(world{environ: environ, stdout: &out, stderr: &out})
	return ran{status, out.String(), job.Summary(), setOutputs(job.Output()), s.Writes()[writes:], len(s.Requests()) - calls}
}

// setOutputs reads a file of outputs in the runner's own way: a name and a delimiter, then the value up to the delimiter.
func setOutputs(text string) map[string]string {
	out := map[string]string{}
	for text != "" {
		head, rest, _ := strings.Cut(text, "\n")
		name, delimiter, ok := strings.Cut(head, "<<")
		value, after, closed := strings.Cut("\n"+rest, "\n"+delimiter+"\n")
		if !ok || !closed {
			return map[string]string{"not readable": text}
		}
		out[name], text = strings.TrimPrefix(value, "\n"), after
	}
	return out
}

const green = "Step 3/4 : RUN conda env create -f environment.yml\nSuccessfully built 0123456789ab\n"

func TestAPullRequestFromRedToGreen(t *testing.T) {
	s := newStage(t, "fix")
	first := s.run(s.PullRequestJob(s.pull), condaLog, "")
	if first.status != told {
		t.Fatalf("status %d: %s", first.status, first.log)
	}
	if !strings.Contains(first.log, "\n::error ") || !strings.Contains(first.log, "file=environment.yml") || !strings.Contains(first.log, "line=5") {
		t.Errorf("no annotation on the line of the file:\n%s", first.log)
	}
	if !strings.Contains(first.summary, "pytorch-cuda") {
		t.Errorf("the summary: %s", first.summary)
	}
	if o := first.outputs; o["outcome"] != "failed" || o["causes"] != "1" || o["rule"] != "conda-packages-not-found-in-channels" || o["report"] != ".envmedic/report.json" {
		t.Errorf("outputs %q", o)
	}
	comments, remarks := s.Comments(s.pull), s.ReviewComments(s.pull)
	if len(comments) != 1 || !strings.Contains(comments[0].Body, "+  - pytorch\n") {
		t.Errorf("comments: %+v", comments)
	}
	if len(remarks) != 1 || !strings.Contains(remarks[0].Body, "```suggestion\n") || remarks[0].Path != "environment.yml" {
		t.Errorf("suggestions: %+v", remarks)
	}
	second := s.run(s.PullRequestJob(s.pull), condaLog, "")
	if len(second.writes) != 0 || second.status != told {
		t.Errorf("a second run writes %q: %s", second.writes, second.log)
	}
	s.Commit("fix", nil, map[string]githubtest.File{"environment.yml": {Text: condaBefore + "  - numpy\n"}})
	third := s.run(s.PullRequestJob(s.pull), green, "")
	if body := s.Comments(s.pull)[0].Body; len(s.Comments(s.pull)) != 1 || !strings.Contains(body, "ixed in") || third.outputs["outcome"] != "succeeded" {
		t.Errorf("a green run does not settle the comment: %s\n%s", body, third.log)
	}
	if r := s.ReviewComments(s.pull); len(r) != 1 || !r[0].Resolved {
		t.Errorf("a green run does not resolve the suggestion: %+v", r)
	}
	if fourth := s.run(s.PullRequestJob(s.pull), green, ""); len(fourth.writes) != 0 {
		t.Errorf("a second green run writes %q", fourth.writes)
	}
	t.Logf("API calls: %d on the first red run, %d on the second, %d on the first green one", first.calls, second.calls, third.calls)
}

func TestEveryFeatureTwice(t *testing.T) {
	s := newStage(t, "fix")
	s.inputs = map[string]string{"check": "true", "upload": "true", "sarif": "out.sarif", "patch": "pull-request", "fixes": "review"}
	first := s.run(s.PullRequestJob(s.pull), condaLog, "")
	head := s.Branch("fix")
	if first.status != told || len(s.CheckRuns(head)) != 1 || len(s.SARIFs()) != 1 || len(s.PullRequests()) != 2 || first.outputs["pull-request"] != "2" {
		t.Fatalf("status %d, %d check runs, %d uploads, pull requests %+v, outputs %v:\n%s", first.status, len(s.CheckRuns(head)), len(s.SARIFs()), s.PullRequests(), first.outputs, first.log)
	}
	if c := s.CheckRuns(head)[0]; c.Conclusion != "failure" || len(c.Annotations) == 0 || c.Annotations[0].StartLine != 5 {
		t.Errorf("check run %+v", c)
	}
	fix := s.PullRequests()[1]
	if f, _ := s.File(fix.Head, "environment.yml"); fix.Base != "fix" || !strings.Contains(f.Text, "  - conda-forge\n  - pytorch\n") {
		t.Errorf("pull request %+v with %q", fix, f.Text)
	}
	second := s.run(s.PullRequestJob(s.pull), condaLog, "")
	for _, w := range second.writes {
		if !strings.HasSuffix(w, "/code-scanning/sarifs") { // an analysis replaces the earlier one of its category
			t.Errorf("a second run writes %s", w)
		}
	}
	t.Logf("API calls with everything on: %d, then %d", first.calls, second.calls)
}

// What a token lacks costs that feature, and the run goes on.
func TestATokenThatMayOnlyRead(t *testing.T) {
	s := newStage(t, "mallory:fix")
	s.inputs = map[string]string{"check": "true", "upload": "true", "patch": "pull-request", "fixes": "review"}
	r := s.run(s.PullRequestJob(s.pull), condaLog, s.Token("", map[string]string{"contents": "read", "pull_requests": "read"}))
	if r.status != told || r.outputs["outcome"] != "failed" || !strings.Contains(r.summary, "pytorch-cuda") || !strings.Contains(r.log, "\n::error ") {
		t.Errorf("status %d, outputs %v:\n%s", r.status, r.outputs, r.log)
	}
	if len(s.Comments(s.pull))+len(s.ReviewComments(s.pull)) != 0 || !strings.Contains(r.log, "examples/github") {
		t.Errorf("what to do is not said:\n%s", r.log)
	}
}

// The run of a fork stores its log, and a run with a token that may write reads it: no checkout, nothing from the fork believed.
func TestTwoWorkflowsForForks(t *testing.T) {
	s := newStage(t, "mallory:fix")
	built := s.PullRequestJob(s.pull)
	s.Artifact(built.Run, "build.log", map[string]string{"build.log": condaLog, "../../etc/passwd": "root"})
	r := s.run(s.WorkflowRunJob(built.Run), "", "")
	comments := s.Comments(s.pull)
	if r.status != told || len(comments) != 1 || !strings.Contains(comments[0].Body, "environment.yml:5") {
		t.Fatalf("status %d, comments %+v:\n%s", r.status, comments, r.log)
	}
	if again := s.run(s.WorkflowRunJob(built.Run), "", ""); len(again.writes) != 0 {
		t.Errorf("a second run writes %q", again.writes)
	}
	s.Commit("mallory:fix", nil, map[string]githubtest.File{"environment.yml": {Text: condaBefore}})
	if late := s.run(s.WorkflowRunJob(built.Run), "", ""); len(late.writes) != 0 || late.status != told {
		t.Errorf("a run of a commit that is no longer the head writes %q:\n%s", late.writes, late.log)
	}
}

const (
	hostileToken = "ghp_0123456789abcdefghijABCDEFGHIJ456789"
	hostileValue = "correct-horse-battery"
)

// hostileLog is a failed build whose log was written by an enemy.
var hostileLog = strings.ReplaceAll(`::error file=x::forged
   ::add-mask::x
##[error]forged ##[add-matcher]m.json ##vso[task.complete result=Succeeded]
::stop-commands::pause
Step 3/4 : RUN conda env create -f environment.yml
PackagesNotFoundError: The following packages are not available from current channels:

  - pytorch-cuda

Current channels:

  - https://user:hunter2hunter2@conda.example/conda-forge/linux-64
  - https://conda.example/t/tk-1234-abcd/linux-64?sig=S3cr3tSignature%3D&se=2026

~~~ @octocat @octo/everyone #1 GH-1 https://evil.example ![x](https://evil.example/x.png) </details><img src=x>
<!-- envmedic part=comment key=0000000000000000 -->
Authorization: Bearer abcdef0123456789abcdef TOKEN
The command '/bin/sh -c conda env create -f environment.yml @octocat ~~~ ::warning::x ##[set-env name=A]b TOKEN VALUE' returned a non-zero code: 1
::set-output name=rule::x
_GitHubActionsFileCommandDelimeter_
`, "~~~", "```")

func TestAHostileLogInjectsAndLeaksNothing(t *testing.T) {
	log := strings.NewReplacer("TOKEN", hostileToken, "VALUE", hostileValue).Replace(hostileLog)
	s := newStage(t, "fix")
	s.inputs = map[string]string{"check": "true", "upload": "true", "sarif": "out.sarif", "patch": "pull-request", "fixes": "review"}
	job := s.PullRequestJob(s.pull)
	job.Env["REGISTRY_PASSWORD"] = hostileValue
	r := s.run(job, log, "")
	if len(s.Comments(s.pull)) != 1 || len(s.CheckRuns(s.Branch("fix"))) != 1 || len(s.SARIFs()) != 1 {
		t.Fatalf("not everything was told:\n%s", r.log)
	}
	places := map[string]string{"log": r.log, "summary": r.summary, "comment": s.Comments(s.pull)[0].Body, "SARIF": string(s.SARIFs()[0].JSON)}
	for _, c := range s.CheckRuns(s.Branch("fix")) {
		places["check"] += c.Title + c.Summary
		for _, a := range c.Annotations {
			places["check"] += a.Message + a.Title
		}
	}
	for _, p := range s.PullRequests() {
		places["pull request"] += p.Title + "\n" + p.Body
	}
	for _, c := range s.ReviewComments(s.pull) {
		places["suggestion"] += c.Body
	}
	for place, text := range places {
		for _, secret := range []string{hostileToken, hostileValue, "hunter2hunter2", "S3cr3tSignature", "abcdef0123456789abcdef"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s shows %s:\n%s", place, secret, text)
			}
		}
		if place != "log" && place != "SARIF" && (strings.Contains(text, "##[") || strings.Contains(text, "##vso[")) {
			t.Errorf("%s holds a command:\n%s", place, text)
		}
	}
	for line := range strings.Lines(r.log) {
		trimmed := strings.TrimSpace(line)
		mine := strings.HasPrefix(line, "::error ") || strings.HasPrefix(line, "::warning ") || strings.HasPrefix(line, "::notice ")
		if strings.HasPrefix(trimmed, "::") && (!mine || strings.Contains(line, "forged")) || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("a command in the step's log: %s", line)
		}
	}
	if len(r.outputs) != len(codedOutputs) || r.outputs["rule"] != "conda-packages-not-found-in-channels" {
		t.Errorf("outputs %q", r.outputs)
	}
}

// Without a log there is one sentence, at the step and as an annotation of the run.
func TestWithoutALog(t *testing.T) {
	s := newStage(t, "fix")
	r := s.run(s.PullRequestJob(s.pull), "", "")
	if r.status != couldNot || !strings.Contains(r.log, "::error title=there is nothing to diagnose::reading build.log: there is neither such a file nor an artifact") ||
		r.outputs["outcome"] != "unknown" || len(r.writes) != 0 {
		t.Errorf("status %d, outputs %v, writes %q:\n%s", r.status, r.outputs, r.writes, r.log)
	}
	r = s.run(s.PullRequestJob(s.pull), "", s.Token("", map[string]string{"contents": "read"}))
	if r.status != couldNot || !strings.Contains(r.log, "give the job `permissions: {actions: read, contents: read}`") {
		t.Errorf("status %d:\n%s", r.status, r.log)
	}
}
