package github

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// A suggestStage is a pull request that changes lines 10 and 30 of a file with forty lines, and a job that builds it.
type suggestStage struct {
	*githubtest.Server
	t      *testing.T
	number int
	token  string
	key    string
	out    bytes.Buffer
}

const requirementsName = "requirements.txt"

// lines is a file of forty lines, some of which are other ones.
func fortyLines(other map[int]string) string {
	var b strings.Builder
	for n := 1; n <= 40; n++ {
		text, ok := other[n]
		if !ok {
			text = fmt.Sprintf("package%d==1.0", n)
		}
		b.WriteString(text + "\n")
	}
	return b.String()
}

var fortyHead = fortyLines(map[int]string{10: "numppy==1.0", 30: "scipi==1.0"})

func newStage(t *testing.T) *suggestStage {
	s := &suggestStage{Server: githubtest.New(t), t: t, key: "CI/image"}
	s.put("main", fortyLines(nil))
	s.put("fix", fortyHead)
	s.number = s.Pull("fix", "main")
	s.token = s.Token("", nil)
	return s
}

func (s *suggestStage) put(branch, text string) string {
	return s.Commit(branch, nil, map[string]githubtest.File{requirementsName: {Text: text}})
}

// pull is the pull request as the run of its present head knows it.
func (s *suggestStage) pull() *pull {
	p := s.PullRequests()[s.number-1]
	return &pull{number: s.number, headSHA: p.HeadSHA, open: p.State == "open"}
}

