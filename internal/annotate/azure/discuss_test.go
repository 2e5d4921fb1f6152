package azure

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
	"github.com/envmedic/envmedic/internal/diagnose"
)

func TestAFailedBuildOpensThreads(t *testing.T) {
	g := newStage(t)
	g.AddExamples(g.pr)
	g.publish(failing(environment))
	found := g.threads()
	if len(found) != 2 || len(g.Threads(g.pr)) != 2 {
		t.Fatalf("%d threads, want the summary and one on the file", len(g.Threads(g.pr)))
	}
	on := found[onFile]
	if on.Line != 6 || on.End != 6 || on.Offset != 1 || on.EndSpot != len("  - numppy")+1 {
		t.Errorf("the thread spans %d:%d to %d:%d, want the whole line 6", on.Line, on.Offset, on.End, on.EndSpot)
	}
	if on.Tracking == 0 {
		t.Error("the thread has no tracking number, so it would not move with its line")
	}
	if text := on.Comments[0].Content; !strings.Contains(text, "```suggestion\n  - numpy\n```\n") {
		t.Errorf("no suggestion in\n%s", text)
	}
	if text := found["summary"].Comments[0].Content; !strings.Contains(text, "conda found no numppy") || !strings.Contains(text, "```diff\n") {
		t.Errorf("the summary lacks the cause or the diff:\n%s", text)
	}
	for name, th := range found {
		if _, ok := annotate.ReadMarker(th.Comments[0].Content); !ok || th.Properties[keyProperty] == "" || th.Status != "active" {
			t.Errorf("the thread about %s has no marker, no key or is not active: %+v", name, th)
		}
	}
	if strings.Contains(g.out.String(), "refuse") || strings.Contains(g.out.String(), "not ") {
		t.Errorf("the log complains: %s", g.out.String())
	}
}

func TestNothingIsPostedTwice(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	wantNone(t, "the same build again", g.writes(failing(environment)))
	g.build(101)
	wantNone(t, "another build that finds the same", g.writes(failing(environment)))
	wantNone(t, "a report that knows nothing", g.writes(unknown()))
}

func TestAThreadSaysWhatTheLatestBuildFound(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	g.build(101)
	changed := failing(environment)
	changed.Report.Diagnoses[0].Summary = "conda found no numppy in conda-forge"
	g.publish(changed)
	for name, th := range g.threads() {
		if !strings.Contains(th.Comments[0].Content, "in conda-forge") || len(th.Comments) != 1 {
			t.Errorf("the thread about %s was not rewritten: %+v", name, th.Comments)
		}
	}
}

func TestAGreenBuildSettlesAndARedOneReopens(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	g.push(strings.Replace(environment, "numppy", "numpy", 1))
	g.build(101)
	g.publish(green())
	g.wantStatus("fixed")
	for name, th := range g.threads() {
		text := th.Comments[0].Content
		if !strings.Contains(text, "Fixed: build 101") || !strings.Contains(text, "numppy") || strings.Contains(text, "```suggestion") {
			t.Errorf("the settled thread about %s says\n%s", name, text)
		}
	}
	wantNone(t, "a second green build", g.writes(green()))

	g.push(environment)
	g.build(102)
	g.publish(failing(environment))
	g.wantStatus("active")
	for name, th := range g.threads() {
		if strings.Contains(th.Comments[0].Content, "Fixed") || len(g.Threads(g.pr)) != 2 {
			t.Errorf("the thread about %s is not what it was: %s", name, th.Comments[0].Content)
		}
	}
}

func TestACauseThatIsGoneIsSettledWhileAnotherStays(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	g.build(101)
	other := failing(environment)
	other.Report.Diagnoses = nil
	other.Report.Unrecognised = []diagnose.Unrecognised{{Log: "build.log", Lines: []diagnose.Evidence{{Line: 3, Text: "boom"}}}}
	g.publish(other)
	found := g.threads()
	if found[onFile].Status != "fixed" || found["summary"].Status != "active" {
		t.Errorf("the cause is %s and the summary %s, want fixed and active", found[onFile].Status, found["summary"].Status)
	}
}

func TestJobsWithOtherKeysHaveTheirOwnThreads(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	other := failing(environment)
	other.Key = "images/serve"
	g.publish(other)
	if n := len(g.Threads(g.pr)); n != 4 {
		t.Errorf("%d threads, want two for each key", n)
	}
	done := green()
	done.Key = "images/serve"
	g.publish(done)
	fixed := 0
	for _, th := range g.Threads(g.pr) {
		if th.Status == "fixed" {
			fixed++
		}
	}
	if fixed != 2 {
		t.Errorf("%d threads are fixed, want those of one key", fixed)
	}
}

