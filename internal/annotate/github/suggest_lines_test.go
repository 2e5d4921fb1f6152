package github

import (
	"slices"
	"testing"
)

func TestHunksOf(t *testing.T) {
	tests := map[string]struct {
		patch string
		want  []hunk
	}{
		"none, of a binary or large file": {"", nil},
		"a new file":                      {"@@ -0,0 +1,2 @@\n+a\n+b", []hunk{{1, 2}}},
		"a file that is gone":             {"@@ -1,2 +0,0 @@\n-a\n-b", nil},
		"one line, counts left out":       {"@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file", []hunk{{1, 1}}},
		"two hunks, with a heading":       {"@@ -1,3 +1,4 @@\n a\n+b\n c\n d\n@@ -20,2 +21,1 @@ FROM x\n y\n-z", []hunk{{1, 4}, {21, 21}}},
		"a line of the file is a header":  {"@@ -1,1 +1,2 @@\n a\n+++ b/file", []hunk{{1, 2}}},
		"cut short":                       {"@@ -1,3 +1,4 @@\n a\n+b", nil},
		"no patch":                        {"Binary files differ", nil},
	}
	for name, tt := range tests {
		if got := hunksOf(tt.patch); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
	}
}

func TestWithin(t *testing.T) {
	hunks := []hunk{{1, 4}, {21, 30}}
	for lines, want := range map[[2]int]bool{{1, 1}: true, {4, 4}: true, {1, 4}: true, {21, 30}: true, {4, 5}: false, {4, 21}: false, {10, 10}: false, {30, 31}: false} {
		if got := within(hunks, lines[0], lines[1]); got != want {
			t.Errorf("lines %v: %t", lines, got)
		}
	}
}
