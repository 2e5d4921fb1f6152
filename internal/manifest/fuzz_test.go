package manifest

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func FuzzRequirements(f *testing.F) {
	for _, s := range []string{"numpy==1.2 \\\n --hash=sha256:aa # c\n", "-e git+x#egg=y\na[b]>=1,<2;x\n", "a @ file:///x\n\\\n", "a (>=1\r\nb=1", "\ufeff-r x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		check(t, Parse("requirements.txt", src, true))
	})
}

func FuzzConda(f *testing.F) {
	for _, s := range []string{
		"channels:\n- a # b\ndependencies:\n  - c::a=1=b\n  - pip:\n    - 'x>1'\n", "dependencies: [a, {pip: [b]}]\n", "a: &x [b]\ndependencies: *x\n",
		"dependencies:\r\n- \"a\\x62\"\r\n- >\n x\n", "\ufeffdependencies:\n\t- a", "dependencies:\n- é\u0085- b\u2028- c",
		"name: x\nimage: y\nconda_file:\n  dependencies: [a]\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		check(t, Parse("environment.yml", src, true))
	})
}

func FuzzPyProject(f *testing.F) {
	f.Add([]byte("[project]\ndependencies = ['a>1', # ]\n \"b\"]\n[tool.poetry.dependencies]\nx = {version='1'}\n"))
	f.Add([]byte("project.optional-dependencies = {a = [\"x\"]}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		file := Parse("pyproject.toml", src, true)
		check(t, file)
		for key, s := range file.PyProject.Lists {
			if s.Start < 0 || s.End < s.Start || s.End > len(src) || s.Len() > 0 && src[s.Start] != '[' {
				t.Errorf("the list %s is said to stand at %v", key, s)
			}
		}
	})
}

// FuzzDockerfile also holds the lines of instructions against those of docker's own parser, where that one reads the file.
func FuzzDockerfile(f *testing.F) {
	for _, s := range []string{
		"FROM a AS b\nRUN pip install \\\n # c\n\n x 'y' && apt-get install z\n", "FROM a\nRUN <<EOF\npip install a\nEOF\n", "# escape=`\nFROM a\nRUN a `\n b",
		"FROM a\nRUN [\"bash\",\"-c\",\"pip install a\"]\nRUN sh -c 'pip install b'\n", "\\\nFROM a\r\nCOPY --from=b a b\n", "FROM a\nENV A $A${B:-c}\nWORKDIR $A\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := Parse("Dockerfile", src, true)
		check(t, file)
		want, err := parser.Parse(bytes.NewReader(src))
		if err != nil || !utf8.Valid(src) || bytes.ContainsAny(src, "\x00\f\v\u0085\u00a0") {
			return // what counts as a blank differs there, and no Dockerfile holds it
		}
		got := file.Dockerfile.Instructions
		if len(got) != len(want.AST.Children) {
			t.Fatalf("%d instructions, docker reads %d", len(got), len(want.AST.Children))
		}
		for i, n := range want.AST.Children {
			if got[i].Line != n.StartLine {
				t.Errorf("instruction %d begins on line %d, docker says %d", i, got[i].Line, n.StartLine)
			}
			file.Dockerfile.MatchRun(n.Original)
			file.Dockerfile.RepoPath(got[i], "x")
		}
	})
}
