package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/rogpeppe/go-internal/txtar"
)

// dockerSays is docker's own verdict on a Dockerfile, as the program writes it; "" where docker reads it.
func dockerSays(src []byte) string {
	_, err := parser.Parse(bytes.NewReader(src))
	if err == nil {
		return ""
	}
	line := 1
	var at *parser.LocationError
	if errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
		line = max(1, at.Locations[0][0].Start.Line)
	}
	return fmt.Sprintf("reading Dockerfile: line %d: docker cannot read this: %s", line, strings.TrimSuffix(err.Error(), "\n"))
}

func weSay(src []byte) string {
	for _, err := range Parse("Dockerfile", src, true).Errs {
		return err.Error()
	}
	return ""
}

// faulty are Dockerfiles by what docker says of them; "" for those that only look wrong.
var faulty = map[string][]string{
	"line 1: file with no instructions": {"", "\n", "# only a comment\n", "\ufeff", "  \t\u00a0\u0085\n"},
	"line 3: file with no instructions": {"# a\n\n# c"},

	"line 1: only one escape parser directive can be used": {"# escape=\\\n# escape=`\nFROM a\n", "#ESCAPE = `\n #escape=`\nFROM a\n"},
	"line 2: only one syntax parser directive can be used": {"# syntax=a\n# check=b\n# syntax=c\n"},
	"line 1: invalid escape token 'x' does not match ` or \\": {
		"# escape=x\nFROM a\n", "\ufeff# escape = x \r\nFROM a\r\n", "# syntax=a\n# escape=x\nFROM a\n",
	},

	"line 2: ENV must have two arguments":   {"FROM a\nENV PATH\n", "FROM a\nENV \\\n # c\n\n PATH\n", "FROM a\nenv --x PATH"},
	"line 2: LABEL must have two arguments": {"FROM a\nLABEL a\n", "FROM a\nONBUILD onbuild label 'a'\n\n"},
	`line 3: Syntax error - can't find = in "b". Must be of the form: name=value`: {
		"FROM a\n\nENV a=1 b\n", "FROM a\n#\nLABEL a=1 \\\n b c=2\n", "FROM a\n\nENV A='x \\' b",
	},
	"line 2: Syntax error - can't find = in \"b\\\\ c\". Must be of the form: name=value": {"FROM a\nENV a=\"1 \\\" 2\" b\\ c\n"},

	"line 2: when using JSON array syntax, arrays must be comprised of strings only": {
		"FROM a\nRUN [1]\n", "FROM a\nCMD [\"a\", null]", "FROM a\nENTRYPOINT [\"a\",\\\n 2]\nENV a\n", "FROM a\nSHELL [[\"a\"]]\n", "FROM a\nCOPY --chown=1 [true]\n",
		"FROM a\nADD [\"a\",{}]\n", "FROM a\nVOLUME [0]\n", "FROM a\nHEALTHCHECK --interval=5s CMD [1]\n", "FROM a\nONBUILD RUN [1]\n", "FROM a\nRUN -- [1]\n",
	},

	"line 2: unterminated heredoc": {
		"FROM a\nRUN <<EOF\nx\n EOF\n", "FROM a\nCOPY <<A <<B /x\nA\nA\n", "FROM a\nRUN cat << EOF\nx\n", "FROM a\nONBUILD RUN <<-'E F'\n\tE\n", "FROM a\nRUN [x] <<EOF\nx",
		"FROM a\nRUN 3<<\"EOF\" cat\nx", "FROM a\nRUN \\\n<<EOF\nEO\n", "FROM a\nRUN --mount=type=x <<EOF",
	},
	"line 2: failed to process \"\\\"EOF}\": unexpected end of statement while looking for matching double-quote": {"FROM a\nRUN x ${a:- <<\\\"EOF}\n"},

	"line 1: dockerfile line greater than max allowed size of 65535": {
		"FROM a\nRUN " + strings.Repeat("x", 65532) + "\nENV a\n", "FROM a\n#" + strings.Repeat("x", 65535),
	},
	"line 2: Syntax error - can't find = in \"b\". Must be of the form: name=value": {"FROM a\nENV a=1 \\\nb \\\n" + strings.Repeat("x", 65536)},

	"": {
		"FROM a\nRUN " + strings.Repeat("x", 65531) + "\n", "# x=1\n# escape=x\nFROM a\n", "\n# escape=x\nFROM a\n", "# escape\n# escape=x\nFROM a", "\\\n",
		"FROM a\nENV\nENV a b c\nENV a=b c=\nONBUILD\nHEALTHCHECK\nHEALTHCHECK NONE\n", "# escape=`\nFROM a\nENV a=b` c`\n d=e\n", "FROM a\nENV a= \\\n\n b=c\\\\\n",
		"FROM a\nRUN [1\nRUN ['a']\nCMD [ ]\nRUN x [1]\nWORKDIR [1]\nNEW [1]\n", "FROM a\nRUN [\"<<EOF\"]\nRUN cat<<EOF\nRUN echo '<<EOF'\nRUN echo \"a <<EOF\"\nENV a <<EOF\n",
		"FROM a\nRUN x ${a,,} <<EOF\n", "FROM a\nRUN x 'y <<EOF\n", "FROM a\nRUN <<E${a:-b}\n", "FROM a\nRUN <<E$a\n\tE$a\nE$a\n", "FROM a\nRUN <<-E\\ F\r\nx\r\n\t\tE F\r\n", "FROM a\nRUN <<< x <<-\n",
		"FROM a\nRUN x ${a/b/<<E} ${a//b} <<E\n", "FROM a\nRUN ${a#\"x\\y\"} $1a $@ ${b:?no} <<E\nE\n",
	},
}

