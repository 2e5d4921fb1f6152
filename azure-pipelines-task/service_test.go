package task

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

// A build is a run of the unpacked task in a build of the example's repository, against a service that checks every call.
type build struct {
	*azuretest.Server
	t          *testing.T
	node, task string
	checkout   string
	env        map[string]string
}

// newBuild is the build of a pull request that adds the example's definition file; without one, of the branch main.
func newBuild(t *testing.T, node, task string, pullRequest bool) (b *build, pr int) {
	t.Helper()
	b = &build{Server: azuretest.New(t), t: t, node: node, task: task, checkout: t.TempDir()}
	if err := os.CopyFS(b.checkout, os.DirFS("../examples/azureml-conda-channel")); err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile(filepath.Join(b.checkout, "environment.yml"))
	if err != nil {
		t.Fatal(err)
	}
	b.Commit("main", map[string]string{"README.md": "images\n"})
	if pullRequest {
		b.Commit("feature", map[string]string{"environment.yml": string(definition)})
		pr = b.Pull("feature", "main")
	}
	b.env = b.Env(pr)
	for _, name := range []string{"BUILD_SOURCESDIRECTORY", "BUILD_REPOSITORY_LOCALPATH", "SYSTEM_DEFAULTWORKINGDIRECTORY"} {
		b.env[name] = b.checkout
	}
	b.env["PATH"], b.env["HOME"], b.env["AGENT_TEMPDIRECTORY"] = os.Getenv("PATH"), t.TempDir(), t.TempDir()
	return b, pr
}

// step runs the task as the agent does: by node, without arguments, in the checkout. It returns the step's log, in which every
// command must be one that task.json leaves to the task.
func (b *build) step(inputs ...string) string {
	b.t.Helper()
	cmd := exec.Command(b.node, filepath.Join(b.task, "index.js"))
	cmd.Dir = b.checkout
	for _, name := range slices.Sorted(maps.Keys(b.env)) {
		cmd.Env = append(cmd.Env, name+"="+b.env[name])
	}
	for _, in := range inputs {
		cmd.Env = append(cmd.Env, "INPUT_"+in)
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.t.Errorf("node must end with 0: %v\n%s", err, out)
	}
	onlyAllowed(b.t, string(out))
	return string(out)
}

const failedLog = "LOG=20_image_build_log.txt"

func TestUnpackedTaskDiagnoses(t *testing.T) {
	dir := unpack(t, open(t))
	for major, node := range nodes(t) {
		t.Run(major, func(t *testing.T) {
			b, _ := newBuild(t, node, dir, false)
			wantAll(t, b.step(failedLog),
				"error[conda-packages-not-found-in-channels]: conda found no pytorch-cuda 12.1** in the configured channels",
				"   --> environment.yml:10:5",
				"##vso[task.logissue type=error;sourcepath="+b.checkout+"/environment.yml;linenumber=10;columnnumber=5;code=conda-packages-not-found-in-channels;]",
				"##vso[task.setvariable variable=outcome;isoutput=true;]failed",
				"##vso[task.setvariable variable=rule;isoutput=true;]conda-packages-not-found-in-channels",
				"##vso[task.setvariable variable=causes;isoutput=true;]1",
				"##vso[task.complete result=Succeeded]")
			wantAll(t, b.step(failedLog, "FAIL=cause"), "##vso[task.complete result=Failed]cause found")
			wantAll(t, b.step(failedLog, "RULEDIR=nowhere"), "##vso[task.complete result=Failed]", "nowhere is no directory")
			wantAll(t, b.step(failedLog, "COMMENT=sometimes"), "##vso[task.complete result=Failed]input comment is \"sometimes\"")
			wantAll(t, b.step(failedLog, "PATCH=file", "FIXES=review"), "##vso[task.setvariable variable=patch;isoutput=true;]envmedic.patch")
		})
	}
}

func wantAll(t *testing.T, out string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(out, want) {
			t.Errorf("the step's log lacks %q:\n%s", want, out)
		}
	}
}

