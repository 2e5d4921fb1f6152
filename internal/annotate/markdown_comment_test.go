package annotate

import (
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// htmlLines are the lines of a page that are HTML.
func htmlLines(source string) []string {
	var lines []string
	_ = ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if b, ok := n.(*ast.HTMLBlock); ok && entering {
			lines = append(lines, strings.TrimSpace(string(b.Lines().Value([]byte(source)))))
		}
		return ast.WalkContinue, nil
	})
	return lines
}

func TestCommentFoldsAllButThePrimaryCause(t *testing.T) {
	r := &diagnose.Report{
		Diagnoses: []diagnose.Diagnosis{
			{Rule: "first", Kind: "cause", Summary: "the first broke", Symptoms: []diagnose.Symptom{{Rule: "docker-run-failed", Line: 40}}},
			{Rule: "second", Kind: "cause", Summary: "the second broke"},
			{Rule: "third", Kind: "advice", Summary: "pin it", Help: "envmedic --explain third"},
		},
		Unrecognised: []diagnose.Unrecognised{{Log: "b.log", Lines: []diagnose.Evidence{{Line: 3, Text: "boom"}}}},
	}
	page := MarkdownComment(r, 0)
	want := []string{
		"<details><summary>What it brought about</summary>", "</details>",
		"<details><summary>2 more causes</summary>", "</details>",
		"<details><summary>1 piece of advice</summary>", "</details>",
	}
	if got := htmlLines(page); !slices.Equal(got, want) {
		t.Errorf("the folds are %q, want %q, in\n%s", got, want, page)
	}
	open, _, _ := strings.Cut(page, "<details>")
	if !strings.HasPrefix(open, "### the first broke\n") || strings.Contains(open, "second") {
		t.Errorf("what is read at once is\n%s", open)
	}
	for _, part := range []string{"- `docker-run-failed`, line 40 of the log", "#### the second broke", "boom", "- pin it"} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is missing in\n%s", part, page)
		}
	}
}

func TestCommentNeedsAFailure(t *testing.T) {
	advice := &diagnose.Report{Diagnoses: []diagnose.Diagnosis{{Rule: "a", Kind: "advice", Summary: "pin it"}}}
	if page := MarkdownComment(advice, 0); page != "" {
		t.Errorf("advice alone makes the comment\n%s", page)
	}
	unknown := &diagnose.Report{Unrecognised: []diagnose.Unrecognised{{Log: "b.log", Lines: []diagnose.Evidence{{Line: 3, Text: "boom"}}}}}
	if page := MarkdownComment(unknown, 0); !strings.HasPrefix(page, "### The build failed, and no rule knows why\n") || len(htmlLines(page)) > 0 {
		t.Errorf("a failure that no rule knows makes the comment\n%s", page)
	}
}

func TestCommentHoldsHostileText(t *testing.T) {
	for _, s := range append(hostile, "</details>", "</summary>", "<!-- envmedic part=comment -->", "x --> y") {
		page := MarkdownComment(hostileReport(s), 0)
		n := kinds(page)
		if n["HTMLBlock"] != 4 || n["RawHTML"]+n["Image"]+n["Link"]+n["Table"]+n["ThematicBreak"]+n["Strikethrough"]+n["TaskCheckBox"] > 0 || n["Heading"] != 2 {
			t.Errorf("%q becomes markup: %v\n%s", s, n, page)
		}
		if _, ok := ReadMarker(page); ok {
			t.Errorf("%q becomes a marker:\n%s", s, page)
		}
	}
}

func TestCommentLimit(t *testing.T) {
	r := hostileReport(strings.Repeat("`````\nlong line ", 400))
	whole := MarkdownComment(r, 0)
	for _, limit := range []int{200, 1000, 5000, 20000, len(whole) - 1} {
		page := MarkdownComment(r, limit)
		if len(page) > limit || !strings.Contains(page, "left out") {
			t.Errorf("limit %d: %d bytes, or nothing says that parts are missing", limit, len(page))
		}
		html := htmlLines(page)
		if len(html)%2 != 0 || lastParagraph(page+"\n\nLAST") == "" {
			t.Errorf("limit %d: a fence or a fold is left open: %q", limit, html)
		}
	}
}
