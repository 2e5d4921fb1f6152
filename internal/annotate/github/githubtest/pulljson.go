package githubtest

import (
	"fmt"
	"net/url"
	"slices"
)

func (s *Server) repoJSON(r *repository) fields {
	api := s.APIURL() + "/repos/" + r.name()
	return fields{"id": number(r.name()), "node_id": "R_" + r.owner, "name": Name, "full_name": r.name(), "private": false, "visibility": "public",
		"owner": s.user(r.owner), "html_url": s.URL + "/" + r.name(), "url": api, "fork": r.owner != Owner, "default_branch": "main",
		"description": nil}
}

func (s *Server) getRepository(c *call) answer { return ok(s.repoJSON(c.repo)) }

func (s *Server) rateLimit(*call) answer {
	rate := fields{"limit": 5000, "remaining": 4999, "used": 1, "reset": s.now().Unix()}
	return ok(fields{"rate": rate, "resources": fields{"core": rate, "search": rate}})
}

// pullJSON is a pull request; in lists it lacks what is counted.
func (s *Server) pullJSON(p *pull, whole bool) fields {
	page := fmt.Sprintf("%s/%s/%s/pull/%d", s.URL, Owner, Name, p.Number)
	api := fmt.Sprintf("%s/repos/%s/%s", s.APIURL(), Owner, Name)
	one := fmt.Sprintf("%s/pulls/%d", api, p.Number)
	base := s.repos[Owner]
	baseSHA := base.refs["refs/heads/"+p.Base]
	v := fields{
		"url": one, "id": 5000 + p.Number, "node_id": fmt.Sprintf("PR_%d", p.Number), "number": p.Number, "html_url": page,
		"diff_url": page + ".diff", "patch_url": page + ".patch", "issue_url": fmt.Sprintf("%s/issues/%d", api, p.Number),
		"commits_url": one + "/commits", "review_comments_url": one + "/comments", "review_comment_url": api + "/pulls/comments{/number}",
		"comments_url": fmt.Sprintf("%s/issues/%d/comments", api, p.Number), "statuses_url": api + "/statuses/" + p.HeadSHA,
		"state": p.State, "locked": false, "title": p.Title, "user": s.user(p.Author), "body": p.Body, "labels": []any{}, "draft": p.Draft,
		"created_at": stamp(s.clock), "updated_at": stamp(s.clock), "closed_at": nil, "merged_at": nil, "merge_commit_sha": s.mergeOf(p),
		"assignee": nil, "milestone": nil, "auto_merge": nil, "author_association": "CONTRIBUTOR",
		"head": s.end(p.headRepo, p.headRef, p.HeadSHA), "base": s.end(base, p.Base, baseSHA),
		"_links": fields{"self": fields{"href": one}, "html": fields{"href": page}},
	}
	if p.State == "closed" {
		v["closed_at"] = stamp(s.clock)
	}
	if p.Merged {
		v["merged_at"] = stamp(s.clock)
	}
	if whole {
		diff := s.diff(p)
		added, gone := 0, 0
		for _, c := range diff {
			added, gone = added+c.added, gone+c.gone
		}
		v["merged"], v["mergeable"], v["mergeable_state"], v["merged_by"] = p.Merged, true, "clean", nil
		v["additions"], v["deletions"], v["changed_files"] = added, gone, len(diff)
		v["maintainer_can_modify"] = false
		v["commits"] = len(s.between(baseSHA, p.HeadSHA))
	}
	return v
}

// end is one side of a pull request.
func (s *Server) end(r *repository, ref, sha string) fields {
	return fields{"label": r.owner + ":" + ref, "ref": ref, "sha": sha, "user": s.user(r.owner), "repo": s.repoJSON(r)}
}

// between are the commits that to has and from lacks, the oldest first.
func (s *Server) between(from, to string) []commit {
	known := s.ancestors(from)
	var list []commit
	for sha := range s.ancestors(to) {
		if c, ok := s.commit(sha); ok && !known[sha] {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b commit) int { return a.committer.Date.Compare(b.committer.Date) })
	return list
}

func (s *Server) listPullCommits(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	list := []fields{}
	for _, one := range s.between(s.repos[Owner].refs["refs/heads/"+p.Base], p.HeadSHA) {
		list = append(list, s.commitJSON(c, one))
	}
	return ok(page(c, list))
}

func (s *Server) listFiles(c *call) answer {
	p := s.pull(c.number("n"))
	if p == nil {
		return notFound
	}
	list := []fields{}
	for _, one := range s.diff(p) {
		list = append(list, s.changeJSON(p.headRepo, one, p.HeadSHA))
	}
	return ok(page(c, list))
}

func (s *Server) changeJSON(r *repository, c change, sha string) fields {
	v := fields{"sha": c.sha, "filename": c.path, "status": c.status, "additions": c.added, "deletions": c.gone, "changes": c.added + c.gone,
		"blob_url":     s.URL + "/" + r.name() + "/blob/" + sha + "/" + c.path,
		"raw_url":      s.URL + "/" + r.name() + "/raw/" + sha + "/" + c.path,
		"contents_url": s.APIURL() + "/repos/" + r.name() + "/contents/" + url.PathEscape(c.path) + "?ref=" + sha}
	if c.patch != "" {
		v["patch"] = c.patch
	}
	return v
}
