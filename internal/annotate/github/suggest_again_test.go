package github

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

const resolveThread = "POST /graphql resolveReviewThread"

func TestGreenResolves(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	unknown := &annotate.Telling{Report: &diagnose.Report{Logs: []diagnose.LogInfo{{Outcome: "unknown"}}}}
	if w := s.writes(func() { s.suggest(unknown) }); len(w) > 0 {
		t.Errorf("a build of unknown end writes %q", w)
	}
	if w := s.writes(func() { s.suggest(greenBuild()) }); !slices.Equal(w, []string{resolveThread}) {
		t.Errorf("a green run writes %q", w)
	}
	if c := s.ReviewComments(s.number)[0]; !c.Resolved {
		t.Errorf("the thread is open: %+v", c)
	}
	if w := s.writes(func() { s.suggest(greenBuild()) }); len(w) > 0 {
		t.Errorf("a second green run writes %q", w)
	}
}

// Resolving takes contents: write, which few jobs have. The comment then says itself that it is over, and offers nothing.
func TestGreenWithoutContents(t *testing.T) {
	s := newStage(t)
	s.token = s.Token("", map[string]string{"contents": "read", "pull-requests": "write"})
	s.suggest(brokenBy(renameNumppy))
	s.suggest(greenBuild())
	s.wantLive()
	c := s.ReviewComments(s.number)[0]
	m, ok := annotate.ReadMarker(c.Body)
	if !ok || m["state"] != "settled" || !strings.Contains(c.Body, "the build succeeds") || strings.Contains(c.Body, "```") {
		t.Errorf("it now says %q", c.Body)
	}
	if w := s.writes(func() { s.suggest(greenBuild()) }); len(w) > 0 {
		t.Errorf("a second green run writes %q", w)
	}
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
	if n := len(s.ReviewComments(s.number)); n != 1 {
		t.Errorf("%d comments; the settled one should say again what it said", n)
	}
}

func TestAnotherFixTakesThePlace(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	s.suggest(brokenBy(editsOf(fortyHead, "numppy==1.0", "numpy")))
	s.wantLive("10: numpy\n")
}

// A suggestion follows its line; where the line has changed it is outdated, and what is suggested now stands beside it.
func TestNewCommits(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	moved := "first==1\n" + fortyHead
	s.put("fix", moved)
	if w := s.writes(func() { s.suggest(brokenBy(editsOf(moved, "numppy", "numpy"))) }); len(w) > 0 {
		t.Errorf("the line has only moved, yet %q", w)
	}
	changed := strings.Replace(moved, "numppy==1.0", "numppy==2.0", 1)
	s.put("fix", changed)
	s.suggest(brokenBy(editsOf(changed, "numppy", "numpy")))
	s.wantLive("11: numpy==2.0\n")
	if c := s.ReviewComments(s.number); len(c) != 2 || !c[0].Outdated || !c[0].Resolved {
		t.Errorf("got %+v", c)
	}
	old := s.pull()
	s.put("fix", moved)
	if w := s.writes(func() {
		if err := s.suggestOn(old, brokenBy(editsOf(changed, "numppy==2.0", "numpy"))); err != nil {
			t.Fatal(err)
		}
	}); len(w) > 0 || !strings.Contains(s.out.String(), "has newer commits than ") {
		t.Errorf("the run of an old head writes %q and says %q", w, s.out.String())
	}
}

// The same edit at another place is another suggestion: nobody finds the outdated one.
func TestTheLineIsElsewhere(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	elsewhere := fortyLines(map[int]string{11: "scipi==1.0", 30: "numppy==1.0"})
	s.put("fix", elsewhere)
	s.suggest(brokenBy(editsOf(elsewhere, "numppy", "numpy")))
	s.wantLive("30: numpy==1.0\n")
}

// Jobs of a matrix fail alike. One suggestion is enough, and the job that made it keeps it.
func TestTwoJobs(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	s.key = "CI/other"
	if w := s.writes(func() { s.suggest(brokenBy(renameNumppy)); s.suggest(greenBuild()) }); len(w) > 0 {
		t.Errorf("the other job writes %q", w)
	}
	s.wantLive("10: numpy==1.0\n")
	s.token = s.Token("", map[string]string{"contents": "read", "pull-requests": "write"})
	s.key = "CI/image"
	s.suggest(greenBuild())
	s.key = "CI/other"
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
	if n := len(s.ReviewComments(s.number)); n != 2 {
		t.Errorf("%d comments; what the first job has settled is not the other's to write to", n)
	}
}

