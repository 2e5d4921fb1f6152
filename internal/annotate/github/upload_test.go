package github

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
)

var mayUpload = map[string]string{"security-events": "write"}

func withSARIF(t *testing.T, telling *annotate.Telling) *annotate.Telling {
	t.Helper()
	var b bytes.Buffer
	if err := annotate.WriteSARIF(&b, telling.Report, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	telling.SARIF = b.Bytes()
	return telling
}

// uploaded is what of an uploaded file code scanning looks at.
type uploaded struct {
	Runs []struct {
		AutomationDetails struct{ ID string }
		Results           []struct {
			RuleID              string
			PartialFingerprints map[string]string
			Locations           []struct {
				PhysicalLocation struct {
					ArtifactLocation map[string]string
					Region           struct{ StartLine int }
				}
			}
		}
	}
}

func TestUpload(t *testing.T) {
	s := githubtest.New(t)
	h := fetchFrom(t, s, mayUpload, nil, nil)
	telling := told(2)
	telling.FromRepository = "docker"
	telling.Report.Diagnoses = append(telling.Report.Diagnoses, diagnose.Diagnosis{Rule: "nowhere", Kind: "cause", Summary: "without a place"},
		diagnose.Diagnosis{Rule: "a-file", Kind: "advice", Summary: "a file", Location: &diagnose.Location{Path: "a b.yml"}})
	if err := h.upload(t.Context(), nil, withSARIF(t, telling)); err != nil {
		t.Fatal(err)
	}
	got := s.SARIFs()
	if len(got) != 1 || got[0].CommitSHA != s.Branch("main") || got[0].Ref != "refs/heads/main" || got[0].ToolName != "envmedic" {
		t.Fatalf("%+v", got)
	}
	valid(t, got[0].JSON)
	var log uploaded
	if err := json.Unmarshal(got[0].JSON, &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Results) != 3 || run.AutomationDetails.ID != "envmedic/"+annotate.Digest("build/image/null")+"/" {
		t.Errorf("%+v", run)
	}
	first, file := run.Results[0], run.Results[2].Locations[0].PhysicalLocation
	if at := first.Locations[0].PhysicalLocation; at.ArtifactLocation["uri"] != "docker/environment.yml" || at.ArtifactLocation["uriBaseId"] != "" || at.Region.StartLine != 1 {
		t.Errorf("%+v", at)
	}
	if file.ArtifactLocation["uri"] != "docker/a%20b.yml" || file.Region.StartLine != 1 {
		t.Errorf("%+v", file)
	}
	if first.PartialFingerprints["primaryLocationLineHash"] == "" {
		t.Error("code scanning would not know the alert again")
	}
}

// valid holds a file against the standard.
func valid(t *testing.T, text []byte) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.FromSlash("../testdata/sarif-2.1.0.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Error(err)
	}
}

// Which commit and ref alerts are shown on.
func TestScannedCommit(t *testing.T) {
	s := githubtest.New(t)
	main := s.Branch("main")
	head := s.Commit("fix", []string{main}, map[string]githubtest.File{"a": {Text: "a"}})
	pr := &pull{number: 3, headSHA: head}
	for _, c := range []struct {
		name      string
		env       map[string]string
		event     any
		pr        *pull
		sha, ref  string
		complaint string
	}{
		{name: "a push", sha: main, ref: "refs/heads/main"},
		{name: "a push to a pull request's branch", pr: pr, sha: main, ref: "refs/heads/main"},
		{name: "a pull request", env: map[string]string{"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/3/merge"}, pr: pr, sha: main, ref: "refs/pull/3/merge"},
		{name: "pull_request_target", env: map[string]string{"GITHUB_EVENT_NAME": "pull_request_target"}, pr: pr, sha: head, ref: "refs/pull/3/head"},
		{name: "the run of a pull request", env: after, event: afterRun(1, head, "mallory/env"), pr: pr, sha: head, ref: "refs/pull/3/head"},
		{name: "the run of a branch", env: after, event: afterRun(1, head, "octo/env"), sha: head, ref: "refs/heads/fix"},
		{name: "the run of a fork without a pull request", env: after, event: afterRun(1, head, "mallory/env"), complaint: "in a fork"},
		{name: "no commit", env: map[string]string{"GITHUB_SHA": "main"}, complaint: "40 hexadecimal digits"},
		{name: "no ref", env: map[string]string{"GITHUB_REF": ""}, complaint: "refs/heads/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sha, ref, err := fetchFrom(t, s, nil, c.event, c.env).scanned(c.pr)
			if sha != c.sha || ref != c.ref || (err != nil) != (c.complaint != "") || err != nil && !strings.Contains(err.Error(), c.complaint) {
				t.Errorf("%s at %s, %v", ref, sha, err)
			}
		})
	}
}

var after = map[string]string{"GITHUB_EVENT_NAME": "workflow_run"}

func TestUploadIsBounded(t *testing.T) {
	noise := make([]byte, 0, 11<<20) // no compression makes it smaller
	for sum := sha256.Sum256(nil); len(noise) < cap(noise); sum = sha256.Sum256(sum[:]) {
		noise = append(noise, sum[:]...)
	}
	if _, err := pack(noise); err == nil || !strings.Contains(err.Error(), "10485760") {
		t.Errorf("got %v", err)
	}
}

func TestUploadIsRefused(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), map[string]string{"contents": "write"}, nil, nil)
	lacks(t, h.upload(t.Context(), nil, withSARIF(t, told(1))))
	if err := h.upload(t.Context(), nil, told(1)); err != nil {
		t.Errorf("without a SARIF file: %v", err)
	}
}
