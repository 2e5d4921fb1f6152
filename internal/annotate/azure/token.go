package azure

import (
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
)

// authorization is the header for the token that is given, or else for the job's own, which reaches a task without any mapping
// and a script only if the user maps it. "" is none.
func authorization(getenv func(string) string, input string) string {
	own := known(getenv("SYSTEM_ACCESSTOKEN"))
	if own == "" {
		own = known(getenv("ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN"))
	}
	switch token := known(input); {
	case token == "" && own == "":
		return ""
	case token == "":
		return "Bearer " + own
	case isJWT(token):
		return "Bearer " + token
	default:
		return azuredevops.CreateBasicAuthHeaderValue("", token)
	}
}

// known is text without a variable that the pipeline does not know: the agent leaves it as it was written.
func known(text string) string {
	if strings.HasPrefix(text, "$(") {
		return ""
	}
	return text
}

// isJWT tells a job's token, or one of Microsoft Entra, from a personal access token, which has no dots.
func isJWT(token string) bool {
	return strings.HasPrefix(token, "eyJ") && strings.Count(token, ".") == 2
}
