package githubtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A repository is octo/env or a fork of it. All share their objects, as forks on GitHub do.
type repository struct {
	owner string
	refs  map[string]string // "refs/heads/main" → id of a commit
}

func (r *repository) name() string { return r.owner + "/" + Name }

// repo is the repository of an owner, made if there is none.
func (s *Server) repo(owner string) *repository {
	if s.repos[owner] == nil {
		r := &repository{owner: owner, refs: map[string]string{}}
		if up := s.repos[Owner]; up != nil {
			maps.Copy(r.refs, up.refs)
		}
		s.repos[owner] = r
	}
	return s.repos[owner]
}

// branch takes "fix" or "mallory:fix" apart.
func (s *Server) branch(label string) (*repository, string) {
	owner, name, fork := strings.Cut(label, ":")
	if !fork {
		owner, name = Owner, label
	}
	return s.repo(owner), name
}

// A File is what a commit puts under a path.
type File struct {
	Text string
	Mode string // "" is 100644
	Gone bool   // the commit takes the file away
}

// Commit makes a commit, puts it at the end of a branch, and is its id. The files are changes to the first parent; without parents
// the branch's last commit is the parent, and main's for a branch that does not exist yet. A branch "" leaves every branch alone.
// Pull requests follow their branch.
func (s *Server) Commit(branch string, parents []string, files map[string]File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, name := s.branch(branch)
	if parents == nil {
		for _, tip := range []string{r.refs["refs/heads/"+name], r.refs["refs/heads/main"]} {
			if tip != "" {
				parents = []string{tip}
				break
			}
		}
	}
	sha := s.commitFiles(parents, files)
	if name != "" {
		s.setRef(r, "refs/heads/"+name, sha)
	}
	return sha
}

func (s *Server) commitFiles(parents []string, files map[string]File) string {
	all := map[string]entry{}
	if len(parents) > 0 {
		parent, ok := s.commit(parents[0])
		if !ok {
			s.t.Fatalf("githubtest: there is no commit %s", parents[0])
		}
		all = s.files(parent.tree)
	}
	for path, f := range files {
		if f.Gone {
			delete(all, path)
			continue
		}
		if f.Mode == "" {
			f.Mode = "100644"
		}
		all[path] = entry{mode: f.Mode, sha: s.put("blob", f.Text)}
	}
	by := signature{Name: "Octo", Email: "octo@example.com", Date: s.now()}
	message := "Change " + strings.Join(slices.Sorted(maps.Keys(files)), ", ")
	return s.putCommit(commit{tree: s.tree(all), parents: parents, author: by, committer: by, message: message})
}

// setRef moves a ref, and the pull requests of that branch with it.
func (s *Server) setRef(r *repository, ref, sha string) {
	r.refs[ref] = sha
	for _, p := range s.pulls {
		if p.State != "open" {
			continue
		}
		if p.headRepo == r && "refs/heads/"+p.headRef == ref {
			p.HeadSHA = sha
			p.merge = ""
		}
		if r.owner == Owner && "refs/heads/"+p.Base == ref {
			p.merge = ""
		}
	}
}

// Branch is the last commit of a branch, "" where there is none.
func (s *Server) Branch(label string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, name := s.branch(label)
	return r.refs["refs/heads/"+name]
}

// File is a file at a branch or commit; ok is false where it is not there.
func (s *Server) File(at, path string) (f File, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, name := s.branch(at)
	c, ok := s.commit(s.resolve(r, name))
	if !ok {
		return f, false
	}
	e, ok := s.files(c.tree)[path]
	return File{Text: s.objects[e.sha].data, Mode: e.mode}, ok
}

// resolve is the commit that a branch, a ref or a whole id means, "" for none.
func (s *Server) resolve(r *repository, name string) string {
	if _, ok := s.commit(name); ok {
		return name
	}
	var n int64
	var end string
	if _, err := fmt.Sscanf(strings.TrimPrefix(name, "refs/"), "pull/%d/%s", &n, &end); err == nil && r.owner == Owner {
		if p := s.pull(n); p != nil && end == "head" {
			return p.HeadSHA
		} else if p != nil && end == "merge" {
			return s.mergeOf(p)
		}
	}
	for _, ref := range []string{name, "refs/" + name, "refs/heads/" + name, "refs/tags/" + name} {
		if sha := r.refs[ref]; sha != "" {
			return sha
		}
	}
	return ""
}
