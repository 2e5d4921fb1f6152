package azuretest

import (
	"fmt"
	"net/http"
	"time"
)

func (s *Server) connectionData() answer {
	if s.unnamed {
		return problem(http.StatusForbidden, "AccessCheckException", "Access denied.")
	}
	user := map[string]any{"id": ServiceID, "providerDisplayName": ServiceName, "isActive": true}
	return ok(map[string]any{"authenticatedUser": user, "authorizedUser": user, "deploymentType": "hosted"})
}

// refuse is the answer to a token that lacks a right; false where it has it.
func (s *Server) refuse(right string) (answer, bool) {
	if !s.denied[right] {
		return answer{}, false
	}
	return problem(http.StatusForbidden, "GitNeedsPermissionException", fmt.Sprintf(
		`TF401027: You need the Git '%s' permission to perform this action. Details: identity 'Build\%s', scope 'repository'.`, right, ServiceID)), true
}

func (s *Server) now() string {
	s.clock = s.clock.Add(time.Second)
	return s.clock.Format("2006-01-02T15:04:05.00Z")
}

func identity(id string) map[string]any {
	name := ServiceName
	if id != ServiceID {
		name = "A Person"
	}
	return map[string]any{"id": id, "displayName": name, "uniqueName": name, "url": "https://dev.azure.com/" + Organisation + "/_apis/Identities/" + id}
}

// Env is the variables of a build of a pull request (0: of the branch main), as the agent gives them to a task.
func (s *Server) Env(pr int) map[string]string {
	env := map[string]string{
		"TF_BUILD": "True", "SYSTEM_COLLECTIONURI": s.Collection(), "SYSTEM_TEAMPROJECT": Project, "BUILD_REPOSITORY_PROVIDER": "TfsGit",
		"BUILD_REPOSITORY_ID": Repository, "BUILD_REPOSITORY_NAME": RepoName, "BUILD_REPOSITORY_LOCALPATH": "/agent/_work/1/s", "BUILD_SOURCESDIRECTORY": "/agent/_work/1/s",
		"BUILD_BUILDID": "100", "BUILD_DEFINITIONNAME": "images", "BUILD_SOURCEBRANCH": "refs/heads/main", "BUILD_SOURCEVERSION": s.branches["main"],
		"SYSTEM_TASKINSTANCEID": ownStep, "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN": JobToken,
	}
	if pr != 0 {
		p := s.pull(pr)
		env["BUILD_SOURCEBRANCH"] = fmt.Sprintf("refs/pull/%d/merge", pr)
		env["SYSTEM_PULLREQUEST_PULLREQUESTID"] = fmt.Sprint(pr)
		env["SYSTEM_PULLREQUEST_SOURCEBRANCH"], env["SYSTEM_PULLREQUEST_TARGETBRANCH"] = p.source, p.target
		env["SYSTEM_PULLREQUEST_SOURCECOMMITID"] = p.iterations[len(p.iterations)-1].commit
		env["SYSTEM_PULLREQUEST_ISFORK"] = "False"
	}
	return env
}
