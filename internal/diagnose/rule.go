package diagnose

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// A rule is one known cause: the signature (head) and the page of one folder under rules.
// docs/architecture.md describes the fields.
type rule struct {
	id   string
	head head
	page string // Markdown below the head

	public string // address of the page; "" of a user's own rule
}

type head struct {
	Summary   string
	Family    string
	Kind      string
	Certainty string
	Match     shape
	Shapes    []shape
	Unless    []sign
	Inside    string
	Outside   string
	Read      string
	Lookup    []lookup
	Where     map[string]*pattern
	WhereNot  map[string]*pattern `yaml:"where_not"`
	Pick      string
	Generic   bool
	Explains  []string
	Beside    []string
	BearsOn   []string `yaml:"bears_on"`
	At        []string
	Fix       []fixItem
	NoFix     string `yaml:"no_fix"`
	Reproduce []string
	Check     oneOrMore
	CheckSays string `yaml:"check_says"`
	Links     []string
}

// A shape is one form of the message: signs that must be found in order within one build step.
type shape []sign

// A sign describes one line.
type sign struct {
	Contains string
	Regexp   *pattern
	Not      *pattern
	Within   int
	Back     int
	Optional bool
	Repeat   bool
}

// A lookup asks a fact table for the value of a capture. Without the row there is no match, unless it is optional.
type lookup struct {
	Key      string
	Table    string
	Optional bool
}

// oneOrMore is a name, or a list of them.
type oneOrMore []string

func (o *oneOrMore) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*o = oneOrMore{n.Value}
		return nil
	}
	return n.Decode((*[]string)(o))
}

// A fixItem names a remedy and its arguments; {captures} in them are filled in.
type fixItem struct {
	Do        string
	With      map[string]string
	Certainty string
}

const (
	kindCause    = "cause"
	kindEnvelope = "envelope"
	kindAdvice   = "advice"
	kindHarmless = "harmless" // looks like a failure and is none: never told, and left out of the lines that probably matter

	certain  = "certain"
	likely   = "likely"
	possible = "possible"

	safe   = "safe"
	review = "review"
)

// minLiteral is the least length in bytes of the literal a shape begins with: shorter ones are found all over a healthy log.
const minLiteral = 6

// defaultWithin is how many lines a following sign may be away.
const defaultWithin = 10

// parseRule reads a rule.md. It refuses what it does not understand, so that a misspelt field is not a rule that never fires.
func parseRule(id string, src []byte) (*rule, error) {
	headText, page, err := splitPage(src)
	if err != nil {
		return nil, fmt.Errorf("rule %s: %w", id, err)
	}
	r := &rule{id: id, page: page}
	dec := yaml.NewDecoder(bytes.NewReader(headText))
	dec.KnownFields(true)
	if err := dec.Decode(&r.head); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("rule %s: its head is no valid YAML of a rule: %s", id, yamlMessage(err))
	}
	r.setDefaults()
	return r, nil
}

func (r *rule) setDefaults() {
	h := &r.head
	if h.Kind == "" {
		h.Kind = kindCause
	}
	if h.Certainty == "" {
		h.Certainty = likely
	}
	if len(h.Match) > 0 {
		h.Shapes = append([]shape{h.Match}, h.Shapes...)
	}
	for i := range h.Fix {
		if h.Fix[i].Certainty == "" {
			h.Fix[i].Certainty = review
		}
	}
}

// yamlMessage is yaml.v3's message on one line, in the words of a page.
func yamlMessage(err error) string {
	s := strings.ReplaceAll(strings.TrimPrefix(err.Error(), "yaml: "), "\n", "; ")
	s = strings.ReplaceAll(s, "unmarshal errors:;   ", "")
	return strings.ReplaceAll(s, " in type diagnose.head", "")
}

var ruleFence = []byte("---\n")

func splitPage(src []byte) (head []byte, page string, err error) {
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(src, ruleFence)
	if !ok {
		return nil, "", errors.New(`rule.md must begin with a YAML head between two lines "---"`)
	}
	head, body, ok := bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, "", errors.New(`the YAML head of rule.md has no closing line "---"`)
	}
	return slices.Concat([]byte("\n"), head, []byte("\n")), strings.TrimSpace(string(body)), nil
}