// A marker is only believed where the token's own user wrote it, at the start of a text.
func TestForgedMarkers(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	body := s.ReviewComments(s.number)[0].Body
	s.suggest(greenBuild())
	for _, forged := range []string{body, strings.Replace(body, "fix=", "state=open fix=", 1)} {
		s.remark("mallory", forged, 10)
	}
	s.remark("", "quoted: "+body, 10)
	s.remark("github-actions", body, 10)
	s.remark("", annotate.Marker{"part": "other", "key": annotate.Digest(s.key)}.String(), 10)

	other := newStage(t)
	other.remark("mallory", body, 10)
	other.suggest(brokenBy(renameNumppy))
	if n := len(other.ReviewComments(other.number)); n != 2 {
		t.Errorf("a forged marker keeps a suggestion away: %d comments", n)
	}
	if w := s.writes(func() { s.suggest(greenBuild()) }); len(w) > 0 {
		t.Errorf("comments of others are written to: %q", w)
	}
}

// remark is a comment on a line by the owner of another token.
func (s *suggestStage) remark(login, body string, line int) {
	s.t.Helper()
	client, err := gh.NewClient(nil).WithAuthToken(s.Token(login, nil)).WithEnterpriseURLs(s.APIURL(), s.APIURL())
	if err != nil {
		s.t.Fatal(err)
	}
	_, _, err = client.PullRequests.CreateComment(s.t.Context(), githubtest.Owner, githubtest.Name, s.number, &gh.PullRequestComment{
		Body: &body, Path: gh.String(requirementsName), Line: &line, Side: gh.String("RIGHT"), CommitID: gh.String(s.pull().headSHA),
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// once answers the first request to path whose body holds text.
func answerOnce(path, text string, status int) githubtest.Fault {
	done := false
	return func(r *http.Request) (int, http.Header, string, bool) {
		body, _ := io.ReadAll(r.Body)
		if done || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, path) || !strings.Contains(string(body), text) {
			return 0, nil, "", false
		}
		done = true
		return status, nil, `{"message":"no"}`, true
	}
}

func TestOneIsRefused(t *testing.T) {
	s := newStage(t)
	s.Answer(answerOnce("/reviews", "", http.StatusUnprocessableEntity))
	s.Answer(answerOnce("/comments", "numpy==1.0", http.StatusUnprocessableEntity))
	s.suggest(brokenBy(renameNumppy, editsOf(fortyHead, "scipi", "scipy")))
	s.wantLive("30: scipy==1.0\n")
}

func TestNothingIsPostedTwice(t *testing.T) {
	both := brokenBy(renameNumppy, editsOf(fortyHead, "scipi", "scipy"))
	tests := map[string]func(*suggestStage){
		"done, then 502": func(s *suggestStage) { s.AnswerAfter(answerOnce("/reviews", "", http.StatusBadGateway)) },
		"502":            func(s *suggestStage) { s.Answer(answerOnce("/reviews", "", http.StatusBadGateway)) },
		"refused; one done, then 500": func(s *suggestStage) {
			s.Answer(answerOnce("/reviews", "", 422))
			s.AnswerAfter(answerOnce("/comments", "scipy", 500))
		},
		"refused; one 503": func(s *suggestStage) {
			s.Answer(answerOnce("/reviews", "", 422))
			s.Answer(answerOnce("/comments", "numpy", 503))
		},
		"two runs, the first got a 5xx": func(s *suggestStage) { s.AnswerAfter(answerOnce("/reviews", "", 500)); s.suggest(both) },
	}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			fault(s)
			s.suggest(both)
			s.wantLive("10: numpy==1.0\n", "30: scipy==1.0\n")
		})
	}
}

