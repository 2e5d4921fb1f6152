package github

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/manifest"
)

// repository commits files and opens them as a job does that begins when the run of that commit has ended.
func repository(t *testing.T, files map[string]githubtest.File) (*fetching, fs.FS) {
	t.Helper()
	s := githubtest.New(t)
	return filesAt(t, s, s.Commit("fix", nil, files))
}

func filesAt(t *testing.T, s *githubtest.Server, sha string) (*fetching, fs.FS) {
	t.Helper()
	h := fetchFrom(t, s, map[string]string{"contents": "read"}, afterRun(1, sha, "octo/env"), map[string]string{"GITHUB_EVENT_NAME": "workflow_run"})
	fsys, err := h.Files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h, fsys
}

func TestFilesAreAFileSystem(t *testing.T) {
	_, fsys := repository(t, map[string]githubtest.File{
		"environment.yml": {Text: "dependencies: [python]\n"}, "docker/Dockerfile": {Text: "FROM scratch\r\n"},
		"docker/run.sh": {Text: "#!/bin/sh\n", Mode: "100755"}, "a/b/c/requirements.txt": {Text: ""}, "bytes.bin": {Text: "\x00\xff\xfe"},
	})
	if err := fstest.TestFS(fsys, "environment.yml", "docker/Dockerfile", "docker/run.sh", "a/b/c/requirements.txt", "bytes.bin"); err != nil {
		t.Error(err)
	}
	info, err := fs.Stat(fsys, "docker/run.sh")
	if err != nil || info.Mode() != 0o555 || info.Size() != 10 {
		t.Errorf("%v, %v", info, err)
	}
}

// Definition files are found with one call for all names and one for each file that is read.
func TestManifestOverTheAPI(t *testing.T) {
	h, fsys := repository(t, map[string]githubtest.File{
		"environment.yml": {Text: "name: env\ndependencies:\n  - numppy\n"}, "src/main.py": {Text: "import numppy\n"}, "README.md": {Text: "# env\n"},
	})
	set, errs := manifest.Load(fsys, nil)
	if len(errs) > 0 || len(set.Files) != 1 || set.Files[0].Path != "environment.yml" || set.Files[0].Conda == nil {
		t.Errorf("%+v, %v", set.Files, errs)
	}
	if n := h.calls.Load(); n != 2 {
		t.Errorf("%d calls: %v", n, h.server.Requests())
	}
	if _, err := fs.ReadFile(fsys, "environment.yml"); err != nil || h.calls.Load() != 2 {
		t.Errorf("read again: %v after %d calls", err, h.calls.Load())
	}
}

// The commit of a fork's pull request is read in the repository that it was made to.
func TestFilesOfAFork(t *testing.T) {
	s := githubtest.New(t)
	sha := s.Commit("mallory:fix", nil, map[string]githubtest.File{"environment.yml": {Text: "name: forked\n"}})
	s.Pull("mallory:fix", "main")
	_, fsys := filesAt(t, s, sha)
	text, err := fs.ReadFile(fsys, "environment.yml")
	if err != nil || string(text) != "name: forked\n" {
		t.Errorf("%q, %v", text, err)
	}
}

// Where the checkout has the files, none are read over the API.
func TestFilesOfACheckout(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), nil, nil, nil)
	if fsys, err := h.Files(t.Context()); fsys != nil || err != nil || h.calls.Load() != 0 {
		t.Errorf("%v, %v after %d calls", fsys, err, h.calls.Load())
	}
}

// listing answers the reading of all names at once.
func listing(s *githubtest.Server, body string) {
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusOK, nil, body, strings.Contains(r.URL.Path, "/git/trees/") && r.URL.Query().Has("recursive")
	})
}

