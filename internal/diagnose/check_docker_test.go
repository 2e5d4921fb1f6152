package diagnose

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/envmedic/envmedic/internal/manifest"
)

// spotted runs one check over files, and says what it found: place, captures that matter, and title of the edit.
func spotted(t *testing.T, name string, fsys fstest.MapFS) []string {
	t.Helper()
	set, _ := manifest.Load(fsys, nil)
	var all []string
	for _, fl := range checks[name](set) {
		parts := []string{fl.file.Path + ":" + itoa(fl.file.Line(fl.span.Start)), fl.captures["script"] + fl.captures["file"], fl.captures["trouble"], fl.title}
		all = append(all, strings.Join(parts, "|"))
	}
	return all
}

func foundAre(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("found %q, want %q", got, want)
	}
}

// Modes of files can't be said in a case.
func TestScriptModes(t *testing.T) {
	dockerfile := &fstest.MapFile{Data: []byte("FROM debian:12-slim\nCOPY start.sh /start.sh\nRUN /start.sh\n"), Mode: 0o644}
	script := []byte("#!/bin/sh\ntrue\n")
	foundAre(t, spotted(t, "docker-script", fstest.MapFS{"Dockerfile": dockerfile, "start.sh": {Data: script, Mode: 0o644}}),
		"Dockerfile:3|start.sh|no execute bit|run chmod +x /start.sh before")
	foundAre(t, spotted(t, "docker-script", fstest.MapFS{"Dockerfile": dockerfile, "start.sh": {Data: script, Mode: 0o755}}))
	foundAre(t, spotted(t, "docker-script", fstest.MapFS{"Dockerfile": dockerfile, "start.sh": {Data: script}}))
}

// A Dockerfile in UTF-16 can't stand in a case.
func TestDockerfileEncoding(t *testing.T) {
	utf16 := []byte{0xff, 0xfe}
	for _, c := range []byte("FROM debian:12\n") {
		utf16 = append(utf16, c, 0)
	}
	foundAre(t, spotted(t, "docker-encoding", fstest.MapFS{"Dockerfile": {Data: utf16}}), "Dockerfile:1|Dockerfile||")
	foundAre(t, spotted(t, "docker-encoding", fstest.MapFS{"Dockerfile": {Data: []byte("FROM debian:12\n")}}))
}

// A Dockerfile of a megabyte has no place among the cases either.
func TestLongDockerfile(t *testing.T) {
	env := &fstest.MapFile{Data: []byte("$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: a\nbuild:\n  path: .\n")}
	long := func(n int) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("FROM debian:12-slim\n" + strings.Repeat("# padding\n", n))}
	}
	foundAre(t, spotted(t, "azureml-paths", fstest.MapFS{"environment-def.yml": env, "Dockerfile": long(100)}))
	foundAre(t, spotted(t, "azureml-paths", fstest.MapFS{"environment-def.yml": env, "Dockerfile": long(20000)}), "environment-def.yml:4|||")
}

// Bytes of a flaw's edits lie in its file, whatever the Dockerfile holds.
func FuzzDockerChecks(f *testing.F) {
	f.Add("FROM python:3.11-slim\nRUN sudo apt-get install git; pip install a>=1 \\\\\n && x\nCOPY a b /c # d\nUSER app\nENV A=b # c\n")
	f.Add("FROM https://A//b:{{latest-image-tag}}\nRUN <<EOF\nsource x\nEOF\nCOPY --from=bild a b\n")
	f.Fuzz(func(t *testing.T, src string) {
		set, _ := manifest.Load(fstest.MapFS{
			"Dockerfile":          {Data: []byte(src)},
			"requirements.txt":    {Data: []byte("psycopg2\n")},
			"environment-def.yml": {Data: []byte("name: a\nbuild:\n  path: .\n")},
		}, nil)
		for name, do := range dockerChecks {
			for _, fl := range do(set) {
				if fl.span.Start < 0 || fl.span.End < fl.span.Start || fl.span.End > len(fl.file.Src) {
					t.Errorf("%s: span %v outside %d bytes", name, fl.span, len(fl.file.Src))
				}
				d := fl.diagnosis(&rule{id: "x"})
				if fl.edits != nil && len(d.Fixes) == 0 {
					t.Errorf("%s: the edit %q can't be applied, or changes nothing", name, fl.title)
				}
			}
		}
	})
}
