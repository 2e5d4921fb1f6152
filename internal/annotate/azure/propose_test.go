package azure

import (
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
	"github.com/envmedic/envmedic/internal/edit"
)

// patching is a failing report that asks for a pull request and for nothing else.
func patching() *annotate.Telling {
	t := failing(environment)
	t.Comment, t.Suggest, t.Patch = "off", false, "pull-request"
	return t
}

// patches are the pull requests that are not the stage's own.
func (g *stage) patches() []azuretest.PullRequest {
	return slices.DeleteFunc(g.PullRequests(), func(p azuretest.PullRequest) bool { return p.ID == g.pr })
}

func (g *stage) branchOfEdits() string {
	g.t.Helper()
	all := g.patches()
	if len(all) == 0 {
		g.t.Fatalf("no pull request with edits: %s", g.out.String())
	}
	return strings.TrimPrefix(all[0].Source, "refs/heads/")
}

func TestEditsBecomeAPullRequest(t *testing.T) {
	g := newStage(t)
	g.Forget()
	told := g.publish(patching())
	all := g.patches()
	if len(all) != 1 || told.PullRequest != all[0].ID {
		t.Fatalf("told %d, there are %+v: %s", told.PullRequest, all, g.out.String())
	}
	p := all[0]
	if p.Target != "refs/heads/feature" || !strings.HasPrefix(p.Source, "refs/heads/envmedic/fix-conda-package-not-found-") || p.Title != "rename numppy to numpy" {
		t.Errorf("got %+v", p)
	}
	branch := g.branchOfEdits()
	if got := g.File(branch, "env/environment.yml"); got != strings.Replace(environment, "numppy", "numpy", 1) {
		t.Errorf("the branch has %q", got)
	}
	if g.File(branch, "README.md") == "" || !strings.Contains(g.Message(branch), changeTrailer) {
		t.Errorf("other files are gone, or the commit has no trailer: %q", g.Message(branch))
	}
	if n := len([]rune(p.Description)); n > 4000 || !strings.Contains(p.Description, "No build has tried") {
		t.Errorf("the description has %d characters:\n%s", n, p.Description)
	}
	if writes := g.Writes(); len(writes) != 2 {
		t.Errorf("%q, want one push and one pull request", writes)
	}
	g.build(101)
	wantNone(t, "a second run", g.writes(patching()))
	if again := g.publish(patching()); again.PullRequest != p.ID {
		t.Errorf("a second run tells of %d, want %d", again.PullRequest, p.ID)
	}
}

func TestBytesOfEditsAreKept(t *testing.T) {
	g := newStage(t)
	for name, content := range map[string]string{
		"crlf.yml": "\ufeffa\r\nnumppy\r\n", "latin.txt": "caf\xe9\nnumppy", "new.txt": "",
	} {
		f := edit.File{Path: name, Base: []byte(content)}
		if at := strings.Index(content, "numppy"); at >= 0 {
			g.Commit("feature", map[string]string{name: content})
			f.Edits = []edit.Edit{{Start: at, End: at + 6, New: "numpy"}}
		} else {
			f.Base, f.Edits = nil, []edit.Edit{{New: "added\n"}}
		}
		telling := patching()
		telling.Change.Files = []edit.File{f}
		before := len(g.patches())
		g.publish(telling)
		all := g.patches()
		if len(all) != before+1 {
			t.Fatalf("%s: no pull request: %s", name, g.out.String())
		}
		want, _ := f.Apply()
		if got := g.File(strings.TrimPrefix(all[before].Source, "refs/heads/"), name); got != string(want) {
			t.Errorf("%s becomes %q, want %q", name, got, want)
		}
	}
}

func TestTheBranchHasMovedOn(t *testing.T) {
	g := newStage(t)
	g.Commit("feature", map[string]string{"env/environment.yml": "# new\n" + environment})
	g.publish(patching())
	if got := g.File(g.branchOfEdits(), "env/environment.yml"); got != "# new\n"+strings.Replace(environment, "numppy", "numpy", 1) {
		t.Errorf("the edit was made on another version: %q", got)
	}
	branch := g.branchOfEdits()
	g.Commit("feature", map[string]string{"env/environment.yml": "# newer\n# new\n" + environment})
	wantNone(t, "the same change on a newer tip", g.writes(patching()))
	if len(g.patches()) != 1 || g.branchOfEdits() != branch {
		t.Errorf("got %+v", g.patches())
	}
}

