package github

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// checked writes a check run on main and gives all there are of it.
func checked(t *testing.T, h *fetching, telling *annotate.Telling) []githubtest.CheckRun {
	t.Helper()
	if err := h.check(t.Context(), nil, telling); err != nil {
		t.Fatal(err)
	}
	return h.server.CheckRuns(h.server.Branch("main"))
}

var mayCheck = map[string]string{"checks": "write"}

func TestCheckRunOfAFailure(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	telling := told(2)
	telling.FromRepository = "docker"
	runs := checked(t, h, telling)
	if len(runs) != 1 {
		t.Fatalf("%+v", runs)
	}
	run := runs[0]
	if run.Name != "envmedic: build / image" || run.Status != "completed" || run.Conclusion != "failure" ||
		run.Title != "conda found no numppy0 (+1 more)" || run.DetailsURL != h.server.URL+"/octo/env/actions/runs/77" ||
		!strings.Contains(run.Summary, "conda found no numppy1") {
		t.Errorf("%+v", run)
	}
	a := run.Annotations[1]
	if len(run.Annotations) != 2 || a.Path != "docker/environment.yml" || a.StartLine != 2 || a.EndLine != 2 || *a.StartColumn != 5 || *a.EndColumn != 10 ||
		a.AnnotationLevel != "failure" || a.Message != "conda found no numppy1" || a.Title != "envmedic: conda-package-not-found" {
		t.Errorf("%+v", run.Annotations)
	}
}

// A second run with the same words writes nothing.
func TestSecondRunIsSilent(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	for _, telling := range []*annotate.Telling{told(120), told(120), told(120)} {
		checked(t, h, telling)
	}
	if n := len(h.server.Writes()); n != 3 { // 50 + 50 + 20 annotations
		t.Errorf("%d writes: %v", n, h.server.Writes())
	}
	runs := h.server.CheckRuns(h.server.Branch("main"))
	if len(runs) != 1 || len(runs[0].Annotations) != 120 || runs[0].Annotations[119].StartLine != 120 {
		t.Errorf("%d check runs", len(runs))
	}
}

// Other words about the same lines are written over the old ones.
func TestCheckRunIsUpdated(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	checked(t, h, told(1))
	telling := told(1)
	telling.Report.Notes = []string{"a note that was not there before"}
	runs := checked(t, h, telling)
	if len(runs) != 1 || len(runs[0].Annotations) != 1 || !strings.Contains(runs[0].Summary, "a note that was not there before") {
		t.Errorf("%+v", runs)
	}
}

// Annotations cannot be taken back, so what is said of other lines is a new check run; GitHub shows the last of a name.
func TestCheckRunIsReplaced(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	checked(t, h, told(1))
	runs := checked(t, h, passed())
	if len(runs) != 2 || runs[1].Conclusion != "success" || runs[1].Title != "the build succeeded" || len(runs[1].Annotations) != 0 || runs[1].Name != runs[0].Name {
		t.Errorf("%+v", runs)
	}
	checked(t, h, passed())
	if n := len(h.server.Writes()); n != 2 {
		t.Errorf("%d writes", n)
	}
}

// One that was left half done is not taken for whole.
func TestHalfACheckRun(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	broken := true
	h.server.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusInternalServerError, nil, "{}", broken && r.Method == http.MethodPatch
	})
	if err := h.check(t.Context(), nil, told(60)); err == nil {
		t.Error("half a check run is said to be whole")
	}
	broken = false
	runs := checked(t, h, told(60))
	if last := runs[len(runs)-1]; len(last.Annotations) != 60 {
		t.Errorf("the second run leaves %d annotations", len(last.Annotations))
	}
}

// Of a build of which nothing is known nothing is said, unless something was said before.
func TestCheckRunOfUnknown(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	unknown := told(0)
	unknown.Report.Logs[0].Outcome = "unknown"
	if runs := checked(t, h, unknown); len(runs) != 0 {
		t.Errorf("%+v", runs)
	}
	checked(t, h, passed())
	if runs := checked(t, h, unknown); len(runs) != 1 || runs[0].Conclusion != "neutral" {
		t.Errorf("%+v", runs)
	}
}

