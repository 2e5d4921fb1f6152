package envmedic

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A pull request that asks for a version which was never released: its build fails, the action says so in every place, a second run says nothing twice,
// and when a later commit builds, the comment says that.
func TestRunner(t *testing.T) {
	r := newRunner(t)
	r.tellsWhatBroke(r.build())
	r.log = read(t, filepath.Join(r.workspace, "build.log"))
	r.repeatsNothing(r.build())
	r.change("# what the service is made of\ntabular-tools==1.4\n")
	r.settles(r.build())
	r.commentsOnForks()
	r.measures()
}

func (r *runner) tellsWhatBroke(red result) {
	if red.job() != "failure" || !strings.Contains(red.printed("0"), "No matching distribution found for tabular-tools==9.9") {
		r.Fatalf("the build should fail on pip's error, but the job is a %q and the build printed\n%s", red.job(), red.printed("0"))
	}
	r.Run("annotation", func(t *testing.T) {
		list := red.commands("envmedic", "error")
		if len(list) != 1 || list[0].KvPairs["file"] != "service/requirements.txt" || list[0].KvPairs["line"] != "2" || !strings.Contains(list[0].Arg, "1.4") {
			t.Errorf("annotations: %+v", list)
		}
		if list := red.commands("file", "error"); len(list) > 0 {
			t.Errorf("annotate: false annotates: %+v", list)
		}
	})
	r.Run("summary", func(t *testing.T) {
		list := red.commands("envmedic", "summary")
		if len(list) != 1 || !strings.Contains(list[0].Content, "tabular-tools") || !strings.Contains(list[0].Content, "+tabular-tools==1.4") {
			t.Errorf("job summary: %+v", list)
		}
	})
	r.Run("outputs", func(t *testing.T) {
		got := red.outputs("envmedic")
		if got["outcome"] != "failed" || got["rule"] != "pip-version-not-found" || got["causes"] != "1" || got["pull-request"] != "2" {
			t.Errorf("outputs: %q", got)
		}
		var report struct{ Diagnoses []struct{ Rule string } }
		text, err := os.ReadFile(filepath.Join(r.workspace, got["report"]))
		if err != nil || json.Unmarshal(text, &report) != nil || len(report.Diagnoses) == 0 || report.Diagnoses[0].Rule != got["rule"] {
			t.Errorf("the report at %q: %v\n%s", got["report"], err, text)
		}
	})
	r.Run("comment", func(t *testing.T) {
		list := r.hub.Comments(r.pull)
		if len(list) != 1 || list[0].Author != githubtest.Actions || !strings.Contains(list[0].Body, "tabular-tools") {
			t.Errorf("comments: %+v", list)
		}
	})
	r.Run("suggestion", func(t *testing.T) {
		list := r.hub.ReviewComments(r.pull)
		if len(list) != 1 || list[0].Path != "service/requirements.txt" || list[0].Line != 2 || !strings.Contains(list[0].Body, "```suggestion\ntabular-tools==1.4\n```") {
			t.Errorf("review comments: %+v", list)
		}
	})
	r.Run("check run", func(t *testing.T) {
		list := r.hub.CheckRuns(r.hub.Branch("topic"))
		if len(list) != 1 || list[0].Conclusion != "failure" || len(list[0].Annotations) != 1 || list[0].Annotations[0].Path != "service/requirements.txt" {
			t.Errorf("check runs: %+v", list)
		}
	})
	r.Run("code scanning", func(t *testing.T) {
		list := r.hub.SARIFs()
		text, err := os.ReadFile(filepath.Join(r.workspace, "envmedic.sarif"))
		if err != nil || len(list) != 1 || !strings.Contains(string(list[0].JSON), "service/requirements.txt") || !strings.Contains(string(text), "pip-version-not-found") {
			t.Errorf("%d uploads: %+v; the file: %v", len(list), list, err)
		}
	})
	r.Run("pull request", func(t *testing.T) {
		all := r.hub.PullRequests()
		if len(all) != 2 || all[1].Base != "topic" {
			t.Fatalf("pull requests: %+v", all)
		}
		if file, _ := r.hub.File(all[1].Head, "service/requirements.txt"); file.Text != "# what the service is made of\ntabular-tools==1.4\n" {
			t.Errorf("it makes requirements.txt\n%s", file.Text)
		}
		if file, _ := r.hub.File(all[1].Head, "service/Dockerfile"); file.Text != read(t, "testdata/runner/service/Dockerfile") {
			t.Errorf("it makes the Dockerfile\n%s", file.Text)
		}
	})
	r.Run("patch", func(t *testing.T) {
		patch := red.outputs("file")["patch"]
		check := exec.Command("git", "apply", "--check", patch)
		check.Dir = r.workspace
		if output, err := check.CombinedOutput(); err != nil || patch == "" {
			t.Errorf("git apply %q: %v: %s", patch, err, output)
		}
	})
}

