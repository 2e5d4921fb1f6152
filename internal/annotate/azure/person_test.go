package azure

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

func TestWhatPersonsDecidedStands(t *testing.T) {
	for _, status := range []string{"wontFix", "byDesign", "closed"} {
		t.Run(status, func(t *testing.T) {
			g := newStage(t)
			g.publish(failing(environment))
			for _, th := range g.Threads(g.pr) {
				g.SetStatus(g.pr, th.ID, status)
			}
			g.build(101)
			changed := failing(environment)
			changed.Report.Diagnoses[0].Summary = "another text"
			wantNone(t, "a red build", g.writes(changed))
			wantNone(t, "a green build", g.writes(green()))
		})
	}
}

func TestAThreadDeletedByAPerson(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	on := g.threads()[onFile]
	g.Delete(g.pr, on.ID)
	g.build(101)
	wantNone(t, "a build of the same commits", g.writes(failing(environment)))
	g.push(environment + "  - pandas\n")
	g.build(102)
	g.publish(failing(environment + "  - pandas\n"))
	if again := g.threads()[onFile]; again.ID == 0 || again.ID == on.ID {
		t.Errorf("after a push the cause is not told again: %+v", again)
	}
}

func TestAThreadDeletedBetweenReadingAndWriting(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if r.Method == "PATCH" {
			return &azuretest.Fault{Status: 404, Body: `{"message":"The comment does not exist."}`}
		}
		return nil
	})
	g.build(101)
	changed := failing(environment)
	changed.Report.Diagnoses[0].Summary = "another text"
	for _, call := range g.writes(changed) {
		if strings.HasPrefix(call, "POST ") {
			t.Errorf("a thread that was deleted a moment ago is opened again: %s", call)
		}
	}
	if strings.Contains(g.out.String(), "does not exist") {
		t.Errorf("the log complains: %s", g.out.String())
	}
}

func TestThreadsOfOthersAreLeftAlone(t *testing.T) {
	g := newStage(t)
	marker := annotate.Marker{"key": annotate.Digest("images/train"), "cause": summarySubject, "state": "open", "build": "1", "content": "x"}.String()
	properties := map[string]string{keyProperty: annotate.Digest("images/train"), subjectProperty: summarySubject}
	forged := []int{
		g.AddThread(g.pr, azuretest.PersonID, marker+"\nby hand", nil),
		g.AddThread(g.pr, azuretest.PersonID, marker+"\nby a program", properties),
	}
	g.publish(failing(environment))
	g.build(101)
	g.publish(green())
	for _, th := range g.Threads(g.pr) {
		for _, id := range forged {
			if th.ID == id && (th.Status != "active" || !strings.Contains(th.Comments[0].Content, "by ")) {
				t.Errorf("somebody else's thread was changed: %+v", th)
			}
		}
	}
	if n := len(g.Threads(g.pr)); n != 4 {
		t.Errorf("%d threads, want theirs and two of ours", n)
	}
}

// Where the service does not say who the token is, a marker alone, which people can type, makes no thread ours.
func TestWithoutAnIdentityPropertiesAreAskedFor(t *testing.T) {
	g := newStage(t)
	g.HideIdentity()
	marker := annotate.Marker{"key": annotate.Digest("images/train"), "cause": summarySubject, "state": "open", "build": "1", "content": "x"}.String()
	g.AddThread(g.pr, azuretest.PersonID, marker+"\nby hand", nil)
	g.publish(failing(environment))
	if n := len(g.Threads(g.pr)); n != 3 {
		t.Fatalf("%d threads, want the forged one and two of ours", n)
	}
	g.build(101)
	wantNone(t, "a second run", g.writes(failing(environment)))
}

func TestPropertiesAreReadAsTheServiceSendsThem(t *testing.T) {
	for _, body := range azuretest.Examples(t, "git.Pull Request Threads_List") {
		var all struct{ Value []struct{ Properties any } }
		if err := json.Unmarshal(body, &all); err != nil {
			t.Fatal(err)
		}
		if got := stringsOf(all.Value[0].Properties)["CodeReviewThreadType"]; got != "MergeAttempt" {
			t.Errorf("got %q from Microsoft's own example", got)
		}
	}
}

// A deleted comment has no text, so no marker either; its thread's properties still tell whose it was.
func TestAThreadDeletedWhereTheServiceDoesNotSayWhoTheTokenIs(t *testing.T) {
	g := newStage(t)
	g.HideIdentity()
	g.publish(failing(environment))
	g.Delete(g.pr, g.threads()[onFile].ID)
	g.build(101)
	wantNone(t, "a build of the same commits", g.writes(failing(environment)))
}