// TestTaskSpeaksWithTheService is the life of a pull request: its build fails, the same build runs the task again, and a later one succeeds.
func TestTaskSpeaksWithTheService(t *testing.T) {
	dir := unpack(t, open(t))
	for major, node := range nodes(t) {
		t.Run(major, func(t *testing.T) {
			b, pr := newBuild(t, node, dir, true)
			b.step(failedLog, "CHECK=true", "KEY=images")
			wantThreads(t, b.Threads(pr), "active")
			shown(t, b.Threads(pr))
			if list := b.Statuses(pr); len(list) != 1 || list[0].State != "failed" {
				t.Errorf("the build failed, and the statuses are %+v", list)
			}

			b.Forget()
			b.step(failedLog, "CHECK=true", "KEY=images")
			for _, write := range b.Writes() {
				if !strings.Contains(write, "/tags/") { // which the service takes any number of times
					t.Errorf("the same build writes again: %s", write)
				}
			}

			green := "Successfully built 1f2e3d4c5b6a\nSuccessfully tagged environment:latest\n"
			if err := os.WriteFile(filepath.Join(b.checkout, "build.log"), []byte(green), 0o644); err != nil {
				t.Fatal(err)
			}
			b.env["BUILD_BUILDID"] = "101"
			b.step("LOG=build.log", "CHECK=true", "KEY=images")
			wantThreads(t, b.Threads(pr), "fixed")
			if list := b.Statuses(pr); len(list) == 0 || list[len(list)-1].State != "succeeded" {
				t.Errorf("the build succeeded, and the statuses are %+v", list)
			}
		})
	}
}

// wantThreads demands one thread with the report and one on the file, both with this status.
func wantThreads(t *testing.T, threads []azuretest.Thread, status string) {
	t.Helper()
	var files []string
	for _, thread := range threads {
		files = append(files, thread.File)
		if thread.Status != status {
			t.Errorf("the thread on %q is %s, not %s", thread.File, thread.Status, status)
		}
	}
	slices.Sort(files)
	if !slices.Equal(files, []string{"", "/environment.yml"}) {
		t.Fatalf("the threads are on %q", files)
	}
}

// shown demands that docs/azure-pipelines.md shows the thread on the file, from below the hidden marker to the link to the build.
// UPDATE=1 writes it there.
func shown(t *testing.T, threads []azuretest.Thread) {
	t.Helper()
	const name, fence = "../docs/azure-pipelines.md", "````"
	guide, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(guide), fence+"markdown\n")
	has, after, ok := strings.Cut(rest, fence+"\n")
	on := slices.IndexFunc(threads, func(thread azuretest.Thread) bool { return thread.File != "" })
	_, text, _ := strings.Cut(threads[on].Comments[0].Content, "\n")
	text, _, _ = strings.Cut(text, "\n[envmedic, build ")
	switch {
	case !ok:
		t.Errorf("%s shows no thread", name)
	case has != text && os.Getenv("UPDATE") != "":
		if err := os.WriteFile(name, []byte(before+fence+"markdown\n"+text+fence+"\n"+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case has != text:
		t.Errorf("%s does not show the thread as it is (UPDATE=1 writes it):\n%s", name, text)
	}
}

// allowed are the commands of an agent's restricted mode that the task has a use for.
var allowed = []string{"task.logissue", "task.setvariable", "task.complete", "task.debug", "task.setprogress"}

// onlyAllowed demands what task.json promises. An agent that enforces it drops other commands, and warns of each.
func onlyAllowed(t *testing.T, out string) {
	t.Helper()
	text, err := os.ReadFile("task.json")
	if err != nil {
		t.Fatal(err)
	}
	var definition struct {
		Restrictions struct{ SettableVariables struct{ Allowed []string } }
	}
	if err := json.Unmarshal(text, &definition); err != nil {
		t.Fatal(err)
	}
	for _, rest := range strings.Split(out, "##vso[")[1:] {
		command, _, _ := strings.Cut(rest, "]")
		name, properties, _ := strings.Cut(command, " ")
		if !slices.Contains(allowed, name) {
			t.Errorf("the task commands %s, which the agent does not take from it", command)
		}
		if name != "task.setvariable" {
			continue
		}
		variable, _, _ := strings.Cut(strings.TrimPrefix(properties, "variable="), ";")
		if !slices.Contains(definition.Restrictions.SettableVariables.Allowed, variable) {
			t.Errorf("the task sets %s, which task.json does not allow", variable)
		}
	}
}

func unpack(t *testing.T, content map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "envmedic")
}

// nodes are those of npm ci, by major, or else the one on the path.
func nodes(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, major := range []string{"node20", "node24"} {
		if file, err := filepath.Abs(filepath.Join("node_modules", major, "bin", "node")); err == nil && exec.Command(file, "--version").Run() == nil {
			found[major] = file
		}
	}
	if len(found) == 0 {
		file, err := exec.LookPath("node")
		if err != nil {
			t.Skip("there is no node; run npm ci in azure-pipelines-task")
		}
		found["node"] = file
	}
	return found
}
