package diagnose

import (
	"slices"

	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/manifest"
)

// unrecognisedLines is how many lines are shown of a failure that no rule knows.
const unrecognisedLines = 12

var (
	soundsBad   = lazy(`(?i)\b(error|fatal|failed|failure|cannot|can't|could not|couldn't|not found|no such|denied|refused|invalid|unable|undefined|missing|exception|killed|unsatisfiable|conflict)\b|Error:|Exception:|^E: |✗|×`)
	soundsUsual = lazy(`(?i)^\s*(warning|note|info|debug|copying|creating|adding|compiling|downloading|requirement already satisfied)\b|-W[a-z]|0 errors|\b0 failed`)
)

// unrecognised shows the failed step with the lines that probably matter: the last that sound like an error, and the last of all.
func unrecognised(log *buildlog.Log, files *manifest.Set, skip map[int]bool) Unrecognised {
	lines := slices.DeleteFunc(stepLines(log), func(i int) bool { return skip[i] })
	var picked []int
	for k := len(lines) - 1; k >= max(0, len(lines)-lookBack) && len(picked) < unrecognisedLines-4; k-- {
		if t := log.Lines[lines[k]].Text; soundsBad.MatchString(t) && !soundsUsual.MatchString(t) {
			picked = append(picked, lines[k])
		}
	}
	for k := len(lines) - 1; k >= max(0, len(lines)-4); k-- {
		if !slices.Contains(picked, lines[k]) {
			picked = append(picked, lines[k])
		}
	}
	slices.Sort(picked)
	u := Unrecognised{Log: log.Name, Lines: []Evidence{}}
	for _, i := range picked {
		u.Lines = append(u.Lines, Evidence{log.Lines[i].Num, log.Lines[i].Text})
	}
	c := &mending{log: log, step: log.FailedStep(), files: files}
	c.place()
	if s := c.stepInfo(); s != nil {
		u.Step = *s
	}
	u.Location = c.instructionPlace()
	return u
}

// harmlessLines are those that look like a failure and are none.
func harmlessLines(all []*finding) map[int]bool {
	lines := map[int]bool{}
	for _, f := range all {
		if f.rule.head.Kind != kindHarmless {
			continue
		}
		for _, i := range f.quoted {
			lines[i] = true
		}
	}
	return lines
}

// stepLines are the lines with text of the failed step, or of the whole log where none is named.
func stepLines(log *buildlog.Log) []int {
	step := log.FailedStep()
	var own, all []int
	for i, l := range log.Lines {
		if l.Text == "" || l.Echo {
			continue
		}
		all = append(all, i)
		if l.Step == step {
			own = append(own, i)
		}
	}
	if step < 0 || len(own) == 0 {
		return all
	}
	return own
}
