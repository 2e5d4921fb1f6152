package diagnose

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// Every built-in rule says where its page is read; the address ends in the page's path in this repository.
func TestBuiltinRulesHaveAnAddress(t *testing.T) {
	rs := Builtin()
	for _, id := range rs.IDs() {
		at, ok := strings.CutPrefix(rs.rule(id).public, "https://github.com/envmedic/envmedic/blob/main/internal/diagnose/")
		if _, err := os.Stat(at); !ok || err != nil {
			t.Errorf("%s: %q leads nowhere: %v", id, rs.rule(id).public, err)
		}
	}
	own, errs := rs.With(fstest.MapFS{"own/rule.md": {Data: []byte("---\nsummary: \"x\"\nmatch:\n  - contains: \"some words\"\n---\n# Own\n\nWhy.\n")}})
	if len(errs) > 0 || own.rule("own").public != "" {
		t.Errorf("a user's own rule has the address %q (%v)", own.rule("own").public, errs)
	}
}
