package buildlog

import (
	"fmt"
	"slices"
	"strings"
)

// A verdict is what the log says of its end so far.
type verdict struct {
	outcome Outcome // the last word of a builder, service or runner, "" before one
	at      int     // its line
	code    int
	hasCode bool
	command string // the shell text that the word quotes

	fatal, fine int // number of lines up to the last that ends, or crowns, a tool's work; 0 without one
	last        int // the same for the last line with text
}

// judge notes a word on the whole. The last one counts: a build may be tried again.
func (s *stepper) judge(o Outcome, text, mark string) {
	v := &s.verdict
	v.outcome, v.at = o, len(s.log.Lines)
	if code, ok := exitCode(text, mark); ok && mark != "" {
		v.code, v.hasCode = code, true
	}
}

// fatals begin the lines with which tools give up, by their first letter. They count only where no builder or runner
// says how it ended, and only if nothing succeeds after them.
var fatals = byFirst([]string{
	// pip, uv, poetry
	"ERROR: ", "error: ", "Could not find a version that satisfies", "No matching distribution found", "Cannot uninstall ", "Command \"",
	"Command errored out", "Could not open requirements file", "Could not install packages", "Invalid requirement", "You must give at least one",
	"THESE PACKAGES DO NOT MATCH", "User for ", "× ", "Because ",
	// conda, mamba
	"ERROR conda", "error    libmamba", "critical libmamba", "Solving environment: failed", "Solving environment: ...working... failed",
	"Collecting package metadata (repodata.json): failed",
	// apt, shells, compilers, languages
	"E: ", "dpkg: error", "/bin/sh: ", "bash: ", "curl: (", "make: *** ", "npm ERR! ", "fatal: ", "Killed", "Traceback (most recent call last):",
	// builders, registries, services
	"Error: ", "Error response from daemon", "COPY failed: ", "ADD failed: ", "pull access denied", "manifest for ", "no matching manifest",
	"toomanyrequests: ", "unable to prepare context", "denied: ", "unauthorized: ", "failed to ", "An image does not exist locally",
	"error pulling image", "error building", "Service '", "invalid reference format", "unknown flag: ", "Unable to find", "Get http", "Get \"http",
	"Head \"http", "Image build failed", "Docker image build failed", "FailedPullingImage", "ImageBuildFailure", "AzureMLCompute job failed",
	"Unable to run conda package manager",
})

// fines begin the lines that crown a tool's work.
var fines = byFirst([]string{
	"Successfully installed ", "# To activate this environment", "Executing transaction: done", "Executing transaction: ...working... done",
	"Processing triggers for ", "Setting up ", "Installed ", "Transaction finished", "No broken requirements found", "Requirement already satisfied",
	"Login Succeeded", "Installing the current project",
})

// harmless are parts of lines that look fatal in builds that pass.
var harmless = []string{
	"dependency resolver does not currently take into account", "After October 2020", "which is incompatible", "Retrying", "retrying with next repodata",
	"ERROR: Failed building wheel", "unable to initialize frontend", "failed with initial frozen solve",
}

func byFirst(prefixes []string) *[256][]string {
	m := new([256][]string)
	for _, p := range prefixes {
		m[p[0]] = append(m[p[0]], p)
	}
	return m
}

func begins(text string, by *[256][]string) bool {
	return slices.ContainsFunc(by[text[0]], func(p string) bool { return strings.HasPrefix(text, p) })
}

// weigh looks whether line i ends or crowns a tool's work.
func (s *stepper) weigh(i int) {
	text := s.log.Lines[i].Text
	trimmed := strings.TrimLeft(text, " ")
	if trimmed == "" {
		return
	}
	v := &s.verdict
	v.last = i + 1
	switch {
	case len(text)-len(trimmed) < 4 && begins(trimmed, fines):
		v.fine = i + 1
	case (begins(trimmed, fatals) || exception(trimmed)) && !slices.ContainsFunc(harmless, func(h string) bool { return strings.Contains(text, h) }):
		v.fatal = i + 1
	}
}

// exception tells whether text begins with the name of an exception, as Python and conda print it: "SpecNotFound: ", "OSError".
func exception(text string) bool {
	if text[0] < 'A' || text[0] > 'z' {
		return false
	}
	name, rest, ok := strings.Cut(text, ":")
	if ok && rest != "" && rest[0] != ' ' || strings.ContainsAny(name, " /=") {
		return false
	}
	return strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception") || strings.HasSuffix(name, "NotFound")
}

// conclude settles the outcome: the last word of who ran the build, else how the last tool ended.
func (s *stepper) conclude() {
	v, l := &s.verdict, s.log
	switch {
	case v.outcome == Failed, v.outcome == Succeeded && v.fatal == v.last && v.at < v.last:
		l.Outcome = Failed
	case v.outcome != "":
		l.Outcome = v.outcome
	case v.fatal > v.fine:
		l.Outcome = Failed
	case s.builder:
		s.endMissing()
	case v.fine > 0:
		l.Outcome = Succeeded
	case s.sectionsPassed():
		l.Outcome = Succeeded
	}
}

// endMissing notes that a builder began and did not say how it ended.
func (s *stepper) endMissing() {
	for j := len(s.log.Steps) - 1; j >= 0 && s.log.Clipped == ""; j-- {
		if st := &s.log.Steps[j]; st.State == StepUnknown && st.Name != "" {
			s.log.Clipped = fmt.Sprintf("the log ends inside the step %q without saying how the build ended: get the whole log of the build", short(st.Name))
		}
	}
}

// short cuts a step's name for a message.
func short(name string) string {
	if cut := limit(name, 60); cut != name {
		return cut + "…"
	}
	return name
}

// sectionsPassed tells whether the log is whole sections of a job none of which failed.
func (s *stepper) sectionsPassed() bool {
	return s.outer < 0 && len(s.log.Steps) > 0 &&
		!slices.ContainsFunc(s.log.Steps, func(st Step) bool { return st.State != StepPassed })
}

// clips are what builders and runners print where they leave out output, and what to do about it.
var clips = []struct{ text, say string }{
	{"[output clipped, log limit ", "BuildKit left out a part of a step's output: build again with BUILDKIT_STEP_LOG_MAX_SIZE=-1 and BUILDKIT_STEP_LOG_MAX_SPEED=-1 set for the builder"},
	{"log exceeded limit of ", "GitLab left out the end of the job's log: raise the runner's output_limit and run the job again"},
	{"This step has been truncated due to its large size", "GitHub left out a part of the step's output: download the log of the whole job"},
	{"...(truncated)", "a part of the log was left out where it says \"(truncated)\": get the whole log of the build"},
	{"[truncated]", "a part of the log was left out where it says \"[truncated]\": get the whole log of the build"},
	{"log has been truncated", "a part of the log was left out where it says \"truncated\": get the whole log of the build"},
}

// hear notes who speaks by a line's prefix, and what was left out.
func (s *stepper) hear(c *cleanLine) {
	if c.speaker&byCompose != 0 {
		s.speak("compose")
	}
	if s.log.Clipped != "" || !strings.Contains(c.text, "runcated") && !strings.Contains(c.text, "limit ") {
		return
	}
	for _, k := range clips {
		if strings.Contains(c.text, k.text) {
			s.log.Clipped = k.say
		}
	}
}
