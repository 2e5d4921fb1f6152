package github

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/sethvargo/go-githubactions"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	// The runner keeps ten annotations of a kind from each step, and drops the others (actions/runner, _maxCountPerIssueType).
	annotationsOfAKind = 10

	// The runner cuts a message at 4096 characters (_maxIssueMessageLength). A message has at most five parts of this length.
	annotationPart = 700
	titleLength    = 120

	summaryBytes = 900 << 10 // above 1 MiB the runner takes nothing of a summary

	// go-githubactions ends every value by this line (actions.go), so that a value which holds it would set further outputs.
	outputDelimiter = "_GitHubActionsFileCommandDelimeter_"
)

// unrecognised is what is said of a failed step.
const unrecognised = "the build failed, and no rule knows why"

// annotate prints an annotation for each finding, causes first, and returns how many the runner would not have kept. They are not
// printed.
func (h *Host) annotate(t *annotate.Telling) (left int) {
	said := map[string]int{}
	for _, c := range annotations(t) {
		if said[c.Name]++; said[c.Name] > annotationsOfAKind {
			left++
			continue
		}
		if err := attempt(func() { h.command.IssueCommand(c) }); err != nil {
			return left // standard output is gone, and so is the place to say it
		}
	}
	return left
}

// annotations are the commands for all findings, in the order of importance. Their text is plain; the library escapes it.
func annotations(t *annotate.Telling) []*githubactions.Command {
	var causes, advice []*githubactions.Command
	for i := range t.Report.Diagnoses {
		d := &t.Report.Diagnoses[i]
		c := annotation(t, d.Location, d.Rule+": "+d.Summary, message(d))
		switch {
		case d.Kind == "advice":
			c.Name = "notice"
			advice = append(advice, c)
			continue
		case d.Certainty == "possible":
			c.Name = "warning"
		}
		causes = append(causes, c)
	}
	for i := range t.Report.Unrecognised {
		u := &t.Report.Unrecognised[i]
		text := append([]string{unrecognised + atLine(u.Log, u.Lines)}, decisive(u.Lines)...)
		causes = append(causes, annotation(t, u.Location, unrecognised, text))
	}
	if len(t.Report.Logs) == 0 { // else the summary's word for it is enough
		for _, note := range t.Report.Notes {
			causes = append(causes, annotation(t, nil, "there is nothing to diagnose", []string{note}))
		}
	}
	return append(causes, advice...)
}

// annotation is an error at a place, or on the run where l is nil.
func annotation(t *annotate.Telling, l *diagnose.Location, title string, text []string) *githubactions.Command {
	for i := range text {
		text[i] = annotate.Short(plain(text[i]), annotationPart)
	}
	properties := githubactions.CommandProperties{"title": annotate.Short(plain(title), titleLength)}
	if l != nil {
		properties["file"] = annotate.Plain(t.InWorkspace(l.Path))
		lines(properties, l)
	}
	return &githubactions.Command{Name: "error", Properties: properties, Message: strings.Join(text, "\n")}
}

// lines sets the line and, since the runner drops columns of several lines, the columns of a place on one line.
func lines(properties githubactions.CommandProperties, l *diagnose.Location) {
	if l.Line <= 0 {
		return
	}
	properties["line"] = strconv.Itoa(l.Line)
	properties["endLine"] = strconv.Itoa(max(l.Line, l.EndLine))
	if l.EndLine > l.Line || l.Column <= 0 {
		return
	}
	properties["col"] = strconv.Itoa(character(l.Text, l.Column))
	if l.EndColumn > l.Column {
		properties["endColumn"] = strconv.Itoa(character(l.Text, l.EndColumn))
	}
}

// character is the column that a byte's column is, both from 1, as the host's pages count them: in UTF-16.
func character(line string, column int) int {
	if line == "" || column-1 > len(line) {
		return column
	}
	return 1 + len(utf16.Encode([]rune(line[:column-1])))
}

// message says what broke, the line that says so and the first fix: one line each.
func message(d *diagnose.Diagnosis) []string {
	summary := d.Summary
	if d.Certainty == "possible" {
		summary = "possibly: " + summary
	}
	text := append([]string{summary + atLine(d.Log, d.Evidence)}, decisive(d.Evidence)...)
	if len(d.Fixes) > 0 {
		text = append(text, "fix: "+d.Fixes[0].Title)
	} else if d.NoFix != "" {
		text = append(text, d.NoFix)
	}
	return text
}

// atLine is where the log says it, in words: problem matchers, which other steps leave behind, look for path:line.
func atLine(log string, lines []diagnose.Evidence) string {
	if log == "" || len(lines) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s, line %d)", log, lines[0].Line)
}

// decisive is the first quoted line that has text.
func decisive(lines []diagnose.Evidence) []string {
	for _, e := range lines {
		if text := strings.TrimSpace(e.Text); text != "" {
			return []string{"log: " + text}
		}
	}
	return nil
}

// summarise writes the whole report into the page of the run. left counts the annotations that were not printed.
func (h *Host) summarise(t *annotate.Telling, left int) {
	if h.getenv("GITHUB_STEP_SUMMARY") == "" {
		h.say("the job summary is left out: GITHUB_STEP_SUMMARY is not set; this runner has none")
		return
	}
	page := annotate.Markdown(t.Report, summaryBytes)
	if left > 0 {
		page += fmt.Sprintf("\n_+%d more than the annotations show: GitHub keeps %d of a kind._\n", left, annotationsOfAKind)
	}
	if err := attempt(func() { h.command.AddStepSummary(page) }); err != nil {
		h.say("the job summary is left out: " + err.Error())
	}
}

// Output sets an output of the step. Values are counts, words and paths: one with a line break, or with the line that ends a value
// in the runner's file, is refused.
func (h *Host) Output(name, value string) error {
	if strings.ContainsAny(name+value, "\r\n\x00") || strings.Contains(name+value, outputDelimiter) || strings.ContainsAny(name, "=<") || name == "" {
		return fmt.Errorf("the output %q cannot hold %q; it must be one line", name, value)
	}
	if h.getenv("GITHUB_OUTPUT") == "" {
		return fmt.Errorf("the output %s is left out: GITHUB_OUTPUT is not set; run envmedic as a step of a job", name)
	}
	if err := attempt(func() { h.command.SetOutput(name, value) }); err != nil {
		return fmt.Errorf("setting the output %s: %w", name, err)
	}
	return nil
}

// attempt is f, whose panic becomes an error: go-githubactions panics where a file of the runner cannot be written.
func attempt(f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			err = errors.New(fmt.Sprint(p))
		}
	}()
	f()
	return nil
}

// plain is s as plain text on one line.
func plain(s string) string { return annotate.Plain(oneLine(s)) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
