package diagnose

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed rules/*/rule.md
var builtin embed.FS

// Rules are the causes that are known. They are read when they are first needed: at the start only the literals that their
// shapes begin with are taken from the heads, since reading some two hundred heads as YAML takes longer than reading a log.
type Rules struct {
	ids      []string
	sources  map[string][]byte
	parsed   map[string]*rule
	mu       sync.Mutex
	literals []string
	starts   [][]start // for each literal, the shapes that begin with it
}

// A start is a shape that begins with some literal.
type start struct {
	id    string
	shape int
}

// Builtin returns the rules of this program.
func Builtin() *Rules {
	rs, err := readRules(builtin, "rules")
	if err != nil { // the embedded files are checked by the tests
		panic("diagnose: " + err.Error())
	}
	rs.index()
	return rs
}

// With adds the rule folders of a directory. A folder that holds a rule of a built-in's name replaces it.
// A bad rule is left out; each gives one error.
func (rs *Rules) With(dir fs.FS) (*Rules, []error) {
	more, err := readRules(dir, ".")
	if err != nil {
		return rs, []error{fmt.Errorf("reading the rule folders: %w", err)}
	}
	var errs []error
	if len(more.ids) == 0 {
		errs = append(errs, errors.New("no rule found: a rule is a folder with a file rule.md in it"))
	}
	all := &Rules{ids: slices.Clone(rs.ids), sources: map[string][]byte{}, parsed: map[string]*rule{}}
	for id, src := range rs.sources {
		all.sources[id] = src
	}
	for _, id := range more.ids {
		r, err := parseRule(id, more.sources[id])
		if err == nil {
			err = r.validate()
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if _, old := all.sources[id]; !old {
			all.ids = append(all.ids, id)
		}
		all.sources[id], all.parsed[id] = more.sources[id], r
	}
	slices.Sort(all.ids)
	all.index()
	return all, append(errs, all.checkEdges(more.ids)...)
}

func readRules(fsys fs.FS, root string) (*Rules, error) {
	rs := &Rules{sources: map[string][]byte{}, parsed: map[string]*rule{}}
	dirs, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		src, err := fs.ReadFile(fsys, path.Join(root, d.Name(), "rule.md"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rs.ids = append(rs.ids, d.Name())
		rs.sources[d.Name()] = src
	}
	return rs, nil
}

// index collects the literals that shapes begin with.
func (rs *Rules) index() {
	number := make(map[string]int)
	for _, id := range rs.ids {
		for i, lit := range rs.firstLiterals(id) {
			n, ok := number[lit]
			if !ok {
				n = len(rs.literals)
				number[lit] = n
				rs.literals = append(rs.literals, lit)
				rs.starts = append(rs.starts, nil)
			}
			rs.starts[n] = append(rs.starts[n], start{id, i})
		}
	}
}

func (rs *Rules) firstLiterals(id string) []string {
	if r := rs.parsed[id]; r != nil {
		return r.firstLiterals()
	}
	return scanLiterals(rs.sources[id])
}

func (r *rule) firstLiterals() []string {
	var lits []string
	for _, sh := range r.head.Shapes {
		lits = append(lits, sh[0].Contains)
	}
	return lits
}

// scanLiterals takes the literals that shapes begin with from the text of a head, without reading it as YAML. It relies on the
// layout that TestRulesLayout demands of the built-in rules: a shape's first line is "  - contains: …" (match) or "  - - contains: …" (shapes).
func scanLiterals(src []byte) []string {
	var lits []string
	section := ""
	for i := 0; len(src) > 0; i++ {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		src = rest
		if string(line) == "---" && i > 0 {
			break
		}
		switch s := string(line); {
		case s != "" && s[0] != ' ' && s[0] != '#':
			section, _, _ = strings.Cut(s, ":")
		case section == "match" && strings.HasPrefix(s, "  - contains: "):
			lits = append(lits, unquote(s[len("  - contains: "):]))
			section = ""
		case section == "shapes" && strings.HasPrefix(s, "  - - contains: "):
			lits = append(lits, unquote(s[len("  - - contains: "):]))
		}
	}
	return lits
}

// unquote reads a YAML scalar of one line in any of its three styles.
func unquote(s string) string {
	switch {
	case strings.HasPrefix(s, "'"):
		if end := strings.LastIndexByte(s, '\''); end > 0 {
			return strings.ReplaceAll(s[1:end], "''", "'")
		}
	case strings.HasPrefix(s, `"`):
		if q, err := strconv.QuotedPrefix(s); err == nil {
			v, _ := strconv.Unquote(q)
			return v
		}
	}
	v, _, _ := strings.Cut(s, " #")
	return strings.TrimSpace(v)
}

// Literals are the texts that shapes begin with; buildlog.Read looks for them.
func (rs *Rules) Literals() []string { return rs.literals }

// IDs are the rules' ids in order.
func (rs *Rules) IDs() []string { return slices.Clone(rs.ids) }

// rule returns a rule by its id; nil where there is none, or where it can't be read (the tests prove the built-in ones,
// With those of a user).
func (rs *Rules) rule(id string) *rule {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if r, ok := rs.parsed[id]; ok {
		return r
	}
	src, ok := rs.sources[id]
	if !ok {
		return nil
	}
	r, err := parseRule(id, src)
	if err != nil {
		r = nil
	}
	rs.parsed[id] = r
	return r
}

// A Page is what a person reads of a rule.
type Page struct {
	ID, Summary, Family, Kind, Body string
	Links                           []string
	Fixes                           []string
}

// Page returns the page of a rule, and whether there is such a rule.
func (rs *Rules) Page(id string) (Page, bool) {
	r := rs.rule(id)
	if r == nil {
		return Page{}, false
	}
	p := Page{ID: id, Summary: blank(r.head.Summary), Family: r.head.Family, Kind: r.head.Kind, Body: r.page, Links: r.head.Links}
	for _, f := range r.head.Fix {
		p.Fixes = append(p.Fixes, f.Do)
	}
	return p, true
}

// checkEdges says what is wrong with the ids that rules name of each other: unknown ones, and circles of explains or beside.
func (rs *Rules) checkEdges(ids []string) []error {
	var errs []error
	state := map[string]int{} // 1: on the path, 2: done
	var visit func(id string, trail []string)
	visit = func(id string, trail []string) {
		r := rs.rule(id)
		if r == nil || state[id] == 2 {
			return
		}
		if state[id] == 1 {
			errs = append(errs, fmt.Errorf("rule %s: explains and beside form a circle: %s", id, strings.Join(append(trail, id), " > ")))
			return
		}
		state[id] = 1
		for _, to := range slices.Concat(r.head.Explains, r.head.Beside) {
			if rs.rule(to) == nil {
				errs = append(errs, fmt.Errorf("rule %s: it names a rule %q that is not there", id, to))
				continue
			}
			visit(to, append(trail, id))
		}
		state[id] = 2
	}
	for _, id := range ids {
		visit(id, nil)
	}
	return errs
}
