package githubtest

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// getContents is a file or a folder. A file above 1 MB comes without its content, one above 100 MB not at all.
func (s *Server) getContents(c *call) answer {
	ref := c.URL.Query().Get("ref")
	if ref == "" {
		ref = "main"
	}
	head, there := s.commit(s.resolve(c.repo, ref))
	if !there {
		return refuse(http.StatusNotFound, "No commit found for the ref "+ref)
	}
	files := s.files(head.tree)
	name := strings.Trim(c.vars["path"], "/")
	if e, file := files[name]; file {
		a := ok(s.contentJSON(c, name, e, ref, true))
		a.raw = []byte(s.objects[e.sha].data)
		return a
	}
	list := []fields{}
	seen := map[string]bool{}
	for p, e := range files {
		rest, below := strings.CutPrefix(p, name+"/")
		if name == "" {
			rest, below = p, true
		}
		first, _, deep := strings.Cut(rest, "/")
		if !below || seen[first] {
			continue
		}
		seen[first] = true
		one := s.contentJSON(c, path.Join(name, first), e, ref, false)
		if deep {
			one["type"], one["size"] = "dir", 0
		}
		list = append(list, one)
	}
	if len(list) == 0 {
		return notFound
	}
	slices.SortFunc(list, func(a, b fields) int { return strings.Compare(a["name"].(string), b["name"].(string)) })
	return ok(list)
}

func (s *Server) contentJSON(c *call, name string, e entry, ref string, whole bool) fields {
	text := s.objects[e.sha].data
	api := s.APIURL() + "/repos/" + c.repo.name() + "/contents/" + name + "?ref=" + ref
	page := s.URL + "/" + c.repo.name() + "/blob/" + ref + "/" + name
	v := fields{"type": "file", "name": path.Base(name), "path": name, "sha": e.sha, "size": len(text), "url": api, "html_url": page,
		"git_url": s.gitURL(c, "blobs", e.sha), "download_url": s.storage.URL + "/" + c.repo.name() + "/" + ref + "/" + name,
		"_links": fields{"self": api, "git": s.gitURL(c, "blobs", e.sha), "html": page}}
	if e.mode == "120000" {
		v["type"], v["target"] = "symlink", text
	}
	switch {
	case !whole:
	case len(text) > 1<<20:
		v["encoding"], v["content"] = "none", ""
	default:
		v["encoding"], v["content"] = "base64", folded(text)
	}
	return v
}

func (s *Server) getBranch(c *call) answer {
	head, there := s.commit(c.repo.refs["refs/heads/"+c.vars["branch"]])
	if !there {
		return refuse(http.StatusNotFound, "Branch not found")
	}
	api := s.APIURL() + "/repos/" + c.repo.name() + "/branches/" + c.vars["branch"]
	return ok(fields{"name": c.vars["branch"], "commit": s.commitJSON(c, head), "protected": false, "protection_url": api + "/protection",
		"_links": fields{"self": api, "html": s.URL + "/" + c.repo.name() + "/tree/" + c.vars["branch"]}})
}

func (s *Server) getCommit(c *call) answer {
	head, there := s.commit(s.resolve(c.repo, c.vars["ref"]))
	if !there {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.vars["ref"])
	}
	v := s.commitJSON(c, head)
	before := ""
	if len(head.parents) > 0 {
		before = head.parents[0]
	}
	v["files"] = s.changeList(c.repo, before, head.sha)
	return ok(v)
}

func (s *Server) changeList(r *repository, from, to string) []fields {
	list := []fields{}
	for _, one := range s.changes(from, to) {
		list = append(list, s.changeJSON(r, one, to))
	}
	return list
}

// commitJSON is a commit as the repository shows it, around the one that git has.
func (s *Server) commitJSON(c *call, of commit) fields {
	git := s.gitCommitJSON(c, of)
	api := s.APIURL() + "/repos/" + c.repo.name() + "/commits/" + of.sha
	return fields{
		"sha": of.sha, "node_id": git["node_id"], "url": api, "html_url": git["html_url"], "comments_url": api + "/comments",
		"author": s.account(of.author), "committer": s.account(of.committer), "parents": git["parents"],
		"commit": fields{"author": of.author, "committer": of.committer, "message": of.message, "tree": git["tree"],
			"url": git["url"], "comment_count": 0},
	}
}

// account is the login that a signature belongs to; that of a commit which Commit has made is nobody's that GitHub knows.
func (s *Server) account(g signature) any {
	if login, known := strings.CutSuffix(g.Email, noreply); known {
		return s.user(login)
	}
	return nil
}

// listCommitPulls are the open pull requests with a commit, and the merged one that brought it. A commit of a fork is known to the
// fork only: asked of the base repository the list is empty (TooTallNate/nx.js#410, learningequality/kolibri#14719, by calls of the
// real interface), so that the pull request of a fork has to be looked up in the fork or by its branch.
func (s *Server) listCommitPulls(c *call) answer {
	sha := s.resolve(c.repo, c.vars["sha"])
	if sha == "" {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.vars["sha"])
	}
	list := []fields{}
	for _, p := range s.pulls {
		inside := slices.ContainsFunc(s.between(s.repos[Owner].refs["refs/heads/"+p.Base], p.HeadSHA), func(one commit) bool { return one.sha == sha })
		if p.headRepo == c.repo && (inside && p.State == "open" || p.Merged && s.ancestors(p.HeadSHA)[sha]) {
			list = append(list, s.pullJSON(p, false))
		}
	}
	return ok(page(c, list))
}

// compare takes "base...head", each a branch, a commit or "owner:branch".
func (s *Server) compare(c *call) answer {
	from, to, three := strings.Cut(c.vars["basehead"], "...")
	a, b := s.labelled(c.repo, from), s.labelled(c.repo, to)
	if !three || a == "" || b == "" {
		return notFound
	}
	base := s.mergeBase(a, b)
	if base == "" {
		return refuse(http.StatusNotFound, fmt.Sprintf("No common ancestor between %s and %s.", from, to))
	}
	ahead, behind := s.between(a, b), s.between(b, a)
	status := "identical"
	switch {
	case len(ahead) > 0 && len(behind) > 0:
		status = "diverged"
	case len(ahead) > 0:
		status = "ahead"
	case len(behind) > 0:
		status = "behind"
	}
	commits := []fields{}
	for _, one := range ahead {
		commits = append(commits, s.commitJSON(c, one))
	}
	first, _ := s.commit(a)
	common, _ := s.commit(base)
	api := s.APIURL() + "/repos/" + c.repo.name() + "/compare/" + c.vars["basehead"]
	return ok(fields{"url": api, "html_url": api, "permalink_url": api, "diff_url": api, "patch_url": api, "status": status,
		"base_commit": s.commitJSON(c, first), "merge_base_commit": s.commitJSON(c, common), "ahead_by": len(ahead), "behind_by": len(behind),
		"total_commits": len(ahead), "commits": commits, "files": s.changeList(c.repo, base, b)})
}

func (s *Server) labelled(r *repository, name string) string {
	if owner, branch, ok := strings.Cut(name, ":"); ok {
		other := s.repos[owner]
		if other == nil {
			return ""
		}
		r, name = other, branch
	}
	return s.resolve(r, name)
}
