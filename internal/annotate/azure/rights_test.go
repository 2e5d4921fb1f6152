package azure

import (
	"net/http"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

// Some services know a build service by a number alone, which no page for granting rights finds.
func TestAnIdentityWithoutAName(t *testing.T) {
	h := newHost()
	for name, want := range map[string]string{
		"Env Build Service (fabrikam)":         `"Env Build Service (fabrikam)"`,
		"d6245f20-2af8-44f4-9451-8107cb2767db": `"env Build Service (fabrikam)" (or,`,
		`Build\d6245f20`:                       `"env Build Service (fabrikam)" (or,`,
		"":                                     `"env Build Service (fabrikam)" (or,`,
	} {
		h.viewer = &identity{name: name}
		if got := h.granted(t.Context()); !strings.HasPrefix(got, want) {
			t.Errorf("%q: got %s", name, got)
		}
	}
}

// A variable that the pipeline does not know stays as it was written; the job's own token is there all the same.
func TestATokenThatIsNone(t *testing.T) {
	env := map[string]string{"SYSTEM_ACCESSTOKEN": "$(System.AccessToken)", "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN": "job"}
	if got := authorization(func(k string) string { return env[k] }, "$(myToken)"); got != "Bearer job" {
		t.Errorf("got %q", got)
	}
}

func TestAPullRequestThatMayNotBeRead(t *testing.T) {
	g := newStage(t)
	g.Answer(func(r *http.Request) *azuretest.Fault {
		return &azuretest.Fault{Status: 403, Header: http.Header{"Content-Type": {"application/json"}}, Body: `{"message":"TF401027: You need the Git 'GenericRead' permission to perform this action."}`}
	})
	g.publish(failing(environment))
	g.wantSaid("finding the pull request: not allowed (TF401027: You need the Git 'GenericRead' permission to perform this action): grant \"Read\" to")
}
