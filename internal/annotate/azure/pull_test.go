package azure

import "testing"

// An older agent does not name the commit; the build is taken for one of the latest then.
func TestAnAgentThatDoesNotNameTheCommit(t *testing.T) {
	g := newStage(t)
	delete(g.env, "SYSTEM_PULLREQUEST_SOURCECOMMITID")
	g.publish(failing(environment))
	if len(g.threads()) != 2 {
		t.Errorf("it says %s", g.out.String())
	}
}
