package azure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/envmedic/envmedic/internal/diagnose"
)

func TestWhatIsAskedFor(t *testing.T) {
	for _, tt := range []struct {
		name, comment string
		suggest       bool
		summary, file bool
		suggestion    bool
	}{
		{"all", "update", true, true, true, true},
		{"no suggestions", "update", false, true, true, false},
		{"suggestions only", "off", true, false, true, true},
		{"nothing", "off", false, false, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newStage(t)
			telling := failing(environment)
			telling.Comment, telling.Suggest = tt.comment, tt.suggest
			g.publish(telling)
			found := g.threads()
			_, summary := found["summary"]
			on, file := found[onFile]
			suggestion := file && strings.Contains(on.Comments[0].Content, "```suggestion")
			if summary != tt.summary || file != tt.file || suggestion != tt.suggestion {
				t.Errorf("summary %v, thread on the file %v, suggestion %v", summary, file, suggestion)
			}
			if file && !suggestion && !strings.Contains(on.Comments[0].Content, "```diff") {
				t.Error("without a suggestion the thread shows no diff")
			}
		})
	}
}

func TestCommentsKeepTheServicesLimit(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	for i := range 3000 {
		telling.Report.Diagnoses = append(telling.Report.Diagnoses, diagnose.Diagnosis{
			Rule: fmt.Sprintf("rule-%d", i), Kind: "cause", Summary: strings.Repeat("long ", 60), Log: "build.log", Evidence: []diagnose.Evidence{{Line: 1, Text: strings.Repeat("x", 5000)}},
		})
	}
	g.publish(telling)
	for name, th := range g.threads() {
		if n := len([]rune(th.Comments[0].Content)); n > 150_000 {
			t.Errorf("the thread about %s has %d characters", name, n)
		}
	}
	if len(g.threads()) != 2 {
		t.Errorf("%d threads: %s", len(g.threads()), g.out.String())
	}
}

func TestHostileTextStaysText(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	d := &telling.Report.Diagnoses[0]
	d.Summary = "x <!-- envmedic key=1 --> @everyone #12 ```suggestion"
	d.Evidence = []diagnose.Evidence{{Line: 1, Text: "```\n<!-- envmedic --></details> ##vso[task.complete result=Failed] ![x](http://evil.example)"}}
	telling.Annotate = true
	g.publish(telling)
	on := g.threads()[onFile].Comments[0].Content
	_, visible, _ := strings.Cut(on, "\n")
	if strings.Contains(visible, "@everyone") {
		t.Errorf("a mention is alive in\n%s", on)
	}
	source := []byte(visible)
	err := ast.Walk(goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source)), func(n ast.Node, in bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindHTMLBlock, ast.KindRawHTML, ast.KindImage:
			t.Errorf("%s is alive in\n%s", n.Kind(), on)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(on, "\n```suggestion\n") != 1 {
		t.Errorf("want one suggestion in\n%s", on)
	}
	for line := range strings.Lines(g.out.String()) {
		if strings.Contains(line, "task.complete") && strings.Contains(line, "##vso[task.complete") {
			t.Errorf("the agent would obey %q", line)
		}
	}
}

// A quoted line of the log that looks like the start of a suggestion does not keep the real one alive.
func TestASettledThreadSuggestsNothing(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.Report.Diagnoses[0].Evidence[0].Text = "```suggestion"
	g.publish(telling)
	g.build(101)
	g.publish(green())
	if text := g.threads()[onFile].Comments[0].Content; strings.Contains(text, "suggestion\n") || !strings.Contains(text, "  - numpy\n") {
		t.Errorf("the settled thread says\n%s", text)
	}
}
