package githubtest

import (
	"encoding/base64"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

func (s *Server) gitURL(c *call, kind, sha string) string {
	return s.APIURL() + "/repos/" + c.repo.name() + "/git/" + kind + "/" + sha
}

func (s *Server) createBlob(c *call) answer {
	var in struct{ Content, Encoding string }
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if in.Encoding == "base64" {
		data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(in.Content, "\n", ""))
		if err != nil {
			return refuse(http.StatusUnprocessableEntity, "content is not valid Base64")
		}
		in.Content = string(data)
	}
	sha := s.put("blob", in.Content)
	return created(fields{"sha": sha, "url": s.gitURL(c, "blobs", sha)})
}

func (s *Server) getBlob(c *call) answer {
	sha := c.vars["sha"]
	o := s.objects[sha]
	if o.kind != "blob" {
		return notFound
	}
	a := ok(fields{"sha": sha, "node_id": "B_" + sha, "size": len(o.data), "url": s.gitURL(c, "blobs", sha),
		"encoding": "base64", "content": folded(o.data)})
	a.raw = []byte(o.data)
	return a
}

// folded is base64 as GitHub sends it, with lines of 60 characters.
func folded(data string) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString([]byte(data))), 60) {
		b.Write(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// createTree lays entries over base_tree; without one, what is not named is gone.
func (s *Server) createTree(c *call) answer {
	var in struct {
		BaseTree string `json:"base_tree"`
		Tree     []struct {
			Path, Mode, Type string
			SHA, Content     *string
		}
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	all := map[string]entry{}
	if in.BaseTree != "" {
		base := in.BaseTree
		if head, ok := s.commit(base); ok {
			base = head.tree
		}
		if s.objects[base].kind != "tree" {
			return refuse(http.StatusUnprocessableEntity, "base_tree is not a valid tree oid")
		}
		all = s.files(base)
	}
	for _, e := range in.Tree {
		switch {
		case e.SHA != nil && e.Content != nil:
			return refuse(http.StatusUnprocessableEntity, "tree.sha and tree.content may not both be given")
		case strings.HasPrefix(e.Path, "/") || strings.Contains("/"+e.Path+"/", "/../") || e.Path == "":
			return refuse(http.StatusUnprocessableEntity, "tree.path contains a malformed path component")
		case e.Content != nil:
			all[e.Path] = entry{mode: e.Mode, sha: s.put("blob", *e.Content)}
		case e.SHA == nil:
			delete(all, e.Path)
		case e.Type == "tree" && s.objects[*e.SHA].kind == "tree":
			for path, below := range s.files(*e.SHA) {
				all[e.Path+"/"+path] = below
			}
		case s.objects[*e.SHA].kind != "blob":
			return refuse(http.StatusUnprocessableEntity, "tree.sha "+*e.SHA+" is not a valid blob")
		default:
			all[e.Path] = entry{mode: e.Mode, sha: *e.SHA}
		}
	}
	return created(s.treeJSON(c, s.tree(all), false))
}

func (s *Server) getTree(c *call) answer {
	sha := s.resolve(c.repo, c.vars["sha"])
	if head, ok := s.commit(sha); ok {
		sha = head.tree
	} else if sha = c.vars["sha"]; s.objects[sha].kind != "tree" {
		return notFound
	}
	return ok(s.treeJSON(c, sha, c.URL.Query().Has("recursive")))
}

func (s *Server) treeJSON(c *call, sha string, deep bool) fields {
	var list []fields
	files := s.entries(sha)
	if deep {
		files = s.files(sha)
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		e := files[path]
		kind := s.objects[e.sha].kind
		one := fields{"path": path, "mode": strings.Repeat("0", 6-len(e.mode)) + e.mode, "type": kind, "sha": e.sha, "url": s.gitURL(c, kind+"s", e.sha)}
		if kind == "blob" {
			one["size"] = len(s.objects[e.sha].data)
		}
		list = append(list, one)
	}
	if list == nil {
		list = []fields{}
	}
	return fields{"sha": sha, "url": s.gitURL(c, "trees", sha), "tree": list, "truncated": false}
}

// noreply is what the addresses of commits made over the interface end in.
const noreply = "@users.noreply.example.com"

func (s *Server) createCommit(c *call) answer {
	var in struct {
		Message, Tree     string
		Parents           []string
		Author, Committer *signature
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if s.objects[in.Tree].kind != "tree" {
		return refuse(http.StatusUnprocessableEntity, "Tree SHA does not exist")
	}
	for _, p := range in.Parents {
		if s.objects[p].kind != "commit" {
			return refuse(http.StatusUnprocessableEntity, "Parent SHA does not exist or is not a commit object")
		}
	}
	by := signature{Name: c.by.login, Email: c.by.login + noreply, Date: s.now()}
	made := commit{tree: in.Tree, parents: in.Parents, message: in.Message, author: by, committer: by}
	if in.Author != nil {
		made.author = in.Author.dated(by.Date)
		made.committer = made.author
	}
	if in.Committer != nil {
		made.committer = in.Committer.dated(by.Date)
	}
	made.sha = s.putCommit(made)
	return created(s.gitCommitJSON(c, made))
}

// dated has the time that the server gives where the request gives none.
func (g signature) dated(now time.Time) signature {
	if g.Date.IsZero() {
		g.Date = now
	}
	return g
}

func (s *Server) getGitCommit(c *call) answer {
	found, there := s.commit(c.vars["sha"])
	if !there {
		return notFound
	}
	return ok(s.gitCommitJSON(c, found))
}

func (s *Server) gitCommitJSON(c *call, of commit) fields {
	parents := []fields{}
	for _, p := range of.parents {
		parents = append(parents, fields{"sha": p, "url": s.gitURL(c, "commits", p), "html_url": s.URL + "/" + c.repo.name() + "/commit/" + p})
	}
	return fields{
		"sha": of.sha, "node_id": "C_" + of.sha, "url": s.gitURL(c, "commits", of.sha), "html_url": s.URL + "/" + c.repo.name() + "/commit/" + of.sha,
		"author": of.author, "committer": of.committer, "message": of.message, "parents": parents,
		"tree":         fields{"sha": of.tree, "url": s.gitURL(c, "trees", of.tree)},
		"verification": fields{"verified": false, "reason": "unsigned", "signature": nil, "payload": nil, "verified_at": nil},
	}
}
