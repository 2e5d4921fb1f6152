package azure

import (
	"strings"
	"testing"
)

// The names of a user's own rules may be anything; what is made of them are names that the service takes.
func TestNamesOfARuleOfTheUsersOwn(t *testing.T) {
	g := newStage(t)
	telling := patching()
	telling.Annotate = true
	telling.Change.Rules, telling.Report.Diagnoses[0].Rule = []string{"Our rules/GPU: ~1"}, "Our rules/GPU: ~1"
	g.publish(telling)
	if branch := g.branchOfEdits(); !strings.HasPrefix(branch, "envmedic/fix-our-rules-gpu---1-") {
		t.Errorf("the branch is %s", branch)
	}
	if tags := g.Tags(); len(tags) != 1 || tags[0] != "envmedic-our-rules-gpu---1" {
		t.Errorf("the build has the tags %q", tags)
	}
}

// However much there is to say, the description is whole pieces within the service's limit.
func TestDescriptionsOfAnyLength(t *testing.T) {
	for n := range 40 {
		telling := patching()
		telling.Change.Titles = nil
		for range n {
			telling.Change.Titles = append(telling.Change.Titles, strings.Repeat("t", 170))
		}
		p := &proposal{host: newHost(), t: telling, digest: "0123456789"}
		text := p.description()
		if len(text) > 4000 || !strings.Contains(text, "No build has tried these edits yet.") || n > 0 && !strings.Contains(text, "- ttt") {
			t.Errorf("%d fixes: %d bytes\n%s", n, len(text), text)
		}
	}
}

func newHost() *Host {
	return &Host{run: run{collection: "https://dev.azure.com/fabrikam", project: "env", build: 100}}
}

// The service makes links to work items and people of what it finds in titles and commits, and "fixes #12" closes one.
func TestTitlesMentionNobody(t *testing.T) {
	g := newStage(t)
	telling := patching()
	telling.Change.Titles = []string{"rename numppy, fixes #12 of @everyone"}
	g.publish(telling)
	if title, message := g.patches()[0].Title, g.Message(g.branchOfEdits()); strings.Contains(title+message, "#12") || strings.Contains(title+message, "@everyone") {
		t.Errorf("a mention is alive in %q or %q", title, message)
	}
}
