package azure

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"

	"github.com/envmedic/envmedic/internal/annotate"
)

const (
	changeTrailer    = "Envmedic-Change: "
	descriptionBytes = 3_900 // the service takes descriptions of 4,000 characters
	listedBytes      = 2_400 // of them for the list of fixes
	titleBytes       = 120
)

// A proposal is a change on its way to a pull request.
type proposal struct {
	host   *Host
	t      *annotate.Telling
	target string // the branch that is to be mended, refs/heads/…
	tip    string // its commit
	digest string // of the change, whatever commit it is made on
	branch string // ours, refs/heads/envmedic/…
	merged int    // the pull request that brought the same edits once; 0 for none
}

// propose opens a pull request with the allowed edits, or finds the one that has them. It is 0 where there is none.
func (h *Host) propose(ctx context.Context, pr *pull, t *annotate.Telling) (int, error) {
	if annotate.VerdictOf(t.Report) != annotate.Failed {
		return 0, nil
	}
	if len(t.Change.Files) == 0 {
		if len(t.Change.Left) > 0 {
			h.say("no pull request with edits: those that are known have to be looked at first; `fixes: review` takes them in")
		}
		return 0, nil
	}
	target := h.target(pr, t.PatchBase)
	if target == "" {
		return 0, nil
	}
	p := &proposal{host: h, t: t, target: target}
	var err error
	if p.tip, err = h.tip(ctx, target); err != nil {
		return 0, err
	}
	if p.tip == "" {
		h.say("no pull request with edits: there is no branch " + branchName(target))
		return 0, nil
	}
	return p.make(ctx)
}

// target is the branch that a pull request with edits is to be merged into, or "" where there is none to write beside.
func (h *Host) target(pr *pull, asked string) string {
	target := asked
	switch {
	case h.run.provider != "TfsGit":
		h.say("no pull request with edits: the repository is not in Azure Repos")
		return ""
	case target != "":
	case h.run.fork:
		h.say("no pull request with edits: the branch is in a fork, which the build's token can't write to; the suggestions and the diff can be applied by hand")
		return ""
	case pr != nil:
		target = pr.sourceBranch
	case strings.HasPrefix(h.run.branch, "refs/heads/"):
		target = h.run.branch
	default:
		h.say("no pull request with edits: " + h.run.branch + " is no branch; `patch_base` names one")
		return ""
	}
	target = "refs/heads/" + branchName(target)
	if strings.HasPrefix(branchName(target), annotate.EditsPrefix) {
		h.say("no pull request with edits: " + branchName(target) + " is itself a branch of edits")
		return ""
	}
	return target
}

func branchName(ref string) string { return strings.TrimPrefix(ref, "refs/heads/") }

