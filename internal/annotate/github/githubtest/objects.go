package githubtest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An object is what git keeps under an id: "blob", "tree" or "commit".
type object struct {
	kind string
	data string
}

// put keeps an object under the id that git would give it.
func (s *Server) put(kind, data string) string {
	sum := sha1.Sum(fmt.Appendf(nil, "%s %d\x00%s", kind, len(data), data))
	sha := hex.EncodeToString(sum[:])
	s.objects[sha] = object{kind: kind, data: data}
	return sha
}

// An entry is a file of a tree.
type entry struct{ mode, sha string }

// files are all files of a tree by their paths.
func (s *Server) files(tree string) map[string]entry {
	all := map[string]entry{}
	for name, e := range s.entries(tree) {
		if e.mode != "40000" {
			all[name] = e
			continue
		}
		for path, below := range s.files(e.sha) {
			all[name+"/"+path] = below
		}
	}
	return all
}

// entries are the names that stand in one tree object.
func (s *Server) entries(tree string) map[string]entry {
	all := map[string]entry{}
	for data := s.objects[tree].data; data != ""; {
		head, rest, _ := strings.Cut(data, "\x00")
		mode, name, _ := strings.Cut(head, " ")
		all[name] = entry{mode: mode, sha: hex.EncodeToString([]byte(rest[:sha1.Size]))}
		data = rest[sha1.Size:]
	}
	return all
}

// tree writes the trees of files and is the id of the topmost.
func (s *Server) tree(files map[string]entry) string {
	here := map[string]entry{}
	below := map[string]map[string]entry{}
	for path, e := range files {
		folder, rest, nested := strings.Cut(path, "/")
		if !nested {
			here[path] = e
			continue
		}
		if below[folder] == nil {
			below[folder] = map[string]entry{}
		}
		below[folder][rest] = e
	}
	for folder, inside := range below {
		here[folder] = entry{mode: "40000", sha: s.tree(inside)}
	}
	// git sorts a folder as if its name ended in a slash.
	key := func(name string) string {
		if here[name].mode == "40000" {
			return name + "/"
		}
		return name
	}
	names := slices.SortedFunc(maps.Keys(here), func(a, b string) int { return strings.Compare(key(a), key(b)) })
	var data strings.Builder
	for _, name := range names {
		raw, err := hex.DecodeString(here[name].sha)
		if err != nil {
			panic(err) // ids come from put or were looked up
		}
		fmt.Fprintf(&data, "%s %s\x00%s", here[name].mode, name, raw)
	}
	return s.put("tree", data.String())
}

// A signature is who made a commit, and when.
type signature struct {
	Name  string    `json:"name"`
	Email string    `json:"email"`
	Date  time.Time `json:"date"`
}

func (g signature) String() string {
	_, offset := g.Date.Zone()
	return fmt.Sprintf("%s <%s> %d %+03d%02d", g.Name, g.Email, g.Date.Unix(), offset/3600, offset/60%60)
}

// A commit is a commit object, read.
type commit struct {
	sha, tree         string
	parents           []string
	author, committer signature
	message           string
}

func (s *Server) putCommit(c commit) string {
	var b strings.Builder
	fmt.Fprintf(&b, "tree %s\n", c.tree)
	for _, p := range c.parents {
		fmt.Fprintf(&b, "parent %s\n", p)
	}
	fmt.Fprintf(&b, "author %s\ncommitter %s\n\n%s", c.author, c.committer, c.message)
	return s.put("commit", b.String())
}

// commit reads a commit object; ok is false where there is none under the id.
func (s *Server) commit(sha string) (c commit, ok bool) {
	o := s.objects[sha]
	if o.kind != "commit" {
		return c, false
	}
	head, message, _ := strings.Cut(o.data, "\n\n")
	c = commit{sha: sha, message: message}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		switch key {
		case "tree":
			c.tree = value
		case "parent":
			c.parents = append(c.parents, value)
		case "author":
			c.author = readSignature(value)
		case "committer":
			c.committer = readSignature(value)
		}
	}
	return c, true
}

func readSignature(text string) signature {
	name, rest, _ := strings.Cut(text, " <")
	email, when, _ := strings.Cut(rest, "> ")
	seconds, _, _ := strings.Cut(when, " ")
	unix, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		panic(err) // written by putCommit
	}
	return signature{Name: name, Email: email, Date: time.Unix(unix, 0).UTC()}
}

// ancestors are a commit and all that it came from.
func (s *Server) ancestors(sha string) map[string]bool {
	seen := map[string]bool{}
	for next := []string{sha}; len(next) > 0; next = next[1:] {
		if c, ok := s.commit(next[0]); ok && !seen[c.sha] {
			seen[c.sha] = true
			next = append(next, c.parents...)
		}
	}
	return seen
}

// mergeBase is the nearest commit that both came from, "" where they share none.
func (s *Server) mergeBase(a, b string) string {
	ours := s.ancestors(a)
	seen := map[string]bool{}
	for next := []string{b}; len(next) > 0; next = next[1:] {
		if ours[next[0]] {
			return next[0]
		}
		if c, ok := s.commit(next[0]); ok && !seen[c.sha] {
			seen[c.sha] = true
			next = append(next, c.parents...)
		}
	}
	return ""
}

// Receive keeps a commit that git itself has made, as `git cat-file commit` prints it, and is its id. Its files stay unknown.
func (s *Server) Receive(commit string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put("commit", commit)
}
