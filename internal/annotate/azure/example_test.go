package azure

import (
	"os"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/manifest"
)

// TestAnAzureMLLog is the whole way: a log that Azure ML wrote, the definition file, and what people read on the pull request.
func TestAnAzureMLLog(t *testing.T) {
	const dir = "../../../examples/azureml-conda-channel"
	log, err := os.Open(dir + "/20_image_build_log.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	definition, err := os.ReadFile(dir + "/environment.yml")
	if err != nil {
		t.Fatal(err)
	}
	rules := diagnose.Builtin()
	read, err := buildlog.Stream("20_image_build_log.txt", log).Read(buildlog.NewFinder(rules.Literals()))
	if err != nil {
		t.Fatal(err)
	}
	files, errs := manifest.Load(os.DirFS(dir), nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	g := newStage(t)
	g.push(string(definition))
	telling := failing(environment)
	telling.Check = true
	telling.Report = annotate.Masked(diagnose.Run(rules, []*buildlog.Log{read}, files), nil)
	g.publish(telling)
	first, written := len(g.Requests()), len(g.Writes())
	g.publish(telling)
	again := len(g.Requests()) - first
	for _, w := range g.Writes()[written:] {
		if !strings.Contains(w, "/tags/") { // a PUT of the tag that is there
			t.Errorf("a second run writes %s", w)
		}
	}
	text := g.threads()[onFile].Comments[0].Content
	for _, want := range []string{"conda found no pytorch-cuda", "```suggestion\n", "  - pytorch\n", "`env/environment.yml:10`", "20_image_build_log.txt"} {
		if !strings.Contains(text, want) {
			t.Errorf("the thread lacks %q:\n%s", want, text)
		}
	}
	if s := g.Statuses(g.pr); len(s) != 1 || s[0].State != "failed" {
		t.Errorf("the status is %+v", s)
	}
	g.build(101)
	done := green()
	done.Check = true
	before := len(g.Requests())
	g.publish(done)
	t.Logf("API calls: %d on the first red run, %d on the second, %d on the first green one", first, again, len(g.Requests())-before)
	g.wantStatus("fixed")
	if s := g.Statuses(g.pr); len(s) != 2 || s[1].State != "succeeded" {
		t.Errorf("the status is %+v", s)
	}
}