var ruleID = lazy(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validate says all that is wrong with a rule by itself; what it says of other rules is checked by Rules.check.
func (r *rule) validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("rule "+r.id+": "+format, args...)) }
	h := &r.head
	if !ruleID.MatchString(r.id) {
		bad("its folder's name must be lower-case words with hyphens")
	}
	if h.Summary == "" {
		bad("summary is missing")
	}
	if r.page == "" {
		bad("the page below the head is empty")
	}
	oneOf := func(field, v string, of ...string) {
		if v != "" && !slices.Contains(of, v) {
			bad("%s is %q, must be one of %s", field, v, strings.Join(of, ", "))
		}
	}
	oneOf("kind", h.Kind, kindCause, kindEnvelope, kindAdvice, kindHarmless)
	oneOf("certainty", h.Certainty, certain, likely, possible)
	oneOf("pick", h.Pick, "first", "last")
	for _, v := range []string{h.Inside, h.Outside} {
		oneOf("inside/outside", v, string(buildlog.BuildOutput), string(buildlog.CondaPip), string(buildlog.Traceback))
	}
	r.validateNames(bad)
	for _, f := range h.Fix {
		oneOf("fix certainty", f.Certainty, safe, review)
	}
	if len(h.Shapes) == 0 && len(h.Check) == 0 {
		bad("it has neither match, shapes nor check, so it could never be found")
	}
	r.validateShapes(bad)
	return errors.Join(errs...)
}

// validateNames tests the names of what is code: the closed lists of readers, checks, tables, remedies and locators.
func (r *rule) validateNames(bad func(string, ...any)) {
	in := func(field, name string, known bool) {
		if !known {
			bad("%s is %q, must be one of the names under %q in docs/architecture.md", field, name, field)
		}
	}
	h := &r.head
	in("read", h.Read, h.Read == "" || readers[h.Read] != nil)
	for _, name := range h.Check {
		in("check", name, checks[name] != nil)
	}
	for _, l := range h.Lookup {
		in("lookup", l.Table, tables[l.Table] != nil)
	}
	for _, f := range h.Fix {
		in("fix", f.Do, remedies[f.Do] != nil)
	}
	for _, at := range h.At {
		name, _, _ := strings.Cut(at, ":")
		in("at", at, locators[name] != nil)
	}
}

func (r *rule) validateShapes(bad func(string, ...any)) {
	for _, sh := range r.head.Shapes {
		if len(sh) == 0 {
			bad("a shape is empty")
			continue
		}
		first := sh[0]
		if n := len(first.Contains); n < minLiteral {
			bad("the first step of a shape needs contains: with at least %d bytes, has %q", minLiteral, first.Contains)
		}
		if first.Optional || first.Within != 0 || first.Back != 0 {
			bad("the first step of a shape can't have optional, within or back")
		}
	}
	for _, p := range r.patterns() {
		if _, err := regexp.Compile(p.source); err != nil {
			bad("regexp %q: %v", p.source, err)
		}
	}
}

func (r *rule) patterns() []*pattern {
	var ps []*pattern
	add := func(p *pattern) {
		if p != nil {
			ps = append(ps, p)
		}
	}
	for _, s := range append(slices.Concat(r.head.Shapes...), r.head.Unless...) {
		add(s.Regexp)
		add(s.Not)
	}
	for _, m := range []map[string]*pattern{r.head.Where, r.head.WhereNot} {
		for _, p := range m {
			add(p)
		}
	}
	return ps
}

// why is the first paragraph of the page below its title: the reason that is told with a verdict.
func (r *rule) why() string {
	for para := range strings.SplitSeq(r.page, "\n\n") {
		para = strings.TrimSpace(para)
		if para != "" && !strings.HasPrefix(para, "#") {
			return strings.Join(strings.Fields(para), " ")
		}
	}
	return ""
}
