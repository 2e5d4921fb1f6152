package githubtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

func (s *Server) refJSON(c *call, ref, sha string) fields {
	return fields{"ref": ref, "node_id": "REF_" + ref, "url": s.gitURL(c, ref, "")[:len(s.gitURL(c, ref, ""))-1],
		"object": fields{"type": "commit", "sha": sha, "url": s.gitURL(c, "commits", sha)}}
}

func (s *Server) getRef(c *call) answer {
	ref := "refs/" + c.vars["ref"]
	sha := c.repo.refs[ref]
	if sha == "" && strings.HasPrefix(ref, "refs/pull/") {
		sha = s.resolve(c.repo, ref)
	}
	if sha == "" {
		return notFound
	}
	return ok(s.refJSON(c, ref, sha))
}

func (s *Server) listRefs(c *call) answer {
	list := []fields{}
	for _, ref := range slices.Sorted(maps.Keys(c.repo.refs)) {
		if strings.HasPrefix(ref, "refs/"+c.vars["ref"]) {
			list = append(list, s.refJSON(c, ref, c.repo.refs[ref]))
		}
	}
	return ok(list)
}

func (s *Server) createRef(c *call) answer {
	var in struct{ Ref, SHA string }
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	switch {
	case !strings.HasPrefix(in.Ref, "refs/") || strings.Count(in.Ref, "/") < 2 || !validRef(in.Ref):
		return refuse(http.StatusUnprocessableEntity, "Reference name must start with 'refs/' and be valid.")
	case c.repo.refs[in.Ref] != "":
		return refuse(http.StatusUnprocessableEntity, "Reference already exists")
	case s.nested(c.repo, in.Ref):
		return refuse(http.StatusUnprocessableEntity, "Reference update failed")
	case s.objects[in.SHA].kind != "commit":
		return refuse(http.StatusUnprocessableEntity, "Object does not exist")
	}
	if a, bad := s.workflows(c.repo, in.SHA); bad {
		return a
	}
	s.setRef(c.repo, in.Ref, in.SHA)
	return created(s.refJSON(c, in.Ref, in.SHA))
}

// validRef holds the rules of git check-ref-format that a made-up branch name may break.
func validRef(ref string) bool {
	if strings.ContainsAny(ref, " ~^:?*[\\\x7f") || strings.Contains(ref, "..") || strings.Contains(ref, "//") || strings.Contains(ref, "@{") {
		return false
	}
	for part := range strings.SplitSeq(ref, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") || strings.HasSuffix(part, ".") {
			return false
		}
	}
	return strings.IndexFunc(ref, func(r rune) bool { return r < 0x20 }) < 0
}

// nested tells whether a branch would be a folder of another, which git cannot keep.
func (s *Server) nested(r *repository, ref string) bool {
	for have := range r.refs {
		if strings.HasPrefix(have, ref+"/") || strings.HasPrefix(ref, have+"/") {
			return true
		}
	}
	return false
}

func (s *Server) updateRef(c *call) answer {
	var in struct {
		SHA   string
		Force bool
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	ref := "refs/" + c.vars["ref"]
	switch {
	case c.repo.refs[ref] == "":
		return refuse(http.StatusUnprocessableEntity, "Reference does not exist")
	case s.objects[in.SHA].kind != "commit":
		return refuse(http.StatusUnprocessableEntity, "Object does not exist")
	case !in.Force && !s.ancestors(in.SHA)[c.repo.refs[ref]]:
		return refuse(http.StatusUnprocessableEntity, "Update is not a fast forward")
	}
	if a, bad := s.workflows(c.repo, in.SHA); bad {
		return a
	}
	s.setRef(c.repo, ref, in.SHA)
	return ok(s.refJSON(c, ref, in.SHA))
}

func (s *Server) deleteRef(c *call) answer {
	ref := "refs/" + c.vars["ref"]
	if c.repo.refs[ref] == "" {
		return refuse(http.StatusUnprocessableEntity, "Reference does not exist")
	}
	delete(c.repo.refs, ref)
	return answer{status: http.StatusNoContent}
}

// workflows refuses a commit with a workflow file that no branch has: the token of a job can never write one.
func (s *Server) workflows(r *repository, sha string) (answer, bool) {
	known := map[string]bool{}
	for _, tip := range r.refs {
		for path, e := range s.workflowsOf(tip) {
			known[path+e.sha] = true
		}
	}
	for path, e := range s.workflowsOf(sha) {
		if !known[path+e.sha] {
			return refuse(http.StatusForbidden,
				"refusing to allow a GitHub App to create or update workflow `"+path+"` without `workflows` permission"), true
		}
	}
	return answer{}, false
}

func (s *Server) workflowsOf(sha string) map[string]entry {
	c, _ := s.commit(sha)
	files := s.files(c.tree)
	maps.DeleteFunc(files, func(path string, _ entry) bool { return !strings.HasPrefix(path, ".github/workflows/") })
	return files
}
