package manifest

import (
	"regexp"
	"sync"
)

// A pattern is a regexp that is compiled when it is first needed: a repository without Dockerfiles needs none of theirs.
// Its methods are those of regexp.Regexp.
type pattern struct {
	source string
	once   sync.Once
	re     *regexp.Regexp
}

func lazy(source string) *pattern { return &pattern{source: source} }

func (p *pattern) compile() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.source) })
	return p.re
}

func (p *pattern) MatchString(s string) bool { return p.compile().MatchString(s) }

func (p *pattern) FindString(s string) string { return p.compile().FindString(s) }

func (p *pattern) FindStringIndex(s string) []int { return p.compile().FindStringIndex(s) }

func (p *pattern) FindStringSubmatch(s string) []string { return p.compile().FindStringSubmatch(s) }

func (p *pattern) FindStringSubmatchIndex(s string) []int {
	return p.compile().FindStringSubmatchIndex(s)
}

func (p *pattern) FindAllString(s string, n int) []string { return p.compile().FindAllString(s, n) }

func (p *pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.compile().FindAllStringIndex(s, n)
}

func (p *pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.compile().FindAllStringSubmatchIndex(s, n)
}

func (p *pattern) ReplaceAllString(s, by string) string { return p.compile().ReplaceAllString(s, by) }

func (p *pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.compile().ReplaceAllStringFunc(s, by)
}

func (p *pattern) FindIndex(b []byte) []int { return p.compile().FindIndex(b) }

func (p *pattern) FindSubmatch(b []byte) [][]byte { return p.compile().FindSubmatch(b) }

func (p *pattern) Match(b []byte) bool { return p.compile().Match(b) }
