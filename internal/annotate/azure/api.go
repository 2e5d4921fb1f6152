package azure

import (
	"context"
	"io"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/build"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/location"
)

// gitAPI is what this package calls of the SDK's git client.
type gitAPI interface {
	GetPullRequest(context.Context, git.GetPullRequestArgs) (*git.GitPullRequest, error)
	GetPullRequests(context.Context, git.GetPullRequestsArgs) (*[]git.GitPullRequest, error)
	CreatePullRequest(context.Context, git.CreatePullRequestArgs) (*git.GitPullRequest, error)
	GetPullRequestIterations(context.Context, git.GetPullRequestIterationsArgs) (*[]git.GitPullRequestIteration, error)
	GetPullRequestIterationChanges(context.Context, git.GetPullRequestIterationChangesArgs) (*git.GitPullRequestIterationChanges, error)
	GetThreads(context.Context, git.GetThreadsArgs) (*[]git.GitPullRequestCommentThread, error)
	CreateThread(context.Context, git.CreateThreadArgs) (*git.GitPullRequestCommentThread, error)
	UpdateThread(context.Context, git.UpdateThreadArgs) (*git.GitPullRequestCommentThread, error)
	UpdateComment(context.Context, git.UpdateCommentArgs) (*git.Comment, error)
	DeleteComment(context.Context, git.DeleteCommentArgs) error
	GetPullRequestStatuses(context.Context, git.GetPullRequestStatusesArgs) (*[]git.GitPullRequestStatus, error)
	CreatePullRequestStatus(context.Context, git.CreatePullRequestStatusArgs) (*git.GitPullRequestStatus, error)
	GetRefs(context.Context, git.GetRefsArgs) (*git.GetRefsResponseValue, error)
	GetCommit(context.Context, git.GetCommitArgs) (*git.GitCommit, error)
	GetItem(context.Context, git.GetItemArgs) (*git.GitItem, error)
	GetItemContent(context.Context, git.GetItemContentArgs) (io.ReadCloser, error)
	CreatePush(context.Context, git.CreatePushArgs) (*git.GitPush, error)
}

// buildAPI is what this package calls of the SDK's build client.
type buildAPI interface {
	GetBuildTimeline(context.Context, build.GetBuildTimelineArgs) (*build.Timeline, error)
	GetBuildLog(context.Context, build.GetBuildLogArgs) (io.ReadCloser, error)
	GetArtifacts(context.Context, build.GetArtifactsArgs) (*[]build.BuildArtifact, error)
	AddBuildTag(context.Context, build.AddBuildTagArgs) (*[]string, error)
}

type locationAPI interface {
	GetConnectionData(context.Context, location.GetConnectionDataArgs) (*location.ConnectionData, error)
}

// value is what p points to, or the zero value: the service leaves out or sends null for nearly every field.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