func TestDockerFaults(t *testing.T) {
	for message, sources := range faulty {
		for _, src := range sources {
			want := message
			if want != "" {
				want = strings.Replace(message, ": ", ": docker cannot read this: ", 1)
				want = "reading Dockerfile: " + want
			}
			if got := weSay([]byte(src)); got != want {
				t.Errorf("%s\nwe say      %s\nit should be %s", brief(src), got, want)
			}
			sameAsDocker(t, []byte(src))
		}
	}
}

func brief(src string) string { return fmt.Sprintf("%.120q", src) }

// sameAsDocker holds what is said of a Dockerfile against what docker's own parser says.
func sameAsDocker(t *testing.T, src []byte) {
	t.Helper()
	if got, want := weSay(src), dockerSays(src); got != want {
		t.Errorf("%s\nwe say      %s\ndocker says %s", brief(string(src)), got, want)
	}
}

// TestDockerFaultsOfCases holds every Dockerfile of the rules' cases, and of the corpus where that is there, against docker's parser:
// whole, and cut off in the middle, where much is left open.
func TestDockerFaultsOfCases(t *testing.T) {
	n := 0
	each := func(src []byte) {
		n++
		for _, end := range []int{len(src), len(src) / 2, len(src) / 3} {
			sameAsDocker(t, src[:end])
		}
	}
	eachFile(t, "../diagnose/rules", func(p string, data []byte) {
		for _, f := range txtar.Parse(data).Files {
			if isDockerfile(f.Name) {
				each(f.Data)
			}
		}
	})
	if n < 100 {
		t.Errorf("only %d Dockerfiles found", n)
	}
	if _, err := os.Stat("../../../shared/corpus"); err != nil {
		t.Log("there is no corpus beside the project; its Dockerfiles are left out")
	}
	eachFile(t, "../../../shared/corpus", func(p string, data []byte) {
		if isDockerfile(p) {
			each(data)
		}
	})
}

func isDockerfile(name string) bool {
	name = strings.ToLower(path.Base(filepath.ToSlash(name)))
	return strings.HasPrefix(name, "dockerfile") || strings.HasSuffix(name, ".dockerfile") || strings.HasPrefix(name, "containerfile")
}

func eachFile(t *testing.T, root string, visit func(p string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || err == nil && d.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		if path.Ext(p) != ".txtar" && !isDockerfile(p) {
			return nil
		}
		data, err := os.ReadFile(p)
		visit(p, data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDeepExpansion shows the one thing that is done otherwise than docker does: where expansions are nested deeper than anybody nests them, it looks for no heredocs.
func TestDeepExpansion(t *testing.T) {
	nested := func(n int) []byte {
		open, closed := strings.Repeat(strings.Repeat("${a:-", 10)+"\\\n", n/10), strings.Repeat(strings.Repeat("}", 10)+"\\\n", n/10)
		return []byte("FROM a\nRUN <<E " + open + closed + "\n")
	}
	sameAsDocker(t, nested(maxNesting))
	if got := weSay(nested(20 * maxNesting)); got != "" {
		t.Errorf("heredocs were looked for beside what is too deep: %s", got)
	}
	if got := weSay(nested(maxNesting)); !strings.Contains(got, "unterminated heredoc") {
		t.Errorf("%d are too deep already: %s", maxNesting, got)
	}
}

func FuzzDockerFaults(f *testing.F) {
	for _, sources := range faulty {
		for _, src := range sources {
			if len(src) < 1000 {
				f.Add([]byte(src))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 0 && !wide(src) {
			sameAsDocker(t, src)
		}
	})
}
