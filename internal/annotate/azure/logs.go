package azure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/remote"
)

const (
	logLimit      = 50      // how many logs of one build are read
	downloadBytes = 2 << 30 // of one log or artifact
)

// Artifacts opens the logs of this build's ended steps whose names match the glob: those that failed or, where none did, all. Where
// no step has such a name, it opens the build's artifacts that have. The caller closes each.
func (h *Host) Artifacts(ctx context.Context, glob string) ([]annotate.Artifact, error) {
	if _, err := path.Match(glob, ""); err != nil {
		return nil, fmt.Errorf("reading the name %q of a step or an artifact: %w", glob, err)
	}
	if h.build == nil {
		return nil, errors.New("reading the logs of the build needs a token; in a script, map it with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`")
	}
	if h.run.build == 0 {
		return nil, errors.New("BUILD_BUILDID is not set; run envmedic in a job of Azure Pipelines, or name a log on the command line")
	}
	ctx = remote.Download(ctx, downloadBytes)
	logs, err := h.steps(ctx, glob)
	if err == nil && len(logs) == 0 {
		logs, err = h.stored(ctx, glob)
	}
	return logs, h.told(ctx, err)
}

// Files is nil: the checkout of a job has the commit that was built.
func (h *Host) Files(context.Context) (fs.FS, error) { return nil, nil }

// told is err in the words of refused, for a caller who can't do without the answer.
func (h *Host) told(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if status, _ := answer(err); status == http.StatusForbidden {
		return fmt.Errorf("%w; grant %s to %s in %s", err, toSeeLogs, h.granted(ctx), h.where(toSeeLogs))
	}
	return err
}

// steps opens the logs of the steps.
func (h *Host) steps(ctx context.Context, glob string) ([]annotate.Artifact, error) {
	timeline, err := h.build.GetBuildTimeline(ctx, build.GetBuildTimelineArgs{Project: &h.run.project, BuildId: &h.run.build})
	if err != nil {
		return nil, fmt.Errorf("reading the steps of build %d: %w", h.run.build, err)
	}
	var logs []annotate.Artifact
	for _, r := range h.wanted(value(timeline.Records), glob) {
		body, err := h.build.GetBuildLog(ctx, build.GetBuildLogArgs{Project: &h.run.project, BuildId: &h.run.build, LogId: r.Log.Id})
		if gone(err) { // it has ended, and its log is not stored yet
			continue
		}
		if err != nil {
			closeAll(logs)
			return nil, fmt.Errorf("reading the log of the step %q: %w", value(r.Name), err)
		}
		logs = append(logs, annotate.Artifact{Name: value(r.Name), ReadCloser: body})
	}
	return logs, nil
}

// wanted are the records of ended steps with a log and such a name, without our own step: the failed ones, or else all. Jobs of a
// matrix have steps of the same names, so those of our own job come before those of others.
func (h *Host) wanted(records []build.TimelineRecord, glob string) []build.TimelineRecord {
	all := h.named(records, glob)
	if own := filter(all, h.ofOwnJob); len(own) > 0 {
		all = own
	}
	if failed := filter(all, isFailed); len(failed) > 0 {
		all = failed
	}
	slices.SortStableFunc(all, func(a, b build.TimelineRecord) int { return value(a.Log.Id) - value(b.Log.Id) })
	return all[:min(len(all), logLimit)]
}

func (h *Host) ofOwnJob(r build.TimelineRecord) bool {
	return r.ParentId != nil && strings.EqualFold(r.ParentId.String(), h.run.job)
}

func isFailed(r build.TimelineRecord) bool { return value(r.Result) == build.TaskResultValues.Failed }

func filter(list []build.TimelineRecord, wanted func(build.TimelineRecord) bool) []build.TimelineRecord {
	return slices.DeleteFunc(slices.Clone(list), func(r build.TimelineRecord) bool { return !wanted(r) })
}

// named are the records of other ended steps with a log and such a name.
func (h *Host) named(records []build.TimelineRecord, glob string) []build.TimelineRecord {
	var all []build.TimelineRecord
	for _, r := range records {
		if value(r.Type) != "Task" || value(r.State) != build.TimelineRecordStateValues.Completed || r.Log == nil || r.Log.Id == nil {
			continue
		}
		if r.Id != nil && strings.EqualFold(r.Id.String(), h.run.step) {
			continue
		}
		if ok, _ := path.Match(glob, value(r.Name)); !ok && value(r.Name) != glob {
			continue
		}
		all = append(all, r)
	}
	return all
}

// stored opens artifacts. Other than GitHub's, their storage wants the token too, so its host is looked at first; the SDK's
// own download loses the header on the way there.
func (h *Host) stored(ctx context.Context, glob string) ([]annotate.Artifact, error) {
	list, err := h.build.GetArtifacts(ctx, build.GetArtifactsArgs{Project: &h.run.project, BuildId: &h.run.build})
	if err != nil {
		return nil, fmt.Errorf("reading the artifacts of build %d: %w", h.run.build, err)
	}
	var logs []annotate.Artifact
	for _, a := range value(list) {
		name := value(a.Name)
		if ok, _ := path.Match(glob, name); !ok && name != glob || a.Resource == nil || len(logs) == logLimit {
			continue
		}
		body, size, err := h.download(ctx, value(a.Resource.DownloadUrl))
		if err != nil {
			closeAll(logs)
			return nil, fmt.Errorf("downloading the artifact %q: %w", name, err)
		}
		logs = append(logs, annotate.Artifact{Name: name, Size: size, ReadCloser: body})
	}
	return logs, nil
}

func (h *Host) download(ctx context.Context, address string) (io.ReadCloser, int64, error) {
	u, err := url.Parse(address)
	if err != nil || !h.run.trusts(u) {
		return nil, 0, fmt.Errorf("its address %q is not one of the organisation's, so the token is not sent there", address)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	r.Header.Set("Authorization", h.authorization)
	resp, err := h.client.Do(r)
	if err != nil {
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusOK {
		defer resp.Body.Close()
		return nil, 0, &refusal{resp.StatusCode, "the storage of Azure DevOps answers " + message(resp)}
	}
	return resp.Body, max(0, resp.ContentLength), nil
}

// trusts tells whether the token may be sent to an address: to the collection's own host and path, and, where that is Microsoft's
// service, to the storage of artifacts and to the organisation's other name.
func (r *run) trusts(u *url.URL) bool {
	own, err := url.Parse(r.collection)
	if err != nil || u.Scheme != own.Scheme || u.User != nil {
		return false
	}
	host := strings.ToLower(u.Host)
	organisation := strings.ToLower(r.organisation())
	if host == strings.ToLower(own.Host) {
		return strings.HasPrefix(strings.ToLower(u.Path)+"/", strings.ToLower(own.Path)+"/")
	}
	if own.Host != "dev.azure.com" && !strings.HasSuffix(own.Host, ".visualstudio.com") || u.Scheme != "https" {
		return false
	}
	return strings.HasSuffix(host, ".artifacts.visualstudio.com") || host == organisation+".visualstudio.com" ||
		host == "dev.azure.com" && strings.HasPrefix(strings.ToLower(u.Path), "/"+organisation+"/")
}

func closeAll(logs []annotate.Artifact) {
	for _, l := range logs {
		l.Close()
	}
}
