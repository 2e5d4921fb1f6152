package githubtest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// Every answer is compared with GitHub's description, so asking for each kind of object once is a test of its own: New fails it.
func TestAnswersFitTheDescription(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	c, ctx := client(t, s, nil), context.Background()
	check := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	head := s.Branch("fix")
	_, _, err := c.Repositories.Get(ctx, "octo", "env")
	check("repository", err)
	_, _, err = c.RateLimit.Get(ctx)
	check("rate limit", err)
	_, _, err = c.PullRequests.Get(ctx, "octo", "env", n)
	check("pull request", err)
	found, _, err := c.PullRequests.List(ctx, "octo", "env", &gh.PullRequestListOptions{Head: "octo:fix", State: "all"})
	check("pull requests", err)
	if len(found) != 1 {
		t.Errorf("%d pull requests of octo:fix", len(found))
	}
	_, _, err = c.PullRequests.ListPullRequestsWithCommit(ctx, "octo", "env", head, nil)
	check("pull requests of a commit", err)
	files, _, err := c.PullRequests.ListFiles(ctx, "octo", "env", n, nil)
	check("files", err)
	if len(files) != 1 || !strings.HasPrefix(files[0].GetPatch(), "@@ -7,7 +7,7 @@") {
		t.Errorf("files: %v", files)
	}
	_, _, err = c.PullRequests.ListCommits(ctx, "octo", "env", n, nil)
	check("commits of a pull request", err)
	_, _, err = c.Repositories.GetCommit(ctx, "octo", "env", head, nil)
	check("commit", err)
	_, _, err = c.Repositories.GetBranch(ctx, "octo", "env", "fix", 0)
	check("branch", err)
	compared, _, err := c.Repositories.CompareCommits(ctx, "octo", "env", "main", "fix", nil)
	check("compare", err)
	if compared.GetStatus() != "ahead" || compared.GetAheadBy() != 1 || len(compared.Files) != 1 {
		t.Errorf("compare: %v", compared)
	}
	file, _, _, err := c.Repositories.GetContents(ctx, "octo", "env", "env.txt", &gh.RepositoryContentGetOptions{Ref: head})
	check("contents", err)
	if text, err := file.GetContent(); err != nil || !strings.Contains(text, "ten\n") {
		t.Errorf("contents: %q, %v", text, err)
	}
	_, folder, _, err := c.Repositories.GetContents(ctx, "octo", "env", "", nil)
	check("folder", err)
	if len(folder) != 2 {
		t.Errorf("folder: %v", folder)
	}
	answersOfReviews(t, s, c, n)
	answersOfChecks(t, s, c, head)
}

