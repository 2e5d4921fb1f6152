package diagnose

import "testing"

func TestFill(t *testing.T) {
	captures := map[string]string{"package": "numpy", "version": "1.26", "evil": "{package} [{version}]"}
	for _, tt := range []struct{ name, template, want string }{
		{"captures", "{package} is {version}", "numpy is 1.26"},
		{"optional part there", "{package}[ {version}]", "numpy 1.26"},
		{"optional part missing", "{package}[ from {channel}]", "numpy"},
		{"one of its captures missing", "{package}[ {version} from {channel}]", "numpy"},
		{"missing outside of brackets", "{package} from {channel}", "numpy from …"},
		{"brackets without a capture stay", "install '{package}[extra]'", "install 'numpy[extra]'"},
		{"what a capture holds is not filled again", "say {evil}", "say {package} [{version}]"},
	} {
		if got := fill(tt.template, captures); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestBlank(t *testing.T) {
	for template, want := range map[string]string{
		"conda found no {package}":             "conda found no <package>",
		"{package}[ {version}] is gone":        "<package> <version> is gone",
		"it needs[ {a}][ or {b}] first[: {c}]": "it needs <a> first: <c>",
	} {
		if got := blank(template); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestShellWords(t *testing.T) {
	got := shellWords(map[string]string{"package": "numpy", "evil": "x'; rm -rf ~ #", "spec": "numpy>=1.2,<2", "file": "/tmp/condaenv.x1.requirements.txt"})
	if len(got) != 2 || got["package"] != "numpy" || got["spec"] != "numpy>=1.2,<2" {
		t.Errorf("got %v: what is not a plain word must not reach a command", got)
	}
}
