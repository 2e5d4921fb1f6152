package envmedic

import (
	"os"
	"regexp"
	"testing"
)

// TestLean holds the three places that build the program to the same flags: it would else be a size of its own in each.
func TestLean(t *testing.T) {
	flags := regexp.MustCompile(`(?m)^(?:ARG )?LEAN ?= ?"?(-[^"\n]+)"?$`)
	used := regexp.MustCompile(`go build -trimpath \$(?:LEAN|\(LEAN\)) `)
	first := ""
	for _, name := range []string{"Makefile", "Dockerfile", ".ci/binaries"} {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		m := flags.FindSubmatch(src)
		if m == nil || !used.Match(src) {
			t.Errorf("%s does not build with LEAN", name)
			continue
		}
		if first == "" {
			first = string(m[1])
		}
		if string(m[1]) != first {
			t.Errorf("%s builds with\n%s, the Makefile with\n%s", name, m[1], first)
		}
	}
}
