package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
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
	for i := range environ {
		environ[i] = strings.ReplaceAll(environ[i], "$PWD", workspace)
	}
	var out bytes.Buffer
	w := world{environ: append(environ, "GITHUB_WORKSPACE="+workspace), stdout: &out, stderr: &out}
	c = &command{world: w, masker: annotate.NewMasker(secrets(w.environ)...)}
	if err := c.readInputs(); err != nil {
		t.Fatal(err)
	}
	c.host = l
	if !c.findFiles(t.Context()) || !c.loadRules() {
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

// Steps before this one may have left problem matchers behind, setup-go's and a compiler's for instance.
func TestAQuotedPlaceIsNotMatched(t *testing.T) {
	log := "  File \"setup.py\", line 3, in <module>\n  main.go:3:1: bad\n  lib.c:7:2: error: numpy/arrayobject.h: No such file or directory\n" + condaLog
	_, _, said := job(t, &listener{}, map[string]string{"build.log": log, "environment.yml": condaFile, "src/lib.c": ""})
	matcher := regexp.MustCompile(`(?m)^.*(\.\w+:\d+:|", line \d|\(\d+,\d+\)).*$`)
	if found := matcher.FindAllString(said, -1); len(found) > 0 {
		t.Errorf("lines that look like places:\n%s", strings.Join(found, "\n"))
	}
	if !strings.Contains(said, "conda found no pytorch-cuda") {
		t.Errorf("said:\n%s", said)
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
	if err != nil || !strings.Contains(string(patch), "+++ b/envs/environment.yml") || l.outputs["patch"] != "envmedic.patch" || !strings.Contains(said, "git -C src apply ../envmedic.patch makes") {
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

// Where the first fix of a cause needs a person, the next one that needs none is taken, and the cause is not among those left out.
func TestAChangeTakesTheFirstFixThatItMay(t *testing.T) {
	file := func(old, text string) []edit.File {
		return []edit.File{{Path: "r.txt", Base: []byte("a\nb\n"), Edits: []edit.Edit{{Start: 0, End: len(old), New: text}}}}
	}
	r := &diagnose.Report{Diagnoses: []diagnose.Diagnosis{
		{Rule: "one", Kind: "cause", Fixes: []diagnose.Fix{{Title: "drop a", Certainty: "review", Files: file("a\n", "")}, {Title: "rename a", Certainty: "safe", Files: file("a", "c")}}},
		{Rule: "two", Kind: "cause", Fixes: []diagnose.Fix{{Title: "guess", Certainty: "review", Files: file("a", "d")}}},
		{Rule: "three", Kind: "cause"},
	}}
	c := &command{}
	c.fixes = "safe"
	got := c.change(r)
	if len(got.Files) != 1 || !slices.Equal(got.Titles, []string{"rename a"}) || !slices.Equal(got.Rules, []string{"one"}) || !slices.Equal(got.Left, []string{"guess"}) {
		t.Errorf("the change is %+v", got)
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

// In a workflow_run event nothing needs to be checked out: the folder is one of the commit that was built.
func TestAFolderOfTheHost(t *testing.T) {
	files := fstest.MapFS{"envs/environment.yml": {Data: []byte(condaFile)}, "environment.yml": {Data: []byte("dependencies: [other]\n")}}
	for _, repo := range []string{"envs", "./envs", "$PWD/envs"} {
		l := &listener{files: files}
		c, _, said := job(t, l, map[string]string{"build.log": condaLog}, "INPUT_REPO="+repo)
		d := l.told.Report.Cause()
		if c.status != told || d == nil || d.Location == nil || d.Location.Path != "environment.yml" {
			t.Fatalf("%s: status %d, cause %+v, said %s", repo, c.status, d, said)
		}
		if r, w := l.told.InRepository(d.Location.Path), l.told.InWorkspace(d.Location.Path); r != "envs/environment.yml" || w != r {
			t.Errorf("%s: the file is %s in the repository and %s in the workspace", repo, r, w)
		}
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
	for _, dir := range []string{"plain/docker", "side/.git", "side/docker/env", "side/module/env"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "side/module/.git"), []byte("gitdir: ../.git/modules/module\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for repo, want := range map[string][2]string{
		"side/module/env": {"module/env", "side/module/env"}, // the host's API knows the repository around it
		".":               {"", ""}, "plain/docker": {"plain/docker", "plain/docker"}, "side": {"", "side"}, "side/docker/env": {"docker/env", "side/docker/env"}, "..": {"", ""},
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
