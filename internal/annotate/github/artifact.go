package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/bmatcuk/doublestar/v4"
	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Artifacts are the artifacts of this run, or in a workflow_run event of the run that has ended, whose names match the glob: of each
// name the newest. There may be none. An artifact is fetched when it is first read, since the address of its bytes holds for a
// minute only; that it is gone, too large or forbidden is the error of that read. The context bounds the reading too; the caller
// closes each.
func (h *Host) Artifacts(ctx context.Context, glob string) ([]annotate.Artifact, error) {
	if !doublestar.ValidatePattern(glob) {
		return nil, fmt.Errorf("the pattern %q for artifacts cannot be read; see the form build-log-*", glob)
	}
	if h.api == nil {
		return nil, errors.New("artifacts are read over the API; give the input token, which is ${{ github.token }} unless it is set")
	}
	run, err := h.logRun()
	if err != nil {
		return nil, err
	}
	newest, err := h.newestArtifacts(ctx, run, glob)
	if err != nil {
		return nil, fmt.Errorf("listing the artifacts of run %d: %w", run, h.explained(artifacts, err))
	}
	var list []annotate.Artifact
	for _, a := range newest {
		list = append(list, annotate.Artifact{Name: a.GetName(), Size: a.GetSizeInBytes(), ReadCloser: &download{ctx: ctx, host: h, artifact: a}})
	}
	return list, nil
}

// logRun is the id of the run whose log is told of.
func (h *Host) logRun() (int64, error) {
	if h.run.triggered != nil {
		return h.run.triggered.GetID(), nil
	}
	id, err := strconv.ParseInt(h.run.id, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("GITHUB_RUN_ID is %q, which is no number; artifacts are found in a GitHub Actions job only", h.run.id)
	}
	return id, nil
}

// newestArtifacts are those whose names match, sorted by name. A run that was started again has artifacts of all its attempts.
func (h *Host) newestArtifacts(ctx context.Context, run int64, glob string) ([]*gh.Artifact, error) {
	all, err := everyPage(func(o gh.ListOptions) ([]*gh.Artifact, *gh.Response, error) {
		list, resp, err := h.api.Actions.ListWorkflowRunArtifacts(ctx, h.run.owner, h.run.repo, run, &o)
		if err != nil {
			return nil, nil, err
		}
		return list.Artifacts, resp, nil
	})
	if err != nil {
		return nil, err
	}
	newest := map[string]*gh.Artifact{}
	for _, a := range all {
		if before := newest[a.GetName()]; named(a.GetName(), glob) && (before == nil || newer(a, before) > 0) {
			newest[a.GetName()] = a
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b *gh.Artifact) int { return cmp.Compare(a.GetName(), b.GetName()) }), nil
}

// named tells whether a name is meant by the glob. A name may hold brackets, so that it is no pattern for itself.
func named(name, glob string) bool {
	ok, err := doublestar.Match(glob, name)
	return name == glob || ok && err == nil
}

func newer(a, b *gh.Artifact) int {
	if c := a.GetCreatedAt().Compare(b.GetCreatedAt().Time); c != 0 {
		return c
	}
	return cmp.Compare(a.GetID(), b.GetID())
}
