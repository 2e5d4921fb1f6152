package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// A token is who asks, and what it may do.
type token struct {
	login       string
	permissions map[string]string // nil may everything
}

// Actions is the login under which the token of a job writes.
const Actions = "github-actions[bot]"

// Token is a new token of a login, "" for the job's own, with permissions as in a workflow: {"pull_requests": "write", "contents":
// "read"}. Hyphens and underscores are the same; what is not named is not allowed, and nil allows everything.
func (s *Server) Token(login string, permissions map[string]string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if login == "" {
		login = Actions
	}
	t := &token{login: login}
	if permissions != nil {
		t.permissions = map[string]string{}
		for name, level := range permissions {
			t.permissions[strings.ReplaceAll(name, "-", "_")] = level
		}
	}
	secret := fmt.Sprintf("ghs_%036d", s.id())
	s.tokens[secret] = t
	return secret
}

// HideForbidden answers a lacking permission with 404, as GitHub does where not even the existence may be told.
func (s *Server) HideForbidden() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hidden = true
}

// bearer is who asks; nil for somebody without a token or with one that the server never gave.
func (s *Server) bearer(r *http.Request) *token {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") && !strings.EqualFold(scheme, "token") {
		return nil
	}
	return s.tokens[secret]
}

// refused answers for a token that lacks every one of the permissions. Reading a public repository needs none, and the token of a
// job writes to its own repository only.
func (s *Server) refused(c *call, needs []string) (answer, bool) {
	if c.by == nil && (c.Method != http.MethodGet || len(needs) > 0) {
		return refuse(http.StatusUnauthorized, "Requires authentication"), true
	}
	if len(needs) == 0 {
		return answer{}, false
	}
	abroad := c.repo != nil && c.repo.owner != Owner && c.by.login != c.repo.owner
	if !abroad && slices.ContainsFunc(needs, c.by.may) {
		return answer{}, false
	}
	if s.hidden {
		return notFound, true
	}
	a := refuse(http.StatusForbidden, "Resource not accessible by integration")
	a.header = http.Header{"X-Accepted-Github-Permissions": {strings.ReplaceAll(strings.Join(needs, "; "), ":", "=")}}
	return a, true
}

func (t *token) may(need string) bool {
	if t.permissions == nil {
		return true
	}
	name, level, _ := strings.Cut(need, ":")
	have := t.permissions[name]
	return have == "write" || have == level
}

// bot tells whether a login is that of an app.
func bot(login string) bool { return strings.HasSuffix(login, "[bot]") }

// user is a login as the interface shows it.
func (s *Server) user(login string) fields {
	kind := "User"
	if bot(login) {
		kind = "Bot"
	}
	return fields{"login": login, "id": number(login), "node_id": "U_" + login, "type": kind, "site_admin": false,
		"html_url": s.URL + "/" + login, "url": s.APIURL() + "/users/" + login}
}

// number is always the same for the same name.
func number(name string) int64 {
	n := int64(7)
	for _, b := range []byte(name) {
		n = (n*31 + int64(b)) % 1_000_003
	}
	return n
}
