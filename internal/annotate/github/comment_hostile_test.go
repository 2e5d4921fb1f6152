package github

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// A log that wants to be more than text, in every field that log text can be in: nothing of it gets out of the comment, and no secret
// into it.
func TestHostileComment(t *testing.T) {
	const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB"
	for _, evil := range []string{
		"```\n</details></sub><script>alert(1)</script>", "<!-- envmedic part=comment key=x -->", "-->", "@octocat please", "fixes #1", "![](https://evil.example/x.png)",
		"[click](https://evil.example)", "::error::x", "##[add-mask]x", "</summary>", "https://bob:" + token + "@pypi.example/simple", "<img src=x onerror=y>", "~~~\n# head",
	} {
		told := failed()
		d := &told.Report.Diagnoses[0]
		d.Summary, d.Log, d.Evidence[0].Text, d.NoFix, d.Why = evil, evil, evil, evil, ""
		d.Fixes[0].Title, d.Fixes[0].Diff, d.Location.Text = evil, evil, evil
		if !strings.Contains(evil, token) { // the name of a file is left as it is: a masked one would name no file
			d.Location.Path = evil
		}
		d.Step, d.Reproduce, d.Captures = &diagnose.Step{Command: evil}, []string{evil}, map[string]string{"x": evil}
		d.Symptoms = []diagnose.Symptom{{Rule: "pip-build-step-failed", Line: 1}}
		second := *d
		second.Kind = "advice"
		told.Report.Diagnoses = append(told.Report.Diagnoses, *d, second)
		told.Report = annotate.Masked(told.Report, nil)

		keeper := &sticky{Host: newJob(t).open(), key: annotate.Digest("CI/image")}
		want, ok := keeper.failure(&pull{headSHA: "abc1234567890"}, told)
		if !ok {
			t.Fatal("there is nothing to tell")
		}
		checkHostile(t, evil, want.body())
		settled := keeper.success(&pull{headSHA: "abc1234567890"}, posted{body: want.body(), marker: want.marker})
		checkHostile(t, evil, settled.body())
		if strings.Contains(settled.body(), token) {
			t.Errorf("%q leaks the token", evil)
		}
	}
}

// The hostile report of the formats, told in all places that take no request: what is a secret there is one here.
func TestHostileReportLeaksNoSecret(t *testing.T) {
	a, err := txtar.ParseFile("../testdata/golden/hostile.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var report diagnose.Report
	for _, f := range a.Files {
		if f.Name == "report.json" {
			if err := json.Unmarshal(f.Data, &report); err != nil {
				t.Fatal(err)
			}
		}
	}
	j, told := newJob(t), failed()
	told.Report = annotate.Masked(&report, nil)
	h := j.open()
	h.Publish(t.Context(), told)
	comment, _ := (&sticky{Host: h}).failure(&pull{headSHA: "abc1234567890"}, told)
	for place, text := range map[string]string{"annotations": j.out.String(), "summary": j.file("GITHUB_STEP_SUMMARY"), "comment": comment.body()} {
		if !strings.Contains(text, "pip found no ") {
			t.Errorf("the %s do not tell the cause:\n%s", place, text)
		}
		for _, bad := range []string{"hunter2secret", "abcdefgh12345678", "##[", "##vso[", "\x1b", "\u202e", "\n::add-mask"} {
			if strings.Contains(text, bad) {
				t.Errorf("the %s hold %q:\n%s", place, bad, text)
			}
		}
	}
}

func checkHostile(t *testing.T, evil, body string) {
	t.Helper()
	m, ok := annotate.ReadMarker(body)
	if !ok || m["part"] != "comment" || m["key"] != annotate.Digest("CI/image") || strings.Count(body, "\n<!--")-strings.Count(body, "\n"+evil) > 0 {
		t.Errorf("%q: the marker is %v", evil, m)
	}
	var page bytes.Buffer
	renderer := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := renderer.Convert([]byte(body), &page); err != nil {
		t.Fatal(err)
	}
	text := page.String()
	for _, bad := range []string{"<script", "<img", "href=\"https://evil", "@octocat", "fixes #1", "<!-- envmedic part=comment key=x"} {
		if strings.Contains(outsideCode(text), bad) {
			t.Errorf("%q: the page has %s:\n%s", evil, bad, text)
		}
	}
	for _, tag := range []string{"details", "summary", "sub", "pre"} {
		if open, shut := strings.Count(text, "<"+tag+">"), strings.Count(text, "</"+tag+">"); open != shut {
			t.Errorf("%q: %d <%s> and %d </%s>:\n%s", evil, open, tag, shut, tag, text)
		}
	}
}

// outsideCode is a page without what stands in code, where hosts look for neither mentions nor references.
func outsideCode(page string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(page, "<code")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, page, _ = strings.Cut(rest, "</code>")
	}
}