func TestRecreate(t *testing.T) {
	g := newStage(t)
	first := failing(environment)
	first.Comment = "recreate"
	g.publish(first)
	old := g.threads()["summary"].ID
	wantNone(t, "the same cause", g.writes(first))
	g.build(101)
	other := failing(environment)
	other.Comment = "recreate"
	other.Report.Diagnoses[0].Rule = "conda-channel-lacking"
	g.publish(other)
	summaries := map[int]bool{}
	for _, th := range g.Threads(g.pr) {
		if th.File == "" {
			summaries[th.ID] = th.Deleted
		}
	}
	if len(summaries) != 2 || !summaries[old] {
		t.Errorf("another cause makes a new summary and deletes the old one; deleted: %v", summaries)
	}
}

// A thread is settled when its cause is gone, not when there is no place for it any more or nobody asks for it.
func TestAThreadWhoseCauseIsStillReportedIsNotSettled(t *testing.T) {
	for name, change := range map[string]func(*annotate.Telling){
		"without a place":        func(t *annotate.Telling) { t.Report.Diagnoses[0].Fixes = nil; t.Report.Diagnoses[0].Location.Line = 0 },
		"without suggestions":    func(t *annotate.Telling) { t.Comment, t.Suggest = "off", false },
		"suggestions alone":      func(t *annotate.Telling) { t.Comment = "off" },
		"nothing to suggest":     func(t *annotate.Telling) { t.Comment = "off"; t.Report.Diagnoses[0].Fixes = nil },
		"after too many of them": func(t *annotate.Telling) { t.Report.Diagnoses = append(many(maxCauses), t.Report.Diagnoses...) },
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.publish(failing(environment))
			id := g.threads()[onFile].ID
			g.build(101)
			telling := failing(environment)
			change(telling)
			g.publish(telling)
			for _, th := range g.Threads(g.pr) {
				if th.Status == "fixed" || th.ID == id && strings.Contains(th.Comments[0].Content, "Fixed:") {
					t.Errorf("thread %d is %s, though the build still fails for its cause:\n%s", th.ID, th.Status, th.Comments[0].Content)
				}
			}
		})
	}
}

// many are causes that stand on a line of the definition file.
func many(n int) []diagnose.Diagnosis {
	var list []diagnose.Diagnosis
	for i := range n {
		list = append(list, diagnose.Diagnosis{
			Rule: fmt.Sprintf("rule-%d", i), Kind: "cause", Certainty: "certain", Summary: "x", Log: "build.log",
			Location: &diagnose.Location{Path: "environment.yml", Line: 1, EndLine: 1, Text: "name: train"},
		})
	}
	return list
}

// A file that can't be read costs the threads on its lines, and the line in the log names the right for reading.
func TestAFileThatCannotBeReadCostsItsThreadsOnly(t *testing.T) {
	g := newStage(t)
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if strings.HasSuffix(r.URL.Path, "/items") {
			return &azuretest.Fault{Status: 403, Body: `{"message":"TF401027: You need the Git 'GenericRead' permission to perform this action."}`}
		}
		return nil
	})
	g.publish(failing(environment))
	if found := g.threads(); len(found) != 1 || found["summary"].ID == 0 {
		t.Errorf("got %+v, want the summary alone", found)
	}
	g.wantSaid(`grant "Read" to`)
	if strings.Contains(g.out.String(), "Contribute") {
		t.Errorf("another right is named: %s", g.out.String())
	}
}

// Without a tracking number a thread does not move with its line, which is no reason not to write it.
func TestChangesThatCannotBeRead(t *testing.T) {
	g := newStage(t)
	asked := 0
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if strings.HasSuffix(r.URL.Path, "/changes") {
			asked++
			return &azuretest.Fault{Status: 404, Body: `{"message":"no such iteration"}`}
		}
		return nil
	})
	telling := failing(environment)
	telling.Report.Diagnoses = append(telling.Report.Diagnoses, many(1)...)
	g.publish(telling)
	if n := len(g.Threads(g.pr)); n != 3 || asked != 1 {
		t.Errorf("%d threads, and the changes were asked for %d times; want 3 and once", n, asked)
	}
}
