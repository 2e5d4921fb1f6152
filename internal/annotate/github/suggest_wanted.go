package github

import (
	"context"
	"fmt"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

const (
	maxSuggestions  = 30        // of one report; more at once run into GitHub's secondary limits, and nobody reads them
	suggestionBytes = 48 * 1024 // a comment holds 65,536 characters
)

// A suggestion is a replacement of lines of the pull request's head. Its path begins at the root of the repository.
type suggestion struct {
	annotate.Replacement
	fix  string // digest of what it does, without the line's number
	body string
}

// wanted is what the report would suggest at the head, one list for each fix. A fix of which a part cannot be suggested is not
// among them: with half of a fix a build fails in another way.
func (s *suggester) wanted(ctx context.Context) ([][]suggestion, error) {
	heads := &headFiles{s: s, read: map[string][]byte{}}
	var fixes [][]suggestion
	seen := map[annotate.Replacement]bool{}
	for i := range s.t.Report.Diagnoses {
		d := &s.t.Report.Diagnoses[i]
		if d.Kind != "cause" || len(d.Fixes) == 0 {
			continue
		}
		lines, err := heads.replacements(ctx, d.Fixes[0].Files)
		if err != nil {
			return nil, err
		}
		var fix []suggestion
		for _, r := range s.suggestions(d, lines) {
			if !seen[r.Replacement] {
				seen[r.Replacement] = true
				fix = append(fix, r)
			}
		}
		if len(seen) > maxSuggestions {
			break
		}
		if len(fix) > 0 {
			fixes = append(fixes, fix)
		}
	}
	return fixes, nil
}

// suggestions is the first fix of d in comments, nil where one of them could not be shown as it is.
func (s *suggester) suggestions(d *diagnose.Diagnosis, lines []annotate.Replacement) []suggestion {
	var list []suggestion
	for i, r := range lines {
		block, ok := s.mask.Suggestion(r.New)
		_, shown := s.mask.Suggestion(r.Old)
		if !ok || !shown || r.Old == r.New || len(r.New) > suggestionBytes || r.New != "" && endsLine(r.New) != endsLine(r.Old) {
			return nil
		}
		fix := annotate.Digest(r.Path, r.Old, r.New)
		marker := annotate.Marker{"part": suggestionPart, "key": s.key, "fix": fix}
		list = append(list, suggestion{r, fix, marker.String() + "\n" + sentence(d, i+1, len(lines)) + "\n\n" + block})
	}
	return list
}

// A host that puts a suggestion in keeps the end of the last line; it cannot give or take one.
func endsLine(s string) bool { return strings.HasSuffix(s, "\n") }

// sentence says what broke and what the suggestion does about it.
func sentence(d *diagnose.Diagnosis, part, of int) string {
	fix := d.Fixes[0]
	text := annotate.Text(d.Summary) + ": " + annotate.Text(fix.Title)
	if d.Certainty == "possible" {
		text = "Possibly " + text
	}
	if of > 1 {
		text += fmt.Sprintf(" (%d of %d, to be applied together)", part, of)
	}
	if fix.Certainty == "review" {
		return text + ". Look at it before you commit it."
	}
	return text + "."
}

// headFiles reads files of the pull request's head, each once.
type headFiles struct {
	s    *suggester
	read map[string][]byte // nil for one that is not there
}

// replacements is these edits in whole lines of the head, nil where not all of them can be made there.
func (h *headFiles) replacements(ctx context.Context, files []edit.File) ([]annotate.Replacement, error) {
	var list []annotate.Replacement
	for _, f := range files {
		f.Path = h.s.t.InRepository(f.Path)
		head, err := h.file(ctx, f.Path)
		if err != nil {
			return nil, err
		}
		moved, err := edit.Rebase(f, head)
		if err != nil { // the lines are others there; the comment shows the edit as a diff
			return nil, nil
		}
		lines := annotate.Replacements(moved)
		if len(lines) == 0 && len(moved.Edits) > 0 { // a new file has no lines to comment on
			return nil, nil
		}
		list = append(list, lines...)
	}
	return list, nil
}

// file is a file of the head, nil where there is none that could be read as a whole: the API gives at most 1 MB, and no path with
// two dots in a row.
func (h *headFiles) file(ctx context.Context, path string) ([]byte, error) {
	if text, ok := h.read[path]; ok || strings.Contains(path, "..") {
		return text, nil
	}
	run, at := &h.s.run, &gh.RepositoryContentGetOptions{Ref: h.s.pr.headSHA}
	file, _, _, err := h.s.GetContents(ctx, run.owner, run.repo, path, at)
	if err != nil && !gone(err) {
		return nil, fmt.Errorf("reading %s at %s: %w", path, short(h.s.pr.headSHA), err)
	}
	h.read[path] = nil
	if file != nil && file.GetEncoding() == "base64" {
		text, err := file.GetContent()
		if err != nil {
			return nil, fmt.Errorf("reading %s at %s: %w", path, short(h.s.pr.headSHA), err)
		}
		h.read[path] = []byte(text)
	}
	return h.read[path], nil
}
