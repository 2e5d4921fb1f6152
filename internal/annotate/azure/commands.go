package azure

import (
	"fmt"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

// perKind is how many issues of a kind the agent keeps for a step; it drops the rest without a word.
const perKind = 10

// annotate writes issues to the step's log: errors for causes and for failed steps that no rule knows, warnings for the rest.
// The agent shows them on the run's page with file, line and rule.
func (h *Host) annotate(t *annotate.Telling) {
	left := map[string]int{"error": perKind, "warning": perKind}
	said := func(kind, code string, l *diagnose.Location, text string) {
		if left[kind]--; left[kind] >= 0 {
			h.issue(t, kind, code, l, text)
		}
	}
	for i := range t.Report.Diagnoses {
		d := &t.Report.Diagnoses[i]
		kind := "error"
		if d.Kind != "cause" || d.Certainty == "possible" {
			kind = "warning"
		}
		l := d.Location
		if l == nil && len(d.Candidates) > 0 {
			l = &d.Candidates[0]
		}
		said(kind, d.Rule, l, issueText(d))
	}
	for _, u := range t.Report.Unrecognised {
		said("error", "unrecognised", u.Location, "the build failed in this step, and no rule knows why"+quoted(u.Log, u.Lines))
	}
}

// issue writes one issue. With a path the agent shows "path(line,column): error code: text", so all of them are given then.
func (h *Host) issue(t *annotate.Telling, kind, code string, l *diagnose.Location, text string) {
	properties := "type=" + kind + ";"
	if l != nil && l.Path != "" {
		properties += fmt.Sprintf("sourcepath=%s;linenumber=%d;columnnumber=%d;",
			annotate.AzureProperty(h.run.file(t, l.Path)), max(1, l.Line), max(1, l.Column))
	}
	h.command("task.logissue", properties+"code="+annotate.AzureProperty(code)+";", text)
}

func issueText(d *diagnose.Diagnosis) string {
	text := d.Summary
	if d.Certainty == "possible" {
		text = "possibly: " + text
	}
	text += quoted(d.Log, d.Evidence)
	if len(d.Fixes) > 0 {
		return text + "; fix: " + d.Fixes[0].Title
	}
	if d.NoFix != "" {
		return text + "; " + strings.TrimSuffix(d.NoFix, ".")
	}
	return text
}

// quoted is the decisive line of the log, in words that no problem matcher takes for a place in a file.
func quoted(log string, lines []diagnose.Evidence) string {
	if len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s, line %d: %q)", log, lines[0].Line, short(lines[0].Text))
}

// command prints a logging command. properties are escaped by the caller.
func (h *Host) command(name, properties, data string) {
	if properties != "" {
		name += " " + properties
	}
	fmt.Fprintf(h.out, "##vso[%s]%s\n", name, annotate.AzureData(data))
}

// offer hands files to the run: the summary to a tab of its page, and the patch to its artifacts. An agent that allows the step
// restricted commands only takes neither, and says so.
func (h *Host) offer(t *annotate.Telling) {
	if h.summaryFile != "" {
		h.command("task.uploadsummary", "", h.summaryFile)
	}
	if t.Patch == "file" && h.patchFile != "" && len(t.Change.Files) > 0 {
		h.command("artifact.upload", "containerfolder=envmedic;artifactname=envmedic-patch;", h.patchFile)
	}
}

// Output sets a variable that later steps read as "reference name of the step"."name". Values are numbers, words and paths: a later
// step may paste them into a script.
func (h *Host) Output(name, value string) error {
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" || name == "" {
		return fmt.Errorf("setting the output %q: a name is made of letters, digits, _ and -", name)
	}
	if strings.ContainsAny(value, "\r\n") {
		return fmt.Errorf("setting the output %s: its value has a line break", name)
	}
	h.command("task.setvariable", "variable="+name+";isoutput=true;", value)
	return nil
}
