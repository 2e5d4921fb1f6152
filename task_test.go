package envmedic

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// taskFile is what the tests ask of azure-pipelines-task/task.json.
type taskFile struct {
	Name   string
	Inputs []struct {
		Name, Type   string
		DefaultValue string
		HelpMarkDown string
		GroupName    string
		Aliases      []string
		Options      map[string]string
	}
	Groups          []struct{ Name string }
	OutputVariables []struct{ Name, Description string }
	Restrictions    struct {
		Commands          struct{ Mode string }
		SettableVariables struct{ Allowed []string }
	}
	Execution map[string]struct{ Target string }
}

func readTask(t *testing.T) taskFile {
	t.Helper()
	var task taskFile
	if err := json.Unmarshal([]byte(read(t, "azure-pipelines-task/task.json")), &task); err != nil {
		t.Fatal(err)
	}
	return task
}

// document is a JSON schema of Microsoft's before it is compiled: a test may add to it.
func document(t *testing.T, name string) any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, contract(t, name))))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func compile(t *testing.T, doc any) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("contract.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("contract.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func readJSON(t *testing.T, name string) map[string]any {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, name)))
	if err != nil {
		t.Fatal(err)
	}
	return doc.(map[string]any)
}

func TestTaskSchema(t *testing.T) {
	schema := compile(t, document(t, "ado-task.schema.json"))
	task := readJSON(t, "azure-pipelines-task/task.json")
	if err := schema.Validate(task); err != nil {
		t.Error(err)
	}
	task["inputs"].([]any)[0].(map[string]any)["name"] = "rule_dir"
	if schema.Validate(task) == nil {
		t.Error("the schema takes an input with an underscore; then the aliases are not needed")
	}
}

func TestExtensionSchema(t *testing.T) {
	for _, name := range []string{"vss-extension.schema.json", "azure-devops-extension-manifest-1.0.schema.json"} {
		schema := compile(t, document(t, name))
		manifest := readJSON(t, "azure-pipelines-task/vss-extension.json")
		if err := schema.Validate(manifest); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		manifest["manifestVersion"] = "one"
		if schema.Validate(manifest) == nil {
			t.Errorf("%s takes any version of the manifest", name)
		}
	}
}

// TestTaskRules holds what the agent and the packager ask for and the schema does not say.
func TestTaskRules(t *testing.T) {
	task := readTask(t)
	for _, handler := range []string{"Node20_1", "Node24"} {
		target := task.Execution[handler].Target
		if _, err := os.Stat(filepath.Join("azure-pipelines-task", target)); target == "" || err != nil {
			t.Errorf("execution.%s starts %q, which is no file of the task", handler, target)
		}
	}
	var groups, outputs []string
	for _, g := range task.Groups {
		groups = append(groups, g.Name)
	}
	for _, in := range task.Inputs {
		if in.GroupName != "" && !slices.Contains(groups, in.GroupName) {
			t.Errorf("input %s is in group %q, which there is none of", in.Name, in.GroupName)
		}
		if _, ok := in.Options[in.DefaultValue]; in.Type == "pickList" && !ok {
			t.Errorf("input %s is %q by default, which is none of its options", in.Name, in.DefaultValue)
		}
		if in.Type == "filePath" {
			t.Errorf("input %s is a filePath: the agent makes an empty one the root of the checkout, and a glob an absolute path", in.Name)
		}
	}
	for _, o := range task.OutputVariables {
		outputs = append(outputs, o.Name)
	}
	if !slices.Equal(outputs, task.Restrictions.SettableVariables.Allowed) {
		t.Errorf("the task sets %v but may set %v", outputs, task.Restrictions.SettableVariables.Allowed)
	}
	if task.Restrictions.Commands.Mode != "restricted" {
		t.Error("a line of a log that slipped through could command the agent")
	}
}

// TestAzurePipelines validates the examples by the service's own schema, to which the task is added as it stands in task.json.
func TestAzurePipelines(t *testing.T) {
	schema := pipelineSchema(t)
	files, err := filepath.Glob("examples/azure/*.yml")
	if err != nil || len(files) != 3 {
		t.Fatalf("examples/azure holds %v, %v", files, err)
	}
	for _, name := range files {
		text := read(t, name)
		if err := schema.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(text, "- task: envmedic@1\n") {
			t.Errorf("%s does not run the task", name)
		}
	}
	for wrong, text := range map[string]string{
		"an unknown input":   "steps:\n- task: envmedic@1\n  inputs: {logs: build.log}\n",
		"an unknown word":    "steps:\n- task: envmedic@1\n  inputs: {patch: always}\n",
		"an unknown key":     "steps:\n- task: envmedic@1\n  when: failed()\n",
		"an unknown task":    "steps:\n- task: envmedix@1\n",
		"an unknown command": "steps:\n- basch: true\n",
	} {
		if schema.Validate(asJSON(t, text)) == nil {
			t.Errorf("the schema takes %s", wrong)
		}
	}
}

// pipelineSchema is the service's schema of an azure-pipelines.yml. It knows Microsoft's own tasks by their names, and each one's inputs;
// an organisation's schema gains the tasks of the extensions that it has installed in the same way.
func pipelineSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc := document(t, "azure-pipelines.schema.json").(map[string]any)
	definition := doc["definitions"].(map[string]any)["task"].(map[string]any)
	task := readTask(t)
	reference := task.Name + "@1"

	names := definition["properties"].(map[string]any)["task"].(map[string]any)
	names["anyOf"] = append(names["anyOf"].([]any), map[string]any{"enum": []any{reference}})
	inputs := map[string]any{}
	for _, in := range task.Inputs {
		value := map[string]any{"type": []any{"string", "boolean"}}
		if in.Type == "pickList" {
			words := []any{}
			for word := range in.Options {
				words = append(words, word)
			}
			value = map[string]any{"enum": words}
		}
		for _, name := range append([]string{in.Name}, in.Aliases...) {
			inputs[name] = value
		}
	}
	definition["anyOf"] = append(definition["anyOf"].([]any), map[string]any{"properties": map[string]any{
		"task":   map[string]any{"const": reference},
		"inputs": map[string]any{"properties": inputs, "additionalProperties": false},
	}})
	return compile(t, doc)
}

func asJSON(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestAzureGuide compares docs/azure-pipelines.md with task.json, and with what the program prints.
func TestAzureGuide(t *testing.T) {
	text := read(t, "docs/azure-pipelines.md")
	shown := strings.ReplaceAll(read(t, "examples/azureml-conda-channel/expected.txt"), "examples/azureml-conda-channel/", "")
	if !strings.Contains(text, "```\n"+shown+"```\n") {
		t.Error("docs/azure-pipelines.md shows something else than the program says of examples/azureml-conda-channel")
	}
	task := readTask(t)
	for _, in := range task.Inputs {
		usual := "nothing"
		if in.DefaultValue != "" {
			usual = "`" + in.DefaultValue + "`"
		}
		name := in.Name
		if len(in.Aliases) > 0 {
			name = in.Aliases[0]
		}
		if in.Name == "key" {
			usual = "pipeline, stage, job and step"
		}
		if row := fmt.Sprintf("| `%s` | %s | %s |", name, usual, in.HelpMarkDown); !strings.Contains(text, row) {
			t.Errorf("docs/azure-pipelines.md has no row %s", row)
		}
	}
	for _, o := range task.OutputVariables {
		if row := fmt.Sprintf("| `%s` | %s |", o.Name, o.Description); !strings.Contains(text, row) {
			t.Errorf("docs/azure-pipelines.md has no row %s", row)
		}
	}
}
