package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// A described is a setting as some file describes it.
type described struct {
	name, usual string
	allowed     []string
}

func coded() (list []described) {
	for _, in := range inputs {
		list = append(list, described{in.name, in.usual, in.allowed})
	}
	return list
}

var codedOutputs = []string{outcomeOutput, ruleOutput, causesOutput, reportOutput, patchOutput, pullOutput}

// hostsOwn are inputs whose usual value is the host's to give: the job's own token, and what names the job.
var hostsOwn = []string{"token", "key"}

func equal(t *testing.T, where string, got []described) {
	t.Helper()
	want := coded()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("%s lacks the input %s", where, want[i].name)
		case i >= len(want):
			t.Errorf("%s has the input %s, which the program does not read", where, got[i].name)
		case got[i].name != want[i].name:
			t.Fatalf("input %d is %s in %s, and %s in the program", i, got[i].name, where, want[i].name)
		case got[i].usual != want[i].usual && !slices.Contains(hostsOwn, want[i].name):
			t.Errorf("%s: the usual value of %s is %q, and in the program %q", where, want[i].name, got[i].usual, want[i].usual)
		case got[i].allowed != nil && !slices.Equal(got[i].allowed, want[i].allowed):
			t.Errorf("%s: %s may be %q, and in the program %q", where, want[i].name, got[i].allowed, want[i].allowed)
		}
	}
}

// action.yml lists what the program reads and writes, with the same usual values.
func TestActionYAMLIsWhatTheProgramReads(t *testing.T) {
	var action struct {
		Inputs  yaml.Node
		Outputs yaml.Node
	}
	text := read(t, "../../action.yml")
	if err := yaml.Unmarshal([]byte(text), &action); err != nil {
		t.Fatal(err)
	}
	var list []described
	for i := 0; i < len(action.Inputs.Content); i += 2 {
		var in struct {
			Description string
			Required    bool
			Default     string
		}
		if err := action.Inputs.Content[i+1].Decode(&in); err != nil || in.Description == "" || in.Required {
			t.Errorf("input %s: %v, described as %q, required %v", action.Inputs.Content[i].Value, err, in.Description, in.Required)
		}
		list = append(list, described{name: action.Inputs.Content[i].Value, usual: in.Default})
	}
	equal(t, "action.yml", list)
	var outputs []string
	for i := 0; i < len(action.Outputs.Content); i += 2 {
		outputs = append(outputs, action.Outputs.Content[i].Value)
	}
	if !slices.Equal(outputs, codedOutputs) {
		t.Errorf("action.yml has the outputs %q, and the program %q", outputs, codedOutputs)
	}
}

// A row of the README: | `name` | meaning | `usual value` |, or | `name` | meaning | of an output.
var row = regexp.MustCompile("(?m)^\\| `([a-z_-]+)` \\| (.*?) \\|(?: (.*?) \\|)?$")

func TestReadmeTablesAreWhatTheProgramReads(t *testing.T) {
	readme := read(t, "../../README.md")
	table := section(t, readme, "| input |")
	var list []described
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		d := described{name: m[1]}
		if strings.HasPrefix(m[3], "`") { // else it is said in words, and the host gives it
			d.usual = strings.Trim(m[3], "`")
		}
		if words := regexp.MustCompile("^`[^`]*`(, `[^`]*`)+").FindString(m[2]); words != "" {
			for _, w := range strings.Split(words, ", ") {
				d.allowed = append(d.allowed, strings.Trim(w, "`"))
			}
		}
		list = append(list, d)
	}
	equal(t, "README.md", list)
	var outputs []string
	for _, m := range row.FindAllStringSubmatch(section(t, readme, "| output |"), -1) {
		outputs = append(outputs, m[1])
	}
	if !slices.Equal(outputs, codedOutputs) {
		t.Errorf("README.md has the outputs %q, and the program %q", outputs, codedOutputs)
	}
}

// section is the table of a page that begins with head.
func section(t *testing.T, page, head string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, "\n"+head)
	if !ok {
		t.Fatalf("there is no table %s", head)
	}
	table, _, _ := strings.Cut(rest, "\n\n")
	return table
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
