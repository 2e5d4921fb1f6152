package azure

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/edit"
)

// changes moves the edits to the target's tip and names our branch after what they do there. An edit that no longer fits is left
// out with a line; without any there is nothing to propose.
func (p *proposal) changes(ctx context.Context) ([]any, error) {
	files := p.host.source(p.tip)
	var changes []any
	name := []string{p.target}
	for _, f := range p.t.Change.Files {
		moved, err := p.move(ctx, files, f)
		if err != nil {
			return nil, err
		}
		if moved == nil {
			continue
		}
		after, err := moved.Apply()
		if err != nil {
			return nil, err
		}
		kind := git.VersionControlChangeTypeValues.Edit
		if moved.Base == nil {
			kind = git.VersionControlChangeTypeValues.Add
		}
		changes = append(changes, git.GitChange{
			ChangeType: &kind, Item: map[string]string{"path": "/" + moved.Path},
			NewContent: &git.ItemContent{Content: new(base64.StdEncoding.EncodeToString(after)), ContentType: &git.ItemContentTypeValues.Base64Encoded},
		})
		name = append(name, changed(*moved)...)
	}
	p.digest = annotate.Digest(name...)[:10]
	p.branch = "refs/heads/" + annotate.EditsBranch(p.t.Change.Rules, p.digest)
	return changes, nil
}

// move is f on the target's tip; nil where nothing is to be done or nothing can be done there.
func (p *proposal) move(ctx context.Context, files *source, f edit.File) (*edit.File, error) {
	content, err := files.file(ctx, f.Path)
	if err != nil {
		return nil, err
	}
	moved, err := edit.Rebase(f, content)
	if err != nil {
		p.host.say("not in the pull request with edits: " + err.Error())
		return nil, nil
	}
	if len(moved.Edits) == 0 {
		return nil, nil
	}
	if content != nil {
		if plain, err := files.plain(ctx, f.Path); err != nil {
			return nil, err
		} else if !plain {
			p.host.say("not in the pull request with edits: " + f.Path + " is a link or a folder there")
			return nil, nil
		}
	}
	return &moved, nil
}

// changed is what a file's edits take away and put in, whatever stands around them.
func changed(f edit.File) []string {
	parts := []string{f.Path}
	for _, e := range f.Edits {
		parts = append(parts, string(f.Base[e.Start:e.End]), e.New)
	}
	return parts
}

// push makes branch and commit in one call. It is false where a branch of that name holds what somebody else has pushed, or what a
// merged pull request has left there.
func (p *proposal) push(ctx context.Context, changes []any) (bool, error) {
	is, err := p.host.tip(ctx, p.branch)
	if err != nil {
		return false, err
	}
	if is != "" {
		return p.reuse(ctx, is)
	}
	_, err = p.host.git.CreatePush(ctx, git.CreatePushArgs{
		RepositoryId: &p.host.run.repository, Project: &p.host.run.project,
		Push: &git.GitPush{
			RefUpdates: &[]git.GitRefUpdate{{Name: &p.branch, OldObjectId: &p.tip}},
			Commits:    &[]git.GitCommitRef{{Comment: new(p.message()), Changes: &changes}},
		},
	})
	if err == nil {
		return true, nil
	}
	if code(err, "TF401028") || unclear(err) { // another run was faster, or the answer was lost
		if is, listed := p.host.tip(ctx, p.branch); listed == nil && is != "" {
			return p.reuse(ctx, is)
		}
	}
	return false, fmt.Errorf("pushing %s: %w", branchName(p.branch), err)
}

// reuse tells whether the branch that is there is at our own commit, which has the change: the branch's name is made from it.
func (p *proposal) reuse(ctx context.Context, tip string) (bool, error) {
	c, err := p.host.git.GetCommit(ctx, git.GetCommitArgs{CommitId: &tip, RepositoryId: &p.host.run.repository, Project: &p.host.run.project})
	if err != nil {
		return false, fmt.Errorf("reading the commit that %s is at: %w", branchName(p.branch), err)
	}
	if p.merged != 0 {
		p.host.say(fmt.Sprintf("no pull request with edits: pull request %d brought them and was merged, and its branch %s is still there; delete the branch to have them proposed again", p.merged, branchName(p.branch)))
		return false, nil
	}
	ours := strings.Contains(value(c.Comment), changeTrailer+p.digest)
	if c.Push != nil && c.Push.PushedBy != nil {
		if me := p.host.self(ctx).id; me != "" && !strings.EqualFold(me, value(c.Push.PushedBy.Id)) {
			ours = false
		}
	}
	if !ours {
		p.host.say("no pull request with edits: the branch " + branchName(p.branch) + " holds commits of somebody else; delete it or open the pull request from it")
	}
	return ours, nil
}

// message is the commit's: a title, what is done, and the digest by which a later run knows the commit.
func (p *proposal) message() string {
	var b strings.Builder
	b.WriteString(p.title() + "\n\n")
	for _, title := range p.t.Change.Titles {
		b.WriteString("- " + p.subject(title) + "\n")
	}
	return b.String() + "\n" + changeTrailer + p.digest + "\n"
}
