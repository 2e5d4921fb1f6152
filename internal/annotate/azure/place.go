package azure

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// A place is where a cause's thread stands, and what it suggests there.
type place struct {
	at         *span
	on         bool    // the cause's own line is among those of at
	suggestion *string // the lines that at is to become, without the last line end; nil where the edit can't be suggested
}

// place finds where a cause stands in the pull request's own version of its file; nil where it stands in none. What was checked
// out is a merge with the target branch, so its line numbers are not those of the pull request.
func (h *Host) place(ctx context.Context, files *source, t *annotate.Telling, d *diagnose.Diagnosis) (*place, error) {
	if len(d.Fixes) > 0 && len(d.Fixes[0].Files) == 1 {
		p, err := h.placeEdit(ctx, files, t, d.Fixes[0].Files[0])
		if err != nil {
			return nil, err
		}
		cause, err := h.placeCause(ctx, files, t, d)
		if p == nil || err != nil {
			return cause, err
		}
		p.on = cause != nil && cause.at.path == p.at.path && cause.at.line >= p.at.line && cause.at.line <= p.at.end
		return p, nil
	}
	return h.placeCause(ctx, files, t, d)
}

// placeCause is the cause's own line.
func (h *Host) placeCause(ctx context.Context, files *source, t *annotate.Telling, d *diagnose.Diagnosis) (*place, error) {
	if d.Location == nil || d.Location.Line == 0 {
		return nil, nil
	}
	path := t.InRepository(d.Location.Path)
	content, err := files.file(ctx, path)
	if content == nil || err != nil {
		return nil, err
	}
	line := h.find(content, d.Location)
	if s := lines(path, content, line, line); s != nil {
		return &place{at: s, on: true}, nil
	}
	return nil, nil
}

// placeEdit is the place of a fix that is one replacement of neighbouring lines; nil for others: a thread suggests one thing.
func (h *Host) placeEdit(ctx context.Context, files *source, t *annotate.Telling, f edit.File) (*place, error) {
	path := t.InRepository(f.Path)
	content, err := files.file(ctx, path)
	if content == nil || err != nil {
		return nil, err
	}
	moved, err := edit.Rebase(f, content)
	if err != nil { // the lines are others there; the thread may still stand on the cause's own line
		return nil, nil
	}
	list := annotate.Replacements(moved)
	if len(list) != 1 {
		return nil, nil
	}
	r := list[0]
	if r.New == "" {
		r = widened(r, content)
	}
	at := lines(path, content, r.Line, r.EndLine)
	if at == nil {
		return nil, nil
	}
	return &place{at: at, suggestion: h.suggestion(r.New)}, nil
}

// widened takes a neighbouring line into a replacement that only removes lines: what an empty suggestion does is not documented.
func widened(r annotate.Replacement, content []byte) annotate.Replacement {
	all := strings.SplitAfter(string(content), "\n")
	switch {
	case r.EndLine < len(all) && strings.TrimSpace(all[r.EndLine]) != "":
		r.EndLine++
		r.New = all[r.EndLine-1]
	case r.Line > 1:
		r.Line--
		r.New = all[r.Line-1]
	}
	return r
}

// suggestion is text as the body of a suggestion, or nil where what people see would not be what they apply: characters that are
// shown in another form, secrets, more than a comment takes, and carriage returns, of which nobody says what becomes of them.
func (h *Host) suggestion(text string) *string {
	text = strings.TrimSuffix(text, "\n")
	if text == "" || len(text) > noteBytes/2 || strings.HasSuffix(text, "\n") || !utf8.ValidString(text) || h.mask.Mask(text) != text {
		return nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		if annotate.Plain(line) != line {
			return nil
		}
	}
	return &text
}

// find is the line of content that reads as the cause's line did, the nearest to where that was; 0 where there is none. The
// report's text is masked, so the file's is compared in the same form.
func (h *Host) find(content []byte, l *diagnose.Location) int {
	best := 0
	for i, text := range bytes.Split(content, []byte("\n")) {
		line := i + 1
		if best != 0 && distance(line, l.Line) >= distance(best, l.Line) {
			continue
		}
		if strings.TrimSuffix(h.mask.Mask(string(text)), "\r") == strings.TrimSuffix(l.Text, "\r") {
			best = line
		}
	}
	return best
}

func distance(a, b int) int { return max(a-b, b-a) }
