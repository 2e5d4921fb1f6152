package diagnose

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf16"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// checked is what the check of a rule says of one file.
func checked(t *testing.T, id, path string, src []byte) []Diagnosis {
	t.Helper()
	files, _ := manifest.Load(fstest.MapFS{path: &fstest.MapFile{Data: src}}, nil)
	return checkFiles(Builtin(), files, []string{id})
}

// wide is a text in UTF-16, little endian, after the mark that is given.
func wide(mark, text string) []byte {
	b := []byte(mark)
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestWideFiles(t *testing.T) {
	const list = "# für die Bücher\nflask==3.0.3\n"
	const file = "name: app\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n"
	for _, c := range []struct {
		rule, path, mark, text string
		told                   bool
	}{
		{"pip-requirements-encoding", "requirements.txt", "", list, true},
		{"pip-requirements-encoding", "requirements.txt", "\xff\xfe", list, false}, // pip reads it by its mark
		{"conda-yaml-encoding", "environment.yml", "\xff\xfe", file, true},
	} {
		told := checked(t, c.rule, c.path, wide(c.mark, c.text))
		if len(told) > 0 != c.told {
			t.Errorf("%s with the mark %q: told %v, want %v", c.path, c.mark, told, c.told)
		}
		for _, d := range told {
			if len(d.Fixes) != 1 || d.Fixes[0].Certainty != safe {
				t.Fatalf("%s: fixes %v, want one that is safe", c.path, d.Fixes)
			}
			if b, err := d.Fixes[0].Files[0].Apply(); err != nil || string(b) != c.text {
				t.Errorf("%s: mended to %q (%v), want %q", c.path, b, err, c.text)
			}
		}
	}
}

// TestSecretsStayUntold proves that what a check says holds nothing of the secret that it found.
func TestSecretsStayUntold(t *testing.T) {
	const secret = "Xk29vnQ0pLrT8"
	for _, line := range []string{
		"--extra-index-url https://build:" + secret + "@feed.example/simple/",
		"mine @ git+https://" + strings.Repeat(secret, 4) + "@git.example/mine.git",
	} {
		told := checked(t, "pip-secret-in-url", "requirements.txt", []byte(line+"\nflask==3.0.3\n"))
		if len(told) != 1 {
			t.Fatalf("%q: told %v, want one", line, told)
		}
		said := told[0].Summary + told[0].NoFix
		for _, v := range told[0].Captures {
			said += v
		}
		if strings.Contains(said, secret) {
			t.Errorf("the secret stands in %q", said)
		}
	}
}

// TestCheckEditsKeepForm applies what checks offer to files with other line ends, indentation and no last newline.
func TestCheckEditsKeepForm(t *testing.T) {
	for _, c := range []struct{ rule, path, before, after string }{
		{
			"conda-pip-not-listed-warning", "environment.yml",
			"channels: [conda-forge]\r\ndependencies:\r\n    -   python=3.11\r\n    -   pip:\r\n        - flask==3.0.3",
			"channels: [conda-forge]\r\ndependencies:\r\n    -   python=3.11\r\n    -   pip=24.0\r\n    -   pip:\r\n        - flask==3.0.3",
		},
		{"pip-requirements-as-yaml", "requirements.txt", "- flask==3.0.3\r\n-\tnumpy", "flask==3.0.3\r\nnumpy"},
		{"pip-invalid-requirement", "requirements.txt", "flask = 3.0.3  # web", "flask == 3.0.3  # web"},
		{"pip-stdlib-backport", "requirements.txt", "flask\r\nenum34==1.1.10", "flask"},
		{
			"conda-invalid-match-spec", "environment.yml",
			"channels: [conda-forge]\ndependencies: [python=3.11, \"numpy=>1.24\"]\n",
			"channels: [conda-forge]\ndependencies: [python=3.11, \"numpy>=1.24\"]\n",
		},
	} {
		told := checked(t, c.rule, c.path, []byte(c.before))
		if len(told) != 1 || len(told[0].Fixes) != 1 {
			t.Errorf("%s: told %v, want one with one fix", c.rule, told)
			continue
		}
		b, err := edit.File{Path: c.path, Base: []byte(c.before), Edits: told[0].Fixes[0].Files[0].Edits}.Apply()
		if err != nil || string(b) != c.after {
			t.Errorf("%s: mended to %q (%v), want %q", c.rule, b, err, c.after)
		}
	}
}
