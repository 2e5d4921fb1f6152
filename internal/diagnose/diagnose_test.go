package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// A log of many failed builds, one after the other, is no list without end.
func TestCausesAreBounded(t *testing.T) {
	told := func(builds int) int {
		var text strings.Builder
		for i := range builds {
			fmt.Fprintf(&text, "Step 1/1 : RUN pip install -r r%d.txt\n ---> Running in 5c3e1d0f7a42\n", i)
			fmt.Fprintf(&text, "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'r%d.txt'\n", i)
			fmt.Fprintf(&text, "The command '/bin/sh -c pip install -r r%d.txt' returned a non-zero code: 1\n", i)
		}
		rs := Builtin()
		log, err := buildlog.Read(strings.NewReader(text.String()), "log", buildlog.NewFinder(rs.Literals()))
		if err != nil {
			t.Fatal(err)
		}
		return len(Run(rs, []*buildlog.Log{log}, nil).Diagnoses)
	}
	if few, many := told(3), told(mostCauses+10); few != 3 || many != mostCauses {
		t.Errorf("told %d causes of 3 failed builds and %d of %d, want 3 and %d", few, many, mostCauses+10, mostCauses)
	}
}
