package azure

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

// read is the names and texts of what Artifacts opens.
func (g *stage) read(h *Host, glob string) (string, error) {
	logs, err := h.Artifacts(context.Background(), glob)
	var b strings.Builder
	for _, l := range logs {
		text, err := io.ReadAll(l)
		if err != nil {
			g.t.Fatal(err)
		}
		l.Close()
		b.WriteString(l.Name + "=" + string(text) + "\n")
	}
	return b.String(), err
}

func TestLogsOfSteps(t *testing.T) {
	g := newStage(t)
	g.Step("Build image", "failed", "2026-11-01T08:00:00.0000000Z boom\n")
	g.Step("Build docs", "succeeded", "fine")
	g.Step("Push", "skipped", "")
	for glob, want := range map[string]string{
		"Build image": "Build image=2026-11-01T08:00:00.0000000Z boom\n\n",
		"Build*":      "Build image=2026-11-01T08:00:00.0000000Z boom\n\n",
		"*docs":       "Build docs=fine\n",
	} {
		if got, err := g.read(g.open(), glob); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", glob, got, err, want)
		}
	}
	g.env["SYSTEM_TASKINSTANCEID"] = "AAAAAAAA-0000-0000-0000-000000000002"
	for _, glob := range []string{"Build docs", "envmedic", "Publish"} { // our own step, one that has not ended, and one that there is not
		if got, err := g.read(g.open(), glob); err != nil || got != "" {
			t.Errorf("%s: got %q, %v", glob, got, err)
		}
	}
}

func TestLogsOfArtifacts(t *testing.T) {
	g := newStage(t)
	g.Artifact("build-log", "PK…", "")
	if got, err := g.read(g.open(), "build-*"); err != nil || got != "build-log=PK…\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

// The storage of artifacts is another host of Microsoft's, and it wants the token.
func TestArtifactsInTheServicesStorage(t *testing.T) {
	g := newStage(t)
	g.env["SYSTEM_COLLECTIONURI"] = "https://dev.azure.com/fabrikam/"
	g.Artifact("build-log", "text", "https://artprodcus3.artifacts.visualstudio.com/A1")
	h, err := Open(Options{Getenv: func(k string) string { return g.env[k] }, Out: &g.out, Client: g.Client()})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := g.read(h, "build-log"); err != nil || got != "build-log=text\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTheTokenGoesToNoOtherHost(t *testing.T) {
	g := newStage(t)
	g.Artifact("build-log", "text", "https://artifacts.example")
	sent := ""
	watch := watching{func(r *http.Request) { sent += r.URL.Host + "\n" }}
	h, err := Open(Options{Getenv: func(k string) string { return g.env[k] }, Out: &g.out, Client: &http.Client{Transport: watch}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.read(h, "build-log"); err == nil || !strings.Contains(err.Error(), "the token is not sent there") || strings.Contains(sent, "artifacts.example") {
		t.Errorf("got %v; hosts:\n%s", err, sent)
	}
}

type watching struct{ saw func(*http.Request) }

func (w watching) RoundTrip(r *http.Request) (*http.Response, error) {
	w.saw(r)
	return http.DefaultTransport.RoundTrip(r)
}

func TestWhichHostsAreTrusted(t *testing.T) {
	for _, tt := range []struct {
		collection, address string
		want                bool
	}{
		{"https://dev.azure.com/fabrikam", "https://dev.azure.com/fabrikam/_apis/resources/Containers/1", true},
		{"https://dev.azure.com/fabrikam", "https://dev.azure.com/mallory/x", false},
		{"https://dev.azure.com/fabrikam", "https://dev.azure.com/fabrikam2/x", false},
		{"https://dev.azure.com/fabrikam", "http://dev.azure.com/fabrikam/x", false},
		{"https://dev.azure.com/fabrikam", "https://artprodcus3.artifacts.visualstudio.com/A/_apis/artifact", true},
		{"https://dev.azure.com/fabrikam", "https://fabrikam.visualstudio.com/x", true},
		{"https://dev.azure.com/fabrikam", "https://mallory.visualstudio.com/x", false},
		{"https://dev.azure.com/fabrikam", "https://artifacts.visualstudio.com.example/x", false},
		{"https://dev.azure.com/fabrikam", "https://dev.azure.com@evil.example/fabrikam/x", false},
		{"https://fabrikam.visualstudio.com", "https://dev.azure.com/fabrikam/x", true},
		{"https://fabrikam.visualstudio.com", "https://fabrikam.visualstudio.com/x", true},
		{"https://tfs.example/tfs/DefaultCollection", "https://tfs.example/tfs/defaultcollection/x", true},
		{"https://tfs.example/tfs/DefaultCollection", "https://artprodcus3.artifacts.visualstudio.com/x", false},
		{"https://dev.azure.com/fabrikam", "", false},
	} {
		u, err := url.Parse(tt.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&run{collection: tt.collection}).trusts(u); got != tt.want {
			t.Errorf("%s for %s: %v", tt.address, tt.collection, got)
		}
	}
}

func TestLogsThatCannotBeRead(t *testing.T) {
	g := newStage(t)
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if strings.Contains(r.URL.Path, "/builds/") {
			return &azuretest.Fault{Status: 403, Body: `{"message":"Access denied."}`}
		}
		return nil
	})
	if _, err := g.read(g.open(), "x"); err == nil || !strings.Contains(err.Error(), `grant "View builds" to "env Build Service (fabrikam)"`) {
		t.Errorf("got %v", err)
	}
	delete(g.env, "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN")
	if _, err := g.read(g.open(), "x"); err == nil || !strings.Contains(err.Error(), "needs a token") {
		t.Errorf("got %v", err)
	}
	if _, err := g.read(g.open(), "["); err == nil {
		t.Error("a broken name passes")
	}
}

// Jobs of a matrix have steps of the same names. A job reads its own; it reads those of others where it has none of that name.
func TestAJobReadsItsOwnSteps(t *testing.T) {
	g := newStage(t)
	g.env["SYSTEM_JOBID"] = azuretest.OwnJob
	g.Step("Build image", "succeeded", "fine\n")
	g.StepOf("bbbbbbbb-0000-0000-0000-000000000000", "Build image", "failed", "boom\n")
	g.StepOf("bbbbbbbb-0000-0000-0000-000000000000", "Build docs", "failed", "docs\n")
	for glob, want := range map[string]string{"Build image": "Build image=fine\n\n", "Build docs": "Build docs=docs\n\n"} {
		if got, err := g.read(g.open(), glob); err != nil || got != want {
			t.Errorf("%s: got %q, %v; want %q", glob, got, err, want)
		}
	}
}
