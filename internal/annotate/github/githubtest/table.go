package githubtest

import (
	"net/url"
	"strings"
)

// A row is one operation: where it is asked for, the permissions of which one is needed to use it, and what it does.
type row struct {
	method string
	path   []string // segments; "{name}" takes one, "{name...}" the rest
	needs  []string // as in a workflow, "issues:write"
	do     func(*Server, *call) answer
}

const base = "/repos/{owner}/{repo}"

var table = []row{
	at("GET /rate_limit", "", (*Server).rateLimit),
	at("GET "+base, "", (*Server).getRepository),

	at("GET "+base+"/issues/comments/{id}", "", (*Server).getComment),
	at("PATCH "+base+"/issues/comments/{id}", commenting, (*Server).updateComment),
	at("DELETE "+base+"/issues/comments/{id}", commenting, (*Server).removeComment),
	at("GET "+base+"/issues/{n}/comments", "", (*Server).listComments),
	at("POST "+base+"/issues/{n}/comments", commenting, (*Server).createComment),

	at("GET "+base+"/pulls", "", (*Server).listPulls),
	at("POST "+base+"/pulls", "pull_requests:write", (*Server).createPull),
	at("GET "+base+"/pulls/comments/{id}", "", (*Server).getRemark),
	at("PATCH "+base+"/pulls/comments/{id}", "pull_requests:write", (*Server).updateRemark),
	at("DELETE "+base+"/pulls/comments/{id}", "pull_requests:write", (*Server).removeRemark),
	at("GET "+base+"/pulls/{n}", "", (*Server).getPull),
	at("PATCH "+base+"/pulls/{n}", "pull_requests:write", (*Server).updatePull),
	at("GET "+base+"/pulls/{n}/files", "", (*Server).listFiles),
	at("GET "+base+"/pulls/{n}/commits", "", (*Server).listPullCommits),
	at("GET "+base+"/pulls/{n}/comments", "", (*Server).listRemarks),
	at("POST "+base+"/pulls/{n}/comments", "pull_requests:write", (*Server).createRemark),
	at("POST "+base+"/pulls/{n}/comments/{id}/replies", "pull_requests:write", (*Server).replyRemark),
	at("GET "+base+"/pulls/{n}/reviews", "", (*Server).listReviews),
	at("POST "+base+"/pulls/{n}/reviews", "pull_requests:write", (*Server).createReview),
	at("GET "+base+"/pulls/{n}/reviews/{id}", "", (*Server).getReview),
	at("PUT "+base+"/pulls/{n}/reviews/{id}", "pull_requests:write", (*Server).updateReview),
	at("GET "+base+"/pulls/{n}/reviews/{id}/comments", "", (*Server).listReviewRemarks),

	at("POST "+base+"/check-runs", "checks:write", (*Server).createCheck),
	at("GET "+base+"/check-runs/{id}", "", (*Server).getCheck),
	at("PATCH "+base+"/check-runs/{id}", "checks:write", (*Server).updateCheck),
	at("GET "+base+"/check-runs/{id}/annotations", "", (*Server).listAnnotations),
	at("GET "+base+"/commits/{ref}/check-runs", "", (*Server).listChecks),
	at("POST "+base+"/code-scanning/sarifs", "security_events:write", (*Server).uploadSARIF),
	at("GET "+base+"/code-scanning/sarifs/{id}", "", (*Server).getSARIF),

	at("GET "+base+"/actions/runs/{id}", "actions:read", (*Server).getRun),
	at("GET "+base+"/actions/runs/{id}/artifacts", "actions:read", (*Server).listArtifacts),
	at("GET "+base+"/actions/artifacts/{id}", "actions:read", (*Server).getArtifact),
	at("GET "+base+"/actions/artifacts/{id}/{format}", "actions:read", (*Server).downloadArtifact),

	at("POST "+base+"/git/blobs", "contents:write", (*Server).createBlob),
	at("GET "+base+"/git/blobs/{sha}", "", (*Server).getBlob),
	at("POST "+base+"/git/trees", "contents:write", (*Server).createTree),
	at("GET "+base+"/git/trees/{sha}", "", (*Server).getTree),
	at("POST "+base+"/git/commits", "contents:write", (*Server).createCommit),
	at("GET "+base+"/git/commits/{sha}", "", (*Server).getGitCommit),
	at("POST "+base+"/git/refs", "contents:write", (*Server).createRef),
	at("GET "+base+"/git/ref/{ref...}", "", (*Server).getRef),
	at("GET "+base+"/git/matching-refs/{ref...}", "", (*Server).listRefs),
	at("PATCH "+base+"/git/refs/{ref...}", "contents:write", (*Server).updateRef),
	at("DELETE "+base+"/git/refs/{ref...}", "contents:write", (*Server).deleteRef),

	at("GET "+base+"/contents/{path...}", "", (*Server).getContents),
	at("GET "+base+"/branches/{branch}", "", (*Server).getBranch),
	at("GET "+base+"/commits/{ref}", "", (*Server).getCommit),
	at("GET "+base+"/commits/{sha}/pulls", "", (*Server).listCommitPulls),
	at("GET "+base+"/compare/{basehead}", "", (*Server).compare),
}

// commenting is allowed by either of two permissions, since a pull request is an issue too.
const commenting = "issues:write pull_requests:write"

func at(operation, needs string, do func(*Server, *call) answer) row {
	method, path, _ := strings.Cut(operation, " ")
	return row{method: method, path: strings.Split(path, "/"), needs: strings.Fields(needs), do: do}
}

// match compares a path, still escaped, and notes what its parameters are.
func (r row) match(c *call, path string) bool {
	vars := map[string]string{}
	segments := strings.Split(path, "/")
	for i, p := range r.path {
		if i >= len(segments) {
			return false
		}
		value := segments[i]
		name, parameter := strings.CutPrefix(p, "{")
		rest, all := strings.CutSuffix(name, "...}")
		if all {
			name, value = rest+"}", strings.Join(segments[i:], "/")
			segments = segments[:i+1]
		}
		plain, err := url.PathUnescape(value)
		if err != nil || !parameter && value != p {
			return false
		}
		if parameter {
			vars[strings.TrimSuffix(name, "}")] = plain
		}
	}
	c.vars = vars
	return len(segments) == len(r.path)
}
