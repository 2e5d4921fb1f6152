package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/edit"
)

// proposed is a job that has opened a pull request already.
func proposed(t *testing.T) (*patching, *annotate.Telling, githubtest.PullRequest) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	p.propose(told)
	return p, told, p.only()
}

// again runs the job once more with the same edits.
func (p *patching) again(told *annotate.Telling) (number, writesBefore int) {
	p.t.Helper()
	p.out.Reset()
	p.host = p.hostWith(p.Token("", nil)) // a run says each line once
	writesBefore = len(p.Writes())
	return p.propose(told), writesBefore
}

func TestBaseMovedOn(t *testing.T) {
	p, told, pr := proposed(t)
	tip := p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "# pinned\n" + numppy}})
	n, before := p.again(told)
	if n != pr.Number || p.only().Head != pr.Head {
		t.Errorf("number %d, branch %s; want %d, %s", n, p.only().Head, pr.Number, pr.Head)
	}
	p.wantFile(pr.Head, "requirements.txt", "# pinned\nflask==3.0\nnumpy==2.1\n")
	p.wantParent(pr.Head, tip)
	p.wantWrites(before, "POST /git/blobs", "POST /git/trees", "POST /git/commits", "PATCH /git/refs/heads/"+pr.Head)
}

// The author of a pull request amends the commit that is mended: what lies under our commit is then nobody's any more.
func TestBaseRewritten(t *testing.T) {
	p, told, pr := proposed(t)
	first := p.parent(p.Branch("main"))
	tip := p.Commit("main", []string{first}, map[string]githubtest.File{"requirements.txt": {Text: "# amended\n" + numppy}})
	if n, _ := p.again(told); n != pr.Number {
		t.Errorf("number %d, want %d", n, pr.Number)
	}
	p.wantFile(pr.Head, "requirements.txt", "# amended\nflask==3.0\nnumpy==2.1\n")
	p.wantParent(pr.Head, tip)
}

func (p *patching) parent(sha string) string {
	p.t.Helper()
	c, _, err := p.host.api.Git.GetCommit(context.Background(), "octo", "env", sha)
	if err != nil || len(c.Parents) != 1 {
		p.t.Fatalf("the commit %s has the parents %v, %v", sha, c.Parents, err)
	}
	return c.Parents[0].GetSHA()
}

func (p *patching) wantParent(branch, want string) {
	p.t.Helper()
	if got := p.parent(p.Branch(branch)); got != want {
		p.t.Errorf("the branch %s stands on %s, want %s", branch, got, want)
	}
}

func TestSomebodyElseHasWrittenToTheBranch(t *testing.T) {
	p, told, pr := proposed(t)
	theirs := p.Commit(pr.Head, nil, map[string]githubtest.File{"README.md": {Text: "# theirs\n"}})
	p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "# pinned\n" + numppy}})
	n, before := p.again(told)
	if n != pr.Number || p.Branch(pr.Head) != theirs {
		t.Errorf("number %d, branch at %s; want %d, %s", n, p.Branch(pr.Head), pr.Number, theirs)
	}
	p.wantSaid("has commits of somebody else and is left as it is")
	p.wantWrites(before)
}

// A person resets our branch to a commit of main: nothing of theirs is on it, and it can be used again.
func TestBranchWithoutCommitsOfItsOwn(t *testing.T) {
	p, told, pr := proposed(t)
	ref := &gh.Reference{Ref: gh.String("heads/" + pr.Head), Object: &gh.GitObject{SHA: gh.String(p.Branch("main"))}}
	if _, _, err := p.host.api.Git.UpdateRef(context.Background(), "octo", "env", ref, true); err != nil {
		t.Fatal(err)
	}
	if n, _ := p.again(told); n != pr.Number {
		t.Errorf("number %d", n)
	}
	p.wantFile(pr.Head, "requirements.txt", "flask==3.0\nnumpy==2.1\n")
}

func TestOurCommits(t *testing.T) {
	const ok = "Title\n\n- text\n\nEnvmedic-Change: 0123456789\nEnvmedic-Tree: abc\n"
	p := &proposal{self: "github-actions[bot]", digest: "0123456789"}
	for _, tt := range []struct {
		name, author, committer, message string
		parents                          int
		want                             bool
	}{
		{"as it was made", p.self, p.self, ok, 1, true},
		{"signed by GitHub", p.self, "web-flow", ok, 1, true},
		{"without the last line end", p.self, p.self, strings.TrimSpace(ok), 1, true},
		{"somebody else's", "ada", "ada", ok, 1, false},
		{"amended by a person", p.self, "ada", ok, 1, false},
		{"amended by a person GitHub doesn't know", p.self, "", ok, 1, false},
		{"amended by another job", p.self, p.self, strings.Replace(ok, "abc", "def", 1), 1, false},
		{"for another change", p.self, p.self, strings.Replace(ok, "0123456789", "9876543210", 1), 1, false},
		{"another program's of the same login", p.self, p.self, "Format\n", 1, false},
		{"with the words in its text only", p.self, p.self, ok + "\nmore text\n", 1, false},
		{"a merge", p.self, p.self, ok, 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &gh.RepositoryCommit{
				Author: &gh.User{Login: gh.String(tt.author)}, Committer: &gh.User{Login: gh.String(tt.committer)},
				Commit:  &gh.Commit{Message: gh.String(tt.message), Tree: &gh.Tree{SHA: gh.String("abc")}},
				Parents: make([]*gh.Commit, tt.parents),
			}
			if got := p.ours(c); got != tt.want {
				t.Errorf("ours is %t", got)
			}
		})
	}
	if (&proposal{digest: p.digest}).ours(&gh.RepositoryCommit{}) {
		t.Error("a commit of nobody is ours")
	}
}

