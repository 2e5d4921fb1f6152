package manifest

import (
	"testing"
	"testing/fstest"
)

const shopDockerfile = `ARG BASE=python:3.9
FROM ${BASE} AS deps
WORKDIR /srv
COPY requirements.txt dev.txt /tmp/
COPY conf/ ./conf
COPY *.cfg etc/
RUN pip install -r /tmp/requirements.txt
FROM deps
COPY --from=deps /srv/conf/a.yml /opt/b.yml
COPY . .
RUN --mount=type=bind,source=env,target=/env conda env create -f /env/environment.yml && \
    echo   "done"
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apt-get update && apt-get install -y gcc
RUN <<EOF
set -e
pip install x
EOF
RUN pip install a b c d e f g h
RUN pip install a b c d e f g i
`

func shop(t *testing.T) *Set {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, p := range []string{"requirements.txt", "dev.txt", "conf/a.yml", "app.cfg", "env/environment.yml", "src/x.py"} {
		fsys["svc/"+p] = &fstest.MapFile{Data: []byte("x\n")}
	}
	fsys["top.txt"] = &fstest.MapFile{Data: []byte("x\n")}
	fsys["svc/Dockerfile"] = &fstest.MapFile{Data: []byte(shopDockerfile)}
	s, _ := Load(fsys, nil)
	return s
}

func TestMatchRun(t *testing.T) {
	d := shop(t).File("svc/Dockerfile").Dockerfile
	tests := []struct {
		command string
		line    int
	}{
		{"pip install -r /tmp/requirements.txt", 7},
		{"RUN pip install -r /tmp/requirements.txt", 7},
		{"/bin/sh -c pip install -r /tmp/requirements.txt", 7},
		{"|1 BASE=python:3.9 /bin/sh -c pip install   -r /tmp/requirements.txt", 7},
		{`conda env create -f /env/environment.yml &&     echo   "done"`, 11},
		{`RUN --mount=type=bind,source=env,target=/env conda env create -f /env/environment.yml && echo "done"`, 11},
		{"/bin/bash -o pipefail -c apt-get update && apt-get install -y gcc", 14},
		{"RUN apt-get update && apt-get install -y...", 14},
		{"<<EOF (set -e...)", 15},
		{"pip install a b c d e f g", 0},
		{"pip install a b c d e f g ...", 0},
		{"pip install nothing", 0},
		{"", 0},
	}
	for _, tt := range tests {
		got := 0
		if in := d.MatchRun(tt.command); in != nil {
			got = in.Line
		}
		if got != tt.line {
			t.Errorf("%q: line %d, want %d", tt.command, got, tt.line)
		}
	}
}

func TestRepoPath(t *testing.T) {
	d := shop(t).File("svc/Dockerfile").Dockerfile
	tests := []struct {
		line       int
		path, want string
	}{
		{7, "/tmp/requirements.txt", "svc/requirements.txt"},
		{7, "conf/a.yml", "svc/conf/a.yml"},
		{7, "/srv/etc/app.cfg", "svc/app.cfg"},
		{7, "/srv/src/x.py", ""},
		{7, "/tmp/other.txt", ""},
		{11, "src/x.py", "svc/src/x.py"},
		{11, "/tmp/dev.txt", "svc/dev.txt"},
		{11, "/opt/b.yml", "svc/conf/a.yml"},
		{11, "/env/environment.yml", "svc/env/environment.yml"},
		{14, "/env/environment.yml", ""},
		{14, "top.txt", "top.txt"},
	}
	for _, tt := range tests {
		if got := d.RepoPath(d.Instruction(tt.line), tt.path); got != tt.want {
			t.Errorf("line %d, %s: %q, want %q", tt.line, tt.path, got, tt.want)
		}
	}
	if got := d.RepoPath(nil, "x"); got != "" {
		t.Errorf("without an instruction: %q", got)
	}
}

func TestBase(t *testing.T) {
	d := shop(t).File("svc/Dockerfile").Dockerfile
	if got := d.Base(d.Instruction(19)); got != "python:3.9" {
		t.Errorf("the image under line 19 is %q", got)
	}
	if got := d.Base(d.Instruction(1)); got != "" {
		t.Errorf("the image under line 1 is %q", got)
	}
}
