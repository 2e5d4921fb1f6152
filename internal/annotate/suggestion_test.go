package annotate

import (
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
)

// What a host would write into the file is to the byte what it was given, whatever the lines hold.
func TestSuggestion(t *testing.T) {
	for _, lines := range []string{
		"", "\n", "a\n", "a\nb\n", "\n\n", "  - numpy\n", "a\r\nb\r\n", "no line end", "\ta\n", "``` x\n````\n", "~~~\n", "<!-- x\n", "&amp; @octocat #1\n", "é 日本\n",
	} {
		block, ok := (*Masker)(nil).Suggestion(lines)
		if !ok {
			t.Errorf("%q is refused", lines)
			continue
		}
		source := "x\n\n" + block + "\ny\n"
		want := strings.TrimSuffix(lines, "\n") + "\n"
		if lines == "" {
			want = ""
		}
		_ = ast.Walk(parse(source), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if f, is := n.(*ast.FencedCodeBlock); is && entering {
				if got, info := string(f.Lines().Value([]byte(source))), string(f.Info.Value([]byte(source))); got != want || info != "suggestion" {
					t.Errorf("%q becomes %q in a block of %q", lines, got, info)
				}
			}
			return ast.WalkContinue, nil
		})
		if n := kinds(source); n["FencedCodeBlock"] != 1 || n["Paragraph"] != 2 || sum(n) != 6 {
			t.Errorf("%q is not one block: %v", lines, n)
		}
	}
}

func TestSuggestionRefuses(t *testing.T) {
	m := NewMasker("hunter2!")
	for _, lines := range []string{
		"a\x1b[31m\n", "a\x00\n", "a\rb\n", "a\u202eb\n", "a\u200bb\n", "\ufeffa\n", "a\xff\n", "\f\n",
		"--index-url https://me:hunter2!@pip.example/\n", "token: ghp_0123456789abcdefghijABCDEFGHIJ012345\n",
	} {
		if block, ok := m.Suggestion(lines); ok {
			t.Errorf("%q is shown as %q", lines, block)
		}
	}
}
