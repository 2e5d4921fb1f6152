package envmedic

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A pull request that asks for a version which was never released: its build fails, the action says so in every place, a second run says nothing twice,
// and when a later commit builds, the comment says that.
func TestRunner(t *testing.T) {
	r := newRunner(t)
	r.tellsWhatBroke(r.run())
	r.repeatsNothing(r.run())
	r.change("# what the service is made of\ntabular-tools==1.4\n")
	r.settles(r.run())
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
	if len(again.writes) > 0 {
		r.Errorf("a second run on the same commit writes again: %q", again.writes)
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

// measures says what the image weighs. What a runner pulls is packed; the limit is for what a disk holds.
func (r *runner) measures() {
	size, err := exec.Command("docker", "image", "inspect", "--format", "{{.Size}}", "act-dockeraction").Output()
	r.Logf("the image has %s bytes (%v)", strings.TrimSpace(string(size)), err)
}
