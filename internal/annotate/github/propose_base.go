package github

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/edit"
)

// Git's modes of the entries that a change may be about.
const (
	modeFile       = "100644"
	modeExecutable = "100755"
)

// A change is what becomes of one file on the target branch.
type change struct {
	edits edit.File // on the version of the branch
	after []byte
	mode  string
	blob  string // the hash of after as git names it
}

// read finds the tip of the target branch and moves the edits there: what was checked out may be a merge commit, or older.
func (p *proposal) read(ctx context.Context) error {
	ref, _, err := p.git.GetRef(ctx, p.owner, p.repo, "heads/"+p.target)
	if gone(err) { // a run of a tag has its name where a branch's stands; a pull request's branch may be deleted
		p.say("no pull request with the edits: there is no branch " + p.target + " here that the token can see; name the branch to mend in the input `patch_base`")
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the branch %s that the edits are for: %w", p.target, err)
	}
	commit, _, err := p.git.GetCommit(ctx, p.owner, p.repo, ref.GetObject().GetSHA())
	if err != nil {
		return fmt.Errorf("reading the last commit of the branch %s: %w", p.target, err)
	}
	p.base = tip{commit.GetSHA(), commit.GetTree().GetSHA()}
	for _, f := range p.telling.Change.Files {
		c, why, err := p.change(ctx, f)
		switch {
		case err != nil:
			return fmt.Errorf("reading %s on the branch %s: %w", f.Path, p.target, err)
		case why != "":
			p.left = append(p.left, why)
			p.say("left out of the pull request: " + why)
		case c != nil:
			p.changes = append(p.changes, *c)
		}
	}
	slices.SortStableFunc(p.changes, func(a, b change) int { return strings.Compare(a.edits.Path, b.edits.Path) })
	return nil
}

// change is what the edits of f come to on the target branch: nil where they are made already, why where they can't be.
func (p *proposal) change(ctx context.Context, f edit.File) (c *change, why string, err error) {
	switch {
	case !fs.ValidPath(f.Path) || f.Path == ".":
		return nil, f.Path + " is not in the repository", nil
	case strings.HasPrefix(f.Path, ".github/workflows/"):
		return nil, f.Path + ": the token of a job may not change workflows; make this edit by hand", nil
	}
	e, whole, err := p.find(ctx, p.base.tree, f.Path)
	if err != nil {
		return nil, "", err
	}
	mode, onto := modeFile, []byte(nil)
	switch {
	case !whole:
		return nil, fmt.Sprintf("%s: on the branch %s %s is no folder", f.Path, p.target, e.GetPath()), nil
	case e == nil:
	case e.GetMode() != modeFile && e.GetMode() != modeExecutable:
		return nil, fmt.Sprintf("%s: on the branch %s it is no file but a symbolic link, a submodule or a folder", f.Path, p.target), nil
	default:
		mode = e.GetMode()
		if onto, err = p.content(ctx, e.GetSHA()); err != nil {
			return nil, "", err
		}
	}
	c, err = moved(f, onto, mode)
	if err != nil {
		return nil, err.Error(), nil
	}
	return c, "", nil
}

func moved(f edit.File, onto []byte, mode string) (*change, error) {
	g, err := edit.Rebase(f, onto)
	if err != nil {
		return nil, err
	}
	after, err := g.Apply()
	if err != nil || onto != nil && bytes.Equal(after, onto) {
		return nil, err
	}
	return &change{edits: g, after: after, mode: mode, blob: blobHash(after)}, nil
}

// blobHash is the name that git gives to the content of a file. It is known before anything is written.
func blobHash(content []byte) string {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// find is the entry at a path below a tree, nil where there is none. Where something on the way is no folder, it is that, and
// whole is false. Folders are read one by one: a listing of all of a large repository takes megabytes and is cut at 100,000 entries.
func (p *proposal) find(ctx context.Context, tree, path string) (e *gh.TreeEntry, whole bool, err error) {
	for {
		name, rest, deeper := strings.Cut(path, "/")
		entries, err := p.folder(ctx, tree)
		if err != nil {
			return nil, true, err
		}
		i := slices.IndexFunc(entries, func(e *gh.TreeEntry) bool { return e.GetPath() == name })
		switch {
		case i < 0:
			return nil, true, nil
		case !deeper:
			return entries[i], true, nil
		case entries[i].GetType() != "tree":
			return entries[i], false, nil
		}
		tree, path = entries[i].GetSHA(), rest
	}
}

func (p *proposal) folder(ctx context.Context, tree string) ([]*gh.TreeEntry, error) {
	if entries, ok := p.folders[tree]; ok {
		return entries, nil
	}
	t, _, err := p.git.GetTree(ctx, p.owner, p.repo, tree, false)
	if err != nil {
		return nil, fmt.Errorf("reading a folder: %w", err)
	}
	if t.GetTruncated() {
		return nil, fmt.Errorf("the folder with the tree %s has more entries than GitHub lists; apply the patch of `patch: file` by hand", tree)
	}
	p.folders[tree] = t.Entries
	return t.Entries, nil
}

// decoded is the bytes of a blob as GitHub gives them, never nil.
func decoded(b *gh.Blob) ([]byte, error) {
	if b.GetEncoding() != "base64" {
		return []byte(b.GetContent()), nil
	}
	content, err := base64.StdEncoding.DecodeString(b.GetContent()) // which may be broken into lines
	if err != nil {
		return nil, fmt.Errorf("GitHub's answer is no base64: %w", err)
	}
	return content, nil
}

// content is a blob, byte by byte, and never nil.
func (p *proposal) content(ctx context.Context, sha string) ([]byte, error) {
	b, _, err := p.git.GetBlob(ctx, p.owner, p.repo, sha)
	if err != nil {
		return nil, fmt.Errorf("reading its content: %w", err)
	}
	content, err := decoded(b)
	if err != nil {
		return nil, fmt.Errorf("reading its content: %w", err)
	}
	if got := blobHash(content); got != sha {
		return nil, fmt.Errorf("reading its content: the answer is not the blob %s but %s; run the job again", sha, got)
	}
	return content, nil
}

// name gives the change a digest of what it takes from and puts into the target branch, so that a later run on another commit
// finds the branch again.
func (p *proposal) name() {
	parts := []string{p.target}
	for _, c := range p.changes {
		parts = append(parts, c.edits.Path)
		parts = append(parts, changedLines(c)...)
	}
	p.digest = annotate.Digest(parts...)[:10]
	p.branch = annotate.EditsBranch(p.telling.Change.Rules, p.digest)
}

// changedLines are the lines that go and those that come, without what surrounds them, which may be another on another commit.
func changedLines(c change) []string {
	if len(c.edits.Base) == 0 {
		return []string{"+" + string(c.after)}
	}
	var list []string
	for _, r := range annotate.Replacements(c.edits) {
		old, new := slices.Collect(strings.Lines(r.Old)), slices.Collect(strings.Lines(r.New))
		for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
			old, new = old[1:], new[1:]
		}
		for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
			old, new = old[:len(old)-1], new[:len(new)-1]
		}
		for _, line := range old {
			list = append(list, "-"+line)
		}
		for _, line := range new {
			list = append(list, "+"+line)
		}
	}
	return list
}
