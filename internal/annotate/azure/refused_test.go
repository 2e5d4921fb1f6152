package azure

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

// Each answer is a line that says what to do; nothing else changes, and nothing is said to be posted that is not.
func TestRefusalsAreOneLine(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for _, tt := range []struct {
		name  string
		fault azuretest.Fault
		want  string
	}{
		{"sign-in page", azuretest.Fault{Status: 203, Header: html, Body: "<html>Sign In</html>"}, "did not accept the token; in a script, map it"},
		{"sign-in page behind a redirect", azuretest.Fault{Status: 200, Header: html, Body: "<html>Sign In</html>"}, "did not accept the token"},
		{"sent to sign in", azuretest.Fault{Status: 302, Header: html, Body: "<html>Object moved</html>"}, "did not accept the token"},
		{"401", azuretest.Fault{Status: 401, Header: html, Body: "<html>401</html>"}, "did not accept the token"},
		{"401 without a body", azuretest.Fault{Status: 401}, "did not accept the token"},
		{"403 as a page", azuretest.Fault{Status: 403, Header: html, Body: "<html>403</html>"}, `grant "Contribute to pull requests" to "env Build Service (fabrikam)"`},
		{"403 without a body", azuretest.Fault{Status: 403}, `grant "Contribute to pull requests" to "env Build Service (fabrikam)"`},
		{"403 as text", azuretest.Fault{Status: 403, Header: http.Header{"Content-Type": {"text/plain"}}, Body: "no"}, "not allowed (no): grant"},
		{"404", azuretest.Fault{Status: 404, Body: `{"message":"TF401180: The requested pull request was not found."}`}, "TF401180"},
		{"429", azuretest.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}, Body: `{"message":"TF400733: The request has been canceled."}`}, "TF400733: The request has been canceled.); it asks to wait 30 s"},
		{"503 with a wait", azuretest.Fault{Status: 503, Header: http.Header{"Retry-After": {"Sat, 21 Nov 2026 23:00:00 GMT"}}}, "asks to wait until Sat"},
		{"500", azuretest.Fault{Status: 500, Body: `{"message":"TF400898: An Internal Error Occurred."}`}, "TF400898"},
		{"502 as a page", azuretest.Fault{Status: 502, Header: html, Body: "<html>"}, "answers 502 with a page"},
		{"broken JSON", azuretest.Fault{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: "{\"value\":[}"}, "not JSON"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newStage(t)
			g.Answer(func(r *http.Request) *azuretest.Fault {
				if strings.Contains(r.URL.Path, "/threads") {
					return &tt.fault
				}
				return nil
			})
			g.publish(failing(environment))
			g.wantSaid(tt.want)
			if n := strings.Count(g.out.String(), "\n"); n != 1 {
				t.Errorf("%d lines are said, want one:\n%s", n, g.out.String())
			}
			if len(g.Threads(g.pr)) > 0 {
				t.Error("a thread was made")
			}
		})
	}
}

func TestAMissingRightIsNamedWithWhomToGrantIt(t *testing.T) {
	g := newStage(t)
	g.Deny("PullRequestContribute")
	telling := failing(environment)
	telling.Check = true
	g.publish(telling)
	g.wantSaid("commenting on the pull request: not allowed (TF401027: You need the Git 'PullRequestContribute' permission")
	g.wantSaid(`grant "Contribute to pull requests" to "env Build Service (fabrikam)" in Project settings, Repositories, images, Security`)
	g.wantSaid("setting the pull request's status: not allowed")
	if posts := g.Writes(); len(posts) != 2 {
		t.Errorf("%q: want one attempt for the threads and one for the status", posts)
	}
}

func TestAMissingRightWhereTheServiceDoesNotSayWhoTheTokenIs(t *testing.T) {
	g := newStage(t)
	g.HideIdentity()
	g.Deny("PullRequestContribute")
	g.publish(failing(environment))
	g.wantSaid(`to "env Build Service (fabrikam)" (or, where the job's scope is the collection, "Project Collection Build Service (fabrikam)")`)
}

func TestTheTokenOfAForksBuild(t *testing.T) {
	g := newStage(t)
	g.FromFork(g.pr)
	g.Deny("PullRequestContribute")
	g.publish(failing(environment))
	g.wantSaid("the build of a fork's pull request gets a token with fewer rights")
}

// 200 with Retry-After asks to slow down; it is an answer all the same.
func TestAnAnswerThatAsksToSlowDown(t *testing.T) {
	g := newStage(t)
	g.Slowed = "5"
	g.publish(failing(environment))
	if len(g.threads()) != 2 || g.out.Len() > 0 {
		t.Errorf("%d threads, and it says %s", len(g.threads()), g.out.String())
	}
	if len(g.waited) == 0 {
		t.Error("the client did not slow down")
	}
}

