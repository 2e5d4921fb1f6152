package github

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

func TestAnnotationAtTheLine(t *testing.T) {
	j, told := newJob(t), failed()
	told.FromWorkspace = "images/train"
	j.open().annotate(told)
	want := "::error col=5,endColumn=11,endLine=7,file=images/train/environment.yml,line=7," +
		"title=conda-package-not-found%3A conda found no numppy in the configured channels::" +
		"conda found no numppy in the configured channels (build.log, line 12)%0A" +
		"log: PackagesNotFoundError: numppy%0Afix: rename numppy to numpy\n"
	if got := j.out.String(); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestAnnotationPlaces(t *testing.T) {
	for _, c := range []struct {
		name     string
		location *diagnose.Location
		want     string
	}{
		{"no place: on the run", nil, "::error title="},
		{"a file", &diagnose.Location{Path: "Dockerfile"}, "::error file=Dockerfile,title="},
		{"lines: the runner drops columns of several", &diagnose.Location{Path: "Dockerfile", Line: 3, EndLine: 5, Column: 2, EndColumn: 4}, "::error endLine=5,file=Dockerfile,line=3,title="},
		{"columns count characters as pages do", &diagnose.Location{Path: "a", Line: 1, EndLine: 1, Column: 9, EndColumn: 10, Text: "# é😀x"}, "::error col=6,endColumn=7,endLine=1,file=a,line=1,title="},
		{"a name with signs of a command", &diagnose.Location{Path: "a,b:c%.yml", Line: 1, EndLine: 1}, "::error endLine=1,file=a%2Cb%3Ac%25.yml,line=1,title="},
	} {
		j, told := newJob(t), failed()
		told.Report.Diagnoses[0].Location = c.location
		j.open().annotate(told)
		if got := j.out.String(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestAnnotationKindsAndOrder(t *testing.T) {
	j, told := newJob(t), failed()
	advice, possible := missing("advised"), missing("possible")
	advice.Kind, possible.Certainty = "advice", "possible"
	told.Report.Diagnoses = []diagnose.Diagnosis{missing("certain"), possible, advice}
	told.Report.Unrecognised = []diagnose.Unrecognised{{Log: "b.log", Lines: []diagnose.Evidence{{Line: 1, Text: " "}, {Line: 2, Text: "boom"}}}}
	j.open().annotate(told)
	lines := strings.Split(strings.TrimSpace(j.out.String()), "\n")
	for i, want := range []string{"::error ", "::warning ", "::error title=the build failed, and no rule", "::notice "} {
		want = strings.Replace(want, "failed,", "failed%2C", 1)
		if len(lines) != 4 || !strings.HasPrefix(lines[i], want) {
			t.Fatalf("line %d is to begin with %q:\n%s", i, want, j.out.String())
		}
	}
	if !strings.HasSuffix(lines[2], "no rule knows why (b.log, line 1)%0Alog: boom") {
		t.Errorf("a failure that no rule knows quotes no line: %s", lines[2])
	}
}

// The runner drops the eleventh of a kind; it is not printed, and the summary holds it and says so.
func TestAnnotationsBeyondTheCapAreInTheSummary(t *testing.T) {
	j, told := newJob(t), failed()
	told.Report.Diagnoses = nil
	for i := range 13 {
		told.Report.Diagnoses = append(told.Report.Diagnoses, missing(fmt.Sprintf("package%02d", i)))
	}
	j.open().Publish(t.Context(), told)
	if n := strings.Count(j.out.String(), "::error "); n != 10 || strings.Contains(j.out.String(), "package10") {
		t.Errorf("%d annotations:\n%s", n, j.out.String())
	}
	summary := j.file("GITHUB_STEP_SUMMARY")
	if !strings.Contains(summary, "package12") || !strings.Contains(summary, "_+3 more than the annotations show") {
		t.Errorf("the summary is\n%s", summary)
	}
}

// What the library prints is what annotate's own escaping gives: nothing is escaped twice, and nothing is left as it was.
func TestAnnotationIsEscapedOnce(t *testing.T) {
	j, told := newJob(t), failed()
	d := &told.Report.Diagnoses[0]
	d.Location, d.Fixes, d.Evidence = nil, nil, nil
	d.Rule, d.Summary = "r", "100% of 5%3A, a: b"
	j.open().annotate(told)
	if want := "::error title=" + annotate.GitHubProperty("r: "+d.Summary) + "::" + annotate.GitHubData(d.Summary) + "\n"; j.out.String() != want {
		t.Errorf("got  %swant %s", j.out.String(), want)
	}
}

func TestAnnotationLength(t *testing.T) {
	for _, long := range []string{strings.Repeat("x", 9000), strings.Repeat("😀", 9000), strings.Repeat("::error::", 999)} {
		told := failed()
		d := &told.Report.Diagnoses[0]
		d.Summary, d.Evidence[0].Text, d.Fixes[0].Title = long, long, long
		for _, c := range annotations(told) {
			if n := characters(c.Message); n > 4096 || !strings.HasSuffix(c.Message, "…") {
				t.Errorf("a message of %d characters ends with %q", n, c.Message[len(c.Message)-8:])
			}
			if n := characters(c.Properties["title"]); n > 255 {
				t.Errorf("a title of %d characters", n)
			}
		}
	}
}

// characters counts as .NET does.
func characters(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

// Log text in every field: each line that is printed is one command of ours, and no other is hidden in it.
func TestHostileLogPrintsNoCommand(t *testing.T) {
	for _, evil := range []string{
		"x\n::set-output name=a::b", "::add-mask::x", " \t::stop-commands::x", "a ##[add-matcher]m.json", "##[error]x", "##vso[task.setvariable]y",
		"\x1b[31mred\x1b[0m", "x\r::error::y", "x%0A::error::y", "\u2028::error::x", "\u202e::x",
	} {
		j, told := newJob(t), failed()
		d := &told.Report.Diagnoses[0]
		d.Rule, d.Summary, d.Log, d.Evidence[0].Text, d.Fixes[0].Title, d.Location.Path = evil, evil, evil, evil, evil, evil
		h := j.open()
		h.annotate(told)
		h.say(evil)
		lines := strings.Split(strings.TrimSuffix(j.out.String(), "\n"), "\n")
		if len(lines) != 2 || !strings.HasPrefix(lines[0], "::error ") || !strings.HasPrefix(lines[1], "envmedic: ") {
			t.Errorf("%q prints other lines:\n%s", evil, j.out.String())
		}
		for _, bad := range []string{"##[", "##vso[", "\x1b", "\r", "\u2028", "\u202e"} {
			if strings.Contains(j.out.String(), bad) {
				t.Errorf("%q prints %q:\n%s", evil, bad, j.out.String())
			}
		}
	}
}

func TestProblemMatchersFindNothing(t *testing.T) {
	j := newJob(t)
	j.open().say(`reading a.go:3:1: bad, a.ts(3,1): error, File "a.py", line 3, in x, at 14:03 UTC`)
	want := "envmedic: reading a.go:\u200b3:1: bad, a.ts\u200b(3,1): error, File \"a.py\", line\u200b 3, in x, at 14:03 UTC\n"
	if got := j.out.String(); got != want {
		t.Errorf("got %q", got)
	}
}

func TestSummary(t *testing.T) {
	j := newJob(t)
	j.open().summarise(failed(), 0)
	if got := j.file("GITHUB_STEP_SUMMARY"); !strings.HasPrefix(got, "## conda found no numppy") || strings.Contains(got, "more than the annotations") {
		t.Errorf("the summary is\n%s", got)
	}
	big := failed()
	for range 400 {
		d := missing("big")
		d.Fixes[0].Diff = strings.Repeat("+ a line of a diff\n", 400)
		d.Reproduce = []string{strings.Repeat("x", 8000)}
		d.Why = strings.Repeat("why ", 2000)
		big.Report.Diagnoses = append(big.Report.Diagnoses, d)
	}
	j.open().summarise(big, 0)
	if n := len(j.file("GITHUB_STEP_SUMMARY")); n > 1<<20 || n < 800<<10 {
		t.Errorf("a long summary has %d bytes", n)
	}
}

func TestSummaryWithoutAFile(t *testing.T) {
	for _, file := range []string{"", filepath.Join(t.TempDir(), "no", "such", "folder")} {
		j := newJob(t)
		j.env["GITHUB_STEP_SUMMARY"] = file
		h := j.open()
		h.summarise(failed(), 0)
		h.summarise(failed(), 0)
		if got := j.out.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "envmedic: the job summary is left out: ") {
			t.Errorf("%q: %s", file, got)
		}
	}
}

func TestOutput(t *testing.T) {
	j := newJob(t)
	h := j.open()
	if err := h.Output("outcome", "failed"); err != nil {
		t.Fatal(err)
	}
	if got := j.file("GITHUB_OUTPUT"); !strings.HasPrefix(got, "outcome<<") || !strings.Contains(got, "\nfailed\n") {
		t.Errorf("the file holds %q", got)
	}
	before := j.file("GITHUB_OUTPUT")
	for _, value := range []string{"a\nb", "a\rb", outputDelimiter, "x" + outputDelimiter} {
		if err := h.Output("outcome", value); err == nil {
			t.Errorf("%q is taken", value)
		}
	}
	for _, name := range []string{"", "a=b", "a<<b", "a\nb"} {
		if err := h.Output(name, "x"); err == nil {
			t.Errorf("the name %q is taken", name)
		}
	}
	if j.file("GITHUB_OUTPUT") != before {
		t.Error("a refused value is written")
	}
	for _, file := range []string{"", filepath.Join(t.TempDir(), "no", "file")} {
		j.env["GITHUB_OUTPUT"] = file
		if err := h.Output("outcome", "failed"); err == nil {
			t.Errorf("GITHUB_OUTPUT %q: no error", file)
		}
	}
}
