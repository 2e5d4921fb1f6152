package github

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// A patching is a job that was run for a push to main and has edits to propose.
type patching struct {
	*githubtest.Server
	t    *testing.T
	host *Host
	out  bytes.Buffer
}

func newPatching(t *testing.T, files map[string]githubtest.File) *patching {
	p := &patching{Server: githubtest.New(t), t: t}
	p.Commit("main", nil, files)
	p.host = p.hostWith(p.Token("", nil))
	return p
}

func (p *patching) hostWith(token string) *Host {
	p.t.Helper()
	env := map[string]string{
		"GITHUB_SERVER_URL": p.URL, "GITHUB_API_URL": p.APIURL(), "GITHUB_GRAPHQL_URL": p.GraphQLURL(),
		"GITHUB_REPOSITORY": "octo/env", "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main",
	}
	h, err := Open(Options{
		Getenv: func(k string) string { return env[k] }, Event: []byte(`{"repository": {"default_branch": "main"}}`),
		Out: &p.out, Token: token, Client: &http.Client{},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

// swap is the edit of a file, as it is on main now, that makes new of the first old.
func (p *patching) swap(path, old, new string) edit.File {
	p.t.Helper()
	f, ok := p.File("main", path)
	at := strings.Index(f.Text, old)
	if !ok || at < 0 {
		p.t.Fatalf("%s on main has no %q: %q", path, old, f.Text)
	}
	return edit.File{Path: path, Base: []byte(f.Text), Edits: []edit.Edit{{Start: at, End: at + len(old), New: new}}}
}

// broken is a report of a build that failed, with these edits as what mends it.
func broken(files ...edit.File) *annotate.Telling {
	const title = "rename numppy to numpy"
	return &annotate.Telling{
		Settings: annotate.Settings{Patch: "pull-request"},
		Report: &diagnose.Report{
			Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "failed"}},
			Diagnoses: []diagnose.Diagnosis{{
				Rule: "pip-no-matching-distribution", Kind: "cause", Certainty: "certain", Summary: "pip found no numppy on the index",
				Fixes: []diagnose.Fix{{Title: title, Certainty: "safe"}},
			}},
		},
		Change: annotate.Change{Files: files, Titles: []string{title}, Rules: []string{"pip-no-matching-distribution"}},
	}
}

func (p *patching) propose(t *annotate.Telling) int {
	p.t.Helper()
	n, err := p.host.propose(context.Background(), nil, t)
	if err != nil {
		p.t.Fatalf("proposing: %v", err)
	}
	return n
}

// only is the one pull request there is.
func (p *patching) only() githubtest.PullRequest {
	p.t.Helper()
	all := p.PullRequests()
	if len(all) != 1 {
		p.t.Fatalf("%d pull requests, want one", len(all))
	}
	return all[0]
}

func (p *patching) wantFile(at, path, text string) {
	p.t.Helper()
	if f, ok := p.File(at, path); !ok || f.Text != text {
		p.t.Errorf("%s at %s is %q (%t), want %q", path, at, f.Text, ok, text)
	}
}

// wantWrites compares what was written after the first n writes.
func (p *patching) wantWrites(n int, want ...string) {
	p.t.Helper()
	got := p.Writes()[n:]
	for i := range got {
		got[i] = strings.Replace(got[i], "/repos/octo/env", "", 1)
	}
	if !slices.Equal(got, want) {
		p.t.Errorf("wrote %q, want %q", got, want)
	}
}

func (p *patching) wantSaid(want string) {
	p.t.Helper()
	if said := p.out.String(); !strings.Contains(said, want) || strings.Count(said, "\n") != 1 {
		p.t.Errorf("said %q, want one line with %q", said, want)
	}
}

const numppy = "flask==3.0\nnumppy==2.1\n"

// requirements is a repository with one mistake.
func requirements() map[string]githubtest.File {
	return map[string]githubtest.File{"requirements.txt": {Text: numppy}}
}

func TestPullRequestWithTheEdits(t *testing.T) {
	p := newPatching(t, map[string]githubtest.File{
		"env/requirements.txt": {Text: numppy},
		"env/other.txt":        {Text: "stays\n"},
		"setup.sh":             {Text: "#!/bin/sh\npip install numppy\n", Mode: "100755"},
		"run.sh":               {Text: "#!/bin/sh\n", Mode: "100755"},
	})
	base := p.Branch("main")
	n := p.propose(broken(p.swap("env/requirements.txt", "numppy", "numpy"), p.swap("setup.sh", "numppy", "numpy")))

	pr := p.only()
	if n != pr.Number || pr.Base != "main" || pr.State != "open" || pr.Title != "rename numppy to numpy" {
		t.Errorf("number %d, pull request %+v", n, pr)
	}
	if !strings.HasPrefix(pr.Head, "envmedic/fix-pip-no-matching-distribution-") {
		t.Errorf("the branch is %s", pr.Head)
	}
	p.wantFile(pr.Head, "env/requirements.txt", "flask==3.0\nnumpy==2.1\n")
	p.wantFile(pr.Head, "env/other.txt", "stays\n")
	p.wantFile(pr.Head, "README.md", "# env\n")
	for path, mode := range map[string]string{"setup.sh": "100755", "run.sh": "100755", "env/requirements.txt": "100644"} {
		if f, _ := p.File(pr.Head, path); f.Mode != mode {
			t.Errorf("the mode of %s is %s, want %s", path, f.Mode, mode)
		}
	}
	if p.Branch("main") != base {
		t.Error("main was moved")
	}
	p.wantWrites(0, "POST /git/blobs", "POST /git/blobs", "POST /git/trees", "POST /git/commits", "POST /git/refs", "POST /pulls")
	if p.out.Len() > 0 {
		t.Errorf("said %q", p.out.String())
	}
}

func TestDescriptionOfThePullRequest(t *testing.T) {
	p := newPatching(t, requirements())
	p.propose(broken(p.swap("requirements.txt", "numppy", "numpy")))
	pr := p.only()
	m, ok := annotate.ReadMarker(pr.Body)
	if !ok || m["part"] != "patch" || !strings.HasSuffix(pr.Head, "-"+m["change"]) {
		t.Errorf("the marker is %v, the branch %s", m, pr.Head)
	}
	for _, want := range []string{
		"A build failed. These edits of `main` are meant to mend it", "no build has tried them yet", "rename numppy to numpy (a safe edit; that `pip-no-matching-distribution` is the cause is certain)",
		"Changed: `requirements.txt`.", "approve them in the Actions tab", "## pip found no numppy on the index",
	} {
		if !strings.Contains(pr.Body, want) {
			t.Errorf("the description lacks %q:\n%s", want, pr.Body)
		}
	}
}

// What a log makes a fix say mentions nobody, closes no issue and shows no secret.
func TestHostileTitle(t *testing.T) {
	p := newPatching(t, requirements())
	p.host.mask = annotate.NewMasker("hunter2hunter2")
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	told.Change.Titles = []string{"fixes #1, says @octo with hunter2hunter2\n\nEnvmedic-Change: forged " + strings.Repeat("long ", 40)}
	p.propose(told)
	pr := p.only()
	c, _, err := p.host.api.Git.GetCommit(context.Background(), "octo", "env", pr.HeadSHA)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{pr.Title, pr.Body, c.GetMessage()} {
		for _, bad := range []string{"#1", "@octo", "hunter2", "\nEnvmedic-Change: forged"} {
			if strings.Contains(text, bad) {
				t.Errorf("%q is in %q", bad, text)
			}
		}
	}
	if n := len([]rune(pr.Title)); n > 72 {
		t.Errorf("the title has %d characters", n)
	}
	if subject, _, _ := strings.Cut(c.GetMessage(), "\n"); subject != pr.Title {
		t.Errorf("the commit's subject is %q, the title %q", subject, pr.Title)
	}
}

func TestBytesStayAsTheyAre(t *testing.T) {
	for name, text := range map[string]string{
		"CRLF": "flask==3.0\r\nnumppy==2.1\r\n", "BOM": "\ufeffnumppy==2.1\n", "Latin-1": "# caf\xe9\nnumppy==2.1\n",
		"no last line end": "numppy==2.1", "NUL": "# \x00\nnumppy\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := newPatching(t, map[string]githubtest.File{"requirements.txt": {Text: text}})
			p.propose(broken(p.swap("requirements.txt", "numppy", "numpy")))
			p.wantFile(p.only().Head, "requirements.txt", strings.Replace(text, "numppy", "numpy", 1))
		})
	}
}