func (r *runner) repeatsNothing(again result) {
	for _, w := range again.writes {
		if !strings.HasSuffix(w, "/code-scanning/sarifs") { // an analysis takes the place of the one before it
			r.Errorf("a second run on the same commit writes again: %s", w)
		}
	}
	if n := len(again.commands("envmedic", "error")); n != 1 {
		r.Errorf("a second run makes %d annotations", n)
	}
}

func (r *runner) settles(green result) {
	if got := green.outputs("envmedic"); green.job() != "success" || got["outcome"] != "succeeded" || got["causes"] != "0" || got["rule"] != "" {
		r.Errorf("after a green build the job is a %q and the outputs are %q; the build printed\n%s", green.job(), got, green.printed("0"))
	}
	list := r.hub.Comments(r.pull)
	if len(list) != 1 || !strings.Contains(list[0].Body, "ixed in") {
		r.Errorf("the comment is not settled: %+v", list)
	}
	if list := green.commands("envmedic", "error"); len(list) > 0 {
		r.Errorf("a green build is annotated: %+v", list)
	}
	if slices.ContainsFunc(r.hub.ReviewComments(r.pull), func(c githubtest.ReviewComment) bool { return !c.Outdated && !c.Resolved }) {
		r.Errorf("a suggestion still stands: %+v", r.hub.ReviewComments(r.pull))
	}
}

// commentsOnForks runs the second of the two workflows for forks, as the examples have it, after a run of a fork that stored the log. The token may do
// only what that workflow asks for.
func (r *runner) commentsOnForks() {
	r.hub.Commit("mallory:topic", nil, map[string]githubtest.File{"service/requirements.txt": {Text: read(r.T, "testdata/runner/service/requirements.txt")}})
	pull := r.hub.Pull("mallory:topic", "main")
	build := r.hub.PullRequestJob(pull).Run
	r.hub.Artifact(build, "build-log", map[string]string{"build.log": r.log})
	r.shell(r.workspace, `sed 's|envmedic/envmedic@v1|./|' examples/github/fork-comment.yml > fork-comment.yml`)
	done := r.run("fork-comment.yml", r.hub.WorkflowRunJob(build))
	list := r.hub.Comments(pull)
	if len(list) != 1 || !strings.Contains(list[0].Body, "In `service/requirements.txt:2`") || done.job() != "success" {
		r.Errorf("the pull request of a fork has the comments %+v; the step printed\n%s", list, done.printed("0"))
	}
	if list := r.hub.ReviewComments(pull); len(list) != 1 || list[0].Line != 2 {
		r.Errorf("the pull request of a fork has the review comments %+v", list)
	}
}

// imageBytes is what the image may hold, unpacked. A runner pulls about half of that.
const imageBytes = 12_000_000

// measures says what users wait for: the image, and its start.
func (r *runner) measures() {
	const image = "act-dockeraction:latest" // act's name for the action in the root of the workspace
	output, err := exec.Command("docker", "image", "inspect", "--format", "{{.Size}}", image).Output()
	size, _ := strconv.Atoi(strings.TrimSpace(string(output)))
	if err != nil || size == 0 || size > imageBytes {
		r.Errorf("the image has %d bytes, and may have %d (%v)", size, imageBytes, err)
	}
	start := time.Now()
	said, err := exec.Command("docker", "run", "--rm", "--network", "none", image, "--version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(said), "envmedic ") {
		r.Errorf("the image says %q (%v)", said, err)
	}
	r.Logf("the image has %d bytes; a container with it was made, ran and was removed in %v", size, time.Since(start).Round(time.Millisecond))
}

// The image of a release, made as the release workflow makes it.
func TestReleaseImage(t *testing.T) {
	if os.Getenv("ENVMEDIC_ACT") == "" {
		t.Skip("needs Docker's engine; .ci/runner starts one")
	}
	dir := t.TempDir()
	programs, image := filepath.Join(dir, "dist"), filepath.Join(dir, "image")
	for _, line := range [][]string{
		{filepath.Join(".ci", "binaries"), "v9.8.7", programs, "linux/amd64", "linux/arm64"},
		{filepath.Join(".ci", "roots"), programs, image},
		{"docker", "build", "--quiet", "--tag", "release", "--file", filepath.Join(".ci", "release.Dockerfile"), image},
	} {
		command := exec.Command(line[0], line[1:]...)
		command.Env = append(os.Environ(), "DOCKER_BUILDKIT=1")
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%q: %v\n%s", line, err, output)
		}
	}
	log := strings.NewReader(read(t, filepath.Join("examples", "pip-version", "build.log")))
	command := exec.Command("docker", "run", "--rm", "--interactive", "--network", "none", "release", "-")
	command.Stdin = log
	if said, err := command.CombinedOutput(); err != nil || !strings.HasPrefix(string(said), "error[pip-version-not-found]") {
		t.Errorf("the image of a release says %q (%v)", said, err)
	}
}