func TestClosedPullRequestStaysClosed(t *testing.T) {
	p, told, pr := proposed(t)
	p.ClosePull(pr.Number)
	n, before := p.again(told)
	if n != 0 {
		t.Errorf("number %d", n)
	}
	p.wantSaid(fmt.Sprintf("#%d with these edits was closed", pr.Number))
	p.wantWrites(before)
}

// A change that was merged and then undone is proposed anew.
func TestMergedPullRequest(t *testing.T) {
	p, told, pr := proposed(t)
	p.Merge(pr.Number)
	if n, before := p.again(told); n != 0 || len(p.Writes()) != before {
		t.Errorf("after the merge: number %d, wrote %q", n, p.Writes()[before:])
	}
	p.Commit("main", nil, requirements())
	if n, _ := p.again(told); n <= pr.Number {
		t.Errorf("after it was undone: number %d", n)
	}
	p.wantFile(pr.Head, "requirements.txt", "flask==3.0\nnumpy==2.1\n")
}

func TestPullRequestForAnotherBranchNow(t *testing.T) {
	p, told, pr := proposed(t)
	p.Commit("next", nil, nil)
	if _, _, err := p.host.api.PullRequests.Edit(context.Background(), "octo", "env", pr.Number,
		&gh.PullRequest{Base: &gh.PullRequestBranch{Ref: gh.String("next")}}); err != nil {
		t.Fatal(err)
	}
	n, before := p.again(told)
	if n != pr.Number {
		t.Errorf("number %d", n)
	}
	p.wantSaid("is now for the branch next")
	p.wantWrites(before)
}

// All pages are read: the open pull request may be an old one.
func TestManyPullRequestsOfTheBranch(t *testing.T) {
	p, told, pr := proposed(t)
	for range 110 {
		p.ClosePull(p.Pull(pr.Head, "main"))
	}
	if n, before := p.again(told); n != pr.Number || len(p.Writes()) != before {
		t.Errorf("number %d, wrote %q", n, p.Writes()[before:])
	}
}

func TestJobsMayNotOpenPullRequests(t *testing.T) {
	p := newPatching(t, requirements())
	p.Commit("release/1 #x", nil, nil)
	p.ForbidPullRequests()
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	told.PatchBase = "release/1 #x"
	for range 2 {
		n, _ := p.again(told)
		if n != 0 || len(p.PullRequests()) > 0 {
			t.Errorf("number %d", n)
		}
		p.wantSaid("Allow GitHub Actions to create and approve pull requests")
		p.wantSaid(p.URL + "/octo/env/compare/release/1%20%23x...envmedic/fix-pip-no-matching-distribution-")
		p.wantSaid("?expand=1 ")
	}
	if n := strings.Count(strings.Join(p.Writes(), "\n"), "/git/commits"); n != 1 {
		t.Errorf("%d commits, want one", n)
	}
}

// The branch is named after the change: by what it does to which branch, not by the commit it was found on.
func TestOneBranchForEachChange(t *testing.T) {
	p, told, pr := proposed(t)
	other := broken(p.swap("requirements.txt", "numppy", "numpy2"))
	p.propose(other)
	p.Commit("next", nil, nil)
	told.PatchBase = "next"
	p.propose(told)
	heads := map[string]bool{}
	for _, pr := range p.PullRequests() {
		heads[pr.Head] = true
	}
	if len(heads) != 3 || !heads[pr.Head] {
		t.Errorf("the branches are %v", heads)
	}
}

// What stands beside the lines of a change is no part of it: on another commit it is the same change.
func TestSameChangeOnAnotherCommit(t *testing.T) {
	for name, at := range map[string]int{"before the last line": len("flask==3.0\n"), "at the end": len(numppy)} {
		t.Run(name, func(t *testing.T) {
			p := newPatching(t, requirements())
			told := func(text string) *annotate.Telling {
				return broken(edit.File{Path: "requirements.txt", Base: []byte(text), Edits: []edit.Edit{{Start: at, End: at, New: "scipy\n"}}})
			}
			first := p.propose(told(numppy))
			const later = "flask==3.1\nnumppy==2.2\n"
			p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: later}})
			p.propose(told(later))
			if pr := p.only(); pr.Number != first {
				t.Errorf("pull request #%d, want #%d", pr.Number, first)
			}
			p.wantFile(p.only().Head, "requirements.txt", later[:at]+"scipy\n"+later[at:])
		})
	}
}

// A proxy that answers for another address must not end in a commit.
func TestContentThatIsNotTheBlob(t *testing.T) {
	p := newPatching(t, requirements())
	p.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusOK, nil, `{"encoding": "base64", "content": ""}`, r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/git/blobs/")
	})
	_, err := p.host.propose(context.Background(), nil, broken(p.swap("requirements.txt", "numppy", "numpy")))
	if err == nil || !strings.Contains(err.Error(), "reading requirements.txt on the branch main: reading its content: the answer is not the blob") {
		t.Errorf("error %v", err)
	}
	p.wantWrites(0)
}
