package azuretest

// The routes that a client needs, as the service names them: id, area, resource, template below the repository or the build.
var (
	gitLocations = [][4]string{
		{"9946fd70-0d40-406e-b686-b4744cbbcc37", "", "pullRequests", "{resource}/{pullRequestId}"},
		{"d43911ee-6958-46b0-a42b-8445b8a0d004", "", "pullRequestIterations", "pullRequests/{pullRequestId}/iterations/{iterationId}"},
		{"4216bdcf-b6b1-4d59-8b82-c34cc183fc8b", "", "pullRequestIterationChanges", "pullRequests/{pullRequestId}/iterations/{iterationId}/changes"},
		{"ab6e2e5d-a0b7-4153-b64a-a4efe0d49449", "", "pullRequestThreads", "pullRequests/{pullRequestId}/threads/{threadId}"},
		{"965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b", "", "pullRequestThreadComments", "pullRequests/{pullRequestId}/threads/{threadId}/comments/{commentId}"},
		{"b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35", "", "pullRequestStatuses", "pullRequests/{pullRequestId}/statuses/{statusId}"},
		{"2d874a60-a811-4f62-9c9f-963a6ea0a55b", "", "refs", "{resource}/{*filter}"},
		{"c2570c3b-5b3f-41b8-98bf-5407bfde8d58", "", "commits", "{resource}/{commitId}"},
		{"fb93c0db-47ed-4a31-8c20-47552878fb44", "", "items", "{resource}/{*path}"},
		{"ea98d07b-3c87-4971-8ede-a613694ffb55", "", "pushes", "{resource}/{pushId}"},
	}
	buildLocations = [][4]string{
		{"8baac422-4c6e-4de5-8532-db96d92acffa", "", "Timeline", "{resource}/{timelineId}"},
		{"35a80daf-7f30-45fc-86e8-6b813d9c90df", "", "logs", "{resource}/{logId}"},
		{"1db06c96-014e-44e1-ac91-90b2d4b3e984", "", "artifacts", "{resource}/{artifactName}"},
		{"6e6114b2-8161-44c8-8f6c-c5505782427f", "", "tags", "{resource}/{*tag}"},
	}
)