// Names that are none, links, submodules and what lies below a file are not there.
func TestFilesOfAHostileTree(t *testing.T) {
	s := githubtest.New(t)
	sha := s.Branch("main")
	var entries []string
	for _, e := range []struct{ path, mode, kind string }{
		{"../../etc/passwd", "100644", "blob"}, {"/etc/passwd", "100644", "blob"}, {"a//b", "100644", "blob"}, {".", "040000", "tree"}, {"", "100644", "blob"},
		{"link.yml", "120000", "blob"}, {"module", "160000", "commit"}, {"file", "100644", "blob"}, {"file/below", "100644", "blob"},
		{"deep/without/its/folders", "100644", "blob"}, {"file", "040000", "tree"},
	} {
		entries = append(entries, fmt.Sprintf(`{"path":%q,"mode":%q,"type":%q,"sha":%q,"size":0}`, e.path, e.mode, e.kind, sha))
	}
	listing(s, `{"sha":"`+sha+`","truncated":false,"tree":[`+strings.Join(entries, ",")+`]}`)
	_, fsys := filesAt(t, s, sha)
	var found []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		found = append(found, p)
		return err
	})
	if got := strings.Join(found, " "); err != nil || got != ". deep deep/without deep/without/its deep/without/its/folders file" {
		t.Errorf("found %q, %v", got, err)
	}
}

// Of a repository too large to be listed at once, folders are listed as they are walked.
func TestFilesOfALargeRepository(t *testing.T) {
	s := githubtest.New(t)
	sha := s.Commit("fix", nil, map[string]githubtest.File{
		"environment.yml": {Text: "a"}, "a/b/environment.yml": {Text: "b"}, "node_modules/x/y/environment.yml": {Text: "c"},
	})
	listing(s, `{"sha":"`+sha+`","truncated":true,"tree":[]}`)
	_, fsys := filesAt(t, s, sha)
	if err := fstest.TestFS(fsys, "environment.yml", "a/b/environment.yml"); err != nil {
		t.Error(err)
	}
	h, fsys := filesAt(t, s, sha)
	text, err := fs.ReadFile(fsys, "a/b/environment.yml")
	if err != nil || string(text) != "b" || h.calls.Load() != 5 { // two for the root, one for each folder, one for the file
		t.Errorf("%q, %v after %d calls", text, err, h.calls.Load())
	}
}

func TestTooManyFolders(t *testing.T) {
	files := map[string]githubtest.File{}
	for n := range maxFolders + 20 {
		files[fmt.Sprintf("%03d/environment.yml", n)] = githubtest.File{Text: "name: a\n"}
	}
	s := githubtest.New(t)
	sha := s.Commit("fix", nil, files)
	listing(s, `{"sha":"`+sha+`","truncated":true,"tree":[]}`)
	h, fsys := filesAt(t, s, sha)
	_, errs := manifest.Load(fsys, []string{"**/nothing"})
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "too large") || h.calls.Load() != 1+maxFolders {
		t.Errorf("%v after %d calls", errs, h.calls.Load())
	}
}

func TestFilesHaveLimits(t *testing.T) {
	files := map[string]githubtest.File{"huge.yml": {Text: strings.Repeat("#", maxBlob+1)}}
	for n := range maxBlobs + 1 {
		files[fmt.Sprintf("%03d.yml", n)] = githubtest.File{Text: fmt.Sprint("name: ", n)}
	}
	h, fsys := repository(t, files)
	if _, err := fs.ReadFile(fsys, "huge.yml"); err == nil || !strings.Contains(err.Error(), "1048577 bytes") || h.calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, h.calls.Load())
	}
	for n := range maxBlobs {
		if _, err := fs.ReadFile(fsys, fmt.Sprintf("%03d.yml", n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := fsys.Open(fmt.Sprintf("%03d.yml", maxBlobs)); err == nil || !strings.Contains(err.Error(), "definitions") {
		t.Errorf("the file after the last: %v", err)
	}
}

func TestFilesAreRefused(t *testing.T) {
	s := githubtest.New(t)
	h := fetchFrom(t, s, map[string]string{}, afterRun(1, s.Branch("main"), "octo/env"), nil)
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusForbidden, nil, `{"message":"Resource not accessible by integration"}`, true
	})
	_, err := h.Files(t.Context())
	lacks(t, err)
}

func TestOpenFolderIsNoFile(t *testing.T) {
	_, fsys := repository(t, map[string]githubtest.File{"a/b": {Text: "b"}})
	f, err := fsys.Open("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(f); err == nil {
		t.Error("a folder was read as a file")
	}
}