// The jobs of a matrix fail at the same time: between the look of one and its review, another one suggests the same.
func TestTwoJobsAtOnce(t *testing.T) {
	for _, other := range []string{"CI/image", "CI/image/3.12"} {
		s := newStage(t)
		both := brokenBy(renameNumppy, editsOf(fortyHead, "scipi", "scipy"))
		s.Answer(before("POST /pulls/1/reviews", func() {
			s.key = other
			s.suggest(brokenBy(renameNumppy, editsOf(fortyHead, "scipi", "scipy")))
			s.key = "CI/image"
		}))
		s.suggest(both)
		s.wantLive("10: numpy==1.0\n", "30: scipy==1.0\n")
		if again := s.writes(func() { s.suggest(both) }); len(again) > 0 {
			t.Errorf("%s: a further run writes %q", other, again)
		}
	}
}

// Like edits of like lines look alike on the pull request: what stood there before is not taken for what is posted now.
func TestLikeLines(t *testing.T) {
	s := newStage(t)
	twice := fortyLines(map[int]string{10: "numppy", 30: "numppy"})
	s.put("fix", twice)
	first := strings.Index(twice, "numppy")
	second := first + 1 + strings.Index(twice[first+1:], "numppy")
	at := func(i int) edit.File {
		return edit.File{Path: requirementsName, Base: []byte(twice), Edits: []edit.Edit{{Start: i, End: i + 6, New: "numpy"}}}
	}
	s.suggest(brokenBy(at(first)))
	s.Answer(answerOnce("/reviews", "", http.StatusBadGateway))
	s.suggest(brokenBy(at(first), at(second)))
	s.wantLive("10: numpy\n", "30: numpy\n")
}

// Errors are told by the caller, who knows what they mean.
func TestSuggestFails(t *testing.T) {
	s := newStage(t)
	s.token = s.Token("", map[string]string{"contents": "read", "pull-requests": "read"})
	if err := s.suggestOn(s.pull(), brokenBy(renameNumppy)); status(err) != http.StatusForbidden {
		t.Errorf("with a token that only reads: %v", err)
	}
	s = newStage(t)
	down := func(r *http.Request) (int, http.Header, string, bool) {
		return http.StatusBadGateway, nil, "<html>", strings.HasSuffix(r.URL.Path, "/reviews")
	}
	s.Answer(down)
	if err := s.suggestOn(s.pull(), brokenBy(renameNumppy)); status(err) != http.StatusBadGateway {
		t.Errorf("with a GitHub that stays down: %v", err)
	}
	if w := s.Writes(); len(w) != 2 {
		t.Errorf("it tries %q", w)
	}
}

// A comment that a person deletes between the list and the write is no error.
func TestDeletedMeanwhile(t *testing.T) {
	s := newStage(t)
	s.token = s.Token("", map[string]string{"contents": "read", "pull-requests": "write"})
	s.suggest(brokenBy(renameNumppy))
	id := s.ReviewComments(s.number)[0].ID
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		if r.Method == http.MethodPatch {
			s.DeleteComment(id)
		}
		return 0, nil, "", false
	})
	s.suggest(greenBuild())
}

func TestManyFiles(t *testing.T) {
	s := newStage(t)
	files := map[string]githubtest.File{}
	for i := range 120 {
		files["a/"+strings.Repeat("x", i+1)] = githubtest.File{Text: "x\n"}
	}
	s.Commit("fix", nil, files)
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
}

func TestManyComments(t *testing.T) {
	s := newStage(t)
	for range 101 {
		s.remark("ada", "nice", 10)
	}
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
	if w := s.writes(func() { s.suggest(brokenBy(renameNumppy)) }); len(w) > 0 {
		t.Errorf("ours is on the second page, yet %q", w)
	}
	if w := s.writes(func() { s.suggest(greenBuild()) }); !slices.Equal(w, []string{resolveThread}) {
		t.Errorf("its thread is on the second page: %q", w)
	}
}

// What GraphQL refuses comes with the status 200.
func TestGraphQLErrors(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	s.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		body, _ := io.ReadAll(r.Body)
		return 200, nil, `{"data":null,"errors":[{"type":"SERVICE_UNAVAILABLE","message":"try later"}]}`, strings.Contains(string(body), "reviewThreads")
	})
	err := s.suggestOn(s.pull(), greenBuild())
	if err == nil || !strings.Contains(err.Error(), "try later") {
		t.Errorf("got %v", err)
	}
	s.wantLive("10: numpy==1.0\n")
}
