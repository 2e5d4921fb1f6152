package diagnose

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"gopkg.in/yaml.v3"
)

// A pattern is a regexp that is compiled when it is first needed. There are more than a thousand of them, and most are needed by no
// log: compiling all takes longer than reading one. Its methods are those of regexp.Regexp.
type pattern struct {
	source string
	hints  []string // one of them stands in all that matches; nil where that is not known
	once   sync.Once
	re     *regexp.Regexp
}

// lazy is regexp.MustCompile, put off until the pattern is used. TestPatterns at the top of the module compiles them all.
func lazy(source string) *pattern { return &pattern{source: source} }

// hinted is lazy for a pattern that whole steps are searched for: looking for a text costs a tenth of trying an expression.
func hinted(source string, hints ...string) *pattern { return &pattern{source: source, hints: hints} }

// may tells whether a text can hold a match.
func (p *pattern) may(s string) bool {
	return p.hints == nil || slices.ContainsFunc(p.hints, func(hint string) bool { return strings.Contains(s, hint) })
}

func (p *pattern) UnmarshalYAML(n *yaml.Node) error { return n.Decode(&p.source) }

func (p *pattern) compile() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.source) })
	return p.re
}

func (p *pattern) MatchString(s string) bool { return p.compile().MatchString(s) }

func (p *pattern) FindString(s string) string {
	return p.compile().FindString(s)
}

func (p *pattern) FindStringIndex(s string) []int {
	return p.compile().FindStringIndex(s)
}

func (p *pattern) FindStringSubmatch(s string) []string {
	return p.compile().FindStringSubmatch(s)
}

func (p *pattern) FindStringSubmatchIndex(s string) []int {
	return p.compile().FindStringSubmatchIndex(s)
}

func (p *pattern) FindAllString(s string, n int) []string { return p.compile().FindAllString(s, n) }

func (p *pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.compile().FindAllStringIndex(s, n)
}

func (p *pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.compile().FindAllStringSubmatch(s, n)
}

func (p *pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compile().FindAllStringSubmatchIndex(s, n)
}

func (p *pattern) ReplaceAllString(s, by string) string { return p.compile().ReplaceAllString(s, by) }

func (p *pattern) ReplaceAllLiteralString(s, by string) string {
	return p.compile().ReplaceAllLiteralString(s, by)
}

func (p *pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.compile().ReplaceAllStringFunc(s, by)
}

func (p *pattern) SubexpNames() []string { return p.compile().SubexpNames() }

func (p *pattern) Match(b []byte) bool { return p.compile().Match(b) }

func (p *pattern) FindIndex(b []byte) []int { return p.compile().FindIndex(b) }

func (p *pattern) FindSubmatch(b []byte) [][]byte { return p.compile().FindSubmatch(b) }

func (p *pattern) FindSubmatchIndex(b []byte) []int { return p.compile().FindSubmatchIndex(b) }

func (p *pattern) FindAllIndex(b []byte, n int) [][]int { return p.compile().FindAllIndex(b, n) }

func (p *pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	return p.compile().FindAllSubmatch(b, n)
}

func (p *pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return p.compile().FindAllSubmatchIndex(b, n)
}

func (p *pattern) ReplaceAll(b, by []byte) []byte { return p.compile().ReplaceAll(b, by) }
