package github

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
)

func TestCommentFromRedToGreenAndBack(t *testing.T) {
	c := newConversation(t)
	c.wrote(c.tell(failed()), post)
	first := c.only()
	c.says("### conda found no numppy in the configured channels", "PackagesNotFoundError: numppy", "+  - numpy", "`envmedic build.log`",
		"at "+c.Branch("fix")[:10], c.URL+"/octo/env/actions/runs/77")
	if m, _ := annotate.ReadMarker(first.Body); m["part"] != "comment" || m["state"] != "open" || m["run"] != "1.1" || m["sha"] != c.Branch("fix") {
		t.Errorf("the marker is %v", m)
	}

	c.wrote(c.tell(failed())) // the same again: nothing is written
	c.wrote(c.tell(otherCause()), patch)
	c.says("no pandsa")

	c.wrote(c.tell(succeeded()), patch)
	c.says("### Fixed in "+c.Branch("fix")[:10], "<summary>What had been wrong</summary>", "no pandsa")
	c.wrote(c.tell(succeeded()))

	c.wrote(c.tell(otherCause()), patch)
	c.says("### conda found no pandsa")
	if c.only().ID != first.ID || strings.Contains(c.only().Body, "Fixed in") {
		t.Errorf("red again makes\n%s", c.only().Body)
	}
}

func TestCommentFollowsTheHead(t *testing.T) {
	c := newConversation(t)
	c.tell(failed())
	c.Commit("fix", nil, map[string]githubtest.File{"a": {Text: "a"}})
	c.wrote(c.tell(failed()), patch)
	c.says("at " + c.Branch("fix")[:10])
	c.wrote(c.tell(failed()))
}

func TestCommentIsRecreatedWhenTheCauseChanges(t *testing.T) {
	c := newConversation(t)
	again, other := failed(), otherCause()
	again.Comment, other.Comment = "recreate", "recreate"
	again.Report.Diagnoses[0].Evidence[0].Line = 99
	c.tell(failed())
	first := c.only()
	c.wrote(c.tell(again), patch) // only the line of the log has moved
	c.wrote(c.tell(other), post, remove)
	if c.only().ID == first.ID {
		t.Error("the comment is the old one")
	}
	c.says("no pandsa")
	c.wrote(c.tell(succeeded()), patch)
}

func TestCommentIsLeftAlone(t *testing.T) {
	advice := failed()
	advice.Report.Diagnoses[0].Kind = "advice"
	unknown := failed()
	unknown.Report = &diagnose.Report{Logs: []diagnose.LogInfo{{Path: "build.log", Outcome: "unknown"}}}
	off := failed()
	off.Comment = "off"
	for name, told := range map[string]*annotate.Telling{"advice": advice, "unknown": unknown, "off": off, "green": succeeded()} {
		c := newConversation(t)
		if c.wrote(c.tell(told)); len(c.Comments(c.number)) > 0 {
			t.Errorf("%s makes a comment", name)
		}
	}
	c := newConversation(t)
	c.tell(failed())
	c.wrote(c.tell(unknown))
	c.wrote(c.tell(advice))
	c.says("no numppy")
}

func TestCommentOfEachKey(t *testing.T) {
	c := newConversation(t)
	other := otherCause()
	other.Key = "CI/image/3.12"
	c.tell(failed())
	c.wrote(c.tell(other), post)
	c.wrote(c.tell(succeeded()), patch)
	list := c.Comments(c.number)
	if len(list) != 2 || !strings.Contains(list[0].Body, "Fixed") || !strings.Contains(list[1].Body, "no pandsa") {
		t.Errorf("the comments are %+v", list)
	}
}

func TestCommentOfSomebodyElse(t *testing.T) {
	c := newConversation(t)
	h, _ := c.host()
	forged := (&sticky{Host: h, key: annotate.Digest("CI/image")}).mark(&pull{}, "open").String() + "\nclick here"
	for _, login := range []string{"mallory", "github-actions", "evil[bot]"} {
		c.AddComment(c.number, login, forged)
	}
	c.AddComment(c.number, githubtest.Actions, "a quotation:\n"+forged)
	c.wrote(c.tell(failed()), post)
	c.wrote(c.tell(succeeded()), patch)
	list := c.Comments(c.number)
	if len(list) != 5 || !strings.Contains(list[4].Body, "Fixed in") {
		t.Errorf("the comments are %+v", list)
	}
	for _, one := range list[:3] {
		if one.Body != forged {
			t.Errorf("the comment of %s was changed to %q", one.Author, one.Body)
		}
	}
}

func TestCommentByAPersonsToken(t *testing.T) {
	c := newConversation(t)
	c.token = c.Token("octocat", nil)
	c.AddComment(c.number, "octocat", "thanks")
	c.wrote(c.tell(failed()), post)
	c.wrote(c.tell(failed()))
	c.wrote(c.tell(succeeded()), patch)
}

// Who the token's user is must be known only where a comment could be its own.
func TestCommentAsksWhoItIsOnlyWhereNeeded(t *testing.T) {
	c := newConversation(t)
	c.AddComment(c.number, "mallory", "no marker")
	c.tell(failed())
	if slices.Contains(c.Requests(), "POST /graphql") {
		t.Errorf("the first run asks: %q", c.Requests())
	}
	c.tell(failed())
	asked := 0
	for _, r := range c.Requests() {
		if r == "POST /graphql" {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("the second run asks %d times: %q", asked, c.Requests())
	}
}

func TestCommentBehindAHundredOthers(t *testing.T) {
	c := newConversation(t)
	for i := range 130 {
		c.AddComment(c.number, "octocat", fmt.Sprint("remark ", i))
	}
	c.wrote(c.tell(failed()), post)
	for i := range 130 {
		c.AddComment(c.number, "octocat", fmt.Sprint("answer ", i))
	}
	c.wrote(c.tell(failed()))
	c.wrote(c.tell(succeeded()), patch)
}

func TestCommentLength(t *testing.T) {
	c := newConversation(t)
	big := failed()
	for i := range 80 {
		d := missing(fmt.Sprint("big", i))
		d.Fixes[0].Diff = strings.Repeat("+ ä line of a diff ````\n", 400)
		big.Report.Diagnoses = append(big.Report.Diagnoses, d)
	}
	c.wrote(c.tell(big), post)
	if n := len(c.only().Body); n > 64_000 || n < 50_000 {
		t.Errorf("a long comment has %d bytes", n)
	}
	c.says("parts are left out", "On your machine")
	c.wrote(c.tell(succeeded()), patch)
	if n := len(c.only().Body); n > 64_000 {
		t.Errorf("a long comment, settled, has %d bytes", n)
	}
	c.says("What had been wrong", "no big1")
}

func TestCommentOfAFailureThatNoRuleKnows(t *testing.T) {
	c := newConversation(t)
	unknown := failed()
	unknown.Report.Diagnoses = nil
	unknown.Report.Unrecognised = []diagnose.Unrecognised{{Log: "build.log", Step: diagnose.Step{Command: "make"}, Lines: []diagnose.Evidence{{Line: 9, Text: "make: *** boom"}}}}
	c.wrote(c.tell(unknown), post)
	c.says("### The build failed, and no rule knows why", "make: *** boom")
	c.wrote(c.tell(unknown))
	first, _ := annotate.ReadMarker(c.only().Body)
	c.wrote(c.tell(failed()), patch)
	if now, _ := annotate.ReadMarker(c.only().Body); now["cause"] == first["cause"] {
		t.Error("a known cause has the fingerprint of an unknown one")
	}
}
