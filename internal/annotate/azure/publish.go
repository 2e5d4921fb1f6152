package azure

import (
	"context"
	"fmt"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"

	"github.com/envmedic/envmedic/internal/annotate"
)

// Publish tells a report: first what needs no permission, then what does. It returns no error: what could not be told is said in
// one line each, and the rest is told all the same.
func (h *Host) Publish(ctx context.Context, t *annotate.Telling) annotate.Told {
	var told annotate.Told
	if t.Annotate {
		h.annotate(t)
	}
	h.offer(t)
	if t.Upload {
		h.say("Azure DevOps takes no SARIF by itself; write it with the input sarif and publish the file as the artifact CodeAnalysisLogs for the extension that shows it")
	}
	if t.Annotate {
		h.refused(ctx, "tagging the build", toTag, h.tag(ctx, t))
	}
	if h.git == nil {
		h.tokenless(t)
		return told
	}
	pr, err := h.pull(ctx)
	if err != nil {
		h.refused(ctx, "finding the pull request", toRead, err)
		pr = nil
	}
	if pr != nil {
		h.refused(ctx, "commenting on the pull request", toComment, h.discuss(ctx, pr, t))
	}
	if pr != nil && t.Check {
		h.refused(ctx, "setting the pull request's status", toComment, h.status(ctx, pr, t))
	}
	if t.Patch == "pull-request" {
		told.PullRequest, err = h.propose(ctx, pr, t)
		h.refused(ctx, "opening a pull request with the edits", toPropose, err)
	}
	return told
}

// tokenless says what is left out without a token, if something is.
func (h *Host) tokenless(t *annotate.Telling) {
	wanted := h.run.provider == "TfsGit" && h.run.pullRequest != 0 && (t.Comment != "off" || t.Suggest || t.Check)
	if wanted || t.Patch == "pull-request" {
		h.say("nothing is written to pull requests, since there is no token; in a script, map it with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`")
	}
}

// tag marks the build with the rule of its primary cause, so that builds that fail alike can be listed.
func (h *Host) tag(ctx context.Context, t *annotate.Telling) error {
	cause := t.Report.Cause()
	if cause == nil {
		return nil
	}
	tag := "envmedic-" + annotate.Word(cause.Rule)
	if h.build == nil || h.run.build == 0 {
		h.command("build.addbuildtag", "", tag)
		return nil
	}
	if _, err := h.build.AddBuildTag(ctx, build.AddBuildTagArgs{Project: &h.run.project, BuildId: &h.run.build, Tag: &tag}); err != nil {
		return fmt.Errorf("adding the tag %s: %w", tag, err)
	}
	return nil
}
