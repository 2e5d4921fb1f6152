package github

import (
	"context"
	"fmt"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// propose puts the edits on a branch of their own and opens a pull request of it: one for each change, however often it is run. It
// returns the number of the open pull request, 0 where there is none. What stands in the way and is no failure is said in one line.
//
// A build that succeeds closes nothing: whether the change is still wanted is for a person to decide.
func (h *Host) propose(ctx context.Context, pr *pull, t *annotate.Telling) (int, error) {
	if annotate.VerdictOf(t.Report) != annotate.Failed {
		return 0, nil
	}
	if len(t.Change.Files) == 0 {
		h.sayLeft(t.Change.Left)
		return 0, nil
	}
	target, why := h.target(pr, t.PatchBase)
	if why != "" {
		h.say("no pull request with the edits: " + why)
		return 0, nil
	}
	return h.proposal(ctx, t, target).make(ctx)
}

// sayLeft names the input that lets edits in which a person has to confirm.
func (h *Host) sayLeft(left []string) {
	if len(left) > 0 {
		h.say("no pull request with the edits: each of them needs a person to confirm it; set `fixes: review` to have them proposed all the same (" +
			strings.Join(left, "; ") + ")")
	}
}

// target is the branch that the edits are for, or why there is none: the one that was asked for, else the one that was built.
func (h *Host) target(pr *pull, asked string) (branch, why string) {
	built, fork := h.built(pr)
	asked = strings.TrimPrefix(asked, "refs/heads/")
	switch {
	case strings.HasPrefix(asked, annotate.EditsPrefix):
		return h.target(&pull{headRef: asked}, "")
	case strings.HasPrefix(built, annotate.EditsPrefix) && !fork:
		return "", "the branch " + built + " holds edits of envmedic already, and edits on top of them could go on for ever; mend it by hand"
	case asked != "":
		return asked, ""
	case fork:
		return "", "the branch is in a fork, which this token can't write to; take the suggestions or the diff in the comment"
	case pr != nil && !pr.open:
		return "", fmt.Sprintf("pull request #%d is closed; name the branch to mend in the input `patch_base`", pr.number)
	case built == "":
		return "", "the build is of no branch; name the branch to mend in the input `patch_base`"
	}
	return built, ""
}

// built is the branch that was built, "" where there is none, and whether it is in another repository. A merge queue's branches
// live as long as one run.
func (h *Host) built(pr *pull) (branch string, fork bool) {
	r := &h.run
	switch {
	case pr != nil:
		return pr.headRef, pr.fork
	case r.pullRequest != nil:
		head := r.pullRequest.GetHead()
		return head.GetRef(), !h.here(head.GetRepo().GetFullName())
	case r.triggered != nil:
		return lasting(r.triggered.GetHeadBranch()), !h.here(r.triggered.GetHeadRepository().GetFullName())
	case strings.HasPrefix(r.ref, "refs/tags/"):
		return r.defaultBranch, false
	}
	branch, ok := strings.CutPrefix(r.ref, "refs/heads/")
	if !ok {
		return "", false
	}
	return lasting(branch), false
}

func lasting(branch string) string {
	if strings.HasPrefix(branch, "gh-readonly-queue/") {
		return ""
	}
	return branch
}

// What a proposal calls of go-github.
type (
	gitData interface {
		GetRef(ctx context.Context, owner, repo, ref string) (*gh.Reference, *gh.Response, error)
		GetCommit(ctx context.Context, owner, repo, sha string) (*gh.Commit, *gh.Response, error)
		GetTree(ctx context.Context, owner, repo, sha string, recursive bool) (*gh.Tree, *gh.Response, error)
		GetBlob(ctx context.Context, owner, repo, sha string) (*gh.Blob, *gh.Response, error)
		CreateBlob(ctx context.Context, owner, repo string, blob *gh.Blob) (*gh.Blob, *gh.Response, error)
		CreateTree(ctx context.Context, owner, repo, base string, entries []*gh.TreeEntry) (*gh.Tree, *gh.Response, error)
		CreateCommit(ctx context.Context, owner, repo string, commit *gh.Commit, opts *gh.CreateCommitOptions) (*gh.Commit, *gh.Response, error)
		CreateRef(ctx context.Context, owner, repo string, ref *gh.Reference) (*gh.Reference, *gh.Response, error)
		UpdateRef(ctx context.Context, owner, repo string, ref *gh.Reference, force bool) (*gh.Reference, *gh.Response, error)
	}
	commitComparer interface {
		CompareCommits(ctx context.Context, owner, repo, base, head string, opts *gh.ListOptions) (*gh.CommitsComparison, *gh.Response, error)
	}
	pullRequests interface {
		List(ctx context.Context, owner, repo string, opts *gh.PullRequestListOptions) ([]*gh.PullRequest, *gh.Response, error)
		Create(ctx context.Context, owner, repo string, pull *gh.NewPullRequest) (*gh.PullRequest, *gh.Response, error)
	}
)

// A proposal is a change on its way to become a pull request.
type proposal struct {
	git     gitData
	commits commitComparer
	pulls   pullRequests
	say     func(string)
	mask    *annotate.Masker

	owner, repo, server string
	self                string // the login that our commits have
	telling             *annotate.Telling
	folders             map[string][]*gh.TreeEntry // trees that were read, by their hash

	target  string // the branch that the edits are for
	base    tip    // of the target
	changes []change
	left    []string // what was left out and why, one sentence each

	digest string // of the change: what its branch and its commits are known by
	branch string
	commit string // written, but perhaps not on the branch yet
}

// A tip is the commit at the end of a branch.
type tip struct{ commit, tree string }

func (h *Host) proposal(ctx context.Context, t *annotate.Telling, target string) *proposal {
	return &proposal{
		git: h.api.Git, commits: h.api.Repositories, pulls: h.api.PullRequests,
		say: h.say, mask: h.mask,
		owner: h.run.owner, repo: h.run.repo, server: h.run.serverURL,
		self: h.self(ctx), telling: t, target: target,
		folders: map[string][]*gh.TreeEntry{},
	}
}

// make looks first and writes last, so that a second run writes nothing.
func (p *proposal) make(ctx context.Context) (int, error) {
	if err := p.read(ctx); err != nil || len(p.changes) == 0 {
		return 0, err
	}
	p.name()
	was, err := p.lookUp(ctx)
	if err != nil {
		return 0, err
	}
	if why := was.settled(p.target); why != "" {
		p.say(why)
		return was.open, nil
	}
	if there, err := p.put(ctx); err != nil || !there || was.open != 0 {
		return was.open, err
	}
	return p.open(ctx)
}