func answersOfReviews(t *testing.T, s *githubtest.Server, c *gh.Client, n int) {
	ctx := context.Background()
	r, _, err := c.PullRequests.CreateReview(ctx, "octo", "env", n, &gh.PullRequestReviewRequest{
		CommitID: gh.String(s.Branch("fix")), Event: gh.String("COMMENT"),
		Comments: []*gh.DraftReviewComment{{Path: gh.String("env.txt"), Body: gh.String("x"), Line: gh.Int(10), Side: gh.String("RIGHT")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.PullRequests.GetReview(ctx, "octo", "env", n, r.GetID()); err != nil {
		t.Error(err)
	}
	if _, _, err := c.PullRequests.UpdateReview(ctx, "octo", "env", n, r.GetID(), "new"); err != nil {
		t.Error(err)
	}
	if _, _, err := c.PullRequests.ListReviews(ctx, "octo", "env", n, nil); err != nil {
		t.Error(err)
	}
	list, _, err := c.PullRequests.ListComments(ctx, "octo", "env", n, nil)
	if err != nil || len(list) != 1 || list[0].GetLine() != 10 {
		t.Fatalf("review comments: %v, %v", list, err)
	}
	if _, _, err := c.PullRequests.ListReviewComments(ctx, "octo", "env", n, r.GetID(), nil); err != nil {
		t.Error(err)
	}
	if _, _, err := c.PullRequests.CreateCommentInReplyTo(ctx, "octo", "env", n, "y", list[0].GetID()); err != nil {
		t.Error(err)
	}
	if _, _, err := c.PullRequests.EditComment(ctx, "octo", "env", list[0].GetID(), &gh.PullRequestComment{Body: gh.String("z")}); err != nil {
		t.Error(err)
	}
	if _, err := c.PullRequests.DeleteComment(ctx, "octo", "env", s.ReviewComments(n)[1].ID); err != nil {
		t.Error(err)
	}
	if left := s.ReviewComments(n); len(left) != 1 || left[0].Body != "z" {
		t.Errorf("left: %v", left)
	}
}

func answersOfChecks(t *testing.T, s *githubtest.Server, c *gh.Client, head string) {
	ctx := context.Background()
	made, _, err := c.Checks.CreateCheckRun(ctx, "octo", "env", gh.CreateCheckRunOptions{Name: "envmedic", HeadSHA: head, Status: gh.String("in_progress")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, _, err := c.Checks.UpdateCheckRun(ctx, "octo", "env", made.GetID(), gh.UpdateCheckRunOptions{Name: "envmedic", Conclusion: gh.String("failure"),
			Output: &gh.CheckRunOutput{Title: gh.String("t"), Summary: gh.String("s"), Annotations: []*gh.CheckRunAnnotation{
				{Path: gh.String("env.txt"), StartLine: gh.Int(1), EndLine: gh.Int(1), AnnotationLevel: gh.String("failure"), Message: gh.String("m")}}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	list, _, err := c.Checks.ListCheckRunsForRef(ctx, "octo", "env", head, &gh.ListCheckRunsOptions{CheckName: gh.String("envmedic")})
	if err != nil || list.GetTotal() != 1 || list.CheckRuns[0].GetOutput().GetAnnotationsCount() != 2 {
		t.Errorf("checks: %v, %v", list, err)
	}
	if _, _, err := c.Checks.ListCheckRunAnnotations(ctx, "octo", "env", made.GetID(), nil); err != nil {
		t.Error(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := io.WriteString(z, `{"version":"2.1.0"}`); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	id, _, err := c.CodeScanning.UploadSarif(ctx, "octo", "env", &gh.SarifAnalysis{CommitSHA: gh.String(head), Ref: gh.String("refs/heads/fix"),
		Sarif: gh.String(base64.StdEncoding.EncodeToString(packed.Bytes()))})
	if err != nil || len(s.SARIFs()) != 1 || string(s.SARIFs()[0].JSON) != `{"version":"2.1.0"}` {
		t.Errorf("SARIF: %v, %v", s.SARIFs(), err)
	}
	if _, _, err := c.CodeScanning.GetSARIF(ctx, "octo", "env", id.GetID()); err != nil {
		t.Error(err)
	}
}

// The ids are those of git, so a commit made over the interface can be compared with one made by git.
func TestObjectsAreThoseOfGit(t *testing.T) {
	s := githubtest.New(t)
	c, ctx := client(t, s, map[string]string{"contents": "write", "pull_requests": "write"}), context.Background()
	s.Commit("main", nil, map[string]githubtest.File{"a/run.sh": {Text: "#!/bin/sh\n", Mode: "100755"}, "a.txt": {Text: "a\n"}, "b.txt": {Text: "b\r\n"}})
	blob, _, err := c.Git.CreateBlob(ctx, "octo", "env", &gh.Blob{Content: gh.String("bmV3DQo="), Encoding: gh.String("base64")})
	if err != nil {
		t.Fatal(err)
	}
	git := exec.Command("git", "hash-object", "--stdin")
	git.Stdin = strings.NewReader("new\r\n")
	if out, err := git.Output(); err == nil && strings.TrimSpace(string(out)) != blob.GetSHA() {
		t.Errorf("blob %s, git writes %s", blob.GetSHA(), out)
	}
	head, _, err := c.Git.GetCommit(ctx, "octo", "env", s.Branch("main"))
	if err != nil {
		t.Fatal(err)
	}
	tree, _, err := c.Git.CreateTree(ctx, "octo", "env", head.GetTree().GetSHA(), []*gh.TreeEntry{
		{Path: gh.String("b.txt"), Mode: gh.String("100644"), Type: gh.String("blob"), SHA: blob.SHA}})
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := c.Git.CreateCommit(ctx, "octo", "env", &gh.Commit{Message: gh.String("Mend"), Tree: tree, Parents: []*gh.Commit{head}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	ref := &gh.Reference{Ref: gh.String("refs/heads/envmedic/x"), Object: &gh.GitObject{SHA: made.SHA}}
	if _, _, err := c.Git.CreateRef(ctx, "octo", "env", ref); err != nil {
		t.Fatal(err)
	}
	if got, _, err := c.Git.GetRef(ctx, "octo", "env", "heads/envmedic/x"); err != nil || got.GetObject().GetSHA() != made.GetSHA() {
		t.Errorf("ref: %v, %v", got, err)
	}
	for path, want := range map[string]githubtest.File{"b.txt": {Text: "new\r\n", Mode: "100644"}, "a/run.sh": {Text: "#!/bin/sh\n", Mode: "100755"}} {
		if got, ok := s.File("envmedic/x", path); !ok || got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if _, _, err := c.Git.GetTree(ctx, "octo", "env", tree.GetSHA(), true); err != nil {
		t.Error(err)
	}
	if _, _, err := c.Git.GetBlobRaw(ctx, "octo", "env", blob.GetSHA()); err != nil {
		t.Error(err)
	}
	pr, _, err := c.PullRequests.Create(ctx, "octo", "env", &gh.NewPullRequest{Title: gh.String("Mend"), Head: gh.String("envmedic/x"), Base: gh.String("main")})
	if err != nil || s.PullRequests()[pr.GetNumber()-1].Author != githubtest.Actions {
		t.Errorf("pull request: %v, %v", pr, err)
	}
	if _, _, err := c.PullRequests.Edit(ctx, "octo", "env", pr.GetNumber(), &gh.PullRequest{Body: gh.String("new")}); err != nil {
		t.Error(err)
	}
	if _, err := c.Git.DeleteRef(ctx, "octo", "env", "heads/envmedic/x"); err != nil || s.Branch("envmedic/x") != "" {
		t.Error(err)
	}
}

// git itself writes the same tree for the same files; the folder "a" and the files around it are in an order that is easily got wrong.
func TestTreesAreThoseOfGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	s := githubtest.New(t)
	files := map[string]githubtest.File{"README.md": {Gone: true}, "a/run.txt": {Text: "r"}, "a/b/c": {Text: "c"}, "a.txt": {Text: "a"}, "a-b": {Text: "-"}}
	sha := s.Commit("main", nil, files)
	folder := t.TempDir()
	for name, f := range files {
		if file := filepath.Join(folder, filepath.FromSlash(name)); !f.Gone {
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(f.Text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var tree string
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"write-tree"}} {
		git := exec.Command("git", args...)
		git.Dir = folder
		out, err := git.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v: %s", args, err, out)
		}
		tree = strings.TrimSpace(string(out))
	}
	head, _, err := client(t, s, nil).Git.GetCommit(context.Background(), "octo", "env", sha)
	if err != nil || head.GetTree().GetSHA() != tree {
		t.Errorf("tree %s, git writes %s, %v", head.GetTree().GetSHA(), tree, err)
	}
}

// A file above 1 MB has no content in the contents interface, and is read as a blob.
func TestLargeFiles(t *testing.T) {
	s := githubtest.New(t)
	s.Commit("main", nil, map[string]githubtest.File{"big": {Text: strings.Repeat("x", 1<<20+1)}})
	c, ctx := client(t, s, nil), context.Background()
	file, _, _, err := c.Repositories.GetContents(ctx, "octo", "env", "big", nil)
	if err != nil || file.GetEncoding() != "none" || file.GetSize() != 1<<20+1 {
		t.Fatalf("%v, %v", file, err)
	}
	if raw, _, err := c.Git.GetBlobRaw(ctx, "octo", "env", file.GetSHA()); err != nil || len(raw) != 1<<20+1 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}

// A pull request of a fork is found by its branch; the token of a job cannot write to the fork.
func TestForks(t *testing.T) {
	s := githubtest.New(t)
	opened(s)
	s.Commit("mallory:fix/it", nil, map[string]githubtest.File{"env.txt": {Text: "x\n"}})
	n := s.Pull("mallory:fix/it", "main")
	c, ctx := client(t, s, nil), context.Background()
	found, _, err := c.PullRequests.List(ctx, "octo", "env", &gh.PullRequestListOptions{Head: "mallory:fix/it"})
	if err != nil || len(found) != 1 || found[0].GetNumber() != n || found[0].GetHead().GetRepo().GetFullName() != "mallory/env" {
		t.Errorf("%v, %v", found, err)
	}
	for owner, want := range map[string]int{"octo": 0, "mallory": 1} {
		found, _, err := c.PullRequests.ListPullRequestsWithCommit(ctx, owner, "env", s.Branch("mallory:fix/it"), nil)
		if err != nil || len(found) != want {
			t.Errorf("pull requests of the commit in %s/env: %v, %v", owner, found, err)
		}
	}
	compared, _, err := c.Repositories.CompareCommits(ctx, "octo", "env", "main", "mallory:fix/it", nil)
	if err != nil || compared.GetAheadBy() != 1 {
		t.Errorf("%v, %v", compared, err)
	}
	if _, _, err := c.Git.CreateBlob(ctx, "mallory", "env", &gh.Blob{Content: gh.String("x")}); status(err) != 403 {
		t.Errorf("writing to the fork: %v", err)
	}
	s.Merge(n)
	if f, _ := s.File("main", "env.txt"); f.Text != "x\n" || !s.PullRequests()[n-1].Merged {
		t.Errorf("after the merge: %v", f)
	}
}

func TestArtifacts(t *testing.T) {
	s := githubtest.New(t)
	n := opened(s)
	run := s.PullRequestJob(n).Run
	id := s.Artifact(run, "log", map[string]string{"build.log": "ERROR\n"})
	s.BareArtifact(run, "bare.log", "ERROR\n")
	old := s.Artifact(run, "old", nil)
	s.Expire(old)
	c, ctx := client(t, s, map[string]string{"actions": "read"}), context.Background()
	list, _, err := c.Actions.ListWorkflowRunArtifacts(ctx, "octo", "env", run.ID, nil)
	if err != nil || list.GetTotalCount() != 3 {
		t.Fatalf("%v, %v", list, err)
	}
	if _, _, err := c.Actions.GetWorkflowRunByID(ctx, "octo", "env", run.ID); err != nil {
		t.Error(err)
	}
	if _, _, err := c.Actions.DownloadArtifact(ctx, "octo", "env", old, 0); err == nil || !strings.Contains(err.Error(), "410") {
		t.Errorf("expired: %v", err)
	}
	u, _, err := c.Actions.DownloadArtifact(ctx, "octo", "env", id, 0)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.HasPrefix(data, []byte("PK")) || answer.Header.Get("Content-Type") != "application/zip" {
		t.Errorf("%q, %v", data, err)
	}
}
