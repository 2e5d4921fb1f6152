package github

import (
	"context"
	"fmt"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
	gh "github.com/google/go-github/v60/github"
)

// A hunk is the lines of the head, both included, that one hunk of a diff shows. All of them take comments, added or not.
type hunk struct{ from, to int }

// placed is the suggestions that lie on lines of the pull request's diff, each within one hunk. Of a fix whose parts do not all lie
// there none is.
func (s *suggester) placed(ctx context.Context, fixes [][]suggestion) ([]suggestion, error) {
	hunks := map[string][]hunk{}
	for _, fix := range fixes {
		for _, part := range fix {
			hunks[part.Path] = nil
		}
	}
	if err := s.shown(ctx, hunks); err != nil {
		return nil, err
	}
	var list []suggestion
	for _, fix := range fixes {
		all := true
		for _, part := range fix {
			all = all && within(hunks[part.Path], part.Line, part.EndLine)
		}
		if all {
			list = append(list, fix...)
		}
	}
	return list, nil
}

func within(hunks []hunk, from, to int) bool {
	for _, h := range hunks {
		if h.from <= from && to <= h.to {
			return true
		}
	}
	return false
}

// shown fills in the hunks of the files that hunks has as keys. Files are listed by pages; it stops when it has found all.
func (s *suggester) shown(ctx context.Context, hunks map[string][]hunk) error {
	at := &gh.ListOptions{PerPage: 100}
	for left := len(hunks); left > 0; {
		files, page, err := s.ListFiles(ctx, s.run.owner, s.run.repo, s.pr.number, at)
		if err != nil {
			return fmt.Errorf("listing the files of pull request %d: %w", s.pr.number, err)
		}
		for _, f := range files {
			if _, asked := hunks[f.GetFilename()]; asked {
				hunks[f.GetFilename()] = hunksOf(f.GetPatch())
				left--
			}
		}
		if page.NextPage == 0 {
			return nil
		}
		at.Page = page.NextPage
	}
	return nil
}

// hunksOf reads the patch of one file as GitHub lists it, which lacks the lines that name the file. It is "" for a file that is
// binary or large; of one that cannot be read no hunk is known.
func hunksOf(patch string) []hunk {
	if patch == "" {
		return nil
	}
	files, _, err := gitdiff.Parse(strings.NewReader("--- a/file\n+++ b/file\n" + patch + "\n"))
	if err != nil || len(files) != 1 {
		return nil
	}
	var hunks []hunk
	for _, f := range files[0].TextFragments {
		if f.NewLines > 0 {
			hunks = append(hunks, hunk{int(f.NewPosition), int(f.NewPosition + f.NewLines - 1)})
		}
	}
	return hunks
}