func (s *suggestStage) suggestOn(pr *pull, t *annotate.Telling) error {
	env := map[string]string{"GITHUB_REPOSITORY": "octo/env", "GITHUB_SERVER_URL": s.URL, "GITHUB_API_URL": s.APIURL(), "GITHUB_GRAPHQL_URL": s.GraphQLURL()}
	h, err := Open(Options{
		Getenv: func(k string) string { return env[k] }, Out: &s.out, Token: s.token, Client: &http.Client{},
		Masker: annotate.NewMasker("hunter2!"),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	t.Key = s.key
	return h.suggest(context.Background(), pr, t)
}

// suggest is a run at the present head; it must go well.
func (s *suggestStage) suggest(t *annotate.Telling) {
	s.t.Helper()
	if err := s.suggestOn(s.pull(), t); err != nil {
		s.t.Fatal(err)
	}
}

// writes is what f writes.
func (s *suggestStage) writes(f func()) []string {
	n := len(s.Writes())
	f()
	return s.Writes()[n:]
}

// live is the suggestions that a reader can apply, as "line: new text".
func (s *suggestStage) live() []string {
	var all []string
	for _, c := range s.ReviewComments(s.number) {
		_, text, offers := strings.Cut(c.Body, "```suggestion\n")
		if !offers || c.Resolved || c.Outdated {
			continue
		}
		at := fmt.Sprint(c.Line)
		if c.StartLine > 0 {
			at = fmt.Sprintf("%d-%d", c.StartLine, c.Line)
		}
		all = append(all, at+": "+strings.TrimSuffix(text, "```\n"))
	}
	return all
}

func (s *suggestStage) wantLive(want ...string) {
	s.t.Helper()
	if got := s.live(); !slices.Equal(got, want) {
		s.t.Errorf("suggested is %q, want %q", got, want)
	}
}

// broken is a report with one cause for each fix.
func brokenBy(fixes ...edit.File) *annotate.Telling {
	t := &annotate.Telling{Report: &diagnose.Report{Logs: []diagnose.LogInfo{{Outcome: "failed"}}}}
	for _, f := range fixes {
		t.Report.Diagnoses = append(t.Report.Diagnoses, diagnose.Diagnosis{
			Rule: "pip-not-found", Kind: "cause", Certainty: "likely", Summary: "pip found no <b>numppy</b>",
			Fixes: []diagnose.Fix{{Title: "rename numppy to numpy", Certainty: "safe", Files: []edit.File{f}}},
		})
	}
	return t
}

func greenBuild() *annotate.Telling {
	return &annotate.Telling{Report: &diagnose.Report{Logs: []diagnose.LogInfo{{Outcome: "succeeded"}}}}
}

// on is edits of a text: old, new, old, new …
func editsOf(text string, pairs ...string) edit.File {
	f := edit.File{Path: requirementsName, Base: []byte(text)}
	for i := 0; i < len(pairs); i += 2 {
		at := strings.Index(text, pairs[i])
		f.Edits = append(f.Edits, edit.Edit{Start: at, End: at + len(pairs[i]), New: pairs[i+1]})
	}
	return f
}

var renameNumppy = editsOf(fortyHead, "numppy", "numpy")

func TestSuggest(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
	body := s.ReviewComments(s.number)[0].Body
	want := "<!-- envmedic fix=" + annotate.Digest(requirementsName, "numppy==1.0\n", "numpy==1.0\n") + " key=" + annotate.Digest("CI/image") + " part=suggestion -->\n" +
		"pip found no \\<b\\>numppy\\</b\\>: rename numppy to numpy.\n\n```suggestion\nnumpy==1.0\n```\n"
	if body != want {
		t.Errorf("the comment is\n%s\nwant\n%s", body, want)
	}
	r := s.Reviews(s.number)
	if len(r) != 1 || r[0].State != "COMMENTED" || !strings.Contains(r[0].Body, "suggests an edit") {
		t.Errorf("the reviews are %+v", r)
	}
	if w := s.writes(func() { s.suggest(brokenBy(renameNumppy)) }); len(w) > 0 {
		t.Errorf("a second run writes %q", w)
	}
}

// A job of a pull request has the merge commit checked out: its lines are elsewhere than the head's.
func TestSuggestFromTheMergeCommit(t *testing.T) {
	s := newStage(t)
	merged := "new==1\nlines==2\n" + fortyHead
	s.put("main", "new==1\nlines==2\n"+fortyLines(nil))
	s.suggest(brokenBy(editsOf(merged, "numppy", "numpy")))
	s.wantLive("10: numpy==1.0\n")
}

// The head of a fork is read in the base's repository, where its commits are known too: the token may not see the fork.
func TestSuggestForAFork(t *testing.T) {
	s := newStage(t)
	s.put("mallory:fix", fortyHead)
	s.number = s.Pull("mallory:fix", "main")
	s.suggest(brokenBy(renameNumppy))
	s.wantLive("10: numpy==1.0\n")
	for _, r := range s.Requests() {
		if strings.Contains(r, "mallory") {
			t.Errorf("the fork is asked: %s", r)
		}
	}
}

func TestSuggestInAFolder(t *testing.T) {
	s := newStage(t)
	s.Commit("fix", nil, map[string]githubtest.File{"docker/envs/" + requirementsName: {Text: "numppy\n"}})
	f := editsOf("numppy\n", "numppy", "numpy")
	f.Path = "envs/" + requirementsName
	told := brokenBy(f)
	told.FromRepository = "docker"
	s.suggest(told)
	if c := s.ReviewComments(s.number); len(c) != 1 || c[0].Path != "docker/envs/"+requirementsName {
		t.Errorf("got %+v", c)
	}
}

// Lines that the diff doesn't show take no comments, and half a fix is no fix.
func TestSuggestLeavesOut(t *testing.T) {
	hunks := fortyHead
	elsewhere := editsOf(hunks, "package20==1.0", "package20")
	created := edit.File{Path: "new.txt", Edits: []edit.Edit{{New: "x\n"}}}
	both := brokenBy(renameNumppy)
	both.Report.Diagnoses[0].Fixes[0].Files = []edit.File{renameNumppy, created}
	tests := map[string]*annotate.Telling{
		"a line outside the diff":                brokenBy(elsewhere),
		"a part outside the diff":                brokenBy(editsOf(hunks, "numppy", "numpy", "package20==1.0", "package20")),
		"another part outside the diff":          brokenBy(editsOf(hunks, "package20==1.0", "package20", "scipi", "scipy")),
		"an edit that changes nothing":           brokenBy(editsOf(hunks, "numppy", "numppy")),
		"more than a comment holds":              brokenBy(editsOf(hunks, "numppy", strings.Repeat("x", 66000))),
		"lines of two hunks":                     brokenBy(editsOf(hunks, hunks[strings.Index(hunks, "numppy"):strings.Index(hunks, "package35")], "")),
		"a file that is not in the head":         brokenBy(edit.File{Path: "gone.txt", Base: []byte("a\n"), Edits: []edit.Edit{{Start: 0, End: 1, New: "b"}}}),
		"a fix that makes a file":                both,
		"lines that are others in the head":      brokenBy(editsOf(fortyLines(map[int]string{10: "numppy==2.0"}), "numppy", "numpy")),
		"what the head has already":              brokenBy(editsOf(fortyLines(map[int]string{10: "numppi==1.0", 30: "scipi==1.0"}), "numppi", "numppy")),
		"a character that nobody sees":           brokenBy(editsOf(hunks, "numppy", "num\u202epy")),
		"a secret":                               brokenBy(editsOf(hunks, "numppy==1.0", "--index-url https://me:hunter2!@pip.example/simple")),
		"a path that go-github refuses":          brokenBy(edit.File{Path: "../x", Base: []byte("a\n"), Edits: []edit.Edit{{Start: 0, End: 1, New: "b"}}}),
		"advice":                                 {Report: &diagnose.Report{Logs: []diagnose.LogInfo{{Outcome: "failed"}}, Diagnoses: []diagnose.Diagnosis{{Kind: "advice", Fixes: brokenBy(renameNumppy).Report.Diagnoses[0].Fixes}}}},
		"a cause without a fix":                  {Report: &diagnose.Report{Diagnoses: []diagnose.Diagnosis{{Kind: "cause"}}}},
		"a report that does not know the ending": {Report: &diagnose.Report{}},
	}
	s := newStage(t)
	for name, told := range tests {
		if w := s.writes(func() { s.suggest(told) }); len(w) > 0 {
			t.Errorf("%s: it writes %q", name, w)
		}
	}
	s.WithoutPatch(s.number, requirementsName)
	if w := s.writes(func() { s.suggest(brokenBy(renameNumppy)) }); len(w) > 0 {
		t.Errorf("a file too large for a diff: it writes %q", w)
	}
}

func TestSuggestOnAClosedPullRequest(t *testing.T) {
	s := newStage(t)
	open := s.pull()
	s.ClosePull(s.number)
	s.suggest(brokenBy(renameNumppy))
	if r := s.Requests(); len(r) > 0 {
		t.Errorf("it asks %q", r)
	}
	if err := s.suggestOn(open, brokenBy(renameNumppy)); err != nil || len(s.Writes()) > 0 {
		t.Errorf("closed meanwhile: %v, %q", err, s.Writes())
	}
}

func TestSuggestTwoHunksInOneReview(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(editsOf(fortyHead, "numppy", "numpy", "scipi", "scipy")))
	s.wantLive("10: numpy==1.0\n", "30: scipy==1.0\n")
	for i, c := range s.ReviewComments(s.number) {
		if want := fmt.Sprintf("(%d of 2, to be applied together).", i+1); !strings.Contains(c.Body, want) {
			t.Errorf("%q does not say %q", c.Body, want)
		}
	}
	if r := s.Reviews(s.number); len(r) != 1 || !strings.Contains(r[0].Body, "suggests 2 edits") {
		t.Errorf("the reviews are %+v", r)
	}
}

func TestSuggestSeveralLines(t *testing.T) {
	s := newStage(t)
	block := "package9==1.0\nnumppy==1.0\npackage11==1.0\n"
	s.suggest(brokenBy(
		editsOf(fortyHead, block, "numpy\n"),
		editsOf(fortyHead, "scipi==1.0\n", ""),
		editsOf(fortyHead, "package31", "``` package31"),
	))
	got := s.ReviewComments(s.number)
	if len(got) != 3 {
		t.Fatalf("got %+v", got)
	}
	if got[0].StartLine != 9 || got[0].Line != 11 || !strings.HasSuffix(got[0].Body, "\n```suggestion\nnumpy\n```\n") {
		t.Errorf("three lines for one: %+v", got[0])
	}
	if got[1].StartLine != 0 || got[1].Line != 30 || !strings.HasSuffix(got[1].Body, "\n```suggestion\n```\n") {
		t.Errorf("a line taken out: %+v", got[1])
	}
	if !strings.HasSuffix(got[2].Body, "\n````suggestion\n``` package31==1.0\n````\n") {
		t.Errorf("backticks: %q", got[2].Body)
	}
}

// Causes may offer the same edit; it is suggested once. More than thirty suggestions are not made.
func TestSuggestBounds(t *testing.T) {
	s := newStage(t)
	s.suggest(brokenBy(renameNumppy, renameNumppy))
	s.wantLive("10: numpy==1.0\n")

	s = newStage(t)
	all := map[int]string{}
	for n := 1; n <= 40; n++ {
		all[n] = fmt.Sprintf("odd%02d", n)
	}
	s.put("fix", fortyLines(all))
	var fixes []edit.File
	for n := 1; n <= 40; n++ {
		fixes = append(fixes, editsOf(fortyLines(all), all[n], fmt.Sprintf("even%02d", n)))
	}
	s.suggest(brokenBy(fixes...))
	if n := len(s.ReviewComments(s.number)); n != 30 {
		t.Errorf("%d suggestions", n)
	}
}

// A host keeps the end of the last line that it replaces, so a suggestion that gives or takes one would not do what the fix does.
func TestSuggestLineEnds(t *testing.T) {
	s := &suggester{Host: &Host{}}
	d := brokenBy(renameNumppy).Report.Diagnoses[0]
	for texts, want := range map[[2]string]int{{"a\n", "b\n"}: 1, {"a", "b"}: 1, {"a", "b\nc"}: 1, {"a", ""}: 1, {"a\n", "b"}: 0, {"a", "b\n"}: 0} {
		r := annotate.Replacement{Path: "f", Line: 1, EndLine: 1, Old: texts[0], New: texts[1]}
		if got := s.suggestions(&d, []annotate.Replacement{r}); len(got) != want {
			t.Errorf("%q: %d suggestions, want %d", texts, len(got), want)
		}
	}
}

func TestSuggestWords(t *testing.T) {
	d := brokenBy(renameNumppy).Report.Diagnoses[0]
	d.Certainty, d.Fixes[0].Certainty = "possible", "review"
	d.Summary, d.Fixes[0].Title = "no @octocat, #12 or ![x](y)", "say `x`"
	want := "Possibly no @\u200boctocat, #\u200b12 or !\\[x\\](y): say \\`x\\`. Look at it before you commit it."
	if got := sentence(&d, 1, 1); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
