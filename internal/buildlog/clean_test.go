package buildlog

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	tests := []struct{ name, raw, want string }{
		{"plain", "Collecting numpy", "Collecting numpy"},
		{"indentation stays, blanks at the end go", "      [end of output]  \t", "      [end of output]"},
		{"GitHub's time", "2024-07-08T16:59:09.1234567Z   Downloading x", "  Downloading x"},
		{"time without fraction", "2024-07-08T16:59:09Z x", "x"},
		{"time with zone", "2024-07-08T16:59:09+02:00 x", "x"},
		{"time in brackets", "[2021-10-21T12:34:56.123Z] x", "x"},
		{"Azure ML's time", "2024-09-05T15:26:38:   - numpy", "  - numpy"},
		{"Azure ML's time alone", "2024-09-05T15:26:38: ", ""},
		{"ACR's time", "2021/10/21 12:34:56 Downloading source code...", "Downloading source code..."},
		{"Jenkins' time", "12:34:56  x", "x"},
		{"a date is text", "2024-07-08 is the date", "2024-07-08 is the date"},
		{"GitLab's stream", "2024-05-01T10:00:00.123456Z 01E ERROR: x", "ERROR: x"},
		{"BuildKit", "#8 1.602   File \"x\"", "  File \"x\""},
		{"BuildKit, one decimal", "#12 345.6 x", "x"},
		{"BuildKit, empty", "#8 1.602 ", ""},
		{"BuildKit without seconds", "#8 DONE 1.2s", "DONE 1.2s"},
		{"version is no time", "#8 1.602.3 x", "1.602.3 x"},
		{"time and BuildKit", "2026-06-17T12:01:44.3703701Z #13 391.2 Linking x", "Linking x"},
		{"compose", "web-1  | ERROR: x", "ERROR: x"},
		{"conda's bar is no service", "libgcc-14  | 5 MB      | ####  | 40%", "libgcc-14  | 5 MB      | ####  | 40%"},
		{"downloaded from GitHub", "build\tRun x\t2024-07-08T16:59:09.1234567Z   y", "  y"},
		{"a table is no job", "name\tvalue\trest", "name\tvalue\trest"},
		{"runner's mark", "##[error]Process completed with exit code 1.", "Process completed with exit code 1."},
		{"comment", "# a comment", "# a comment"},
		{"colour", "\x1b[91mERROR: x\x1b[0m", "ERROR: x"},
		{"colour inside a word", "ERR\x1b[91mOR: x", "ERROR: x"},
		{"residue of a colour", "[91mERROR: x[0m", "ERROR: x"},
		{"residue in the middle", "[0m[01;31mx[m", "x[m"},
		{"brackets are text", "[1/4] RUN x [5 MB]", "[1/4] RUN x [5 MB]"},
		{"hyperlink", "\x1b]8;;https://x.example\x07text\x1b]8;;\x1b\\", "text"},
		{"cut sequence", "text\x1b[", "text"},
		{"overwritten", "10%\r50%\r100% done", "100% done"},
		{"overwritten with \\r at the end", "10%\r100% done\r\r", "100% done"},
		{"prefix before what is overwritten", "#12 3.456 \rnumpy | 10%\rnumpy | 100%", "numpy | 100%"},
		{"backspaces", "Solving: /\b-\b\\\bdone", "Solving: done"},
		{"backspace over a character of two bytes", "é\be", "e"},
		{"NUL", "a\x00b", "ab"},
		{"BOM in the middle", "2024-07-08T16:59:09.1234567Z \ufeffx", "x"},
		{"no UTF-8", "caf\xe9", "caf\uFFFD"},
		{"GitLab's section", "section_start:1560896352:step_script\r\x1b[0KExecuting", "Executing"},
	}
	for _, tt := range tests {
		if got := clean(tt.raw).text; got != tt.want {
			t.Errorf("%s: clean(%q) = %q, want %q", tt.name, tt.raw, got, tt.want)
		}
	}
}

func TestCleanTells(t *testing.T) {
	c := clean("2026-06-17T12:01:44.3703701Z #13 391.2 x")
	if c.vertex != 13 || !c.clock || c.speaker != stampZ {
		t.Errorf("got %+v", c)
	}
	if c := clean("##[section]Starting: x"); c.mark != "section" || c.vertex != -1 {
		t.Errorf("got %+v", c)
	}
	if c := clean("section_end:12:step_script\r"); c.section != "end:step_script" {
		t.Errorf("got %+v", c)
	}
}

func TestLongText(t *testing.T) {
	got := clean(strings.Repeat("é", MaxLine)).text
	if len(got) > MaxLine || len(got) < MaxLine-2 || strings.Contains(got, "\uFFFD") {
		t.Errorf("%d bytes", len(got))
	}
}

func TestDecoration(t *testing.T) {
	for text, want := range map[string]bool{
		"At line:1 char:1": true, "At C:\\b.ps1:3 char:5": true, "+ ~~~~~~~~": true,
		"    + CategoryInfo          : NotSpecified: (x:String) [], RemoteException": true,
		"    + FullyQualifiedErrorId : NativeCommandError":                           true,
		"At last": false, "+ pip install x": false, "": false,
	} {
		if decoration(text) != want {
			t.Errorf("decoration(%q) = %v", text, !want)
		}
	}
}
