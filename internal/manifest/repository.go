package manifest

import (
	"io"
	"io/fs"
	"path"
)

// Names lists a folder of the repository, folders with a slash at their end; nil where there is no such folder.
func (s *Set) Names(dir string) []string {
	if s.fsys == nil || !fs.ValidPath(path.Clean(dir)) {
		return nil
	}
	entries, err := fs.ReadDir(s.fsys, path.Clean(dir))
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() {
			name += "/"
		}
		names = append(names, name)
	}
	return names
}

// Holds tells whether the repository has a file or folder of that path.
func (s *Set) Holds(p string) bool {
	p = path.Clean(p)
	if s.fsys == nil || !fs.ValidPath(p) {
		return false
	}
	_, err := fs.Stat(s.fsys, p)
	return err == nil
}

// Size is the size in bytes of a file of the repository, or -1.
func (s *Set) Size(p string) int64 {
	if s.fsys == nil || !fs.ValidPath(p) {
		return -1
	}
	info, err := fs.Stat(s.fsys, p)
	if err != nil || info.IsDir() {
		return -1
	}
	return info.Size()
}

// Mode is the permissions of a file of the repository; 0 where it can't be read, or its file system keeps none.
func (s *Set) Mode(p string) fs.FileMode {
	if s.fsys == nil || !fs.ValidPath(p) {
		return 0
	}
	info, err := fs.Stat(s.fsys, p)
	if err != nil {
		return 0
	}
	return info.Mode().Perm()
}

// Head is the beginning of a file of the repository, at most n bytes; nil where it cannot be read.
func (s *Set) Head(p string, n int64) []byte {
	if s.fsys == nil || !fs.ValidPath(p) {
		return nil
	}
	f, err := s.fsys.Open(p)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil
	}
	return b
}
