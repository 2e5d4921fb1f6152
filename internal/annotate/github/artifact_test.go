package github

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

var mayRead = map[string]string{"actions": "read"}

// inRun opens a host in a job of the run.
func inRun(t *testing.T, s *githubtest.Server, run *githubtest.Run) *fetching {
	t.Helper()
	return fetchFrom(t, s, mayRead, nil, map[string]string{"GITHUB_RUN_ID": strconv.FormatInt(run.ID, 10)})
}

// stored is what the artifacts that match hold, by name, or why they cannot be read.
func stored(t *testing.T, h *fetching, glob string) (names []string, texts map[string]string) {
	t.Helper()
	list, err := h.Artifacts(t.Context(), glob)
	if err != nil {
		t.Fatal(err)
	}
	texts = map[string]string{}
	for _, a := range list {
		text, err := io.ReadAll(a)
		if err != nil {
			text = []byte("error: " + err.Error())
		} else if int64(len(text)) != a.Size {
			t.Errorf("%s: %d bytes, and %d are said", a.Name, len(text), a.Size)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		names, texts[a.Name] = append(names, a.Name), string(text)
	}
	return names, texts
}

func TestArtifacts(t *testing.T) {
	s := githubtest.New(t)
	run, other := s.PushJob("main").Run, s.PushJob("main").Run
	s.Artifact(run, "build-log-3.11", map[string]string{"build.log": "#1 [1/2] FROM scratch\n"})
	s.BareArtifact(run, "build-log-3.12", "ERROR: no matching distribution\n")
	s.BareArtifact(run, "wheels", "not asked for")
	s.BareArtifact(other, "build-log-3.13", "of another run")
	h := inRun(t, s, run)
	names, texts := stored(t, h, "build-log-*")
	if strings.Join(names, " ") != "build-log-3.11 build-log-3.12" || !strings.HasPrefix(texts["build-log-3.11"], "PK\x03\x04") ||
		texts["build-log-3.12"] != "ERROR: no matching distribution\n" {
		t.Errorf("%v: %q", names, texts)
	}
	if n := h.calls.Load(); n != 5 { // one for the list, two for each: where it is, and its bytes
		t.Errorf("%d calls: %v", n, s.Requests())
	}
}

// What is not read is not fetched.
func TestArtifactsAreLazy(t *testing.T) {
	s := githubtest.New(t)
	run := s.PushJob("main").Run
	s.BareArtifact(run, "log", "text")
	h := inRun(t, s, run)
	list, err := h.Artifacts(t.Context(), "log")
	if err != nil || len(list) != 1 || list[0].Close() != nil || h.calls.Load() != 1 {
		t.Errorf("%v, %v after %d calls", list, err, h.calls.Load())
	}
	if _, err := list[0].Read(make([]byte, 1)); err == nil {
		t.Error("a closed artifact is read")
	}
}

// In a workflow_run event the artifacts are those of the run that has ended.
func TestArtifactsOfTheTriggeringRun(t *testing.T) {
	s := githubtest.New(t)
	ended := s.PushJob("main").Run
	s.BareArtifact(ended, "log", "of the run that has ended")
	h := fetchFrom(t, s, mayRead, afterRun(ended.ID, ended.HeadSHA, "octo/env"), map[string]string{"GITHUB_RUN_ID": "1"})
	if _, texts := stored(t, h, "*"); texts["log"] != "of the run that has ended" {
		t.Errorf("%q", texts)
	}
}

// A job that was run again has stored a second artifact of the same name.
func TestNewestArtifactOfAName(t *testing.T) {
	s := githubtest.New(t)
	run := s.PushJob("main").Run
	s.BareArtifact(run, "log", "of the first attempt")
	s.BareArtifact(run, "log", "of the second attempt")
	if names, texts := stored(t, inRun(t, s, run), "log"); len(names) != 1 || texts["log"] != "of the second attempt" {
		t.Errorf("%v: %q", names, texts)
	}
}

func TestArtifactsOnSeveralPages(t *testing.T) {
	s := githubtest.New(t)
	run := s.PushJob("main").Run
	for n := range 230 {
		s.BareArtifact(run, fmt.Sprintf("log-%03d", n), strconv.Itoa(n))
	}
	h := inRun(t, s, run)
	list, err := h.Artifacts(t.Context(), "log-*")
	if err != nil || len(list) != 230 || h.calls.Load() != 3 {
		t.Errorf("%d artifacts, %v after %d calls", len(list), err, h.calls.Load())
	}
}

// A name with brackets is found by itself, though as a pattern it means others.
func TestArtifactNames(t *testing.T) {
	for _, c := range []struct {
		name, glob string
		want       bool
	}{
		{"log", "log", true}, {"log [3.11]", "log [3.11]", true}, {"log [3.11]", "log *", true}, {"log-1", "log-{1,2}", true},
		{"log-3", "log-{1,2}", false}, {"logs", "log", false},
	} {
		if got := named(c.name, c.glob); got != c.want {
			t.Errorf("%q by %q: %v", c.name, c.glob, got)
		}
	}
	h := fetchFrom(t, githubtest.New(t), mayRead, nil, nil)
	if _, err := h.Artifacts(t.Context(), "log-["); err == nil || h.calls.Load() != 0 {
		t.Errorf("a pattern that is none: %v after %d calls", err, h.calls.Load())
	}
}

func TestExpiredArtifact(t *testing.T) {
	s := githubtest.New(t)
	run := s.PushJob("main").Run
	s.Expire(s.BareArtifact(run, "old", "gone"))
	soon := s.BareArtifact(run, "soon", "gone")
	h := inRun(t, s, run)
	list, err := h.Artifacts(t.Context(), "*")
	if err != nil {
		t.Fatal(err)
	}
	s.Expire(soon) // between the list and the reading: 410
	for _, a := range list {
		if _, err := io.ReadAll(a); err == nil || !strings.Contains(err.Error(), `"`+a.Name+`": it has expired`) {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

// What GitHub says when it refuses stays an error of GitHub, so that the permission to grant can be named.
func TestRefusedArtifacts(t *testing.T) {
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound} {
		s := githubtest.New(t)
		run := s.PushJob("main").Run
		s.BareArtifact(run, "log", "text")
		s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
			return status, nil, `{"message":"Not for you"}`, strings.HasSuffix(r.URL.Path, "/zip")
		})
		list, err := inRun(t, s, run).Artifacts(t.Context(), "*")
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(list[0])
		var refused *gh.ErrorResponse
		if !errors.As(err, &refused) || refused.Response.StatusCode != status || !strings.Contains(err.Error(), "Not for you") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

func TestArtifactsNeedAPermission(t *testing.T) {
	_, err := fetchFrom(t, githubtest.New(t), map[string]string{"contents": "read"}, nil, nil).Artifacts(t.Context(), "*")
	lacks(t, err)
}

// sendTo answers the question where the bytes are.
func sendTo(s *githubtest.Server, address string) {
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusFound, http.Header{"Location": {address}}, "", strings.HasSuffix(r.URL.Path, "/zip")
	})
}

// The signature in the address of the bytes stands in no message, whatever goes wrong there.
func TestSignedAddressIsNotTold(t *testing.T) {
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	for address, want := range map[string]string{refusing.URL: "answers 404 Not Found", gone.URL: "connection refused", "ftp://store.example": "without https"} {
		s := githubtest.New(t)
		run := s.PushJob("main").Run
		s.BareArtifact(run, "log", "text")
		sendTo(s, address+"/blob?sig=c2VjcmV0")
		_, texts := stored(t, inRun(t, s, run), "log")
		if got := texts["log"]; !strings.Contains(got, want) || strings.Contains(got, "c2VjcmV0") {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestBytesComeOverHTTPS(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), mayRead, nil, nil)
	from, _ := url.Parse("https://api.example")
	at, _ := url.Parse("http://store.example/blob?sig=c2VjcmV0")
	if _, err := h.fetch(t.Context(), from, at); err == nil || h.calls.Load() != 0 {
		t.Errorf("%v after %d calls", err, h.calls.Load())
	}
}

// An artifact of a renamed repository is asked for at its new address, with the token.
func TestArtifactOfARenamedRepository(t *testing.T) {
	s := githubtest.New(t)
	run := s.PushJob("main").Run
	id := s.BareArtifact(run, "log", "text")
	moved := fmt.Sprintf("%s/repos/octo/env/actions/artifacts/%d/zip", s.APIURL(), id)
	first := true
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		if !first || !strings.HasSuffix(r.URL.Path, "/zip") {
			return 0, nil, "", false
		}
		first = false
		return http.StatusMovedPermanently, http.Header{"Location": {moved}}, "", true
	})
	if _, texts := stored(t, inRun(t, s, run), "log"); texts["log"] != "text" {
		t.Errorf("%q", texts)
	}
	endless := githubtest.New(t)
	run = endless.PushJob("main").Run
	endless.BareArtifact(run, "log", "text")
	sendTo(endless, moved[len(s.URL):])
	if _, texts := stored(t, inRun(t, endless, run), "log"); !strings.Contains(texts["log"], "never to the bytes") {
		t.Errorf("%q", texts)
	}
}

func TestHugeArtifact(t *testing.T) {
	d := &download{artifact: &gh.Artifact{Name: gh.String("log"), SizeInBytes: gh.Int64(maxArtifact + 1)}}
	if _, err := d.Read(nil); err == nil || !strings.Contains(err.Error(), "2147483649 bytes, and artifacts are read up to 2147483648") {
		t.Errorf("got %v", err)
	}
}

func TestArtifactsNeedAToken(t *testing.T) {
	h := fetchFrom(t, githubtest.New(t), nil, nil, nil)
	h.api = nil
	if _, err := h.Artifacts(t.Context(), "*"); err == nil || !strings.Contains(err.Error(), "input token") {
		t.Errorf("got %v", err)
	}
}
