package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A pull request of GitHub that Azure Pipelines builds: issues and summary go to the run, comment and suggestion to the pull request.
func TestAGitHubPullRequestOnAzurePipelines(t *testing.T) {
	s := newStage(t, "fix")
	workspace := t.TempDir()
	for name, text := range map[string]string{"build.log": condaLog, "environment.yml": condaFile} {
		if err := os.WriteFile(filepath.Join(workspace, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(workspace)
	agent := []string{
		"TF_BUILD=True", "SYSTEM_TEAMPROJECT=Fabrikam", "SYSTEM_COLLECTIONURI=https://dev.azure.example/fabrikam/", "BUILD_BUILDID=12",
		"BUILD_REPOSITORY_PROVIDER=GitHub", "BUILD_REPOSITORY_NAME=octo/env", "BUILD_REPOSITORY_ID=octo/env", "BUILD_REPOSITORY_URI=" + s.URL + "/octo/env",
		"BUILD_SOURCESDIRECTORY=" + workspace, "BUILD_DEFINITIONNAME=image", "SYSTEM_JOBNAME=Build",
		"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER=1", "SYSTEM_PULLREQUEST_SOURCEBRANCH=fix", "SYSTEM_PULLREQUEST_TARGETBRANCH=main",
		"SYSTEM_PULLREQUEST_SOURCECOMMITID=" + s.Branch("fix"), "SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI=" + s.URL + "/octo/env",
		"INPUT_TOKEN=" + s.Token("", nil), "INPUT_KEY=image/Build",
	}
	for _, first := range []bool{true, false} {
		before := len(s.Writes())
		var out bytes.Buffer
		status := run(world{environ: agent, stdout: &out, stderr: &out})
		said := out.String()
		if status != told || len(s.Comments(s.pull)) != 1 || len(s.ReviewComments(s.pull)) != 1 {
			t.Fatalf("status %d, %d comments, %d suggestions:\n%s", status, len(s.Comments(s.pull)), len(s.ReviewComments(s.pull)), said)
		}
		if body := s.Comments(s.pull)[0].Body; !strings.Contains(body, "https://dev.azure.example/fabrikam/Fabrikam/_build/results?buildId=12") || strings.Contains(body, "/actions/runs/") {
			t.Errorf("the comment leads to another run than the one on Azure Pipelines:\n%s", body)
		}
		for _, line := range []string{
			"##vso[task.logissue type=error;sourcepath=" + workspace + "/environment.yml;linenumber=5;columnnumber=5;code=conda-packages-not-found-in-channels;]",
			"##vso[task.uploadsummary]" + filepath.Join(workspace, ".envmedic", "summary.md"),
			"##vso[task.setvariable variable=pullrequest;isoutput=true;]",
			"--> environment.yml:5:5\n", // as it is: an agent of Azure has no problem matchers
		} {
			if !strings.Contains(said, line) {
				t.Errorf("not said: %s\n%s", line, said)
			}
		}
		if strings.Contains(said, "::error") || strings.Contains(said, "GITHUB_") {
			t.Errorf("GitHub's own commands on an agent of Azure:\n%s", said)
		}
		if writes := s.Writes()[before:]; first != (len(writes) > 0) {
			t.Errorf("first run %v: writes %q", first, writes)
		}
	}
	if summary, err := os.ReadFile(".envmedic/summary.md"); err != nil || !strings.Contains(string(summary), "pytorch-cuda") {
		t.Errorf("the summary: %v, %s", err, summary)
	}
}
