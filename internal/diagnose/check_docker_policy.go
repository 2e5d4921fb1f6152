package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// weakenings are ways to switch off that a server proves who it is.
var weakenings = []struct {
	text *pattern
	what string
}{
	{lazy(`--trusted-host[ =]\S+`), "pip does not check who the index is"},
	{lazy(`(?:PIP_TRUSTED_HOST|global\.trusted-host)[ =]\S+`), "pip does not check who the index is"},
	{lazy(`ssl_verify[ =:]+(?:[Ff]alse|no|0)\b`), "conda does not check who the channel is"},
	{lazy(`\bcurl\s(?:[^|;&]*\s)?(?:-[a-zA-Z]*k[a-zA-Z]*|--insecure)(?:\s|$)`), "curl does not check who the server is"},
	{lazy(`--no-check-certificate`), "wget does not check who the server is"},
	{lazy(`--allow-unauthenticated|--force-yes|\[trusted=yes\]`), "apt does not check who signed the packages"},
	{lazy(`(?:http\.sslVerify|GIT_SSL_NO_VERIFY)[ =](?:false|true|1)`), "git does not check who the server is"},
	{lazy(`NODE_TLS_REJECT_UNAUTHORIZED[ =]["']?0|strict-ssl[ =]false`), "node does not check who the server is"},
	{lazy(`PYTHONHTTPSVERIFY[ =]["']?0`), "Python does not check who the server is"},
}

// checkTLSOff finds commands that don't check who they load code from.
func checkTLSOff(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" && in.Keyword != "ENV" && in.Keyword != "ARG" {
		return nil
	}
	var all []flaw
	for _, w := range weakenings {
		m := w.text.FindString(in.Text)
		if m == "" {
			continue
		}
		s := in.Span
		if i := strings.Index(f.At(in.Span), strings.TrimSpace(m)); i >= 0 {
			s = manifest.Span{Start: in.Span.Start + i, End: in.Span.Start + i + len(strings.TrimSpace(m))}
		}
		all = append(all, said(f, s, "take the option out and give the image the certificate of your own authority (update-ca-certificates, PIP_CERT, REQUESTS_CA_BUNDLE)", "what", w.what))
	}
	return all
}

var (
	secretName  = lazy(`(?i)(?:^|_)(?:passwd|password|secret|token|api_?key|access_?key|private_?key|credentials?|sas|pat)$`)
	secretFiles = strings.Fields(".netrc .pypirc .git-credentials id_rsa id_dsa id_ecdsa id_ed25519 .ssh .aws .azure")
	userInURL   = lazy(`https?://[^\s/:@"'$]*:[^\s/@"'$]{6,}@[\w.-]+`)
	knownToken  = lazy(`\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AccountKey=[A-Za-z0-9+/]{40,}|glpat-[\w-]{16,})|[?&]sig=[A-Za-z0-9%+/]{20,}`)
)

// checkSecret finds secrets that everybody can read in the image or its history. What they are is never told.
func checkSecret(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if copied := secretSource(in); copied != "" {
		return []flaw{said(f, in.Span, "mount it for the one step that needs it: RUN --mount=type=secret,id=NAME …", "what", "COPY puts "+copied+" into the image, where everybody who has the image can read it")}
	}
	switch in.Keyword {
	case "ENV", "ARG":
		return secretVariables(f, in)
	case "RUN", "LABEL", "ADD":
		if m := userInURL.FindString(in.Text) + knownToken.FindString(in.Text); m != "" {
			return []flaw{said(f, in.KeywordSpan, "mount it for the one step that needs it (RUN --mount=type=secret,id=NAME …), and revoke the one that stands here",
				"what", in.Keyword+" holds a password or token, which stays in the history of the image")}
		}
	}
	return nil
}

func secretSource(in *manifest.Instruction) string {
	for _, w := range contextSources(in) {
		if base := path.Base(path.Clean(w.Text)); slices.Contains(secretFiles, base) {
			return base
		}
	}
	return ""
}

func secretVariables(f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, w := range in.Words {
		name, value, given := strings.Cut(w.Text, "=")
		value = strings.Trim(value, `"'`)
		named := secretName.MatchString(name) && value != "" && !strings.Contains(value, "$") && !noSecret(value)
		if !named && knownToken.FindString(w.Text) == "" && userInURL.FindString(w.Text) == "" {
			continue
		}
		what := in.Keyword + " " + name + " puts a secret into the image, where everybody who has the image can read it"
		if !given {
			what = in.Keyword + " holds a secret, which stays in the history of the image"
		}
		s := manifest.Span{Start: w.Span.Start, End: w.Span.Start + min(len(name), w.Span.Len())}
		all = append(all, said(f, s, "mount it for the one step that needs it (RUN --mount=type=secret,id="+strings.ToLower(name)+" …), or let the container get it when it starts, and revoke the one that stands here", "what", what))
	}
	return all
}

var placeholderValue = lazy(`(?i)^(?:<.*>|x+|\*+|change_?me.*|your[_-].*|none|null|true|false|\d+|example|dummy|test|\.\.\.|/.*)$`)

// noSecret tells values that are no secrets: placeholders, switches and paths of files.
func noSecret(value string) bool { return placeholderValue.MatchString(value) }
