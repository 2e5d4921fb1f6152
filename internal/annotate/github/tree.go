package github

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"

	gh "github.com/google/go-github/v60/github"
)

// What is read of a repository over the API, where each folder or file may cost a call of the 1,000 that a job's token has an hour.
const (
	maxFolders = 200     // of a repository too large for GitHub to list at once
	maxBlobs   = 200     // files
	maxBlob    = 1 << 20 // bytes of a file, as much as is read of a checkout's definition files
)

// Files is the definition files of the commit that was built, read over the API: nil where the checkout has them. In a workflow_run
// event, what is checked out is the default branch, and the commit may be of a fork; its objects are found in the repository that
// the pull request was made to. Symbolic links and submodules are left out. The context bounds the reading too.
func (h *Host) Files(ctx context.Context) (fs.FS, error) {
	if h.run.triggered == nil {
		return nil, nil
	}
	sha := h.run.triggered.GetHeadSHA()
	if h.api == nil {
		return nil, fmt.Errorf("the files of commit %.7s are read over the API; give the input token, which is ${{ github.token }} unless it is set", sha)
	}
	t := &tree{ctx: ctx, host: h, folders: map[string]*folder{}, blobs: map[string][]byte{}}
	if err := t.root(sha); err != nil {
		return nil, fmt.Errorf("reading the files of commit %.7s over the API: %w", sha, err)
	}
	return t, nil
}

// A tree is the files of a commit. Names are known when it is made; what files hold is asked for when they are read.
type tree struct {
	ctx  context.Context
	host *Host

	mu      sync.Mutex
	folders map[string]*folder // by path
	listed  int                // folders that were asked for one by one
	blobs   map[string][]byte  // by sha
}

// A folder is what a folder of the commit holds; entries is nil until it is known.
type folder struct {
	sha     string
	entries map[string]node
}

// A node is a file or a folder.
type node struct {
	sha  string
	dir  bool
	exec bool
	size int64
}

// root reads all names at once or, of a repository with more than GitHub lists at once, those of the root.
func (t *tree) root(sha string) error {
	all, err := t.get(sha, true)
	if err != nil {
		return err
	}
	if all.GetTruncated() {
		t.folders["."] = &folder{sha: all.GetSHA()}
		_, err := t.folder(".")
		return err
	}
	t.folders["."] = &folder{sha: all.GetSHA(), entries: map[string]node{}}
	t.add(".", all.Entries)
	for _, f := range t.folders {
		if f.entries == nil {
			f.entries = map[string]node{}
		}
	}
	return nil
}

func (t *tree) get(sha string, recursive bool) (*gh.Tree, error) {
	tree, _, err := t.host.api.Git.GetTree(t.ctx, t.host.run.owner, t.host.run.repo, sha, recursive)
	return tree, err
}

// add puts entries under a folder. Of a path that no file system would take, or below what is no folder, nothing is kept.
func (t *tree) add(under string, entries []*gh.TreeEntry) {
	for _, e := range entries {
		n, ok := nodeOf(e)
		if !ok || !fs.ValidPath(e.GetPath()) || e.GetPath() == "." {
			continue
		}
		p := path.Join(under, e.GetPath())
		in := t.above(p)
		if in == nil {
			continue
		}
		if _, twice := in[path.Base(p)]; twice {
			continue
		}
		in[path.Base(p)] = n
		if n.dir {
			t.folders[p] = &folder{sha: n.sha}
		}
	}
}

// above is what the folder holds that p is in, made where no entry has named it; nil where a file has its name.
func (t *tree) above(p string) map[string]node {
	dir := path.Dir(p)
	f := t.folders[dir]
	if f == nil {
		in := t.above(dir)
		if _, taken := in[path.Base(dir)]; taken || in == nil {
			return nil
		}
		in[path.Base(dir)] = node{dir: true}
		f = &folder{}
		t.folders[dir] = f
	}
	if f.entries == nil {
		f.entries = map[string]node{}
	}
	return f.entries
}

// nodeOf reads an entry by git's file mode; links and submodules are none.
func nodeOf(e *gh.TreeEntry) (node, bool) {
	n := node{sha: e.GetSHA(), size: int64(e.GetSize())}
	switch e.GetMode() {
	case "040000":
		n.dir = true
	case "100755":
		n.exec = true
	case "100644":
	default:
		return n, false
	}
	return n, n.sha != ""
}

var errFolders = errors.New("the repository is too large to be looked through over the API; name the files with the input definitions, or check the commit out")

// folder is what a folder holds. The caller holds the lock, or is the only one.
func (t *tree) folder(p string) (*folder, error) {
	f := t.folders[p]
	if f == nil {
		return nil, fs.ErrNotExist
	}
	if f.entries != nil {
		return f, nil
	}
	if t.listed++; t.listed > maxFolders {
		f.entries = map[string]node{}
		if t.listed == maxFolders+1 { // said once; the others look empty
			return nil, errFolders
		}
		return f, nil
	}
	got, err := t.get(f.sha, false)
	if err != nil {
		return nil, err
	}
	f.entries = map[string]node{}
	t.add(p, got.Entries)
	return f, nil
}
