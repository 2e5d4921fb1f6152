package diagnose

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/envmedic/envmedic/internal/manifest"
)

func TestLostWord(t *testing.T) {
	for word, lost := range map[string]bool{
		"APT-GET": true, "apt-get": true, "&&": true, "--no-cache-dir": true, "CD": true, "libgl1": true, "numpy==1.26": true,
		"COPPY": false, "RUNN": false, "FORM": false, "<<<<<<<": false, "HEALTHCHEK": false, "INCLUDE": false,
	} {
		if got := lostWord(word); got != lost {
			t.Errorf("lostWord(%q) = %v, want %v", word, got, lost)
		}
	}
}

func TestMendReference(t *testing.T) {
	for image, want := range map[string]string{
		"https://contoso.azurecr.io/base/py:1": "contoso.azurecr.io/base/py:1",
		"contoso.azurecr.io//Base/py:V1":       "contoso.azurecr.io/base/py:V1",
		`contoso.azurecr.io\base\py`:           "contoso.azurecr.io/base/py",
		"localhost:5000/Img":                   "localhost:5000/img",
		"python:3.12-slim":                     "python:3.12-slim",
	} {
		if got := mendReference(image); got != want {
			t.Errorf("mendReference(%q) = %q, want %q", image, got, want)
		}
	}
}

func TestCopyWords(t *testing.T) {
	words, from := copyWords(`COPY --chown=app --from=builder ["a b", "/srv/"]`)
	if d := cmp.Diff([]string{"a", "b", "/srv/"}, words); d != "" || from != "builder" {
		t.Errorf("from %q, words (-want +got):\n%s", from, d)
	}
	if words, _ := copyWords("RUN cp a b"); words != nil {
		t.Errorf("a RUN has no words of a COPY, got %q", words)
	}
}

func TestIgnoringLine(t *testing.T) {
	f := manifest.Parse(".dockerignore", []byte("# data\n*.txt\nbuild/\n!build/keep.txt\n**/secret\n!requirements.txt\n"), true)
	for p, want := range map[string]int{
		"notes.txt": 2, "requirements.txt": 0, "build/a.py": 3, "build/keep.txt": 0, "x/y/secret": 5, "src/notes.txt": 0,
	} {
		if got := ignoringLine(f, p); got != want {
			t.Errorf("%s is left out by line %d, want %d", p, got, want)
		}
	}
}