// 429 says that nothing was done and when to come back, so even a write is sent again.
func TestALimitThatPasses(t *testing.T) {
	g := newStage(t)
	limited := 0
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if r.Method == "POST" && limited < 2 {
			limited++
			return &azuretest.Fault{Status: 429, Header: http.Header{"Retry-After": {"7"}}}
		}
		return nil
	})
	g.publish(failing(environment))
	if len(g.Threads(g.pr)) != 2 || g.out.Len() > 0 {
		t.Errorf("%d threads, and it says %s", len(g.Threads(g.pr)), g.out.String())
	}
	if !slices.Equal(g.waited, []time.Duration{7 * time.Second, 7 * time.Second}) {
		t.Errorf("it waited %s", g.waited)
	}
}

func TestWithoutAToken(t *testing.T) {
	g := newStage(t)
	delete(g.env, "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN")
	telling := failing(environment)
	telling.Annotate = true
	g.publish(telling)
	g.wantSaid("##vso[task.logissue type=error;")
	g.wantSaid("##vso[build.addbuildtag]envmedic-conda-package-not-found")
	g.wantSaid("there is no token; in a script, map it with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`")
	if len(g.Requests()) > 0 {
		t.Errorf("without a token the service is called: %q", g.Requests())
	}
}

func TestBuildsThatAreOfNoPullRequest(t *testing.T) {
	g := newStage(t)
	g.env = g.Env(0)
	telling := failing(environment)
	telling.Check = true
	wantNone(t, "the build of a branch", g.writes(telling))
	if g.out.Len() > 0 {
		t.Errorf("it says %s", g.out.String())
	}
	g.env = g.Env(g.pr)
	g.env["BUILD_REPOSITORY_PROVIDER"] = "GitHub"
	wantNone(t, "the build of a GitHub pull request", g.writes(telling))
}

func TestAClosedPullRequest(t *testing.T) {
	g := newStage(t)
	g.Close(g.pr, "completed")
	wantNone(t, "the build of a merged pull request", g.writes(failing(environment)))
	g.wantSaid("is completed")
}

func TestOpenSaysWhatIsMissing(t *testing.T) {
	for name, tt := range map[string]struct {
		env  map[string]string
		want string
	}{
		"no pipeline":   {map[string]string{}, "SYSTEM_TEAMPROJECT is not set"},
		"no address":    {map[string]string{"SYSTEM_TEAMPROJECT": "p", "SYSTEM_ACCESSTOKEN": "x"}, "SYSTEM_COLLECTIONURI"},
		"a bad address": {map[string]string{"SYSTEM_TEAMPROJECT": "p", "SYSTEM_COLLECTIONURI": "fabrikam"}, `"fabrikam"`},
		"a bad number":  {map[string]string{"SYSTEM_TEAMPROJECT": "p", "BUILD_BUILDID": "x"}, "BUILD_BUILDID"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(Options{Getenv: func(k string) string { return tt.env[k] }})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error that says %s", err, tt.want)
			}
		})
	}
}

func TestWhichTokenIsSent(t *testing.T) {
	job := "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN"
	for name, tt := range map[string]struct {
		env   map[string]string
		input string
		want  string
	}{
		"none":                    {nil, "", ""},
		"the job's, for a task":   {map[string]string{job: "j"}, "", "Bearer j"},
		"the job's, for a script": {map[string]string{"SYSTEM_ACCESSTOKEN": "s", job: "j"}, "", "Bearer s"},
		"an unmapped variable":    {map[string]string{"SYSTEM_ACCESSTOKEN": "$(System.AccessToken)"}, "", ""},
		"a personal token":        {map[string]string{job: "j"}, "pat", "Basic OnBhdA=="},
		"the job's as an input":   {nil, "eyJ0.eyJh.c2ln", "Bearer eyJ0.eyJh.c2ln"},
		"an unknown variable":     {map[string]string{job: "j"}, "$(MY_PAT)", "Bearer j"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := authorization(func(k string) string { return tt.env[k] }, tt.input); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// An answer that the SDK can't read is a refusal all the same: it must not be taken for one that got lost, and asked for again.
func TestRefusalsOfAnyFormAreNotRepeated(t *testing.T) {
	for name, fault := range map[string]azuretest.Fault{
		"no body, and no length": {Status: 403, Header: http.Header{"Transfer-Encoding": {"chunked"}}},
		"XML":                    {Status: 403, Header: http.Header{"Content-Type": {"application/xml"}}, Body: "<error>no</error>"},
		"JSON of another form":   {Status: 403, Body: `{"errorCode": "AccessDenied", "message": "no"}`},
		"a list":                 {Status: 403, Body: `["no"]`},
		"a proxy's JSON":         {Status: 403, Body: `{"error": {"text": "no"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			g := newStage(t)
			g.Answer(func(r *http.Request) *azuretest.Fault {
				if r.Method == http.MethodPost {
					return &fault
				}
				return nil
			})
			if writes := g.writes(failing(environment)); len(writes) != 1 {
				t.Errorf("%d attempts: %q", len(writes), writes)
			}
			g.wantSaid(`grant "Contribute to pull requests" to`)
		})
	}
}
