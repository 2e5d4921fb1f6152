package github

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Open opens a file or a folder. A file's content is asked for here.
func (t *tree) Open(name string) (fs.File, error) {
	info, err := t.stat("open", name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		list, err := t.ReadDir(name)
		if err != nil {
			return nil, err
		}
		return &openFolder{info: info, path: name, rest: list}, nil
	}
	content, err := t.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &openFile{info: info, Reader: bytes.NewReader(content)}, nil
}

// Stat says what is known of a file without asking for its content.
func (t *tree) Stat(name string) (fs.FileInfo, error) {
	info, err := t.stat("stat", name)
	if err != nil {
		return nil, err
	}
	return info, nil
}

// ReadDir lists a folder, sorted.
func (t *tree) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := t.stat("readdir", name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	f, err := t.folder(name)
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	list := []fs.DirEntry{}
	for _, base := range slices.Sorted(maps.Keys(f.entries)) {
		list = append(list, fs.FileInfoToDirEntry(fileInfo{base, f.entries[base]}))
	}
	return list, nil
}

// ReadFile is the content of a file, which is asked for once.
func (t *tree) ReadFile(name string) ([]byte, error) {
	info, err := t.stat("read", name)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a folder")}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	content, err := t.blob(info.node)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return bytes.Clone(content), nil
}

func (t *tree) stat(op, name string) (fileInfo, error) {
	if !fs.ValidPath(name) {
		return fileInfo{}, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return fileInfo{".", node{dir: true}}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n, err := t.find(name)
	if err != nil {
		return fileInfo{}, &fs.PathError{Op: op, Path: name, Err: err}
	}
	return fileInfo{path.Base(name), n}, nil
}

// find goes down from the root, so that folders that are not known yet are asked for.
func (t *tree) find(name string) (node, error) {
	at := "."
	parts := strings.Split(name, "/")
	for i, base := range parts {
		f, err := t.folder(at)
		if err != nil {
			return node{}, err
		}
		n, ok := f.entries[base]
		if !ok || i < len(parts)-1 && !n.dir {
			return node{}, fs.ErrNotExist
		}
		if i == len(parts)-1 {
			return n, nil
		}
		at = path.Join(at, base)
	}
	return node{}, fs.ErrNotExist
}

// blob is the content of a file. The caller holds the lock.
func (t *tree) blob(n node) ([]byte, error) {
	if content, ok := t.blobs[n.sha]; ok {
		return content, nil
	}
	if n.size > maxBlob {
		return nil, fmt.Errorf("it has %d bytes, and files are read over the API up to %d", n.size, int64(maxBlob))
	}
	if len(t.blobs) == maxBlobs {
		return nil, fmt.Errorf("%d files are read over the API, and no more; name the ones that matter with the input definitions, or check the commit out", maxBlobs)
	}
	got, _, err := t.host.api.Git.GetBlob(t.ctx, t.host.run.owner, t.host.run.repo, n.sha)
	if err != nil {
		return nil, err
	}
	content, err := decoded(got)
	if err != nil {
		return nil, err
	}
	if int64(len(content)) != n.size {
		return nil, fmt.Errorf("GitHub gives %d bytes for it, and lists it with %d; run the job again", len(content), n.size)
	}
	t.blobs[n.sha] = content
	return content, nil
}

// fileInfo is a node with its name. Git keeps no times.
type fileInfo struct {
	name string
	node
}

func (i fileInfo) Name() string       { return i.name }
func (i fileInfo) Size() int64        { return i.size }
func (i fileInfo) ModTime() time.Time { return time.Time{} }
func (i fileInfo) IsDir() bool        { return i.dir }
func (i fileInfo) Sys() any           { return nil }
func (i fileInfo) Mode() fs.FileMode {
	switch {
	case i.dir:
		return fs.ModeDir | 0o555
	case i.exec:
		return 0o555
	}
	return 0o444
}

type openFile struct {
	info fileInfo
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	info fileInfo
	path string
	rest []fs.DirEntry
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.path, Err: errors.New("is a folder")}
}

func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 || n > len(f.rest) {
		if n > 0 && len(f.rest) == 0 {
			return nil, io.EOF
		}
		n = len(f.rest)
	}
	list := f.rest[:n:n]
	f.rest = f.rest[n:]
	return list, nil
}
