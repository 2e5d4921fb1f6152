package annotate

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/envmedic/envmedic/internal/diagnose"
)

func parse(source string) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader([]byte(source)))
}

// kinds counts the nodes of a page by kind.
func kinds(source string) map[string]int {
	count := map[string]int{}
	_ = ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			count[n.Kind().String()]++
		}
		return ast.WalkContinue, nil
	})
	return count
}

var hostile = []string{
	"```\n</details><script>alert(1)</script>", "````\n# x\n````", "~~~\nx\n~~~", "`", "``", " ` ", "a`b``c", "\\", "\\`", "|", `\|`,
	"[a](https://evil.example)", "![a](x)", "<img src=x onerror=y>", "<!-- x", "@octocat", "#12", "GH-12", "org/repo#3", "https://evil.example/x",
	"www.evil.example", "foo@bar.example", "1. item", "- item", "+ x", "> quote", "# head", "=====", "-----", "***", "_a_ **b** ~~c~~", "&lt;&#64;x",
	"| a | b |\n|---|---|", "\t indented", "    indented", "- [ ] task", "[^1]: x", "[a]: https://evil.example", "x  \ny", "a\r\nb\rc", ":::mermaid",
	"\x1b[31m", "::error::x", "```suggestion\nevil\n```", "\u2028```\u2028", "1) x", "$x$ $$y$$", "<https://evil.example>", "HTTPS://EVIL.EXAMPLE", "\x00", "",
}

func checkMarkdown(t *testing.T, s string) {
	t.Helper()
	if n := kinds("x\n\n" + Fence("diff", s) + "\ny\n"); n["FencedCodeBlock"] != 1 || n["Paragraph"] != 2 || n["Document"] != 1 || sum(n) != 6 {
		t.Errorf("Fence(%q) is not one block: %v", s, n)
	}
	if c := Code(s); c != "" {
		if n := kinds("x " + c + " y"); n["CodeSpan"] != 1 || n["Paragraph"] != 1 || n["Text"] != 3 || sum(n) != 6 {
			t.Errorf("Code(%q) = %q is not one span: %v", s, c, n)
		}
		if n := kinds("| a | b |\n|---|---|\n| " + Cell(s) + " | z |\n"); n["TableCell"] != 4 || n["CodeSpan"] != 1 || n["RawHTML"] > 0 {
			t.Errorf("Cell(%q) = %q leaves its cell: %v", s, Cell(s), n)
		}
	}
	for kind, n := range kinds(Text(s)) {
		if kind != "Document" && kind != "Paragraph" && kind != "Text" || kind == "Paragraph" && n > 1 {
			t.Errorf("Text(%q) = %q has a %s", s, Text(s), kind)
		}
	}
}

func sum(count map[string]int) int {
	n := 0
	for _, c := range count {
		n += c
	}
	return n
}

func TestMarkdownHoldsHostileText(t *testing.T) {
	for _, s := range hostile {
		checkMarkdown(t, s)
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkMarkdown(t, s) })
}

// hostileReport has s wherever log text can be.
func hostileReport(s string) *diagnose.Report {
	return &diagnose.Report{
		Logs: []diagnose.LogInfo{{Path: s, Clipped: true, Why: s}},
		Diagnoses: []diagnose.Diagnosis{
			{
				Rule: "r", Kind: "cause", Summary: s, Log: s, Evidence: []diagnose.Evidence{{Line: 1, Text: s}}, Step: &diagnose.Step{Command: s, Dockerfile: s, DockerfileLine: 2},
				Location: &diagnose.Location{Path: s, Line: 1, Text: s}, Candidates: []diagnose.Location{{Path: s}, {Path: s}},
				Fixes: []diagnose.Fix{{Title: s, Diff: s}}, NoFix: s, Reproduce: []string{s}, Help: s, Links: []string{s, "https://" + s},
			},
			{Rule: "a", Kind: "advice", Summary: s, Help: s, Location: &diagnose.Location{Path: s, Line: 1}},
		},
		Unrecognised: []diagnose.Unrecognised{{Log: s, Step: diagnose.Step{Command: s}, Lines: []diagnose.Evidence{{Line: 1, Text: s}}, Location: &diagnose.Location{Path: s, Text: s}}},
		Notes:        []string{s},
	}
}

func TestPageHoldsHostileText(t *testing.T) {
	for _, s := range hostile {
		page := Markdown(hostileReport(s), 0)
		n := kinds(page)
		if n["RawHTML"]+n["HTMLBlock"]+n["Image"]+n["Link"]+n["Table"]+n["ThematicBreak"]+n["Strikethrough"]+n["TaskCheckBox"] > 0 || n["Heading"] != 3 || n["Emphasis"] != 1 || n["List"] != 1 {
			t.Errorf("%q becomes markup: %v\n%s", s, n, page)
		}
	}
}

func TestPageLimit(t *testing.T) {
	r := hostileReport(strings.Repeat("`````\nlong line ", 400))
	whole := Markdown(r, 0)
	for _, limit := range []int{200, 1000, 5000, 20000, len(whole) / 2} {
		page := Markdown(r, limit)
		if len(page) > limit {
			t.Errorf("limit %d: %d bytes", limit, len(page))
		}
		if !strings.Contains(page, "parts are left out") {
			t.Errorf("limit %d: nothing says that parts are missing", limit)
		}
		if n := kinds(page + "\n\nLAST"); n["HTMLBlock"]+n["RawHTML"] > 0 || !strings.Contains(lastParagraph(page+"\n\nLAST"), "LAST") {
			t.Errorf("limit %d: a fence is left open", limit)
		}
	}
}

func lastParagraph(source string) string {
	last := parse(source).LastChild()
	if last == nil || last.Kind() != ast.KindParagraph {
		return ""
	}
	return string(last.Lines().Value([]byte(source)))
}
