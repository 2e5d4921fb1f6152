package annotate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// A golden archive holds report.json, the files it is about (repo/PATH), the same files after a fix (fix/DIAGNOSIS/FIX/PATH), and
// what each format makes of it. UPDATE=1 rewrites the latter.
func TestFormats(t *testing.T) {
	for _, path := range archives(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, r := readGolden(t, path)
			wrote := outputs(t, r)
			checkSchema(t, "testdata/sarif-2.1.0.schema.json", wrote["want.sarif"])
			checkSchema(t, "report.schema.json", wrote["want.json"])
			if os.Getenv("UPDATE") != "" {
				rewrite(t, path, a, wrote)
				return
			}
			for name, got := range wrote {
				if want := section(a, name); got != want {
					t.Errorf("%s differs.\ngot:\n%s\nwant:\n%s", name, got, want)
				}
			}
		})
	}
}

func archives(t *testing.T) []string {
	list, err := filepath.Glob("testdata/golden/*.txtar")
	if err != nil || len(list) == 0 {
		t.Fatalf("no golden archives: %v", err)
	}
	return list
}

func outputs(t *testing.T, r *diagnose.Report) map[string]string {
	t.Helper()
	r = Masked(r, nil)
	wrote := map[string]string{}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"want.txt":    func(b *bytes.Buffer) error { return WriteText(b, r, TextOptions{Width: 100}) },
		"want.md":     func(b *bytes.Buffer) error { return WriteMarkdown(b, r, 0) },
		"want.json":   func(b *bytes.Buffer) error { return WriteJSON(b, r) },
		"want.sarif":  func(b *bytes.Buffer) error { return WriteSARIF(b, r, "1.2.3") },
		"want.rdjson": func(b *bytes.Buffer) error { return WriteRDJSON(b, r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wrote[name] = b.String()
	}
	return wrote
}

func readGolden(t *testing.T, path string) (*txtar.Archive, *diagnose.Report) {
	t.Helper()
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var r diagnose.Report
	if err := json.Unmarshal([]byte(section(a, "report.json")), &r); err != nil {
		t.Fatalf("report.json: %v", err)
	}
	for _, f := range a.Files {
		var d, n int
		if _, err := fmt.Sscanf(f.Name, "fix/%d/%d/", &d, &n); err != nil {
			continue
		}
		name := strings.SplitN(f.Name, "/", 4)[3]
		fix := &r.Diagnoses[d].Fixes[n]
		fix.Files = append(fix.Files, between(name, section(a, "repo/"+name), string(f.Data)))
	}
	return a, &r
}

// between is the one edit that turns before into after.
func between(path, before, after string) edit.File {
	from := 0
	for from < len(before) && from < len(after) && before[from] == after[from] {
		from++
	}
	to, end := len(before), len(after)
	for to > from && end > from && before[to-1] == after[end-1] {
		to, end = to-1, end-1
	}
	return edit.File{Path: path, Base: []byte(before), Edits: []edit.Edit{{Start: from, End: to, New: after[from:end]}}}
}

func section(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func rewrite(t *testing.T, path string, a *txtar.Archive, wrote map[string]string) {
	t.Helper()
	kept := a.Files[:0]
	for _, f := range a.Files {
		if !strings.HasPrefix(f.Name, "want.") {
			kept = append(kept, f)
		}
	}
	a.Files = kept
	for _, name := range []string{"want.txt", "want.md", "want.json", "want.sarif", "want.rdjson"} {
		a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(wrote[name])})
	}
	if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

func checkSchema(t *testing.T, schema, text string) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%s: %v\n%s", schema, err, text)
	}
}
