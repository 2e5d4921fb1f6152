package diagnose

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// update rewrites what the cases want by what is so: UPDATE=1 go test ./internal/diagnose
var update = os.Getenv("UPDATE") != ""

// A caseFile is one case of one rule: a log, the repository it was built from, and what is to be said of them.
type caseFile struct {
	rule, name, path string
	archive          *txtar.Archive
	log              []byte
	repo             fstest.MapFS
	want             string
	after            map[string]string
}

func (c caseFile) nearMiss() bool { return strings.HasPrefix(c.name, "near-") }

func loadCases(t testing.TB) []caseFile {
	t.Helper()
	paths, err := filepath.Glob("rules/*/cases/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var all []caseFile
	for _, p := range paths {
		a, err := txtar.ParseFile(p)
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(filepath.ToSlash(p), "/")
		c := caseFile{
			rule: parts[1], name: strings.TrimSuffix(parts[3], ".txtar"), path: p,
			archive: a, repo: fstest.MapFS{}, after: map[string]string{},
		}
		for _, f := range a.Files {
			c.take(t, f)
		}
		all = append(all, c)
	}
	return all
}

func (c *caseFile) take(t testing.TB, f txtar.File) {
	switch name, _ := strings.CutSuffix(f.Name, ".b64"); {
	case f.Name == "log":
		c.log = f.Data
	case name == "log" || name == "log.gz":
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(f.Data)), ""))
		if err != nil {
			t.Fatalf("%s: %v", c.path, err)
		}
		c.log = b
	case f.Name == "want":
		c.want = string(f.Data)
	case strings.HasPrefix(f.Name, "repo/"):
		c.repo[strings.TrimPrefix(f.Name, "repo/")] = &fstest.MapFile{Data: f.Data}
	case strings.HasPrefix(f.Name, "after/"):
		c.after[strings.TrimPrefix(f.Name, "after/")] = string(f.Data)
	default:
		t.Errorf("%s: a case has no part %q", c.path, f.Name)
	}
}

// report diagnoses the case; a log that is empty stands for a check of the definition files alone.
func (c caseFile) report(t testing.TB, rs *Rules, finder *buildlog.Finder) *Report {
	t.Helper()
	files, errs := manifest.Load(c.repo, nil)
	for _, err := range errs {
		t.Log(err)
	}
	if len(bytes.TrimSpace(c.log)) == 0 {
		return Check(rs, files)
	}
	log, err := buildlog.Read(bytes.NewReader(c.log), "log", finder)
	if err != nil {
		t.Fatal(err)
	}
	return Run(rs, []*buildlog.Log{log}, files)
}

// inWords is a report as the want part of a case says it.
func inWords(r *Report) string {
	var b strings.Builder
	for _, d := range r.Diagnoses {
		fmt.Fprintf(&b, "%s %s", d.Kind, d.Rule)
		if d.Certainty != likely {
			fmt.Fprintf(&b, " (%s)", d.Certainty)
		}
		if d.Location != nil {
			fmt.Fprintf(&b, " at %s:%d", d.Location.Path, d.Location.Line)
		}
		for i, c := range d.Candidates {
			fmt.Fprintf(&b, "%s%s:%d", map[bool]string{true: " at one of ", false: ", "}[i == 0], c.Path, c.Line)
		}
		for i, e := range d.Evidence {
			fmt.Fprintf(&b, "%s%d", map[bool]string{true: " quoting ", false: ","}[i == 0], e.Line)
		}
		fmt.Fprintf(&b, "\n  %s\n", d.Summary)
		for _, k := range slices.Sorted(maps.Keys(d.Captures)) {
			fmt.Fprintf(&b, "  %s: %s\n", k, d.Captures[k])
		}
		for _, f := range d.Fixes {
			fmt.Fprintf(&b, "  fix %s: %s\n", f.Certainty, f.Title)
		}
		if d.NoFix != "" {
			fmt.Fprintf(&b, "  no fix: %s\n", d.NoFix)
		}
		for _, s := range d.Symptoms {
			fmt.Fprintf(&b, "  symptom %s in line %d\n", s.Rule, s.Line)
		}
		for _, s := range d.Reproduce {
			fmt.Fprintf(&b, "  reproduce: %s\n", s)
		}
	}
	for _, u := range r.Unrecognised {
		fmt.Fprintf(&b, "unrecognised: %d lines\n", len(u.Lines))
	}
	for _, l := range r.Logs {
		fmt.Fprintf(&b, "outcome %s\n", l.Outcome)
	}
	return b.String()
}

// TestCases runs every case against all rules.
func TestCases(t *testing.T) {
	rs := Builtin()
	finder := buildlog.NewFinder(rs.Literals())
	for _, c := range loadCases(t) {
		t.Run(c.rule+"/"+c.name, func(t *testing.T) {
			rep := c.report(t, rs, finder)
			after := c.mended(t, rep)
			c.checkNames(t, rep)
			if update {
				c.rewrite(t, inWords(rep), after)
				return
			}
			if d := cmp.Diff(c.want, inWords(rep)); d != "" {
				t.Errorf("%s (-want +got; UPDATE=1 rewrites it, read the diff):\n%s", c.path, d)
			}
			if d := cmp.Diff(c.after, after); d != "" && len(c.after) > 0 {
				t.Errorf("%s: files after the fix (-want +got):\n%s", c.path, d)
			}
		})
	}
}