// tip is the commit that a branch is at, or "" where there is no such branch. The service's filter finds all names that begin so.
func (h *Host) tip(ctx context.Context, ref string) (string, error) {
	filter := strings.TrimPrefix(ref, "refs/")
	token := ""
	for {
		page, err := h.git.GetRefs(ctx, git.GetRefsArgs{RepositoryId: &h.run.repository, Project: &h.run.project, Filter: &filter, ContinuationToken: optional(token)})
		if err != nil {
			return "", fmt.Errorf("reading the branch %s: %w", branchName(ref), err)
		}
		for _, r := range page.Value {
			if value(r.Name) == ref {
				return value(r.ObjectId), nil
			}
		}
		if token = page.ContinuationToken; token == "" {
			return "", nil
		}
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// make pushes the change and opens the pull request; what of it is there already is left as it is.
func (p *proposal) make(ctx context.Context) (int, error) {
	changes, err := p.changes(ctx)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	earlier, err := p.earlier(ctx)
	if err != nil {
		return 0, err
	}
	for _, e := range earlier {
		switch value(e.Status) {
		case git.PullRequestStatusValues.Active:
			return value(e.PullRequestId), nil
		case git.PullRequestStatusValues.Abandoned:
			p.host.say(fmt.Sprintf("pull request %d had these edits and was abandoned, so it is not opened again", value(e.PullRequestId)))
			return 0, nil
		case git.PullRequestStatusValues.Completed:
			p.merged = value(e.PullRequestId)
		}
	}
	if ok, err := p.push(ctx, changes); !ok || err != nil {
		return 0, err
	}
	return p.open(ctx)
}

// earlier are the pull requests of our branch into the target, whatever became of them; the open ones come first.
func (p *proposal) earlier(ctx context.Context) ([]git.GitPullRequest, error) {
	list, err := p.host.git.GetPullRequests(ctx, git.GetPullRequestsArgs{
		RepositoryId: &p.host.run.repository, Project: &p.host.run.project,
		SearchCriteria: &git.GitPullRequestSearchCriteria{SourceRefName: &p.branch, TargetRefName: &p.target, Status: &git.PullRequestStatusValues.All},
	})
	if err != nil {
		return nil, fmt.Errorf("looking for an earlier pull request: %w", err)
	}
	all := value(list)
	slices.SortStableFunc(all, func(a, b git.GitPullRequest) int { return rank(a) - rank(b) })
	return all, nil
}

func rank(pr git.GitPullRequest) int {
	if value(pr.Status) == git.PullRequestStatusValues.Active {
		return 0
	}
	return 1
}

// open makes the pull request of a branch that has been pushed. Where it may be there already it is looked up.
func (p *proposal) open(ctx context.Context) (int, error) {
	made, err := p.host.git.CreatePullRequest(ctx, git.CreatePullRequestArgs{
		RepositoryId: &p.host.run.repository, Project: &p.host.run.project,
		GitPullRequestToCreate: &git.GitPullRequest{
			SourceRefName: &p.branch, TargetRefName: &p.target, Title: new(p.title()), Description: new(p.description()),
		},
	})
	if err == nil {
		return value(made.PullRequestId), nil
	}
	if code(err, "TF401179") || unclear(err) {
		list, listed := p.earlier(ctx)
		if listed == nil && len(list) > 0 && rank(list[0]) == 0 {
			return value(list[0].PullRequestId), nil
		}
	}
	if status, _ := answer(err); status == http.StatusForbidden {
		p.host.say("the edits are on the branch " + branchName(p.branch) + "; a person can open the pull request at " + p.compare())
	}
	return 0, fmt.Errorf("opening it from %s: %w", branchName(p.branch), err)
}

// compare is the page on which a person opens the pull request.
func (p *proposal) compare() string {
	query := url.Values{"sourceRef": {branchName(p.branch)}, "targetRef": {branchName(p.target)}}
	return p.host.run.page("_git", p.host.run.repoName, "pullrequestcreate") + "?" + query.Encode()
}

func (p *proposal) title() string {
	if len(p.t.Change.Titles) == 0 {
		return "Mend the environment"
	}
	return annotate.Short(p.subject(p.t.Change.Titles[0]), titleBytes)
}

// subject is a fix's title where no Markdown is rendered.
func (p *proposal) subject(title string) string {
	return annotate.Subject(p.host.mask.Mask(short(title)))
}

// description says what broke and what is changed, within what the service takes.
func (p *proposal) description() string {
	var b strings.Builder
	b.WriteString(annotate.Marker{"part": "patch", "change": p.digest}.String() + "\n")
	for i, title := range p.t.Change.Titles {
		item := "- " + annotate.Text(p.host.mask.Mask(short(title))) + "\n"
		if b.Len()+len(item) > listedBytes {
			fmt.Fprintf(&b, "- and %d more\n", len(p.t.Change.Titles)-i)
			break
		}
		b.WriteString(item)
	}
	fmt.Fprintf(&b, "\nMade by envmedic from the log of [build %d](%s). No build has tried these edits yet.\n\n", p.host.run.build, p.host.run.results())
	b.WriteString(annotate.Markdown(p.t.Report, max(1, descriptionBytes-b.Len())))
	return b.String()
}
