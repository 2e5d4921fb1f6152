package azure

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"

	"github.com/envmedic/envmedic/internal/annotate"
)

// What a thread is for stands in its properties, which only callers of the API can set and which never change. What was written
// there last, and by which build, stands in the marker of its first comment, since a comment can be rewritten and properties
// are not known to be.
const (
	keyProperty       = "envmedic.key"       // Digest of Settings.Key
	subjectProperty   = "envmedic.cause"     // fingerprint of the cause; "summary" of the thread that holds the whole report
	iterationProperty = "envmedic.iteration" // at which the thread was made
)

const summarySubject = "summary"

// A thread is one of ours on a pull request.
type thread struct {
	id        int
	subject   string
	status    git.CommentThreadStatus
	comment   int    // the id of its first comment, the one we wrote
	text      string // of that comment
	marker    annotate.Marker
	at        *span // nil for one that stands on no file
	iteration int
	updated   time.Time
	deleted   bool // by a person, or by a run that found it to be a double
	replies   int
}

// threads are the threads of this key that the token itself has written, the oldest first.
//
// Who wrote a thread is asked of the service. An author can't be forged, and only the author can rewrite a comment; yet all
// pipelines of a project whose tokens speak for the same build service count as one author. Where the service does not say who
// the token is, properties and marker must both be there, of a deleted comment, which has no text, the properties: people who write
// in the browser can set a marker, but no property.
func (h *Host) threads(ctx context.Context, pr *pull, key string) ([]*thread, error) {
	args := git.GetThreadsArgs{RepositoryId: &h.run.repository, PullRequestId: &pr.id, Project: &h.run.project}
	if pr.iteration != 0 { // old pull requests have none
		args.Iteration, args.BaseIteration = &pr.iteration, &pr.iteration
	}
	list, err := h.git.GetThreads(ctx, args)
	if err != nil {
		return nil, fmt.Errorf("reading the threads: %w", err)
	}
	var ours []*thread
	for i := range value(list) {
		if t := h.ours(ctx, &(*list)[i], key); t != nil {
			ours = append(ours, t)
		}
	}
	slices.SortFunc(ours, func(a, b *thread) int { return a.id - b.id })
	return ours, nil
}

// ours reads a thread, or is nil for one that is not ours or not of this key.
func (h *Host) ours(ctx context.Context, g *git.GitPullRequestCommentThread, key string) *thread {
	comments := value(g.Comments)
	if len(comments) == 0 {
		return nil
	}
	c := &comments[0]
	t := &thread{
		id: value(g.Id), status: value(g.Status), comment: value(c.Id), text: value(c.Content), at: spanOf(g.ThreadContext),
		deleted: value(g.IsDeleted) || value(c.IsDeleted), replies: len(comments) - 1,
	}
	if g.LastUpdatedDate != nil {
		t.updated = g.LastUpdatedDate.Time
	}
	marker, marked := annotate.ReadMarker(t.text)
	t.marker = marker
	properties := stringsOf(g.Properties)
	t.subject = properties[subjectProperty]
	t.iteration, _ = strconv.Atoi(properties[iterationProperty])
	known := properties[keyProperty] == key
	if !known && marked && properties[keyProperty] == "" { // a service that keeps no properties
		t.subject, known = marker["cause"], marker["key"] == key
		t.iteration, _ = strconv.Atoi(marker["iteration"])
	}
	if !known || t.subject == "" {
		return nil
	}
	return h.author(ctx, t, c, (marked || t.deleted) && properties[keyProperty] != "")
}

// author is t if its first comment is the token's own.
func (h *Host) author(ctx context.Context, t *thread, c *git.Comment, surely bool) *thread {
	if c.Author == nil {
		return nil
	}
	if me := h.self(ctx).id; me != "" && strings.EqualFold(me, value(c.Author.Id)) || me == "" && surely {
		return t
	}
	return nil
}

// stringsOf reads properties: the service answers each as {"$type": "System.String", "$value": "…"}.
func stringsOf(properties any) map[string]string {
	texts := map[string]string{}
	all, _ := properties.(map[string]any)
	for name, p := range all {
		if typed, ok := p.(map[string]any); ok {
			p = typed["$value"]
		}
		if s, ok := p.(string); ok {
			texts[name] = s
		}
	}
	return texts
}

// dismissed tells whether a person has closed the thread in words that mean: do not tell me again.
func (t *thread) dismissed() bool {
	switch t.status {
	case git.CommentThreadStatusValues.WontFix, git.CommentThreadStatusValues.ByDesign, git.CommentThreadStatusValues.Closed:
		return true
	}
	return false
}

// newer tells whether a later build than ours wrote the thread.
func (t *thread) newer(build int) bool {
	wrote, err := strconv.Atoi(t.marker["build"])
	return err == nil && wrote > build
}

// unwanted tells whether a deleted thread says that it should not come back: it was deleted since the latest push.
func (t *thread) unwanted(pr *pull) bool {
	return t.deleted && (t.iteration >= pr.iteration || !t.updated.Before(pr.since))
}
