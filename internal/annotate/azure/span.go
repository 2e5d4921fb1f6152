package azure

import (
	"bytes"
	"unicode/utf16"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
)

// A span is whole lines of a file of the pull request.
type span struct {
	path      string // from the root of the repository, without a slash in front
	line, end int    // 1-based, both included
	width     int    // of the last line, in UTF-16 units
}

// lines are the lines line to end of a file.
func lines(path string, content []byte, line, end int) *span {
	all := bytes.Split(content, []byte("\n"))
	if line < 1 || end < line || end > len(all) {
		return nil
	}
	last := bytes.TrimSuffix(all[end-1], []byte("\r"))
	return &span{path: path, line: line, end: end, width: len(utf16.Encode([]rune(string(last))))}
}

// context is the span as the service takes it. Both ends are given, since pages break on one alone, and offsets begin at 1.
func (s *span) context() *git.CommentThreadContext {
	if s == nil {
		return nil
	}
	return &git.CommentThreadContext{
		FilePath:       new("/" + s.path),
		RightFileStart: &git.CommentPosition{Line: &s.line, Offset: new(1)},
		RightFileEnd:   &git.CommentPosition{Line: &s.end, Offset: new(s.width + 1)},
	}
}

// spanOf is the span of a thread that stands on lines of a file, or nil.
func spanOf(c *git.CommentThreadContext) *span {
	if c == nil || c.RightFileStart == nil || c.RightFileEnd == nil || len(value(c.FilePath)) < 2 {
		return nil
	}
	return &span{
		path: value(c.FilePath)[1:], line: value(c.RightFileStart.Line), end: value(c.RightFileEnd.Line), width: value(c.RightFileEnd.Offset) - 1,
	}
}

// same tells whether both are the same lines of the same file.
func (s *span) same(o *span) bool {
	return s != nil && o != nil && s.path == o.path && s.line == o.line && s.end == o.end
}
