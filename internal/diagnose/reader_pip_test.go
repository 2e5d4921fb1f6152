package diagnose

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRequest(t *testing.T) {
	for _, c := range []struct {
		in   string
		want request
	}{
		{"numpy", request{text: "numpy", name: "numpy"}},
		{"torch==1.9.1+cu111 (from versions: 1.0, 1.9.1)", request{text: "torch==1.9.1+cu111", name: "torch", specifier: "==1.9.1+cu111", version: "1.9.1+cu111"}},
		{"foo[bar,baz] >= 1, < 2 (from -r requirements dir/r.txt (line 3)) (from versions: )", request{
			text: "foo[bar,baz] >= 1, < 2", name: "foo", specifier: ">= 1, < 2", file: "requirements dir/r.txt", line: "3",
		}},
		{`pywin32-ctypes>=0.2.0; sys_platform == "win32" (from keyring) (from versions: none)`, request{
			text: `pywin32-ctypes>=0.2.0; sys_platform == "win32"`, name: "pywin32-ctypes", specifier: ">=0.2.0", chain: []string{"keyring"},
		}},
		{"nassl<2.2.0,>=2.1.0 (from sslyze==2.0.3->anubis-netsec==0.9.5) (from versions: 0.13.1)", request{
			text: "nassl<2.2.0,>=2.1.0", name: "nassl", specifier: "<2.2.0,>=2.1.0", chain: []string{"sslyze==2.0.3", "anubis-netsec==0.9.5"},
		}},
		{"lockstep>=1 (from lockstep-extras==1.0.0->-r requirements.txt (line 1))", request{
			text: "lockstep>=1", name: "lockstep", specifier: ">=1", chain: []string{"lockstep-extras==1.0.0"}, file: "requirements.txt", line: "1",
		}},
		{"git+https://git.example/x.git@v1 (from -r r.txt (line 2))", request{text: "git+https://git.example/x.git@v1", file: "r.txt", line: "2"}},
		{"./folder", request{text: "./folder"}},
		{"cut (from a->-r r.txt (line 2)", request{text: "cut", name: "cut", chain: []string{"a"}, file: "r.txt", line: "2"}},
	} {
		if d := cmp.Diff(c.want, parseRequest(c.in), cmp.AllowUnexported(request{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.in, d)
		}
	}
}

func TestVersionList(t *testing.T) {
	for _, c := range []struct {
		list, specifier, version      string
		kind, position, newest, close string
	}{
		{"none", "==1", "1", "none", "", "", ""},
		{"", "==1", "1", "none", "", "", ""},
		{"-", "==1", "1", "hidden", "", "", ""},
		{"1.0, 1.1, 2.0rc1", "==9.9", "9.9", "some", "newer", "1.1", "1.1"},
		{"1.0a1", ">=1", "", "prerelease", "", "1.0a1", "1.0a1"},
		{"18.3a0, 22.1.0, 22.6.1rc1, 23.1.0", "<23,>=22.6", "", "prerelease", "", "23.1.0", "23.1.0"},
		{"0.7.11, 0.8.11, 0.8.12, 0.9, 0.9.5", "==0.8.4", "0.8.4", "some", "between", "0.9.5", "0.8.12"},
		{"2.2.0rc1, 2.2.0, 2.3.0rc0", "==1.15.2", "1.15.2", "some", "older", "2.2.0", "2.2.0"},
		{"1.9.0, 1.10.2, 0.1.7.post2", "==1.11.0", "1.11.0", "some", "newer", "1.10.2", "1.10.2"},
		{"1.0, 1.0.win32, 2.0", "==1.0.0", "1.0.0", "some", "listed", "2.0", "1.0"},
		{"1.0, 3.0", "==2.0", "2.0", "some", "between", "3.0", "1.0"},
	} {
		text := "x (from versions: " + c.list + ")"
		if c.list == "-" {
			text = "x"
		}
		l := parseVersionList(text)
		got := []string{l.kind(c.specifier), l.position(c.version), l.newest(), l.nearest(c.version)}
		if d := cmp.Diff([]string{c.kind, c.position, c.newest, c.close}, got); d != "" {
			t.Errorf("%s for %s (-want +got):\n%s", c.list, c.specifier, d)
		}
	}
}

func TestVersionListCutOff(t *testing.T) {
	l := parseVersionList("x (from versions: 1.0, 1.1, 1.2.")
	if !l.said || l.newest() != "1.1" {
		t.Errorf("of a list that is cut off with its line, newest is %q, want 1.1", l.newest())
	}
}

func TestPythonFor(t *testing.T) {
	for spec, want := range map[string]string{
		">=3.8": "3.8", ">=3.7.1,<3.12": "3.11", ">=3.10,<3.13": "3.12", "!=3.0.*,>=3.6": "3.6", ">3.9": "3.10", "<=3.9,>=3.6": "3.9", ">=2.7": "", "<3": "",
	} {
		if got := pythonFor(spec); got != want {
			t.Errorf("the Python for %s is %q, want %q", spec, got, want)
		}
	}
}

func TestFloatingPython(t *testing.T) {
	for image, want := range map[string]string{
		"python": "", "python:latest": "", "docker.io/library/python:3@sha256:6d1c9f": "", "python:3-slim": "slim", "python:slim-bookworm": "slim-bookworm",
		"python:3.8-slim": "no", "ubuntu:22.04": "no", "mypython:3": "no",
	} {
		got := "no"
		if m := floatingPython.FindStringSubmatch(image); m != nil {
			got = m[1]
		}
		if got != want {
			t.Errorf("%s: variant %q, want %q", image, got, want)
		}
	}
}

func TestExcludedBy(t *testing.T) {
	list := " 1.22.0 Requires-Python >=3.8; 1.22.4 Requires-Python >=3.8,<3.12; 2.0 Requires-Python >=3.9"
	for req, want := range map[string]string{
		"numpy==1.22.4": ">=3.8,<3.12", "numpy==1.21": "", "numpy>=2": ">=3.9", "numpy": ">=3.9", "numpy==1.22": ">=3.8", "numpy<1": "",
	} {
		if got := excludedBy(list, parseRequest(req)); got != want {
			t.Errorf("%s is excluded by %q, want %q", req, got, want)
		}
	}
}

func TestSimilarName(t *testing.T) {
	for name, want := range map[string]string{
		"numppy": "numpy", "scikit-lern": "scikit-learn", "pomegranade": "pomegranate", "flask_lgoin": "flask-login", "Torchvison": "torchvision",
		"numpy": "", "six2": "", "contoso-featurestore": "", "bytestringSplitter": "",
	} {
		if got := similarName(name); got != want {
			t.Errorf("%s is similar to %q, want %q", name, got, want)
		}
	}
}

func TestTroubleOf(t *testing.T) {
	for text, want := range map[string]string{
		"WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError('…":                                   "",
		"  Retrying (Retry(total=0, connect=None)) after connection broken by 'ProtocolError('…":                                               "connection",
		"WARNING: Retrying (Retry(total=0)) after connection broken by 'ReadTimeoutError(\"…":                                                  "timeout",
		"WARNING: Retrying (Retry(total=0)) … 'SSLError(SSLCertVerificationError(1, …":                                                         "tls",
		"Could not fetch URL https://x/: There was a problem confirming the ssl certificate: EOF occurred in violation of protocol - skipping": "connection",
		"WARNING: Discarding https://x/a.tar.gz. Command errored out with exit status 1: python setup.py egg_info":                             "discarded",
		"INFO: pip is looking at multiple versions of x":                                                                                       "",
	} {
		if got := troubleOf(text); got != want {
			t.Errorf("%s is trouble %q, want %q", text, got, want)
		}
	}
}

func TestConflictRow(t *testing.T) {
	row, ok := parseConflictRow("    langchain 1.3.9 depends on langgraph<1.3.0, !=1.2.9 and >=1.2.4")
	if !ok || row.by != "langchain" || row.version != "1.3.9" || row.request.name != "langgraph" || row.request.specifier != "<1.3.0, !=1.2.9,>=1.2.4" {
		t.Errorf("read %+v", row)
	}
	if row, ok := parseConflictRow("    The user requested (constraint) common==1.0"); !ok || !row.limit || row.request.version != "1.0" {
		t.Errorf("read %+v", row)
	}
	if _, ok := parseConflictRow("To fix this you could try to:"); ok {
		t.Error("advice is read as a row")
	}
}

// TestFactTables demands of the pip tables that their keys are found however a name is written.
func TestFactTables(t *testing.T) {
	for _, name := range []string{"known-projects", "wheel-only", "platform-only", "local-index"} {
		for key := range tables[name]().rows {
			if key != strings.ToLower(key) && fact(name, strings.ToLower(key), "name") == "" {
				t.Errorf("data/%s.tsv: %s is not found in lower case", name, key)
			}
		}
	}
	if fact("import-names", "cv2", "distribution") == "" {
		t.Error("cv2 is no import name")
	}
}