// checkNames proves the promise of the case's name: a case shows its rule, a near miss does not name it as a cause.
func (c caseFile) checkNames(t *testing.T, rep *Report) {
	t.Helper()
	named := slices.ContainsFunc(rep.Diagnoses, func(d Diagnosis) bool { return d.Rule == c.rule })
	symptom := slices.ContainsFunc(rep.Diagnoses, func(d Diagnosis) bool {
		return slices.ContainsFunc(d.Symptoms, func(s Symptom) bool { return s.Rule == c.rule })
	})
	if kindOf(c.rule) == kindHarmless {
		c.checkHarmless(t)
		return
	}
	switch envelope := kindOf(c.rule) == kindEnvelope; {
	case c.nearMiss() && named:
		t.Errorf("%s: a near miss, and yet %s is named", c.path, c.rule)
	case !c.nearMiss() && !named && !(envelope && symptom) && !(envelope && len(rep.Unrecognised) > 0):
		t.Errorf("%s: %s is not found", c.path, c.rule)
	}
	for _, d := range rep.Diagnoses {
		if strings.Contains(d.Summary, "…") {
			t.Errorf("%s: %s: a capture is missing in the summary %q", c.path, d.Rule, d.Summary)
		}
	}
}

// checkHarmless proves that a rule which is never told finds its line, and only that.
func (c caseFile) checkHarmless(t *testing.T) {
	t.Helper()
	rs := Builtin()
	log, err := buildlog.Read(bytes.NewReader(c.log), "log", buildlog.NewFinder(rs.Literals()))
	if err != nil {
		t.Fatal(err)
	}
	there := slices.ContainsFunc(findings(rs, log), func(f *finding) bool { return f.rule.id == c.rule })
	if there == c.nearMiss() {
		t.Errorf("%s: the line is found: %t, a near miss: %t", c.path, there, c.nearMiss())
	}
}

func kindOf(id string) string {
	if r := Builtin().rule(id); r != nil {
		return r.head.Kind
	}
	return ""
}

// mended applies the first fix of the primary cause (or, without a log, of the first advice that has one), and proves that a
// second run finds nothing more to change there.
func (c caseFile) mended(t *testing.T, rep *Report) map[string]string {
	t.Helper()
	after := map[string]string{}
	for _, d := range rep.Diagnoses {
		for _, fix := range d.Fixes {
			if _, err := edit.Diff(fix.Files); err != nil {
				t.Errorf("%s: fix %q of %s: %v", c.path, fix.Title, d.Rule, err)
			}
		}
	}
	if len(rep.Diagnoses) == 0 || len(rep.Diagnoses[0].Fixes) == 0 {
		return after
	}
	fix := rep.Diagnoses[0].Fixes[0]
	mendedRepo := maps.Clone(c.repo)
	for _, f := range fix.Files {
		b, err := f.Apply()
		if err != nil {
			t.Fatalf("%s: fix %q: %v", c.path, fix.Title, err)
		}
		after[f.Path] = string(b)
		mendedRepo[f.Path] = &fstest.MapFile{Data: b}
	}
	again := c
	again.repo = mendedRepo
	rs := Builtin()
	for _, d := range again.report(t, rs, buildlog.NewFinder(rs.Literals())).Diagnoses {
		for _, f := range d.Fixes {
			if d.Rule == rep.Diagnoses[0].Rule && f.Title == fix.Title {
				t.Errorf("%s: fix %q is proposed again on files that have it", c.path, fix.Title)
			}
		}
	}
	return after
}

