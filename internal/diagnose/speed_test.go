package diagnose

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// hitLines are, for each literal that rules begin with, a line that holds it: of a case where there is one, so that the rest of the
// rule is likely to match as well.
func hitLines(t testing.TB, rs *Rules, f *buildlog.Finder) []string {
	t.Helper()
	lines := make([]string, len(rs.Literals()))
	copy(lines, rs.Literals())
	for _, c := range loadCases(t) {
		log, err := buildlog.Read(bytes.NewReader(c.log), c.path, f)
		if err != nil {
			continue // cases of what cannot be read
		}
		for _, h := range log.Hits {
			if text := log.Lines[h.Line].Text; lines[h.Literal] == rs.Literals()[h.Literal] && len(text) < 300 {
				lines[h.Literal] = text
			}
		}
	}
	return lines
}

// A step that is full of a rule's first line makes each of many hits read on. The lines that are looked at must grow as the log
// does, whichever rule it is: four times the lines may take six times the work, not sixteen.
func TestManyHitsTakeLinearWork(t *testing.T) {
	rs := Builtin()
	f := buildlog.NewFinder(rs.Literals())
	work := func(line string, times int) int {
		log, err := buildlog.Read(strings.NewReader(strings.Repeat(line+"\n", times)), "x", f)
		if err != nil {
			t.Fatal(err)
		}
		log.Outcome = buildlog.Failed
		sc := newScene(log)
		sc.findings(rs)
		return sc.looked
	}
	const few, many = 200, 800 // hits beyond mostTries from both ends are not tried
	tried := 0
	for i, line := range hitLines(t, rs, f) {
		if !slices.ContainsFunc(rs.starts[i], func(s start) bool { return rs.rule(s.id).head.Read != "" }) {
			continue // a rule without a reader looks no further than its signs say
		}
		if tried++; tried%sparse != 0 {
			continue
		}
		if a, b := work(line, few), work(line, many); b > 6*a+many {
			t.Errorf("%d times %q: %d lines looked at, %d for four times as many", few, line, a, b)
		}
	}
	if tried < 50 {
		t.Errorf("only %d literals tried", tried)
	}
}

// BenchmarkManyHits is the same by the clock: a log of one line for each literal in turn. It says what the slowest takes.
func BenchmarkManyHits(b *testing.B) {
	rs := Builtin()
	f := buildlog.NewFinder(rs.Literals())
	lines := hitLines(b, rs, f)
	for _, size := range []int{1 << 20, 10 << 20} {
		b.Run(fmt.Sprintf("%dMB", size>>20), func(b *testing.B) {
			b.SetBytes(int64(size))
			for i := 0; b.Loop(); i += 13 {
				line := lines[i%len(lines)] + "\n"
				log, err := buildlog.Read(strings.NewReader(strings.Repeat(line, size/len(line))), "x", f)
				if err != nil {
					b.Fatal(err)
				}
				log.Outcome = buildlog.Failed
				Run(rs, []*buildlog.Log{log}, nil)
			}
		})
	}
}

const unavailable = `Collecting package metadata (current_repodata.json): done
Solving environment: failed

PackagesNotFoundError: The following packages are not available from current channels:

  - numppy
  - pandsa=2.1

Current channels:

  - https://conda.example/pkgs/main/linux-64
`

// A large log is read in pieces. What a rule finds across their borders is what it finds in a log that is read at once.
func TestRulesSpanPieces(t *testing.T) {
	rs := Builtin()
	f := buildlog.NewFinder(rs.Literals())
	diagnosed := func(before, after int) []Diagnosis {
		const noise = "Collecting a-package-of-the-noise==1.0\n"
		text := strings.Repeat(noise, before/len(noise))
		text += strings.Repeat("x", max(before-len(text)-1, 0)) + "\n" + unavailable + strings.Repeat(noise, after/len(noise))
		log, err := buildlog.Read(strings.NewReader(text), "x", f)
		if err != nil {
			t.Fatal(err)
		}
		log.Outcome = buildlog.Failed
		all := Run(rs, []*buildlog.Log{log}, nil).Diagnoses
		for i := range all {
			first := all[i].Evidence[0].Line
			for k := range all[i].Evidence {
				all[i].Evidence[k].Line -= first
			}
		}
		return all
	}
	want := diagnosed(1000, 1000)
	if len(want) == 0 || want[0].Kind != kindCause || len(want[0].Evidence) < 3 {
		t.Fatalf("the message is not known: %+v", want)
	}
	for _, border := range []int{256 << 10, 6 << 20, 6<<20 + 256<<10} {
		for shift := 0; shift < len(unavailable); shift += 23 * sparse {
			got := diagnosed(border-shift, 9<<20-border)
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%d bytes before %d (-small +large):\n%s", shift, border, d)
			}
		}
	}
}
