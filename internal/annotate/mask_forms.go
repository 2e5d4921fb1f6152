package annotate

import "strings"

// The names under which secrets are assigned. A name ends there: `tokenizers==0.15` assigns none.
const (
	passwordName = `(?:password|passwd|passphrase|passwort|pwd)`
	tokenName    = `(?:api[_-]?key|access[_-]?key(?:[_-]?id)?|account[_-]?key|private[_-]?key|shared[_-]?access[_-]?key|storage[_-]?key|secret(?:[_-]?key)?|token|credentials?|auth[_-]?key|_authtoken|_auth)`
	bareValue    = `(?:"[^"\n]*"|'[^'\n]*'|[^\s"'&;|<>][^\s"'&;]*)`
)

// secretForms is searched in this order. Tokens that tell by their own shape come last: what a name or a header announces is then
// already gone.
var secretForms = []secretForm{
	{hints: []string{"PRIVATE KEY"}, expr: `(?s)(-----BEGIN [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----).*?(-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)`, keep: blank},
	{hints: []string{"://"}, expr: `((?:https?|s?ftps?|ssh|git|svn|mongodb(?:\+srv)?|postgres(?:ql)?|mysql|rediss?|amqps?|smtps?)://)[^\s/?#"'<>]+(@)`, keep: sshUser},
	{hints: []string{"/t/"}, expr: `(://[^\s/]+/(?:[^\s/]+/)*?t/)[A-Za-z0-9][A-Za-z0-9_-]{7,}(/)`}, // conda channel tokens
	{hints: []string{"authorization", "private-token", "job-token", "x-api-key", "x-auth-token", "api-key:"}, fold: true,
		expr: `(?i)((?:authorization|private-token|job-token|x-api-key|x-auth-token|api-key)["']?\s*[:=]\s*["']?)(?:(?:basic|bearer|token|digest|negotiate|sharedkey|sharedaccesssignature|aws4-hmac-sha256)\s+)?[^\s"',][^\s"']*`},
	{hints: []string{"cookie:"}, fold: true, expr: `(?i)(\b(?:set-)?cookie:\s*)[^\n"']+`},
	{hints: []string{"bearer "}, fold: true, expr: `(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]{16,}`},
	{hints: []string{"sig=", "signature=", "security-token=", "accountkey=", "sharedaccesskey="}, fold: true,
		expr: `(?i)(\b(?:sig|x-(?:amz|goog)-(?:signature|security-token)|signature|accountkey|sharedaccesskey)=)[^&\s"';]+`},
	{hints: []string{"login"}, expr: `(\b(?:docker|podman|buildah|skopeo|nerdctl|helm registry|az acr|oras)\s+login\b[^\n|;&]*?\s-p[ =]?)` + bareValue},
	{hints: []string{"login"}, expr: `(\becho\s+(?:-n\s+)?)` + bareValue + `(\s*\|\s*(?:docker|podman|buildah|skopeo|nerdctl|az acr|oras)\s+login\b)`},
	{hints: []string{"curl", "wget"}, expr: `(\bcurl\b[^\n|;]*?\s(?:-u|--user|--proxy-user|-U)[ =]?["']?[^\s:"']+:)[^\s"']+`},
	{hints: []string{"machine "}, expr: `(\bmachine\s+\S+\s+login\s+\S+\s+password\s+)\S+`}, // .netrc
	{hints: []string{"--pass", "--token", "--api-key", "--secret", "--auth-token", "--client-secret"}, fold: true,
		expr: `(?i)(--(?:password|passphrase|token|api-key|secret|auth-token|client-secret|access-token)(?:\s+|=))` + bareValue, keep: option},
	{hints: []string{"pass", "pwd"}, fold: true, expr: `(?i)([\w.-]*` + passwordName + `(?:_?\d+)?["']?\s*[:=]\s*)` + bareValue, keep: notSecret},
	{hints: []string{"key", "secret", "token", "credential", "_auth"}, fold: true,
		expr: `(?i)([\w.-]*` + tokenName + `(?:_?\d+)?["']?(?:=|:=|\s=\s))` + bareValue, keep: notToken},
	{hints: []string{"key", "secret", "token", "credential"}, fold: true,
		expr: `(?i)([\w.-]*` + tokenName + `(?:_?\d+)?["']?\s*:\s*)` + `(?:"[^"\n]{8,}"|'[^'\n]{8,}'|[^\s"'&;,]{8,})`, keep: notDigits},
	{hints: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"}, expr: `\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})`},
	{hints: []string{"gl"}, expr: `\bgl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt|ffct)-[A-Za-z0-9_.-]{16,}`},
	{hints: []string{"AKIA", "ASIA"}, expr: `\b(?:AKIA|ASIA)[A-Z0-9]{16}\b`},
	{hints: []string{"pypi-"}, expr: `\bpypi-[A-Za-z0-9_-]{32,}`},
	{hints: []string{"hf_", "npm_", "dckr_", "dapi"}, expr: `\b(?:hf_[A-Za-z0-9]{24,}|npm_[A-Za-z0-9]{30,}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}|dapi[0-9a-f]{32})`},
	{hints: []string{"xox", "xapp-", "hooks.slack.com/services/"}, expr: `(\bhooks\.slack\.com/services/)[A-Za-z0-9/]+|\b(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,}`},
	{hints: []string{"AIza", "ya29."}, expr: `\b(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,})`},
	{hints: []string{"sk-"}, expr: `\bsk-(?:[a-z]+-)*[A-Za-z0-9_-]{32,}`},
	{hints: []string{"eyJ"}, expr: `\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*`},
	{hints: []string{"AZDO", "Q~", "ACR"}, expr: `\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b|\b[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}|\b[A-Za-z0-9/+]{42}\+ACR[A-Za-z0-9]{6}`},
	{hints: []string{"=="}, expr: `(?:^|[^A-Za-z0-9/+])()[A-Za-z0-9/+]{86}==`}, // Azure storage account keys
}

func blank(s string) bool { return strings.TrimSpace(strings.ReplaceAll(s, masked, "")) == "" }

// sshUser: `git+ssh://git@host` names an account that everybody uses, no secret.
func sshUser(s string) bool { return s == "git" || s == "hg" }

func option(s string) bool { return strings.HasPrefix(s, "-") }

// notSecret are the words that stand where a password would: an empty one, a comparison, what a message says of it.
func notSecret(s string) bool {
	switch strings.ToLower(strings.Trim(s, `"'`)) {
	case "", "=", "none", "null", "true", "false", "required", "yes", "no", "-", "...", "(empty)":
		return true
	}
	return strings.HasPrefix(s, "=") || strings.HasPrefix(s, "~=")
}

// notToken also keeps numbers and versions: `max_token=512`, and the conda package `secret=1.2`.
func notToken(s string) bool {
	return notSecret(s) || strings.Trim(s, "0123456789.*") == ""
}

// notDigits keeps words: a message says `unexpected token: identifier`, a token has digits.
func notDigits(s string) bool {
	return notToken(s) || !strings.ContainsAny(s, "0123456789")
}
