package azure

import (
	"context"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/location"
)

// An identity is a user of the organisation as the service names it.
type identity struct {
	id   string // of the authors of comments too
	name string // "Project Build Service (organisation)" for the token of a job
}

// self is who the token speaks for. Where the service does not say, both fields are "".
func (h *Host) self(ctx context.Context) identity {
	if h.viewer != nil {
		return *h.viewer
	}
	h.viewer = &identity{}
	data, err := h.location.GetConnectionData(ctx, location.GetConnectionDataArgs{})
	if err != nil || data.AuthenticatedUser == nil {
		return *h.viewer
	}
	if id := data.AuthenticatedUser.Id; id != nil {
		h.viewer.id = id.String()
	}
	h.viewer.name = value(data.AuthenticatedUser.CustomDisplayName)
	if h.viewer.name == "" {
		h.viewer.name = value(data.AuthenticatedUser.ProviderDisplayName)
	}
	return *h.viewer
}

// granted is whom to grant a right to, in the words that the page for it shows. A job's token is the project's build service,
// or the collection's where the job's scope is not limited to the project.
func (h *Host) granted(ctx context.Context) string {
	if name := h.self(ctx).name; name != "" && !strings.ContainsAny(name, `\;`) && !isGUID(name) {
		return `"` + name + `"`
	}
	organisation := h.run.organisation()
	return `"` + h.run.project + " Build Service (" + organisation + `)" (or, where the job's scope is the collection, "Project Collection Build Service (` + organisation + `)")`
}

// isGUID tells a number from a name: the provider of build services knows them by numbers, which no page for granting rights finds.
func isGUID(s string) bool {
	return len(s) == 36 && strings.Count(s, "-") == 4 && strings.Trim(strings.ToLower(s), "0123456789abcdef-") == ""
}
