package manifest

import (
	"io/fs"
	"path"
	"strings"
)

// A Set is all definition files of a repository, in the order of their paths.
type Set struct {
	Files []*File

	exists func(path string) bool
	fsys   fs.FS
}

// Exists tells whether the repository holds a file of that path, be it a definition file or not.
func (s *Set) Exists(path string) bool { return s.exists != nil && s.exists(path) }

// File returns the file of exactly that path, or nil.
func (s *Set) File(path string) *File {
	for _, f := range s.Files {
		if f.Path == path {
			return f
		}
	}
	return nil
}

// Find returns the files whose path ends in base, which may have folders: "env/requirements.txt".
func (s *Set) Find(base string) []*File {
	base = strings.TrimPrefix(path.Clean("/"+base), "/")
	var out []*File
	for _, f := range s.Files {
		if f.Path == base || strings.HasSuffix(f.Path, "/"+base) {
			out = append(out, f)
		}
	}
	return out
}

// Of returns the files of that kind.
func (s *Set) Of(kind Kind) []*File {
	var out []*File
	for _, f := range s.Files {
		if f.Kind == kind {
			out = append(out, f)
		}
	}
	return out
}

// Dockerfiles returns the Dockerfiles.
func (s *Set) Dockerfiles() []*File { return s.Of(KindDockerfile) }

// Entries returns the packages of all files.
func (s *Set) Entries() []Entry {
	var out []Entry
	for _, f := range s.Files {
		out = append(out, f.Entries()...)
	}
	return out
}

// Named returns the entries of that name in all files; names are compared as PEP 503 does.
func (s *Set) Named(name string) []Entry {
	name = Normalise(name)
	var out []Entry
	for _, e := range s.Entries() {
		if e.Name != "" && Normalise(e.Name) == name {
			out = append(out, e)
		}
	}
	return out
}

// Entries returns the packages of the file, in the order they stand in it.
func (f *File) Entries() []Entry {
	switch {
	case f.Conda != nil:
		return f.Conda.Entries
	case f.Requirements != nil:
		return f.Requirements.Entries
	case f.PyProject != nil:
		return f.PyProject.Entries
	case f.Dockerfile != nil:
		return f.Dockerfile.entries()
	}
	return nil
}

// EntryAt returns the entry that stands on that line, or nil.
func (f *File) EntryAt(line int) *Entry {
	for _, e := range f.Entries() {
		if e.Line <= line && line <= e.EndLine {
			return &e
		}
	}
	return nil
}
