package annotate

import (
	"strings"
	"testing"
)

func TestEditsBranch(t *testing.T) {
	for _, tt := range []struct {
		rules []string
		want  string
	}{
		{[]string{"pip-no-match", "other"}, "envmedic/fix-pip-no-match-0123"},
		{nil, "envmedic/fix-change-0123"},
		{[]string{"My rule/.. ~^:?*[é"}, "envmedic/fix-my-rule-0123"},
		{[]string{strings.Repeat("long-", 20)}, "envmedic/fix-" + strings.TrimSuffix(strings.Repeat("long-", 12), "-") + "-0123"},
	} {
		if got := EditsBranch(tt.rules, "0123"); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.rules, got, tt.want)
		}
	}
}
