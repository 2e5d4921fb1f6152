package annotate

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// TextOptions say what the reader's terminal can do.
type TextOptions struct {
	Colour bool
	Width  int // columns to wrap prose at; 0 is 100
}

// WriteText writes the report for people, in the manner of a compiler's error: what is wrong, the lines of the log that say so, the
// line of the file, why, the edit, and where to go on. Notes are left to the caller, who has a place for warnings.
func WriteText(w io.Writer, r *diagnose.Report, o TextOptions) error {
	out := bufio.NewWriter(w)
	v := &verdict{out: out, style: style(o.Colour), width: o.Width, logs: len(r.Logs)}
	if v.width <= 0 {
		v.width = 100
	}
	v.report(r)
	return out.Flush()
}

// A verdict is the text being written. Write errors stay in out until it is flushed.
type verdict struct {
	out   *bufio.Writer
	style style
	width int
	logs  int
	said  int // causes, advice and unrecognised steps so far
}

func (v *verdict) line(format string, args ...any) { fmt.Fprintf(v.out, format+"\n", args...) }

func (v *verdict) report(r *diagnose.Report) {
	for i := range r.Diagnoses {
		if d := &r.Diagnoses[i]; d.Kind == "advice" {
			v.advice(d)
		} else {
			v.cause(d)
		}
	}
	for i := range r.Unrecognised {
		v.unrecognised(&r.Unrecognised[i])
	}
	if v.said == 0 {
		v.quiet(r)
	}
	for _, l := range r.Logs {
		v.clipped(l, r)
	}
}

// apart puts an empty line between what stands for itself.
func (v *verdict) apart() {
	if v.said > 0 {
		v.line("")
	}
	v.said++
}

func (v *verdict) cause(d *diagnose.Diagnosis) {
	v.apart()
	possible := ""
	if d.Certainty == "possible" {
		possible = "possibly: "
	}
	v.line("%s%s %s%s", v.style.red("error["+Plain(d.Rule)+"]"), v.style.bold(":"), possible, v.style.bold(Plain(d.Summary)))
	g := v.gutterFor(d.Evidence, d.Location)
	if len(d.Evidence) > 0 {
		g.arrow(v.origin(d.Log, d.Step))
		g.evidence(d.Evidence)
	}
	g.location(d.Location)
	for i, l := range d.Related {
		if !slices.Contains(d.Related[:i], l) {
			g.note("see " + position(&l) + ": " + Short(strings.TrimSpace(l.Text), 80))
		}
	}
	if len(d.Symptoms) > 0 {
		g.note("it brought about " + symptoms(d.Symptoms))
	}
	if len(d.Candidates) > 0 {
		g.note("it may stand in " + candidates(d.Candidates))
	}
	v.prose("why", prose(d.Why))
	v.fixes(d)
	v.commands("reproduce", d.Reproduce)
	v.more(d)
}

// advice is said in a few lines: it is not why the build failed.
func (v *verdict) advice(d *diagnose.Diagnosis) {
	v.apart()
	place := ""
	if d.Location != nil {
		place = " (" + position(d.Location) + ")"
	}
	v.line("%s%s %s%s", v.style.yellow("advice["+Plain(d.Rule)+"]"), v.style.bold(":"), Plain(d.Summary), Plain(place))
	switch {
	case len(d.Fixes) > 0:
		v.line("  fix: %s (%s)", Plain(d.Fixes[0].Title), certainty(d.Fixes[0]))
	case d.NoFix != "":
		v.line("  %s", Plain(d.NoFix))
	}
	v.more(d)
}

func (v *verdict) unrecognised(u *diagnose.Unrecognised) {
	v.apart()
	v.line("%s%s %s", v.style.red("error"), v.style.bold(":"), v.style.bold("the build failed, and no rule knows why"))
	g := v.gutterFor(u.Lines, u.Location)
	g.arrow(v.origin(u.Log, &u.Step))
	g.evidence(u.Lines)
	g.location(u.Location)
	if len(u.Lines) > 0 {
		g.note("these lines of the log probably matter")
	}
}

// quiet is the one line for logs in which there is nothing to tell.
func (v *verdict) quiet(r *diagnose.Report) {
	switch {
	case len(r.Logs) == 0 && len(r.Notes) > 0: // nothing could be read, and the notes say so
	case len(r.Logs) == 0:
		v.line("The definition files: nothing to report.")
	case len(r.Logs) > 1:
		v.line("%d logs: nothing to report.", len(r.Logs))
	default:
		v.line("%s: %s.", Plain(r.Logs[0].Path), outcome(r.Logs[0].Outcome))
	}
}

func outcome(o string) string {
	switch o {
	case "succeeded":
		return "nothing to report, the build succeeded"
	case "failed":
		return "the build failed, and nothing in the log says why"
	}
	return "nothing to report; the log does not say how the build ended"
}

// clipped warns of a log that is not whole, unless it is known that its build succeeded.
func (v *verdict) clipped(l diagnose.LogInfo, r *diagnose.Report) {
	if !l.Clipped || l.Outcome == "succeeded" {
		return
	}
	said := "the log is not whole"
	if l.Why != "" {
		said = strings.TrimSuffix(l.Why, ".")
	}
	if r.Cause() == nil {
		said += "; the cause may be in the part that is missing"
	} else {
		said += "; what the missing part says may change this verdict"
	}
	v.labelled(v.style.yellow, "note", l.Path+": "+said+".")
}

func (v *verdict) fixes(d *diagnose.Diagnosis) {
	for i, f := range d.Fixes {
		label := "fix"
		if i > 0 {
			label = "or"
		}
		v.line("")
		v.line("%s %s", v.style.blue(label+" ("+certainty(f)+"):"), Plain(f.Title))
		if f.Diff == "" {
			continue
		}
		v.line("")
		for _, line := range strings.Split(strings.TrimRight(f.Diff, "\n"), "\n") {
			v.line("    %s", v.style.diffLine(strings.TrimSuffix(line, "\r")))
		}
	}
	v.prose("no edit", d.NoFix)
}

// certainty says what a fix's certainty asks of the reader.
func certainty(f diagnose.Fix) string {
	if f.Certainty == "safe" {
		return "safe"
	}
	return "review it first"
}

func (v *verdict) commands(label string, list []string) {
	if len(list) == 0 {
		return
	}
	v.line("")
	v.line("%s", v.style.blue(label+":"))
	v.line("")
	for _, c := range list {
		for _, line := range splitLines(c) {
			v.line("    %s", Plain(line))
		}
	}
}

func (v *verdict) more(d *diagnose.Diagnosis) {
	if d.Kind == "advice" {
		v.line("  more: %s", Plain(d.Help))
		return
	}
	v.line("")
	v.line("%s %s", v.style.blue("more:"), Plain(d.Help))
	for _, l := range d.Links {
		v.line("      %s", Plain(l))
	}
}

func (v *verdict) prose(label, text string) { v.labelled(v.style.blue, label, text) }

// labelled writes a paragraph, wrapped and indented by its label.
func (v *verdict) labelled(colour func(string) string, label, text string) {
	if text == "" {
		return
	}
	v.line("")
	indent := strings.Repeat(" ", len(label)+2)
	for i, line := range wrap(Plain(text), v.width-len(indent)) {
		if i == 0 {
			v.line("%s %s", colour(label+":"), line)
		} else {
			v.line("%s%s", indent, line)
		}
	}
}
