package buildlog

import (
	"slices"
	"strings"
)

// A stepper gives every line its step, as the lines come. Three kinds of speakers nest: a job runner or a service (outer), a builder
// (inner, or a vertex of BuildKit), and what the builder runs. A line belongs to the innermost.
type stepper struct {
	log    *Log
	outer  int // the runner's step that is open, -1 without one
	inner  int // the step of a builder that runs one after the other, -1 without one
	failed int // the step that failed last, -1 without one

	vertices map[int]int // BuildKit's number → step
	excerpt  excerpt
	script   bool   // the runner prints the commands of its step
	errored  bool   // the runner printed an error in its step
	job      string // job and step of a downloaded GitHub log
	builder  bool   // a builder speaks, so only the builder's word says that a build passed
	prompt   string // the last command behind a prompt
	verdict  verdict
}

func (s *stepper) line(i int, c *cleanLine) {
	s.assign(i, s.at(c))
	if !s.plainOutput(c) && !s.jobLine(i, c) && !s.buildkitLine(i, c) {
		s.builderLine(i, c)
	}
	if l := &s.log.Lines[i]; l.Step >= 0 {
		s.log.Steps[l.Step].Last = max(s.log.Steps[l.Step].Last, l.Num)
	}
	s.weigh(i)
	s.hear(c)
}

// plainOutput tells a line that a step of BuildKit printed: most lines of such a log, and nothing of a builder or runner.
func (s *stepper) plainOutput(c *cleanLine) bool {
	if c.vertex < 0 || !c.clock || c.mark != "" || c.section != "" || c.job != "" || s.script || s.excerpt.in {
		return false
	}
	_, known := s.vertices[c.vertex]
	return known
}

// at is the step that a line belongs to unless it says otherwise.
func (s *stepper) at(c *cleanLine) int {
	if c.vertex >= 0 {
		if v, ok := s.vertices[c.vertex]; ok {
			return v
		}
	}
	if s.inner >= 0 && c.vertex < 0 && c.speaker&stampACR == 0 {
		return s.inner
	}
	return s.outer
}

func (s *stepper) assign(i, step int) { s.log.Lines[i].Step = step }

// open begins a step at line i. What stands before it in the file ends there.
func (s *stepper) open(i int, step Step, parent int) int {
	num := s.log.Lines[i].Num
	step.First, step.Last, step.Parent, step.State = num, num, parent, StepUnknown
	s.log.Steps = append(s.log.Steps, step)
	n := len(s.log.Steps) - 1
	s.assign(i, n)
	return n
}

// openInner begins a step of a builder that runs one after the other; the one before it has passed.
func (s *stepper) openInner(i int, step Step) {
	if s.inner >= 0 {
		s.log.Steps[s.inner].Last = s.log.Lines[i].Num - 1
	}
	s.pass(s.inner)
	s.inner = s.open(i, step, s.outer)
	s.builder = true
}

// openOuter begins a step of a job runner. What ran inside the one before has ended.
func (s *stepper) openOuter(i int, name string, parent int) {
	s.inner, s.vertices = -1, nil
	s.outer = s.open(i, Step{Name: name}, parent)
}

func (s *stepper) pass(step int) { s.settle(step, StepPassed) }

// settle notes how a step ended, unless that is known.
func (s *stepper) settle(step int, state State) {
	if step >= 0 && s.log.Steps[step].State == StepUnknown {
		s.log.Steps[step].State = state
	}
}

// fail notes that a step failed. The exit code is read from what stands behind mark in text.
func (s *stepper) fail(step int, text, mark string) {
	s.judge(Failed, text, mark)
	if step < 0 {
		return
	}
	if step != s.inner { // what ran inside it did not come to its end
		s.settle(s.inner, StepFailed)
	}
	st := &s.log.Steps[step]
	st.State, s.failed = StepFailed, step
	if code, ok := exitCode(text, mark); ok {
		st.ExitCode, st.HasExit = code, true
	}
}

// exitCode reads the number behind mark, which may stand in quotes.
func exitCode(text, mark string) (int, bool) {
	i := strings.LastIndex(text, mark)
	if i < 0 {
		return 0, false
	}
	rest := strings.TrimLeft(text[i+len(mark):], " '\"")
	if digits(rest) == 0 {
		return 0, false
	}
	return number(rest), true
}

// instruction splits "RUN --mount=… pip install x" into its word and the shell text, and tells the base image of a FROM.
func instruction(text string) (word, command, image string) {
	word, rest, _ := strings.Cut(text, " ")
	word = strings.ToUpper(word)
	if !slices.Contains(instructions, word) {
		return "", "", ""
	}
	rest = strings.TrimSpace(rest)
	for strings.HasPrefix(rest, "--") {
		_, rest, _ = strings.Cut(rest, " ")
		rest = strings.TrimSpace(rest)
	}
	switch word {
	case "RUN":
		return word, strings.TrimPrefix(rest, "/bin/sh -c "), ""
	case "FROM":
		image, _, _ = strings.Cut(rest, " ")
	}
	return word, "", image
}

var instructions = []string{
	"RUN", "COPY", "FROM", "ADD", "WORKDIR", "ENV", "ARG", "USER", "CMD", "ENTRYPOINT", "EXPOSE", "LABEL", "SHELL", "VOLUME",
	"HEALTHCHECK", "STOPSIGNAL", "ONBUILD", "MAINTAINER",
}

// speak notes who prints the log.
func (s *stepper) speak(format string) {
	if !slices.Contains(s.log.Formats, format) {
		s.log.Formats = append(s.log.Formats, format)
	}
}

// speakers are all formats, outermost first.
var speakers = []string{
	"github-actions", "azure-pipelines", "gitlab-ci", "azure-ml", "acr", "compose", "buildkit", "classic-docker", "buildah", "kaniko",
}

// finish settles what only the end of the log tells.
func (s *stepper) finish() {
	l := s.log
	slices.SortFunc(l.Formats, func(a, b string) int { return slices.Index(speakers, a) - slices.Index(speakers, b) })
	s.conclude()
	if len(l.Steps) == 0 && len(l.Lines) > 0 {
		s.bare()
	}
	switch l.Outcome {
	case Failed:
		s.blame()
	case Succeeded:
		for i := range l.Steps {
			s.pass(i)
		}
	}
}

// bare makes the whole of a log without steps one step.
func (s *stepper) bare() {
	st := Step{Command: s.prompt, First: 1, Last: s.log.Count, Parent: -1, State: StepUnknown}
	if s.verdict.command != "" {
		st.Command = s.verdict.command
	}
	s.log.Steps = append(s.log.Steps, st)
	for i := range s.log.Lines {
		s.log.Lines[i].Step = 0
	}
}

// blame makes the step that was running at the end the failed one, where the log names none.
func (s *stepper) blame() {
	l := s.log
	if l.FailedStep() >= 0 {
		return
	}
	step := len(l.Steps) - 1
	if s.outer >= 0 {
		step = s.outer
	}
	if s.inner >= 0 {
		step = s.inner
	}
	for step >= 0 && l.Steps[step].State != StepUnknown {
		step--
	}
	if step < 0 {
		return
	}
	st := &l.Steps[step]
	st.State = StepFailed
	st.ExitCode, st.HasExit = s.verdict.code, s.verdict.hasCode
}
