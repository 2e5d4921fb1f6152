package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/envmedic/envmedic/internal/annotate"
)

// A listener is a host that notes what it is told.
type listener struct {
	told    *annotate.Telling
	outputs map[string]string
	files   fs.FS
	stored  map[string]string // name and text of artifacts
}

func (l *listener) Artifacts(_ context.Context, glob string) ([]annotate.Artifact, error) {
	var out []annotate.Artifact
	for _, name := range slices.Sorted(maps.Keys(l.stored)) {
		if ok, err := filepath.Match(glob, name); err != nil || ok {
			out = append(out, annotate.Artifact{Name: name, ReadCloser: io.NopCloser(strings.NewReader(l.stored[name]))})
		}
	}
	return out, nil
}

func (l *listener) Files(context.Context) (fs.FS, error) { return l.files, nil }

func (l *listener) Publish(_ context.Context, t *annotate.Telling) annotate.Told {
	l.told = t
	if t.Patch == "pull-request" && len(t.Change.Files) > 0 {
		return annotate.Told{PullRequest: 7}
	}
	return annotate.Told{}
}

func (l *listener) Output(name, value string) error {
	if l.outputs == nil {
		l.outputs = map[string]string{}
	}
	l.outputs[name] = value
	return nil
}

const condaLog = `Step 3/4 : RUN conda env create -f environment.yml
PackagesNotFoundError: The following packages are not available from current channels:

  - pytorch-cuda

Current channels:

  - https://conda.example/conda-forge/linux-64

The command '/bin/sh -c conda env create -f environment.yml' returned a non-zero code: 1
`

const condaFile = "channels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pytorch-cuda\n"

