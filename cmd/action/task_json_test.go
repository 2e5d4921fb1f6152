package main

import (
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The Azure Pipelines task has the same inputs as the action.
func TestTaskJSONIsWhatTheProgramReads(t *testing.T) {
	var task struct {
		Inputs []struct {
			Name         string
			DefaultValue string `yaml:"defaultValue"`
			Aliases      []string
			Type         string
			Options      yaml.Node
		}
		OutputVariables []struct{ Name string } `yaml:"outputVariables"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../azure-pipelines-task/task.json")), &task); err != nil {
		t.Fatal(err)
	}
	var list []described
	for _, in := range task.Inputs {
		d := described{name: in.Name, usual: in.DefaultValue}
		if len(in.Aliases) > 0 { // the agent's schema has no underscore in a name; index.js hands the value over under its alias
			d.name = in.Aliases[0]
		}
		for i := 0; i < len(in.Options.Content); i += 2 {
			d.allowed = append(d.allowed, in.Options.Content[i].Value)
		}
		if in.Type == "boolean" {
			d.allowed = yesNo
		}
		list = append(list, d)
	}
	equal(t, "task.json", list)
	var outputs []string
	for _, o := range task.OutputVariables {
		outputs = append(outputs, o.Name)
	}
	var want []string
	for _, name := range codedOutputs {
		want = append(want, strings.ReplaceAll(name, "-", "")) // as the host for Azure DevOps sets it; the schema has letters and digits only
	}
	if !slices.Equal(outputs, want) {
		t.Errorf("task.json has the outputs %q, and the program %q", outputs, codedOutputs)
	}
}
