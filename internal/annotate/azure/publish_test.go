package azure

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

func TestIssuesInTheLog(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.Annotate = true
	telling.Report.Diagnoses = append(telling.Report.Diagnoses, diagnose.Diagnosis{Rule: "pip-unpinned", Kind: "advice", Summary: "100% unpinned; see ]"})
	telling.Report.Unrecognised = []diagnose.Unrecognised{{Log: "build.log", Lines: []diagnose.Evidence{{Line: 3, Text: "boom"}}}}
	h := g.open()
	h.annotate(telling)
	want := "##vso[task.logissue type=error;sourcepath=/agent/_work/1/s/env/environment.yml;linenumber=6;columnnumber=5;code=conda-package-not-found;]" +
		`conda found no numppy in the configured channels (build.log, line 12: "PackagesNotFoundError: The following packages are not available"); fix: rename numppy to numpy` + "\n" +
		"##vso[task.logissue type=warning;code=pip-unpinned;]100%AZP25 unpinned; see ]\n" +
		`##vso[task.logissue type=error;code=unrecognised;]the build failed in this step, and no rule knows why (build.log, line 3: "boom")` + "\n"
	if got := g.out.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestIssuesStandOnWindowsPaths(t *testing.T) {
	g := newStage(t)
	g.env["BUILD_SOURCESDIRECTORY"] = `D:\a\1\s`
	telling := failing(environment)
	telling.Report.Diagnoses[0].Location.Column = 0
	g.open().annotate(telling)
	g.wantSaid(`linenumber=6;columnnumber=1;`) // with a path the agent prints both
	g.wantSaid(`sourcepath=D:\a\1\s\env\environment.yml;`)
}

func TestTenIssuesOfAKind(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	for i := range 15 {
		telling.Report.Diagnoses = append(telling.Report.Diagnoses,
			diagnose.Diagnosis{Rule: fmt.Sprint("c", i), Kind: "cause", Summary: "x"}, diagnose.Diagnosis{Rule: fmt.Sprint("a", i), Kind: "advice", Summary: "x"})
	}
	g.open().annotate(telling)
	out := g.out.String()
	if e, w := strings.Count(out, "type=error"), strings.Count(out, "type=warning"); e != 10 || w != 10 {
		t.Errorf("%d errors and %d warnings, want 10 of each: the agent drops more", e, w)
	}
}

func TestHostileIssues(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	d := &telling.Report.Diagnoses[0]
	d.Summary = "x\n##vso[task.setvariable variable=PATH]/evil\r##[error]x"
	d.Location.Path = "a;code=x]y\n.yml"
	d.Rule = "r]##vso[task.complete result=Failed]"
	g.open().annotate(telling)
	out := g.out.String()
	if strings.Count(out, "\n") != 1 || strings.Count(out, "##vso[") != 1 || strings.Contains(out, "##[") || !strings.Contains(out, "a%3Bcode=x%5Dy") {
		t.Errorf("got %q", out)
	}
}

func TestSummaryAndPatchAreHandedOver(t *testing.T) {
	g := newStage(t)
	h := g.open()
	h.summaryFile, h.patchFile = "/tmp/summary.md", "/tmp/envmedic.patch"
	telling := failing(environment)
	h.offer(telling)
	if strings.Contains(g.out.String(), "artifact.upload") {
		t.Error("a patch is handed over that was not asked for")
	}
	telling.Patch = "file"
	h.offer(telling)
	g.wantSaid("##vso[task.uploadsummary]/tmp/summary.md\n")
	g.wantSaid("##vso[artifact.upload containerfolder=envmedic;artifactname=envmedic-patch;]/tmp/envmedic.patch\n")
}

func TestOutputs(t *testing.T) {
	g := newStage(t)
	h := g.open()
	if err := h.Output("causes", "3"); err != nil {
		t.Error(err)
	}
	g.wantSaid("##vso[task.setvariable variable=causes;isoutput=true;]3\n")
	for _, bad := range [][2]string{{"a;b", "1"}, {"", "1"}, {"rule", "x\n##vso[task.complete]"}} {
		if err := h.Output(bad[0], bad[1]); err == nil {
			t.Errorf("%q is set to %q", bad[0], bad[1])
		}
	}
}

func TestStatus(t *testing.T) {
	g := newStage(t)
	red := failing(environment)
	red.Check, red.Comment, red.Suggest = true, "off", false
	g.publish(red)
	all := g.Statuses(g.pr)
	if len(all) != 1 || all[0].State != "failed" || all[0].Genre != "envmedic" || all[0].Name != "images/train" || all[0].Iteration != 1 || !strings.HasSuffix(all[0].TargetURL, "buildId=100") {
		t.Fatalf("got %+v", all)
	}
	wantNone(t, "the same again", g.writes(red))
	ok := green()
	ok.Settings = red.Settings
	g.publish(ok)
	if all = g.Statuses(g.pr); len(all) != 2 || all[1].State != "succeeded" {
		t.Fatalf("got %+v", all)
	}
	wantNone(t, "a second green build", g.writes(ok))
	none := unknown()
	none.Settings = red.Settings
	wantNone(t, "a report that knows nothing", g.writes(none))
	g.push(environment + "  - pandas\n")
	g.publish(ok)
	if all = g.Statuses(g.pr); len(all) != 3 || all[2].Iteration != 2 {
		t.Errorf("a push asks for a status of its own: %+v", all)
	}
}

// A policy asks for the status of the iteration that it looks at, so that of an older build goes to its own.
func TestStatusOfAnOlderIteration(t *testing.T) {
	g := newStage(t)
	g.Commit("feature", map[string]string{"more.txt": "x\n"})
	red := failing(environment)
	red.Check = true
	g.publish(red)
	if all := g.Statuses(g.pr); len(all) != 1 || all[0].Iteration != 1 {
		t.Errorf("got %+v, want one of iteration 1", all)
	}
}

func TestStatusNames(t *testing.T) {
	for key, want := range map[string]string{
		"": "environment-build", "images/train": "images/train", "My Pipeline/Job (3.11)": "my-pipeline/job--3.11", "///": "environment-build",
	} {
		if got := statusName(key); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

func TestTheBuildIsTagged(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.Annotate = true
	g.publish(telling)
	if !slices.Equal(g.Tags(), []string{"envmedic-conda-package-not-found"}) {
		t.Errorf("got %q", g.Tags())
	}
	g.Deny("UpdateBuildInformation")
	g.publish(telling)
	g.wantSaid(`tagging the build: not allowed (Access denied.`)
	g.wantSaid(`grant "Update build information" to "env Build Service (fabrikam)"`)
	if len(g.threads()) != 2 {
		t.Error("without the right to tag the rest is not told")
	}
}

func TestTextsAreMasked(t *testing.T) {
	g := newStage(t)
	h := g.open()
	h.mask = annotate.NewMasker("hunter22secret")
	h.say("connecting with hunter22secret")
	if strings.Contains(g.out.String(), "hunter22") {
		t.Errorf("it says %s", g.out.String())
	}
}

func TestThereIsNoPlaceForSARIF(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.Upload = true
	g.publish(telling)
	g.wantSaid("Azure DevOps takes no SARIF by itself")
}

// Where a job checks several repositories out, each stands in a folder of its own below BUILD_SOURCESDIRECTORY, and the agent's
// BUILD_REPOSITORY_LOCALPATH is their parent too.
func TestIssuesOfOneRepositoryAmongSeveral(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.FromWorkspace = "images/env"
	g.open().annotate(telling)
	g.wantSaid("sourcepath=/agent/_work/1/s/images/env/environment.yml;")
}

// Of two builds of one iteration the later one's word counts, whichever ends first.
func TestAnOlderBuildSetsNoStatusOverANewerOnes(t *testing.T) {
	g := newStage(t)
	ok := green()
	ok.Check = true
	g.build(101)
	g.publish(ok)
	red := failing(environment)
	red.Check, red.Comment, red.Suggest = true, "off", false
	g.build(100)
	wantNone(t, "an older build that ends later", g.writes(red))
	g.build(102)
	g.publish(red)
	if all := g.Statuses(g.pr); len(all) != 2 || all[1].State != "failed" {
		t.Errorf("got %+v", all)
	}
}

func TestStatusNamesOfLongKeys(t *testing.T) {
	long := strings.Repeat("pipeline/", 20)
	if a, b := statusName(long+"train"), statusName(long+"serve"); a == b || len(a) > 100 {
		t.Errorf("two jobs share the name %q", a)
	}
}
