package github

import (
	"context"
	"fmt"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Limits of a check run, in characters; the description of GitHub's API gives them. Bytes are counted, which are never fewer.
const (
	maxCheckTitle   = 255
	maxCheckSummary = 65_000
	perRequest      = 50 // annotations
)

// check writes a check run of its own on the commit that was built: one for each key, none for a build of which nothing is known.
// A second run that has nothing new to say writes nothing.
func (h *Host) check(ctx context.Context, pr *pull, t *annotate.Telling) error {
	want := h.checkRun(pr, t)
	have, err := h.findCheck(ctx, want)
	if err != nil {
		return fmt.Errorf("listing the check runs of %s: %w", short(want.sha), err)
	}
	switch {
	case have == nil && want.conclusion == "neutral", have.GetExternalID() == want.id():
		return nil
	case have != nil && strings.HasSuffix(have.GetExternalID(), want.annotated()):
		return h.updateCheck(ctx, want, have.GetID(), nil, want.id())
	}
	return h.createCheck(ctx, want)
}

// A checkRun is what a check run is to say.
type checkRun struct {
	sha, name, key string
	conclusion     string // failure | success | neutral
	title, summary string
	details        string // the address of the run with the log
	annotations    []*gh.CheckRunAnnotation
}

// id is what a later run knows the check run by: the digest of the key, of the text, and of the annotations.
func (c *checkRun) id() string {
	return c.owner() + annotate.Digest(c.name, c.conclusion, c.title, c.summary) + c.annotated()
}

func (c *checkRun) owner() string { return c.key + "." }

// annotated ends the id. Annotations that were written cannot be taken back, so a check run with others is not written again.
func (c *checkRun) annotated() string {
	var parts []string
	for _, a := range c.annotations {
		parts = append(parts, gh.Stringify(a))
	}
	return "." + annotate.Digest(parts...)
}

func (h *Host) checkRun(pr *pull, t *annotate.Telling) *checkRun {
	c := &checkRun{sha: h.run.sha, name: h.checkName(t.Key), key: h.key(t), details: h.runURL(), annotations: checkAnnotations(t)}
	switch {
	case pr != nil:
		c.sha = pr.headSHA
	case h.run.triggered != nil:
		c.sha = h.run.triggered.GetHeadSHA()
	case h.run.pullRequest != nil:
		c.sha = h.run.pullRequest.GetHead().GetSHA()
	}
	c.conclusion = map[annotate.Verdict]string{annotate.Failed: "failure", annotate.Succeeded: "success"}[annotate.VerdictOf(t.Report)]
	if c.conclusion == "" {
		c.conclusion = "neutral"
	}
	c.title, c.summary = annotate.Short(checkTitle(t.Report), maxCheckTitle), annotate.Markdown(t.Report, maxCheckSummary)
	return c
}

// checkName tells the check run from others on the same commit: GitHub shows only the last one of a name. It is the workflow and the
// job, and what the key says beyond them, which is the matrix; of a job that runs after others also the workflow that it tells of.
func (h *Host) checkName(key string) string {
	name := h.run.workflow + " / " + h.run.job
	if rest, ok := strings.CutPrefix(key, h.run.workflow+"/"+h.run.job); !ok && key != "" {
		name = key
	} else if rest = strings.NewReplacer("{", "", "}", "", `"`, "", ",", ", ").Replace(strings.Trim(rest, "/")); rest != "" && rest != "null" {
		name += " (" + rest + ")"
	}
	if of := h.run.triggered.GetName(); of != "" {
		name += " of " + of
	}
	return annotate.Short("envmedic: "+plain(h.mask.Mask(name)), maxCheckTitle)
}

// findCheck is the last check run of the same key, or nil.
func (h *Host) findCheck(ctx context.Context, want *checkRun) (*gh.CheckRun, error) {
	all, err := everyPage(func(o gh.ListOptions) ([]*gh.CheckRun, *gh.Response, error) {
		list, resp, err := h.api.Checks.ListCheckRunsForRef(ctx, h.run.owner, h.run.repo, want.sha,
			&gh.ListCheckRunsOptions{CheckName: &want.name, Filter: gh.String("all"), ListOptions: o})
		if err != nil {
			return nil, nil, err
		}
		return list.CheckRuns, resp, nil
	})
	var last *gh.CheckRun
	for _, c := range all {
		if strings.HasPrefix(c.GetExternalID(), want.owner()) && (last == nil || c.GetID() > last.GetID()) {
			last = c
		}
	}
	return last, err
}

// createCheck writes a new check run, and the annotations that one request cannot take with further ones. It has its id with the
// last of them, so that one that was left half done is not taken for whole.
func (h *Host) createCheck(ctx context.Context, c *checkRun) error {
	first, rest := c.annotations, []*gh.CheckRunAnnotation(nil)
	id := c.id()
	if len(first) > perRequest {
		first, rest, id = first[:perRequest], first[perRequest:], c.owner()+"begun"
	}
	made, _, err := h.api.Checks.CreateCheckRun(ctx, h.run.owner, h.run.repo, gh.CreateCheckRunOptions{
		Name: c.name, HeadSHA: c.sha, DetailsURL: &c.details, ExternalID: &id,
		Status: gh.String("completed"), Conclusion: &c.conclusion, Output: c.output(first),
	})
	for err == nil && len(rest) > 0 {
		n := min(perRequest, len(rest))
		if n == len(rest) {
			id = c.id()
		}
		err = h.updateCheck(ctx, c, made.GetID(), rest[:n], id)
		rest = rest[n:]
	}
	return err
}

// updateCheck writes the text of a check run again and adds annotations.
func (h *Host) updateCheck(ctx context.Context, c *checkRun, check int64, more []*gh.CheckRunAnnotation, id string) error {
	_, _, err := h.api.Checks.UpdateCheckRun(ctx, h.run.owner, h.run.repo, check, gh.UpdateCheckRunOptions{
		Name: c.name, DetailsURL: &c.details, ExternalID: &id,
		Status: gh.String("completed"), Conclusion: &c.conclusion, Output: c.output(more),
	})
	return err
}

func (c *checkRun) output(annotations []*gh.CheckRunAnnotation) *gh.CheckRunOutput {
	return &gh.CheckRunOutput{Title: &c.title, Summary: &c.summary, Annotations: annotations}
}
