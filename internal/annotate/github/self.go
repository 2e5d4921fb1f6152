package github

import (
	"context"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// jobLogin is the author of what the token of a job writes.
const jobLogin = "github-actions[bot]"

// self is the login of the token's own user, as the author of what it writes. GitHub is asked once; where it does not say, the
// token is taken for that of a job.
func (h *Host) self(ctx context.Context) string {
	if h.viewer != "" {
		return h.viewer
	}
	var answer struct {
		Viewer struct {
			Login string `json:"login"`
		} `json:"viewer"`
	}
	h.viewer = jobLogin
	if err := h.graphql(ctx, "query { viewer { login } }", nil, &answer); err == nil && answer.Viewer.Login != "" {
		h.viewer = answer.Viewer.Login
	}
	return h.viewer
}

// own tells whether user is the token's own. GraphQL may leave the "[bot]" out that REST gives a bot's login; a person's login
// must be the very same.
func (h *Host) own(ctx context.Context, user *gh.User) bool {
	self, login := h.self(ctx), user.GetLogin()
	if user.GetType() == "Bot" {
		self, login = strings.TrimSuffix(self, "[bot]"), strings.TrimSuffix(login, "[bot]")
	}
	return login != "" && strings.EqualFold(self, login)
}