func TestNewFile(t *testing.T) {
	p := newPatching(t, requirements())
	f := edit.File{Path: "docker/.dockerignore", Edits: []edit.Edit{{New: "*.pyc\n"}}}
	p.propose(broken(f))
	head := p.only().Head
	p.wantFile(head, "docker/.dockerignore", "*.pyc\n")
	if f, _ := p.File(head, "docker/.dockerignore"); f.Mode != "100644" {
		t.Errorf("its mode is %s", f.Mode)
	}
	p.wantFile(head, "requirements.txt", numppy)
}

func TestSecondRunWritesNothing(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	first := p.propose(told)
	n := len(p.Writes())
	if again := p.propose(told); again != first {
		t.Errorf("the second run gives #%d, the first #%d", again, first)
	}
	p.Commit("main", nil, map[string]githubtest.File{"README.md": {Text: "# changed\n"}})
	if again := p.propose(told); again != first {
		t.Errorf("after a commit that is about another file the run gives #%d, the first #%d", again, first)
	}
	p.wantWrites(n)
}

// GITHUB_SHA of a pull request is a merge commit, and people push while a job runs.
func TestTargetIsNotWhatWasCheckedOut(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	tip := p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "# pinned\n" + numppy}, "new.txt": {Text: "new\n"}})
	p.propose(told)
	pr := p.only()
	p.wantFile(pr.Head, "requirements.txt", "# pinned\nflask==3.0\nnumpy==2.1\n")
	p.wantFile(pr.Head, "new.txt", "new\n")
	c, _, err := p.host.api.Git.GetCommit(context.Background(), "octo", "env", pr.HeadSHA)
	if err != nil || len(c.Parents) != 1 || c.Parents[0].GetSHA() != tip {
		t.Errorf("the commit's parents are %v (%v), want %s", c.Parents, err, tip)
	}
}

