package main

import (
	"fmt"
	"slices"
	"strings"
)

// An input is one setting of the GitHub Action and of the Azure Pipelines task. Both hosts hand it over as INPUT_<NAME>.
// action.yml, task.json and the README's table say the same; a test compares them.
type input struct {
	name    string
	usual   string   // the value where none is given
	allowed []string // nil: any text
	set     func(*command, string)
}

var yesNo = []string{"true", "false"}

var inputs = []input{
	{name: "log", usual: "build.log", set: func(c *command, v string) { c.logs = lines(v) }},
	{name: "repo", usual: ".", set: func(c *command, v string) { c.repo = v }},
	{name: "definitions", set: func(c *command, v string) { _ = c.definitions.Set(strings.ReplaceAll(v, "\n", ",")) }},
	{name: "rule_dir", set: func(c *command, v string) { c.ruleDirs = lines(v) }},
	{name: "token", set: func(c *command, v string) { c.token = v }},
	{name: "annotate", usual: "true", allowed: yesNo, set: func(c *command, v string) { c.settings.Annotate = v == "true" }},
	{name: "comment", usual: "update", allowed: []string{"update", "recreate", "off"}, set: func(c *command, v string) { c.settings.Comment = v }},
	{name: "suggest", usual: "true", allowed: yesNo, set: func(c *command, v string) { c.settings.Suggest = v == "true" }},
	{name: "check", usual: "false", allowed: yesNo, set: func(c *command, v string) { c.settings.Check = v == "true" }},
	{name: "sarif", set: func(c *command, v string) { c.sarif = v }},
	{name: "upload", usual: "false", allowed: yesNo, set: func(c *command, v string) { c.settings.Upload = v == "true" }},
	{name: "patch", usual: "off", allowed: []string{"off", "file", "pull-request"}, set: func(c *command, v string) { c.settings.Patch = v }},
	{name: "patch_base", set: func(c *command, v string) { c.settings.PatchBase = v }},
	{name: "fixes", usual: "safe", allowed: []string{"safe", "review"}, set: func(c *command, v string) { c.fixes = v }},
	{name: "fail", usual: "never", allowed: []string{"never", "cause"}, set: func(c *command, v string) { c.fail = v }},
	{name: "key", set: func(c *command, v string) { c.settings.Key = v }},
}

// An output is a value that later steps read. Text of a log is never one: a step that echoes it would run it.
const (
	outcomeOutput = "outcome"      // failed | succeeded | unknown
	ruleOutput    = "rule"         // the id of the primary cause's rule, or nothing
	causesOutput  = "causes"       // how many causes were found
	reportOutput  = "report"       // path of the JSON report
	patchOutput   = "patch"        // path of the patch, or nothing
	pullOutput    = "pull-request" // number of the pull request with the edits, or nothing
)

// readInputs sets the options from the host's environment. An input that is not given has its usual value; one that is given
// empty is empty where it is any text, and has its usual value where it is one of several words.
func (c *command) readInputs() error {
	c.format = "text"
	for _, in := range inputs {
		value, given := c.lookupEnv("INPUT_" + strings.ToUpper(in.name))
		value = strings.TrimSpace(value)
		if in.allowed != nil {
			value = strings.ToLower(value)
		}
		if !given || value == "" && (in.allowed != nil || in.name == "repo") {
			value = in.usual
		}
		if in.allowed != nil && !slices.Contains(in.allowed, value) {
			return fmt.Errorf("input %s is %q, must be %s", in.name, value, strings.Join(in.allowed, " or "))
		}
		in.set(c, value)
	}
	if len(c.logs) == 0 {
		return fmt.Errorf("input log is empty; name the file that the build's output was written to (command 2>&1 | tee build.log)")
	}
	return nil
}

// lines are the parts of an input that may hold several: one a line.
func lines(value string) []string {
	var out []string
	for line := range strings.Lines(value) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (c *command) lookupEnv(name string) (value string, ok bool) {
	for _, e := range c.environ {
		if value, ok = strings.CutPrefix(e, name+"="); ok {
			return value, true
		}
	}
	return "", false
}
