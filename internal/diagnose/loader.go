package diagnose

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/envmedic/envmedic/internal/buildlog"
)

//go:embed rules/*/rule.md
var builtin embed.FS

// Rules are the causes that are known. They are read when they are first needed: at the start only the literals that their
// shapes begin with are taken from the heads, since reading some two hundred heads as YAML takes longer than reading a log.
type Rules struct {
	ids      []string
	folders  map[string]folder
	parsed   map[string]*rule
	mu       sync.Mutex
	literals []string
	starts   [][]start // for each literal, the shapes that begin with it
	checking []string  // ids of the rules that read definition files
}

// A folder is where a rule's page lies.
type folder struct {
	fsys   fs.FS
	page   string // path in fsys
	public string // address of the page; "" of a user's own rule
}

// pages is where the pages of the built-in rules are read without the program.
const pages = "https://github.com/envmedic/envmedic/blob/main/internal/diagnose/"

// read returns the text of the page. What a buffer is given for is overwritten.
func (d folder) read(into *bytes.Buffer) ([]byte, error) {
	f, err := d.fsys.Open(d.page)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	into.Reset()
	_, err = into.ReadFrom(f)
	return into.Bytes(), err
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
	for id, at := range rs.folders {
		at.public = pages + at.page
		rs.folders[id] = at
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
	all := &Rules{ids: slices.Clone(rs.ids), folders: maps.Clone(rs.folders), parsed: map[string]*rule{}}
	for _, id := range more.ids {
		r, err := more.read(id)
		if err == nil {
			err = r.validate()
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if _, old := all.folders[id]; !old {
			all.ids = append(all.ids, id)
		}
		all.folders[id], all.parsed[id] = more.folders[id], r
	}
	slices.Sort(all.ids)
	all.index()
	return all, append(errs, all.checkEdges(more.ids)...)
}

func readRules(fsys fs.FS, root string) (*Rules, error) {
	rs := &Rules{folders: map[string]folder{}, parsed: map[string]*rule{}}
	dirs, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, err
	}
	for _, d := range dirs {
		at := folder{fsys: fsys, page: path.Join(root, d.Name(), "rule.md")}
		if !d.IsDir() {
			continue
		}
		if _, err := fs.Stat(fsys, at.page); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		rs.ids = append(rs.ids, d.Name())
		rs.folders[d.Name()] = at
	}
	return rs, nil
}

// read reads the whole rule.
func (rs *Rules) read(id string) (*rule, error) {
	src, err := rs.folders[id].read(new(bytes.Buffer))
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", id, err)
	}
	r, err := parseRule(id, src)
	if err == nil {
		r.public = rs.folders[id].public
	}
	return r, err
}

// index collects the literals that shapes begin with, and which rules have checks.
func (rs *Rules) index() {
	number := make(map[string]int)
	var page bytes.Buffer
	for _, id := range rs.ids {
		src, err := rs.folders[id].read(&page)
		if err != nil {
			continue // rule says what is wrong with it
		}
		if bytes.Contains(headOf(src), []byte("\ncheck:")) {
			rs.checking = append(rs.checking, id)
		}
		lits := scanLiterals(src)
		if r := rs.parsed[id]; r != nil {
			lits = r.firstLiterals()
		}
		for i, lit := range lits {
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

func headOf(src []byte) []byte {
	head, _, _ := bytes.Cut(src, []byte("\n---"))
	return head
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
	for line := range bytes.Lines(headOf(src)) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) > 0 && line[0] != ' ' && line[0] != '#':
			section = sectionOf(line)
		case section == "":
		case section == "match" && bytes.HasPrefix(line, []byte("  - contains: ")):
			lits = append(lits, unquote(string(line[len("  - contains: "):])))
			section = ""
		case section == "shapes" && bytes.HasPrefix(line, []byte("  - - contains: ")):
			lits = append(lits, unquote(string(line[len("  - - contains: "):])))
		}
	}
	return lits
}

// sectionOf names the field that a line opens, if it is one that holds shapes.
func sectionOf(line []byte) string {
	for _, name := range []string{"match", "shapes"} {
		if bytes.HasPrefix(line, []byte(name)) {
			return name
		}
	}
	return ""
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
	r, ok := rs.parsed[id]
	_, known := rs.folders[id]
	rs.mu.Unlock()
	if ok || !known {
		return r
	}
	r, err := rs.read(id)
	if err != nil {
		r = nil
	}
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if first, ok := rs.parsed[id]; ok { // findings share their rule, so there is one of each
		return first
	}
	rs.parsed[id] = r
	return r
}

// prepare reads the rules that a log's hits ask for, several at a time.
func (rs *Rules) prepare(hits []buildlog.Hit) {
	asked := map[string]bool{}
	ids := make(chan string, len(rs.ids))
	for _, h := range hits {
		for _, st := range rs.starts[h.Literal] {
			if !asked[st.id] {
				asked[st.id] = true
				ids <- st.id
			}
		}
	}
	close(ids)
	var wg sync.WaitGroup
	for range min(4, len(ids)) {
		wg.Go(func() {
			for id := range ids {
				rs.rule(id)
			}
		})
	}
	wg.Wait()
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
