package envmedic

import (
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"gopkg.in/yaml.v3"
)

// workflows are the ones that users copy, and the project's own.
func workflows(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, dir := range []string{filepath.Join("examples", "github"), filepath.Join(".github", "workflows")} {
		found, err := filepath.Glob(filepath.Join(dir, "*.yml"))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s holds no workflow: %v", dir, err)
		}
		names = append(names, found...)
	}
	return names
}

func lint(t *testing.T, name, text string) []*actionlint.Error {
	t.Helper()
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	errs, err := linter.Lint(name, []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return errs
}

func TestWorkflows(t *testing.T) {
	for _, name := range workflows(t) {
		for _, e := range lint(t, name, read(t, name)) {
			t.Error(e)
		}
	}
}

// What the lint must find, so that its silence means something.
func TestWorkflowsFaults(t *testing.T) {
	name := filepath.Join("examples", "github", "same-repository.yml")
	text := read(t, name)
	for _, wrong := range []struct{ old, new, says string }{
		{"pull-requests: write", "pull-request: write", "permission"},
		{"!cancelled()", "!canceled()", "undefined function"},
		{"ubuntu-latest", "debian-latest", "label"},
		{"on: [pull_request]", "on: [pull_requests]", "unknown Webhook event"},
	} {
		errs := lint(t, name, strings.Replace(text, wrong.old, wrong.new, 1))
		if len(errs) == 0 || !strings.Contains(errs[0].Message, wrong.says) {
			t.Errorf("%s in the place of %s: %v", wrong.new, wrong.old, errs)
		}
	}
}

// A workflow as far as these tests read it.
type workflow struct {
	Permissions map[string]string
	Jobs        map[string]struct {
		Permissions map[string]string
		Steps       []step
	}
}

type step struct {
	Uses string
	With map[string]string
}

func steps(t *testing.T, name string) (all []step, permissions map[string]string) {
	t.Helper()
	var w workflow
	if err := yaml.Unmarshal([]byte(read(t, name)), &w); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for _, job := range w.Jobs {
		all = append(all, job.Steps...)
	}
	return all, w.Permissions
}

// The examples give the action only inputs that it has. Neither GitHub nor the lint would refuse others.
func TestExamplesInputs(t *testing.T) {
	var action struct{ Inputs map[string]any }
	if err := yaml.Unmarshal([]byte(read(t, "action.yml")), &action); err != nil {
		t.Fatal(err)
	}
	used := 0
	for _, name := range workflows(t) {
		all, _ := steps(t, name)
		for _, s := range all {
			if !strings.HasPrefix(s.Uses, "envmedic/envmedic@") {
				continue
			}
			used++
			for input := range s.With {
				if _, ok := action.Inputs[input]; !ok {
					t.Errorf("%s: the action has no input %q", name, input)
				}
			}
		}
	}
	if used < 4 {
		t.Errorf("the examples use the action only %d times", used)
	}
}

// Every workflow says what its token may do, and names the actions of others by a commit and, for people, its release.
func TestWorkflowsTrustNobody(t *testing.T) {
	pinned := regexp.MustCompile(`uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n`)
	for _, name := range workflows(t) {
		all, permissions := steps(t, name)
		if len(permissions) == 0 {
			t.Errorf("%s: what the token may do is left to the settings of the repository", name)
		}
		others := 0
		for _, s := range all {
			if s.Uses != "" && !strings.HasPrefix(s.Uses, "envmedic/envmedic@") {
				others++
			}
		}
		if found := pinned.FindAllString(read(t, name), -1); len(found) != others {
			t.Errorf("%s: of %d actions of others, %d are named by a commit and a release: %q", name, others, len(found), found)
		}
	}
}

// The workflow that may write on behalf of strangers runs nothing of theirs.
func TestForkCommentRunsNothing(t *testing.T) {
	name := filepath.Join("examples", "github", "fork-comment.yml")
	all, permissions := steps(t, name)
	if len(all) != 1 || !strings.HasPrefix(all[0].Uses, "envmedic/envmedic@") {
		t.Errorf("%s has other steps than envmedic's: %+v", name, all)
	}
	if permissions["contents"] != "read" || permissions["pull-requests"] != "write" {
		t.Errorf("%s: %v", name, permissions)
	}
}
