package manifest

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestLoadLimits(t *testing.T) {
	fsys := fstest.MapFS{
		"requirements.txt":                    {Data: []byte("a\n")},
		"big/requirements.txt":                {Data: []byte(strings.Repeat("#", maxBytes+1))},
		"node_modules/x/requirements.txt":     {Data: []byte("a\n")},
		".venv/lib/site-packages/Dockerfile":  {Data: []byte("FROM a\n")},
		"requirements/base.txt":               {Data: []byte("b\n")},
		"notes.txt":                           {Data: []byte("c\n")},
		".dockerignore":                       {Data: []byte("*.csv\n")},
		"deploy/prod.Dockerfile":              {Data: []byte("FROM a\n")},
		"requirements-dir.txt/inner/file.txt": {Data: []byte("d\n")},
	}
	s, errs := Load(fsys, nil)
	var got []string
	for _, f := range s.Files {
		got = append(got, f.Path)
	}
	want := ".dockerignore deploy/prod.Dockerfile requirements.txt requirements/base.txt"
	if strings.Join(got, " ") != want {
		t.Errorf("read %v, want %s", got, want)
	}
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), "big/requirements.txt: it has 1048577 bytes") {
		t.Errorf("errors %v", errs)
	}
	if len(s.Find("base.txt")) != 1 || len(s.Named("A")) != 1 || s.Exists("nope") || !s.Exists("notes.txt") {
		t.Error("the set does not find its files")
	}
}

func TestLoadPatterns(t *testing.T) {
	fsys := fstest.MapFS{"a/deps.in": {Data: []byte("a\n")}, "img": {Data: []byte("FROM a\n")}, "requirements.txt": {Data: []byte("b\n")}}
	s, errs := Load(fsys, []string{"*.in", "img", "[", "x/**"})
	if len(s.Files) != 2 || s.Files[0].Kind != KindRequirements || s.Files[1].Kind != KindDockerfile {
		t.Errorf("read %v", s.Files)
	}
	if len(errs) != 1 || !strings.Contains(errs[0].Error(), `"["`) {
		t.Errorf("errors %v", errs)
	}
}

func TestLines(t *testing.T) {
	f := newFile("f", KindDockerignore, []byte("a\r\n  b\r\nc"))
	if f.Lines() != 3 || f.Line(0) != 1 || f.Line(5) != 2 || f.Line(8) != 3 || f.Line(9) != 3 || f.Col(5) != 3 {
		t.Errorf("%d lines; offsets on %d, %d, %d; column %d", f.Lines(), f.Line(0), f.Line(5), f.Line(9), f.Col(5))
	}
	if f.LineSpan(2) != (Span{3, 8}) || f.LineSpan(4) != (Span{}) || f.Text(2) != "  b" || f.Indent(2) != "  " || f.EOL() != "\r\n" {
		t.Errorf("line 2 is %v %q, indented by %q", f.LineSpan(2), f.Text(2), f.Indent(2))
	}
	if f.LinesOf(Span{1, 6}) != (Span{0, 8}) {
		t.Errorf("the lines are %v", f.LinesOf(Span{1, 6}))
	}
	if empty := newFile("f", KindDockerignore, nil); empty.Lines() != 1 || empty.Text(1) != "" || empty.EOL() != "\n" {
		t.Error("an empty file has one empty line")
	}
}

func TestVersions(t *testing.T) {
	if got := Newest([]string{"1.9", "1.10", "2.0rc1", "x", "1.10.post1"}); got != "1.10.post1" {
		t.Errorf("newest is %q", got)
	}
	if got := Newest([]string{"2.0a1", "2.0rc1"}); got != "2.0rc1" {
		t.Errorf("newest pre-release is %q", got)
	}
	for _, tt := range []struct {
		version, spec string
		want          bool
	}{{"1.4.5", "~=1.4", true}, {"1.4.5", "==1.4.*", true}, {"2.0", ">=1,<2", false}, {"x", ">=1", false}, {"2.0rc1", ">=1", true}} {
		if got := Matches(tt.version, tt.spec); got != tt.want {
			t.Errorf("%s %s: %v", tt.version, tt.spec, got)
		}
	}
	if CompareVersions("1.0", "1.0.0") != 0 || CompareVersions("x", "0") >= 0 || CompareVersions("1", "x") <= 0 || CompareVersions("x", "y") != 0 {
		t.Error("comparison of odd versions")
	}
}

func TestCondaVersions(t *testing.T) {
	rising := []string{
		"0.4", "0.4.1.rc", "0.4.1", "0.5a1", "0.5b3", "0.5", "0.9.6", "0.960923", "1.0", "1.1dev1", "1.1a1", "1.1.0dev1",
		"1.1.0rc1", "1.1.0", "1.1.0post1", "1996.07.12", "1!0.4.1", "1!3.1.1.6", "2!0.4.1",
	}
	for i := 1; i < len(rising); i++ {
		if CompareCondaVersions(rising[i-1], rising[i]) >= 0 {
			t.Errorf("%s is not said to be below %s", rising[i-1], rising[i])
		}
	}
	if CompareCondaVersions("1.1", "1.1.0") != 0 || CompareCondaVersions("1.0+2", "1.0+10") >= 0 || CompareCondaVersions("1.0+1", "1.0") <= 0 {
		t.Error("zeros or local parts")
	}
}
