package github

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// put makes the branch of the change hold it, and tells whether it does: not where somebody else has written to the branch.
//
// Where GitHub can't say what became of a write, or another run was faster, it looks again and tries once more. Blobs, trees and
// commits that are then written twice do no harm: nothing refers to the first ones.
func (p *proposal) put(ctx context.Context) (bool, error) {
	there, err := p.putOnce(ctx)
	if uncertain(ctx, err) || says(err, http.StatusUnprocessableEntity, "already exists") {
		there, err = p.putOnce(ctx)
	}
	return there, err
}

func (p *proposal) putOnce(ctx context.Context) (bool, error) {
	at, err := p.branchTip(ctx)
	if err != nil {
		return false, err
	}
	if at == "" {
		if err := p.write(ctx); err != nil {
			return false, err
		}
		return p.create(ctx)
	}
	state, err := p.examine(ctx, at)
	switch {
	case err != nil:
		return false, err
	case state == foreign:
		p.say(fmt.Sprintf("the branch %s has commits of somebody else and is left as it is; delete it to have the edits proposed again", p.branch))
		return false, nil
	case state == current:
		return true, nil
	}
	if err := p.write(ctx); err != nil {
		return false, err
	}
	return p.move(ctx, at)
}

// branchTip is the last commit of the change's branch, "" where there is no such branch.
func (p *proposal) branchTip(ctx context.Context) (string, error) {
	ref, _, err := p.git.GetRef(ctx, p.owner, p.repo, "heads/"+p.branch)
	if gone(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading the branch %s: %w", p.branch, err)
	}
	return ref.GetObject().GetSHA(), nil
}

// A branchState is what may be done with a branch.
type branchState int

const (
	current branchState = iota // it holds the change as it is wanted
	old                        // ours alone, and to be written anew
	foreign                    // somebody else's: left alone
)

// examine tells the state of the branch of the change, which ends at this commit.
//
// A branch whose last commit is ours, with the tree that we gave it, holds nothing of anybody else: we commit on the target's tip
// only, and whoever puts work between or on top changes the last commit or its tree. So commits below it that the target has lost
// since, because it was rewritten, are no reason to leave the branch alone.
func (p *proposal) examine(ctx context.Context, at string) (branchState, error) {
	between, _, err := p.commits.CompareCommits(ctx, p.owner, p.repo, p.base.commit, at, nil)
	if err != nil {
		return foreign, fmt.Errorf("comparing the branches %s and %s: %w", p.target, p.branch, err)
	}
	n := len(between.Commits)
	if n == 0 && between.GetAheadBy() == 0 { // all of it is in the target
		return old, nil
	}
	if n == 0 || between.Commits[n-1].GetSHA() != at || !p.ours(between.Commits[n-1]) {
		return foreign, nil
	}
	for _, c := range p.changes {
		e, whole, err := p.find(ctx, between.Commits[n-1].GetCommit().GetTree().GetSHA(), c.edits.Path)
		if err != nil {
			return foreign, fmt.Errorf("reading %s on the branch %s: %w", c.edits.Path, p.branch, err)
		}
		if !whole || e.GetSHA() != c.blob || e.GetMode() != c.mode {
			return old, nil
		}
	}
	return current, nil
}

// ours tells whether a commit is one that we made and nobody has amended: git keeps author and message then, but not the tree or
// the committer, which for commits made over the API is the token's login or, where GitHub signs them, web-flow.
func (p *proposal) ours(c *gh.RepositoryCommit) bool {
	committer := c.GetCommitter().GetLogin()
	return p.self != "" && c.GetAuthor().GetLogin() == p.self && (committer == p.self || committer == "web-flow") &&
		len(c.Parents) == 1 &&
		trailer(c.GetCommit().GetMessage(), changeTrailer) == p.digest &&
		trailer(c.GetCommit().GetMessage(), treeTrailer) == c.GetCommit().GetTree().GetSHA()
}

// Trailers of our commits.
const (
	changeTrailer = "Envmedic-Change" // the digest of the change
	treeTrailer   = "Envmedic-Tree"   // the hash of the tree as it was written
)

// trailer is the value of a trailer in the last paragraph of a commit's message.
func trailer(message, key string) string {
	message = strings.TrimRight(message, "\n")
	for line := range strings.Lines(message[strings.LastIndex(message, "\n\n")+1:]) {
		if v, ok := strings.CutPrefix(line, key+": "); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// write makes the commit on the target's tip. No branch leads to it yet.
func (p *proposal) write(ctx context.Context) error {
	if p.commit != "" {
		return nil
	}
	entries := make([]*gh.TreeEntry, len(p.changes))
	for i, c := range p.changes {
		blob, _, err := p.git.CreateBlob(ctx, p.owner, p.repo, &gh.Blob{
			Content: gh.String(base64.StdEncoding.EncodeToString(c.after)), Encoding: gh.String("base64"),
		})
		if err != nil {
			return fmt.Errorf("storing %s as it is after the edit: %w", c.edits.Path, err)
		}
		entries[i] = &gh.TreeEntry{Path: gh.String(c.edits.Path), Mode: gh.String(c.mode), Type: gh.String("blob"), SHA: blob.SHA}
	}
	tree, _, err := p.git.CreateTree(ctx, p.owner, p.repo, p.base.tree, entries)
	if err != nil {
		return fmt.Errorf("storing the tree with the edited files: %w", err)
	}
	commit, _, err := p.git.CreateCommit(ctx, p.owner, p.repo, &gh.Commit{
		Message: gh.String(p.message(tree.GetSHA())), Tree: tree, Parents: []*gh.Commit{{SHA: gh.String(p.base.commit)}},
	}, nil)
	if err != nil {
		return fmt.Errorf("storing the commit with the edits: %w", err)
	}
	p.commit = commit.GetSHA()
	return nil
}

func (p *proposal) ref() *gh.Reference {
	return &gh.Reference{Ref: gh.String("refs/heads/" + p.branch), Object: &gh.GitObject{SHA: gh.String(p.commit)}}
}

func (p *proposal) create(ctx context.Context) (bool, error) {
	if _, _, err := p.git.CreateRef(ctx, p.owner, p.repo, p.ref()); err != nil {
		return false, fmt.Errorf("making the branch %s: %w", p.branch, err)
	}
	return true, nil
}

// move lets the branch lead to our commit, if it still ends at the one that was examined. GitHub has no way to say so within the
// write, so it is asked right before.
func (p *proposal) move(ctx context.Context, examined string) (bool, error) {
	at, err := p.branchTip(ctx)
	if err != nil {
		return false, err
	}
	if at != examined {
		p.say(fmt.Sprintf("the branch %s was written to by somebody else at the same time and is left as it is", p.branch))
		return false, nil
	}
	if _, _, err := p.git.UpdateRef(ctx, p.owner, p.repo, p.ref(), true); err != nil {
		return false, fmt.Errorf("moving the branch %s: %w", p.branch, err)
	}
	return true, nil
}