func (c caseFile) rewrite(t *testing.T, want string, after map[string]string) {
	t.Helper()
	a := c.archive
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool {
		return f.Name == "want" || strings.HasPrefix(f.Name, "after/")
	})
	for _, p := range slices.Sorted(maps.Keys(after)) {
		a.Files = append(a.Files, txtar.File{Name: "after/" + p, Data: []byte(after[p])})
	}
	a.Files = append(a.Files, txtar.File{Name: "want", Data: []byte(want)})
	if err := os.WriteFile(c.path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRules proves that every built-in rule can be read, keeps the layout that the quick scan of the heads relies on, and names only what is there.
func TestRules(t *testing.T) {
	rs := Builtin()
	for _, id := range rs.IDs() {
		src, err := rs.folders[id].read(new(bytes.Buffer))
		if err != nil {
			t.Fatal(err)
		}
		r, err := parseRule(id, src)
		if err != nil {
			t.Error(err)
			continue
		}
		if err := r.validate(); err != nil {
			t.Error(err)
			continue
		}
		if d := cmp.Diff(r.firstLiterals(), scanLiterals(src)); d != "" {
			t.Errorf("rule %s: the first sign of a shape must begin with contains: on the line of its dash (-parsed +scanned):\n%s", id, d)
		}
		if got := slices.Contains(rs.checking, id); got != (len(r.head.Check) > 0) {
			t.Errorf("rule %s: the scan takes it for a rule with checks: %v", id, got)
		}
	}
	for _, err := range rs.checkEdges(rs.IDs()) {
		t.Error(err)
	}
}

// TestEveryRuleHasCases demands of every rule a case that shows it and a near miss.
func TestEveryRuleHasCases(t *testing.T) {
	shown, near := map[string]bool{}, map[string]bool{}
	for _, c := range loadCases(t) {
		if c.nearMiss() {
			near[c.rule] = true
		} else {
			shown[c.rule] = true
		}
	}
	for _, id := range Builtin().IDs() {
		if !shown[id] {
			t.Errorf("rule %s has no case that shows it: add rules/%s/cases/NAME.txtar", id, id)
		}
		if !near[id] {
			t.Errorf("rule %s has no near miss: add rules/%s/cases/near-NAME.txtar", id, id)
		}
	}
}

// TestEveryEdgeIsNeeded takes each explains and beside edge away and demands that some case then comes out otherwise.
func TestEveryEdgeIsNeeded(t *testing.T) {
	cases := loadCases(t)
	rs := Builtin()
	finder := buildlog.NewFinder(rs.Literals())
	type read struct {
		log   *buildlog.Log
		found []*finding
		names string
	}
	var all []read
	for _, c := range cases {
		if len(bytes.TrimSpace(c.log)) == 0 {
			continue
		}
		log, err := buildlog.Read(bytes.NewReader(c.log), "log", finder)
		if err != nil {
			t.Fatal(err)
		}
		r := read{log: log, found: findings(rs, log)}
		r.names = causeNames(judge(log, r.found))
		all = append(all, r)
	}
	for _, id := range rs.IDs() {
		h := &rs.rule(id).head
		for _, edges := range []*[]string{&h.Explains, &h.Beside} {
			whole := *edges
			for i, to := range whole {
				*edges = slices.Delete(slices.Clone(whole), i, i+1)
				if !slices.ContainsFunc(all, func(r read) bool { return causeNames(judge(r.log, r.found)) != r.names }) {
					t.Errorf("rule %s: no case needs the edge to %s: add one or take the edge away", id, to)
				}
			}
			*edges = whole
		}
	}
}

func causeNames(v verdict) string {
	var names []string
	for _, f := range v.causes {
		names = append(names, f.rule.id, fmt.Sprint(f.first))
	}
	return strings.Join(names, " ")
}

// TestLoaderRefuses shows the message for each way in which a rule folder can be wrong.
func TestLoaderRefuses(t *testing.T) {
	files, err := filepath.Glob("testdata/refused/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata/refused/*.txtar", err)
	}
	for _, p := range files {
		t.Run(path.Base(p), func(t *testing.T) {
			a, err := txtar.ParseFile(p)
			if err != nil {
				t.Fatal(err)
			}
			rules := fstest.MapFS{}
			for _, f := range a.Files {
				rules[strings.TrimPrefix(f.Name, "rules/")] = &fstest.MapFile{Data: f.Data}
			}
			_, errs := Builtin().With(rules)
			var got strings.Builder
			for _, err := range errs {
				fmt.Fprintln(&got, err)
			}
			if want := string(a.Comment); got.String() != want {
				t.Errorf("refusals (-want +got):\n%s", cmp.Diff(want, got.String()))
			}
		})
	}
}

// namesHead is where docs/architecture.md begins to list the names that rules may use.
const namesHead = "### The names that rules may use\n"

// TestNamesAreDocumented keeps the lists of docs/architecture.md, which refusals point to. UPDATE=1 writes them.
func TestNamesAreDocumented(t *testing.T) {
	const doc = "../../docs/architecture.md"
	b, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), namesHead)
	if !ok {
		t.Fatalf("%s has no %q", doc, namesHead)
	}
	have, after, _ := strings.Cut(rest, "\n### ")
	var want strings.Builder
	for _, list := range []struct {
		field, where string
		names        []string
	}{
		{"read", "reader_*.go", slices.Sorted(maps.Keys(readers))},
		{"lookup", "data/*.tsv", slices.Sorted(maps.Keys(tables))},
		{"at", "locate*.go", slices.Sorted(maps.Keys(locators))},
		{"fix", "remedy_*.go", slices.Sorted(maps.Keys(remedies))},
		{"check", "check_*.go", slices.Sorted(maps.Keys(checks))},
	} {
		fmt.Fprintf(&want, "\n`%s` (%s): %s.\n", list.field, list.where, strings.Join(list.names, ", "))
	}
	if update {
		if err := os.WriteFile(doc, []byte(before+namesHead+want.String()+"\n### "+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(strings.TrimSpace(want.String()), strings.TrimSpace(have)); d != "" {
		t.Errorf("%s (-want +there; UPDATE=1 rewrites it):\n%s", doc, d)
	}
}
