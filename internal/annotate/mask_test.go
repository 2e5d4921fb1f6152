package annotate

import (
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// Tokens are put together here, so that no scanner takes this file for a leak.
var (
	forty   = strings.Repeat("aB3dE", 8)
	jwt     = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N"
	keyBody = "MIIEowIBAAKCAQEA" + forty
)

func TestMaskSecrets(t *testing.T) {
	for _, c := range [][2]string{ // the line, and what must be gone
		{"Looking in indexes: https://bob:hunter2@pypi.example/simple", "hunter2"},
		{"https://" + forty + "@pkgs.example/org/_packaging/feed", forty},
		{"git+https://x-access-token:p@ss@git.example/a/b.git", "p@ss"},
		{"https://conda.example/t/ab-12345678-1234/channel/linux-64", "ab-12345678"},
		{"> Authorization: Basic Ym9iOmh1bnRlcjI=", "Ym9i"},
		{`{"authorization": "Bearer abcdef"}`, "abcdef"},
		{"curl -H 'PRIVATE-TOKEN: abc123' https://git.example", "abc123"},
		{"bearer " + forty, forty},
		{"https://acct.blob.example/c/f?sv=2020&sig=a%2Bb%3D&se=2021", "a%2Bb"},
		{"DefaultEndpointsProtocol=https;AccountName=x;AccountKey=" + strings.Repeat("A", 86) + "==;EndpointSuffix=e", "AAAA"},
		{"Set-Cookie: session=abcdef; Path=/", "abcdef"},
		{"docker login -u bob -p hunter2 registry.example", "hunter2"},
		{"docker login registry.example -phunter2", "hunter2"},
		{"echo hunter2 | docker login -u bob --password-stdin", "hunter2"},
		{"docker login --password=hunter2 r.example", "hunter2"},
		{"twine upload --password hunter2 dist/*", "hunter2"},
		{"curl -fsS -u bob:hunter2 https://a.example", "hunter2"},
		{"machine pypi.example login bob password hunter2", "hunter2"},
		{"ARG PIP_PASSWORD=hunter2", "hunter2"},
		{`ENV DB_PASSWORD="hunter 2 3"`, "hunter 2"},
		{"password: hunter2", "hunter2"},
		{"export API_KEY='k-1'", "k-1"},
		{"MY_SECRET_TOKEN=abc", "=abc"},
		{"//registry.example/:_authToken=abc-def", "abc-def"},
		{`"client_secret": "s3cr3t-v4lue"`, "s3cr3t"},
		{"AWS_SECRET_ACCESS_KEY=" + forty, forty},
		{"using ghp_" + forty, forty},
		{"github_pat_" + forty, forty},
		{"glpat-" + forty[:20], forty[:20]},
		{"id AKIA" + "ABCDEFGHIJKLMNOP", "ABCDEFGH"},
		{"pypi-AgEIcHlwaS5vcmc" + forty, forty},
		{"hf_" + forty, forty},
		{"npm_" + forty, forty},
		{"xoxb-1234567890-" + forty, forty},
		{"https://hooks.slack.com/services/T0/B0/" + forty, forty},
		{"got " + jwt + " back", "eyJzdWI"},
		{"key " + strings.Repeat("xY1/", 21) + "ab==", "xY1/xY1"},
		{"a\n-----BEGIN RSA PRIVATE KEY-----\n" + keyBody + "\n-----END RSA PRIVATE KEY-----\nb", keyBody},
		{"-----BEGIN PRIVATE KEY-----\n" + keyBody, keyBody},
	} {
		got := (*Masker)(nil).Mask(c[0])
		if strings.Contains(got, c[1]) || !strings.Contains(got, masked) {
			t.Errorf("Mask(%q) = %q still holds %q", c[0], got, c[1])
		}
		if again := (*Masker)(nil).Mask(got); again != got {
			t.Errorf("masking %q again gives %q", got, again)
		}
	}
}

func TestMaskLeavesOthersAlone(t *testing.T) {
	for _, s := range []string{
		"ERROR: No matching distribution found for tokenizers==0.13.3",
		"  - tokenizers=0.13",
		"  - detect-secrets==1.4.0",
		"max_tokens=512",
		"git+ssh://git@github.example/org/repo.git",
		"FROM docker://ubuntu@sha256:" + strings.Repeat("0", 64),
		"--index-url https://${PIP_USER}:${PIP_TOKEN}@pypi.example/simple",
		"ENV TOKEN=$TOKEN",
		"TOKEN=${{secrets.TOKEN}}",
		"password: ${PASSWORD}",
		"SyntaxError: unexpected token: identifier",
		"failed to fetch anonymous token: unexpected status: 401 Unauthorized",
		"https://conda.example/t/<TOKEN>/channel",
		`WWW-Authenticate: Bearer realm="https://auth.example/token"`,
		"error: command 'gcc' failed with exit status 1",
		"https://pypi.example/simple/a@b/",
		"Successfully built 0123456789abcdef0123456789abcdef01234567",
		"docker run -p 80:80 image",
	} {
		if got := (*Masker)(nil).Mask(s); got != s {
			t.Errorf("Mask(%q) = %q", s, got)
		}
	}
}

func TestMaskValues(t *testing.T) {
	m := NewMasker("s3cr/t word", "abc", "line one\nline two", "s3cr")
	for in, want := range map[string]string{
		"x s3cr/t word y":   "x *** y",
		"s3cr%2Ft%20word":   "***",
		"s3cr%2Ft+word":     "***",
		"czNjci90IHdvcmQ=.": "***.",
		"abc is too short":  "abc is too short",
		"line two":          "***",
		"only s3cr":         "only ***",
	} {
		if got := m.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMaskedReport(t *testing.T) {
	const secret = "hunter2"
	url := "https://bob:" + secret + "@pypi.example"
	r := &diagnose.Report{
		Logs: []diagnose.LogInfo{{Path: "a.log", Why: url}},
		Diagnoses: []diagnose.Diagnosis{{
			Summary: url, Captures: map[string]string{"index": url}, Why: url, NoFix: url, Help: url, Links: []string{url}, Reproduce: []string{url},
			Evidence: []diagnose.Evidence{{Text: "-----BEGIN PRIVATE KEY-----"}, {Text: secret}, {Text: "-----END PRIVATE KEY-----"}, {Text: "kept"}},
			Step:     &diagnose.Step{Command: url},
			Location: &diagnose.Location{Path: "r.txt", Line: 1, Column: 30, EndColumn: 34, Text: url},
			Related:  []diagnose.Location{{Text: url}}, Candidates: []diagnose.Location{{Text: url}},
			Fixes: []diagnose.Fix{{Title: "shown", Certainty: "safe", Diff: "-a\n+b\n"}, {Title: "hidden", Certainty: "review", Diff: " " + url + "\n-a\n+b\n"}},
		}},
		Unrecognised: []diagnose.Unrecognised{{Step: diagnose.Step{Command: url}, Lines: []diagnose.Evidence{{Text: url}}}},
		Notes:        []string{url},
	}
	var b strings.Builder
	c := Masked(r, nil)
	if err := WriteJSON(&b, c); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), secret) {
		t.Errorf("the masked report holds the secret:\n%s", b.String())
	}
	d := c.Diagnoses[0]
	if d.Evidence[3].Text != "kept" || d.Location.Column != 0 || len(d.Fixes) != 1 || !strings.Contains(d.NoFix, `"hidden" is not shown`) {
		t.Errorf("masked: %+v", d)
	}
	if r.Diagnoses[0].Evidence[1].Text != secret || len(r.Diagnoses[0].Fixes) != 2 || r.Notes[0] != url {
		t.Error("the report itself was changed")
	}
}

func FuzzMask(f *testing.F) {
	f.Add("token=abc ", "https://a:b@c", "d")
	f.Add("password: \"", "x' -p ", "echo")
	f.Add("-----BEGIN PRIVATE KEY-----", "", "\n-----END")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		const secret = "Zq7-unlikely-Zq7"
		m := NewMasker(secret)
		got := m.Mask(a + secret + b + secret + c)
		if strings.Contains(got, secret) {
			t.Errorf("%q holds the value", got)
		}
		(*Masker)(nil).Mask(a + "://" + b + "@" + c)
	})
}