// job runs the program as a step of a host in a workspace with these files.
func job(t *testing.T, l *listener, files map[string]string, environ ...string) (c *command, workspace string, said string) {
	t.Helper()
	workspace = t.TempDir()
	for name, text := range files {
		file := filepath.Join(workspace, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(workspace)
	var out bytes.Buffer
	w := world{environ: append(environ, "GITHUB_WORKSPACE="+workspace), stdout: &out, stderr: &out}
	c = &command{world: w, masker: annotate.NewMasker(secrets(w.environ)...)}
	if err := c.readInputs(); err != nil {
		t.Fatal(err)
	}
	c.host = l
	if !c.checkRepo("input repo:") || !c.loadRules() {
		t.Fatal(out.String())
	}
	c.publish(t.Context(), c.diagnose(t.Context()))
	return c, workspace, out.String()
}

func TestAStepTellsItsHost(t *testing.T) {
	l := &listener{}
	c, workspace, said := job(t, l, map[string]string{"build.log": condaLog, "environment.yml": condaFile})
	if c.status != told || !strings.Contains(said, "conda found no pytorch-cuda") {
		t.Errorf("status %d, said:\n%s", c.status, said)
	}
	want := map[string]string{"outcome": "failed", "rule": "conda-packages-not-found-in-channels", "causes": "1", "report": ".envmedic/report.json", "patch": "", "pull-request": ""}
	for name, value := range want {
		if got, ok := l.outputs[name]; !ok || got != value {
			t.Errorf("output %s is %q, want %q", name, got, value)
		}
	}
	if len(l.outputs) != len(want) {
		t.Errorf("outputs %v", l.outputs)
	}
	if report, err := os.ReadFile(filepath.Join(workspace, ".envmedic/report.json")); err != nil || !strings.Contains(string(report), "pytorch-cuda") {
		t.Errorf("the report: %v, %.80s", err, report)
	}
	if ignore, err := os.ReadFile(filepath.Join(workspace, ".envmedic/.gitignore")); err != nil || string(ignore) != "*\n" {
		t.Errorf("the kept folder does not ignore itself: %v, %q", err, ignore)
	}
	if s := l.told.Settings; s != (annotate.Settings{Annotate: true, Comment: "update", Suggest: true, Patch: "off"}) {
		t.Errorf("the usual settings are %+v", s)
	}
}

func TestFailFailsTheStep(t *testing.T) {
	if c, _, _ := job(t, &listener{}, map[string]string{"build.log": condaLog}, "INPUT_FAIL=cause"); c.status != found {
		t.Errorf("status %d", c.status)
	}
	if c, _, _ := job(t, &listener{}, map[string]string{"build.log": "Successfully installed x-1\n"}, "INPUT_FAIL=cause"); c.status != told {
		t.Errorf("of a healthy build: status %d", c.status)
	}
}

func TestPatchIsWrittenFromTheRootOfTheRepository(t *testing.T) {
	files := map[string]string{"build.log": condaLog, "src/.git/HEAD": "", "src/envs/environment.yml": condaFile, "envmedic.patch": "of an earlier run"}
	l := &listener{}
	_, workspace, said := job(t, l, files, "INPUT_PATCH=file", "INPUT_REPO=src/envs", "INPUT_FIXES=review")
	patch, err := os.ReadFile(filepath.Join(workspace, "envmedic.patch"))
	if err != nil || !strings.Contains(string(patch), "+++ b/envs/environment.yml") || l.outputs["patch"] != "envmedic.patch" {
		t.Errorf("%v, output %q, said %s, patch:\n%s", err, l.outputs["patch"], said, patch)
	}
	if got := l.told.InWorkspace("environment.yml"); got != "src/envs/environment.yml" {
		t.Errorf("in the workspace it is %s", got)
	}
	l = &listener{}
	_, workspace, said = job(t, l, files, "INPUT_PATCH=file", "INPUT_REPO=src/envs")
	if _, err := os.Stat(filepath.Join(workspace, "envmedic.patch")); err == nil || l.outputs["patch"] != "" || !strings.Contains(said, "fixes: review takes those") {
		t.Errorf("a fix to review is taken unasked: %v, %q, %s", err, l.outputs["patch"], said)
	}
}

func TestPullRequestNumberIsAnOutput(t *testing.T) {
	l := &listener{}
	job(t, l, map[string]string{"build.log": condaLog, "environment.yml": condaFile}, "INPUT_PATCH=pull-request", "INPUT_FIXES=review")
	if l.outputs["pull-request"] != "7" {
		t.Errorf("outputs %v", l.outputs)
	}
}

func TestLogsFromArtifactsAndFilesFromTheHost(t *testing.T) {
	l := &listener{stored: map[string]string{"log-a": condaLog, "log-b": "Successfully installed x-1\n"}, files: fstest.MapFS{"environment.yml": {Data: []byte(condaFile)}}}
	c, _, said := job(t, l, map[string]string{"environment.yml": "dependencies: [other]\n"}, "INPUT_LOG=log-*")
	if len(l.told.Report.Logs) != 2 || c.status != told {
		t.Fatalf("status %d, %s", c.status, said)
	}
	d := l.told.Report.Cause()
	if d == nil || d.Location == nil || d.Location.Path != "environment.yml" || d.Location.Line != 5 {
		t.Errorf("the cause is located in the checkout, which was not built: %+v", d)
	}
}

func TestNoLogIsOneSentence(t *testing.T) {
	l := &listener{}
	c, _, said := job(t, l, nil)
	want := "envmedic: reading build.log: there is neither such a file nor an artifact of that name; see where the log is (command 2>&1 | tee build.log)\n"
	if c.status != couldNot || !strings.Contains(said, want) || l.outputs["outcome"] != "unknown" {
		t.Errorf("status %d, outputs %v, said %s", c.status, l.outputs, said)
	}
}

func TestInputs(t *testing.T) {
	for environ, want := range map[string]string{
		"INPUT_COMMENT=sometimes": `input comment is "sometimes", must be update or recreate or off`,
		"INPUT_SUGGEST=yes":       `input suggest is "yes", must be true or false`,
		"INPUT_LOG= ":             "input log is empty",
		"INPUT_ANNOTATE=TRUE":     "",
		"INPUT_CHECK=":            "",
	} {
		c := &command{world: world{environ: []string{environ}}}
		if err := c.readInputs(); want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", environ, err, want)
		}
	}
	c := &command{world: world{environ: []string{"INPUT_LOG=a.log\n b c.log ", "INPUT_DEFINITIONS=x.yml, y.txt\nz"}}}
	if err := c.readInputs(); err != nil || !slices.Equal(c.logs, []string{"a.log", "b c.log"}) || !slices.Equal(c.definitions, []string{"x.yml", "y.txt", "z"}) {
		t.Errorf("%v: logs %q, definitions %q", err, c.logs, c.definitions)
	}
}

func TestLocate(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"plain/docker", "side/.git", "side/docker/env"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for repo, want := range map[string][2]string{
		".": {"", ""}, "plain/docker": {"plain/docker", "plain/docker"}, "side": {"", "side"}, "side/docker/env": {"docker/env", "side/docker/env"}, "..": {"", ""},
	} {
		repository, workspace := locate(filepath.Join(root, repo), root)
		if got := [2]string{repository, workspace}; got != want {
			t.Errorf("%s: %q, want %q", repo, got, want)
		}
	}
}

func TestHosted(t *testing.T) {
	for environ, want := range map[string]bool{"GITHUB_ACTIONS=true": true, "TF_BUILD=True": true, "CI=true": false} {
		if got := (world{environ: []string{environ}}).hosted(); got != want {
			t.Errorf("%s: %v", environ, got)
		}
	}
	if (world{environ: []string{"GITHUB_ACTIONS=true"}, args: []string{"build.log"}}).hosted() {
		t.Error("a command line in a run step is taken for the action")
	}
}