func TestNothingToPropose(t *testing.T) {
	for _, tt := range []struct {
		name    string
		prepare func(*stage, *annotate.Telling)
		want    string // what is said; "" is nothing
	}{
		{"mended meanwhile", func(g *stage, _ *annotate.Telling) {
			g.Commit("feature", map[string]string{"env/environment.yml": strings.Replace(environment, "numppy", "numpy", 1)})
		}, ""},
		{"other lines meanwhile", func(g *stage, _ *annotate.Telling) {
			g.Commit("feature", map[string]string{"env/environment.yml": "name: other\n"})
		}, "not in the pull request with edits: moving the edits of env/environment.yml"},
		{"file gone", func(g *stage, _ *annotate.Telling) {
			g.Commit("feature", map[string]string{"env/environment.yml": "-"})
		}, "the other version has no such file"},
		{"a link", func(g *stage, _ *annotate.Telling) { g.Link("feature", "env/environment.yml") }, "is a link or a folder"},
		{"only edits to look at", func(_ *stage, t *annotate.Telling) {
			t.Change = annotate.Change{Left: []string{"rename numppy to numpy"}}
		}, "`fixes: review` takes them in"},
		{"no edits", func(_ *stage, t *annotate.Telling) { t.Change = annotate.Change{} }, ""},
		{"a fork", func(g *stage, _ *annotate.Telling) { g.FromFork(g.pr) }, "the branch is in a fork"},
		{"no such branch", func(_ *stage, t *annotate.Telling) { t.PatchBase = "release" }, "there is no branch release"},
		{"a branch of edits", func(_ *stage, t *annotate.Telling) { t.PatchBase = "envmedic/fix-x-1" }, "is itself a branch of edits"},
		{"a tag", func(g *stage, _ *annotate.Telling) {
			g.env = g.Env(0)
			g.env["BUILD_SOURCEBRANCH"] = "refs/tags/v1"
		}, "refs/tags/v1 is no branch"},
		{"another provider", func(g *stage, _ *annotate.Telling) { g.env["BUILD_REPOSITORY_PROVIDER"] = "GitHub" }, "not in Azure Repos"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newStage(t)
			telling := patching()
			tt.prepare(g, telling)
			wantNone(t, tt.name, g.writes(telling))
			if tt.want == "" && g.out.Len() > 0 {
				t.Errorf("it says %s", g.out.String())
			}
			g.wantSaid(tt.want)
		})
	}
}

func TestTheBuildOfABranch(t *testing.T) {
	g := newStage(t)
	g.Commit("main", map[string]string{"env/environment.yml": environment})
	g.env = g.Env(0)
	g.publish(patching())
	if all := g.patches(); len(all) != 1 || all[0].Target != "refs/heads/main" {
		t.Errorf("got %+v, want one into main: %s", all, g.out.String())
	}
}

func TestAnAbandonedPullRequestIsNotOpenedAgain(t *testing.T) {
	g := newStage(t)
	told := g.publish(patching())
	g.Close(told.PullRequest, "abandoned")
	wantNone(t, "a run after it was abandoned", g.writes(patching()))
	g.wantSaid("was abandoned, so it is not opened again")
}

func TestABranchThatSomebodyElseHasWritten(t *testing.T) {
	g := newStage(t)
	told := g.publish(patching())
	branch := g.branchOfEdits()
	ours := g.Message(branch)
	g.Drop(told.PullRequest)
	g.Commit(branch, map[string]string{"more.txt": "x\n"})
	wantNone(t, "a run that finds another's commit", g.writes(patching()))
	g.wantSaid("holds commits of somebody else")
	g.Reword(branch, ours)
	wantNone(t, "a run that finds another's commit in our words", g.writes(patching()))
}

// The same edits can be needed again after they were merged and undone.
func TestAMergedPullRequest(t *testing.T) {
	g := newStage(t)
	told := g.publish(patching())
	branch := g.branchOfEdits()
	g.Close(told.PullRequest, "completed")
	wantNone(t, "a run that finds the merged branch", g.writes(patching()))
	g.wantSaid("was merged, and its branch " + branch + " is still there")
	g.DeleteBranch(branch)
	if again := g.publish(patching()); again.PullRequest == 0 || again.PullRequest == told.PullRequest {
		t.Errorf("without the branch it tells of %d: %s", again.PullRequest, g.out.String())
	}
}

func TestLongTextsFit(t *testing.T) {
	g := newStage(t)
	telling := patching()
	telling.Change.Titles = nil
	for range 100 {
		telling.Change.Titles = append(telling.Change.Titles, strings.Repeat("ä", 300))
	}
	g.publish(telling)
	if len(g.patches()) != 1 {
		t.Fatalf("it says %s", g.out.String())
	}
}
