package annotate

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// The schema names the fields of the Report's types, all of them and no others, and requires those that are always written.
func TestSchemaIsOfTheReport(t *testing.T) {
	type object struct {
		Required   []string
		Properties map[string]json.RawMessage
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(Schema), &schema); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{
		"log": diagnose.LogInfo{}, "diagnosis": diagnose.Diagnosis{}, "unrecognised": diagnose.Unrecognised{}, "line": diagnose.Evidence{},
		"step": diagnose.Step{}, "location": diagnose.Location{}, "fix": diagnose.Fix{}, "symptom": diagnose.Symptom{}, "": diagnose.Report{},
	} {
		def := schema.Defs[name]
		if name == "" {
			def = schema.object
		}
		all, required := fields(value)
		if got := slices.Sorted(maps.Keys(def.Properties)); !slices.Equal(got, all) {
			t.Errorf("%q has properties %v, the Go type %v", name, got, all)
		}
		slices.Sort(def.Required)
		if !slices.Equal(def.Required, required) {
			t.Errorf("%q requires %v, the Go type always writes %v", name, def.Required, required)
		}
	}
}

func fields(value any) (all, required []string) {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(value)) {
		name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		all = append(all, name)
		if rest == "" {
			required = append(required, name)
		}
	}
	slices.Sort(all)
	slices.Sort(required)
	return all, required
}

func TestJSONOfEmptyReport(t *testing.T) {
	var b strings.Builder
	if err := WriteJSON(&b, &diagnose.Report{Schema: diagnose.Schema}); err != nil {
		t.Fatal(err)
	}
	checkSchema(t, "report.schema.json", b.String())
}

func TestJSONIsDisarmed(t *testing.T) {
	const s = "##vso[task.complete]\u202e\x1b\u009b\U000e0041 ####[x] é🙂"
	var b strings.Builder
	if err := WriteJSON(&b, &diagnose.Report{Notes: []string{s}}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "##") || strings.ContainsAny(b.String(), "\u202e\x1b\u009b\U000e0041") {
		t.Errorf("%q", b.String())
	}
	var r diagnose.Report
	if err := json.Unmarshal([]byte(b.String()), &r); err != nil || r.Notes[0] != s {
		t.Errorf("%q read back is %q (%v)", s, r.Notes[0], err)
	}
}