// Jobs and the legs of a matrix have check runs of their own.
func TestCheckRunsByKey(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	for key, want := range map[string]string{
		"": "envmedic: build / image", "build/image": "envmedic: build / image", "build/image/null": "envmedic: build / image",
		`build/image/{"python":"3.11","os":"ubuntu"}`: "envmedic: build / image (python:3.11, os:ubuntu)", "nightly": "envmedic: nightly",
	} {
		if got := h.checkName(key); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
	for _, key := range []string{`build/image/{"python":"3.11"}`, `build/image/{"python":"3.12"}`} {
		telling := told(1)
		telling.Key = key
		checked(t, h, telling)
		checked(t, h, telling)
	}
	if runs := h.server.CheckRuns(h.server.Branch("main")); len(runs) != 2 {
		t.Errorf("%d check runs", len(runs))
	}
}

// The commit is the one that people look at, not the merge that was built.
func TestCommitOfTheCheckRun(t *testing.T) {
	s := githubtest.New(t)
	head := s.Commit("fix", []string{s.Branch("main")}, map[string]githubtest.File{"a": {Text: "a"}})
	of := map[string]any{"pull_request": map[string]any{"head": map[string]any{"sha": head}}}
	for name, c := range map[string]struct {
		event any
		pr    *pull
		want  string
	}{
		"a pull request": {nil, &pull{headSHA: head}, head}, "a run that has ended": {afterRun(1, head, "octo/env"), nil, head},
		"the event's pull request": {of, nil, head}, "a push": {nil, nil, s.Branch("main")},
	} {
		if got := fetchFrom(t, s, nil, c.event, nil).checkRun(c.pr, told(1)).sha; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestCheckRunOfAHugeReport(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayCheck, nil, nil)
	telling := told(400)
	for i := range telling.Report.Diagnoses {
		telling.Report.Diagnoses[i].Summary = strings.Repeat("é", 5000)
	}
	run := checked(t, h, telling)[0]
	if len(run.Annotations) != maxCheckAnnotations || len(run.Title) > maxCheckTitle || len(run.Annotations[0].Message) > maxCheckMessage ||
		!utf8.ValidString(run.Title) || !strings.HasSuffix(run.Title, "… (+399 more)") {
		t.Errorf("%d annotations, title %q", len(run.Annotations), run.Title)
	}
}

// Findings without a place in the repository stay in the summary; columns are for one line, and count characters.
func TestAnnotationsHavePlaces(t *testing.T) {
	at := func(l diagnose.Location) *diagnose.Location { return &l }
	r := &diagnose.Report{Diagnoses: []diagnose.Diagnosis{
		{Kind: "cause", Rule: "a"},
		{Kind: "cause", Rule: "b", Location: at(diagnose.Location{Path: "f", Line: 3, EndLine: 5, Column: 1, EndColumn: 2, Text: "x"})},
		{Kind: "advice", Rule: "c", Location: at(diagnose.Location{Path: "f", Line: 3, Column: 4, EndColumn: 6, Text: "é: xy"})},
		{Kind: "cause", Rule: "d", Candidates: []diagnose.Location{{Path: "g", Line: 1}, {Path: "h", Line: 1}}},
	}, Unrecognised: []diagnose.Unrecognised{{Location: at(diagnose.Location{Path: "Dockerfile", Line: 9})}, {}}}
	list := checkAnnotations(&annotate.Telling{Report: r})
	var got []string
	for _, a := range list {
		got = append(got, strings.TrimPrefix(a.GetTitle(), "envmedic: ")+" "+a.GetAnnotationLevel()+" "+a.GetPath())
	}
	if want := "b failure f, c notice f, d failure g, unrecognised failure Dockerfile"; strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
	if list[0].StartColumn != nil || list[1].GetStartColumn() != 3 || list[1].GetEndColumn() != 4 {
		t.Errorf("columns %v, %d to %d", list[0].StartColumn, list[1].GetStartColumn(), list[1].GetEndColumn())
	}
}

func TestCheckRunIsRefused(t *testing.T) {
	lacks(t, fetchFrom(t, githubtest.New(t), map[string]string{"checks": "read"}, nil, nil).check(t.Context(), nil, told(1)))
}