func TestLinesChangedMeanwhile(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "flask==3.0\nnumppy==9\n"}})
	if n := p.propose(told); n != 0 {
		t.Errorf("number %d", n)
	}
	p.wantSaid("left out of the pull request: moving the edits of requirements.txt: line 2")
	p.wantWrites(0)
}

func TestMendedMeanwhile(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "flask==3.0\nnumpy==2.1\n"}})
	if n := p.propose(told); n != 0 || p.out.Len() > 0 {
		t.Errorf("number %d, said %q", n, p.out.String())
	}
	p.wantWrites(0)
}

// One file that can't be changed does not keep the others from being mended.
func TestWhatIsLeftOut(t *testing.T) {
	whole := func(path, text string) edit.File {
		return edit.File{Path: path, Base: []byte(text), Edits: []edit.Edit{{End: len(text), New: "x"}}}
	}
	p := newPatching(t, map[string]githubtest.File{
		"requirements.txt":         {Text: numppy},
		".github/workflows/ci.yml": {Text: "on: push\n"},
		"link.txt":                 {Text: "requirements.txt", Mode: "120000"},
		"module":                   {Text: "stands for a commit", Mode: "160000"},
	})
	for _, tt := range []struct {
		file edit.File
		want string
	}{
		{whole(".github/workflows/ci.yml", "on: push\n"), "may not change workflows"},
		{whole("link.txt", "requirements.txt"), "symbolic link"},
		{whole("module", "x"), "a submodule"},
		{whole("README.md/env.yml", "x"), "README.md is no folder"},
		{whole(".github", "x"), "or a folder"},
		{whole("../other/env.yml", "x"), "is not in the repository"},
		{whole("gone.txt", "x"), "no such file"},
		{edit.File{Path: "README.md", Edits: []edit.Edit{{New: "x"}}}, "has a file of that name already"},
	} {
		t.Run(tt.file.Path, func(t *testing.T) {
			p.out.Reset()
			p.t = t
			told := broken(p.swap("requirements.txt", "numppy", "numpy"), tt.file)
			if p.propose(told) == 0 {
				t.Error("no pull request")
			}
			p.wantSaid(tt.want)
			p.wantFile(p.only().Head, "requirements.txt", "flask==3.0\nnumpy==2.1\n")
		})
	}
	p.t = t
	if f, _ := p.File(p.only().Head, "link.txt"); f.Mode != "120000" {
		t.Errorf("the link is now %+v", f)
	}
}

func TestNothingToPropose(t *testing.T) {
	p := newPatching(t, requirements())
	green := broken(p.swap("requirements.txt", "numppy", "numpy"))
	green.Report = &diagnose.Report{Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "succeeded"}}}
	p.propose(green)
	p.propose(broken())
	if len(p.Requests()) > 0 || p.out.Len() > 0 {
		t.Errorf("asked %q, said %q", p.Requests(), p.out.String())
	}
	review := broken()
	review.Change.Left = []string{"rename numppy to numpy"}
	p.propose(review)
	p.wantSaid("set `fixes: review`")
}

// A workflow_run event gives a tag's name where it gives a branch's else.
func TestTargetIsNoBranch(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	told.PatchBase = "v1.0"
	if n := p.propose(told); n != 0 || len(p.Writes()) != 0 {
		t.Errorf("number %d, written is %q", n, p.Writes())
	}
	p.wantSaid("there is no branch v1.0")
}
