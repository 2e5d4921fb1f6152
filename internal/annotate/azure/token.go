package azure

import (
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
)

// authorization is the header for the token that is given, or else for the job's own, which reaches a task without any mapping
// and a script only if the user maps it. "" is none.
func authorization(getenv func(string) string, input string) string {
	token := input
	if token == "" || strings.HasPrefix(token, "$(") { // an unknown variable stays as it was written
		token = first(getenv, "SYSTEM_ACCESSTOKEN", "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN")
		if strings.HasPrefix(token, "$(") {
			token = ""
		}
		if token == "" {
			return ""
		}
		return "Bearer " + token
	}
	if isJWT(token) {
		return "Bearer " + token
	}
	return azuredevops.CreateBasicAuthHeaderValue("", token)
}

// isJWT tells a job's token, or one of Microsoft Entra, from a personal access token, which has no dots.
func isJWT(token string) bool {
	return strings.HasPrefix(token, "eyJ") && strings.Count(token, ".") == 2
}
