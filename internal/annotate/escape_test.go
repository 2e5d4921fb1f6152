package annotate

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"plain – text, ünïcode 🙂":         "plain – text, ünïcode 🙂",
		"\x1b[31mred\x1b[0m":              "␛[31mred␛[0m",
		"a\rb\nc\x00\x7f":                 "a␍b␊c␀␡",
		"tab\tstays":                      "tab\tstays",
		"\u009b31m":                       "<U+009B>31m",
		"user\u202etxt.exe":               "user<U+202E>txt.exe",
		"\u2066x\u2069\u200e":             "<U+2066>x<U+2069><U+200E>",
		"bad \xff byte":                   "bad \ufffd byte",
		"::error::x":                      ":\u200b:error::x",
		" \t\u00a0::add-mask::x":          " \t\u00a0:\u200b:add-mask::x",
		"std::vector":                     "std::vector",
		"x ##[error]y":                    "x ##\u200b[error]y",
		"##VSO[task.complete]":            "##\u200bVSO[task.complete]",
		"####[group]":                     "####\u200b[group]",
		"## heading [x]":                  "## heading [x]",
		"##[a]##[b]##vso[c]":              "##\u200b[a]##\u200b[b]##\u200bvso[c]",
		"\U000e0041hidden tag, \ufeffBOM": "<U+E0041>hidden tag, <U+FEFF>BOM",
	} {
		if got := Plain(in); got != want {
			t.Errorf("Plain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCommandEscapes(t *testing.T) {
	const in = "50% of a:b,c;d]\r\n::error::x\n##vso[task.complete]\x1b"
	for name, c := range map[string]struct{ got, want string }{
		"github data":     {GitHubData(in), "50%25 of a:b,c;d]%0A:\u200b:error::x%0A##\u200bvso[task.complete]␛"},
		"github property": {GitHubProperty(in), "50%25 of a%3Ab%2Cc;d]%0A%3A\u200b%3Aerror%3A%3Ax%0A##\u200bvso[task.complete]␛"},
		"azure data":      {AzureData(in), "50%AZP25 of a:b,c;d]%0A:\u200b:error::x%0A##\u200bvso[task.complete]␛"},
		"azure property":  {AzureProperty(in), "50%AZP25 of a:b,c%3Bd%5D%0A:\u200b:error::x%0A##\u200bvso[task.complete%5D␛"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"a", "::x::", "##[x]", "##v\x00so[", "#\u200b#[", "\x1b]0;t\a", "##\u202e[", "\ufeff::error::", "::\r::x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, got := range map[string]string{
			"Plain": Plain(s), "GitHubData": GitHubData(s), "GitHubProperty": GitHubProperty(s), "AzureData": AzureData(s), "AzureProperty": AzureProperty(s),
		} {
			if !utf8.ValidString(got) || strings.ContainsFunc(got, hidden) {
				t.Errorf("%s(%q) = %q holds a character that a terminal obeys", name, s, got)
			}
			if low := strings.ToLower(got); strings.Contains(low, "##[") || strings.Contains(low, "##vso[") || strings.HasPrefix(strings.TrimSpace(low), "::") {
				t.Errorf("%s(%q) = %q holds a command", name, s, got)
			}
		}
		if again := Plain(Plain(s)); again != Plain(s) {
			t.Errorf("Plain is not stable on %q: %q", s, again)
		}
	})
}
