package buildlog

import (
	"slices"
	"strings"
)

// jobLine reads what job runners and cloud services say about their steps.
func (s *stepper) jobLine(i int, c *cleanLine) bool {
	if c.job != "" && c.job != s.job {
		s.downloaded(i, c)
	}
	switch {
	case c.section != "":
		s.gitlab(i, c.section)
	case c.mark == "group":
		s.group(i, c.text)
	case c.mark == "endgroup":
		s.script = false
	case c.mark == "section":
		s.section(i, c.text)
	case c.mark == "error":
		return s.jobError(i, c.text)
	case s.script:
		s.scriptLine(c.text)
	default:
		return s.service(i, c)
	}
	return true
}

// downloaded begins a step of a log in which every line names job and step.
func (s *stepper) downloaded(i int, c *cleanLine) {
	s.job, s.script = c.job, false
	s.speak("github-actions")
	_, name, _ := strings.Cut(c.job, "\t")
	if name != "UNKNOWN STEP" {
		s.leave()
		s.openOuter(i, name, -1)
	}
}

// leave ends the runner's step; it has passed unless it said otherwise. Of one that printed an error it is not known.
func (s *stepper) leave() {
	if !s.errored {
		s.pass(s.outer)
	}
	s.outer, s.errored = -1, false
}

// group reads "##[group]Run pip install x" and the commands that follow it.
func (s *stepper) group(i int, text string) {
	if !strings.HasPrefix(text, "Run ") {
		return
	}
	s.speak("github-actions")
	if s.job == "" || strings.HasSuffix(s.job, "\tUNKNOWN STEP") {
		s.leave()
		s.openOuter(i, text, -1)
	}
	s.script = true
}

// scriptLine collects the commands of a step. "with:" is what an action gets, which has none.
func (s *stepper) scriptLine(text string) {
	if strings.HasPrefix(text, "shell: ") || text == "with:" || text == "env:" || strings.HasPrefix(text, "=====") {
		s.script = false
		return
	}
	if s.outer < 0 || text == "" && s.log.Steps[s.outer].Command == "" {
		return
	}
	st := &s.log.Steps[s.outer]
	if st.Command != "" {
		st.Command += "\n"
	}
	st.Command += text
}

// section reads Azure Pipelines' "##[section]Starting: X" and "##[section]Finishing: X"; sections nest.
func (s *stepper) section(i int, text string) {
	s.speak("azure-pipelines")
	if name, ok := strings.CutPrefix(text, "Starting: "); ok {
		s.openOuter(i, name, s.outer)
		return
	}
	name, ok := strings.CutPrefix(text, "Finishing: ")
	if !ok || s.outer < 0 {
		return
	}
	step := s.outer
	for step >= 0 && s.log.Steps[step].Name != name {
		step = s.log.Steps[step].Parent
	}
	if step < 0 {
		return
	}
	s.assign(i, step)
	if s.log.anyWithin(step, StepFailed) {
		s.settle(step, StepFailed)
	}
	if !s.errored {
		s.pass(step)
	}
	s.inner, s.outer, s.errored = -1, s.log.Steps[step].Parent, false
}

// jobErrors are what a runner says of a step that ended its job, and where its exit code stands.
var jobErrors = []struct{ text, mark string }{
	{"Process completed with exit code ", "exit code "},
	{"exited with code ", "with code "},
	{"failed with exit code ", "exit code "},
	{"failed with error: ", "exit code "},
	{"The task has timed out", "exit code "},
	{"The operation was canceled", "exit code "},
	{"has exceeded the maximum execution time", "exit code "},
	{"ran longer than the maximum time", "exit code "},
	{"buildx failed with: ", "exit code: "},
	{"buildx bake failed with: ", "exit code: "},
}

func (s *stepper) jobError(i int, text string) bool {
	for _, e := range jobErrors {
		if strings.Contains(text, e.text) {
			if s.outer >= 0 {
				s.assign(i, s.outer)
			}
			s.fail(s.outer, text, e.mark)
			return true
		}
	}
	s.errored, s.verdict.fatal = true, i+1
	return false
}

// gitlab reads "start:step_script" and "end:step_script".
func (s *stepper) gitlab(i int, section string) {
	s.speak("gitlab-ci")
	if name, ok := strings.CutPrefix(section, "start:"); ok {
		s.openOuter(i, name, -1)
		return
	}
	s.inner, s.outer = -1, -1
}

// serviceSpeaks tells the first letters of all that service looks for but one, so that it need not compare every line with everything.
var serviceSpeaks = [256]bool{'E': true, 'S': true, 'f': true, 'R': true, 'C': true, 'B': true, 'J': true}

// service reads the lines of GitLab, ACR and Azure ML that name steps or say how a run ended.
func (s *stepper) service(i int, c *cleanLine) bool {
	text := c.text
	if text == "" || !serviceSpeaks[text[0]] && !strings.Contains(text, "Image Build") {
		return false
	}
	switch {
	case strings.HasPrefix(text, "Executing step ID: "):
		s.acrStep(i, text[len("Executing step ID: "):])
	case strings.HasPrefix(text, "Step ID: ") && strings.Contains(text, "marked as successful"):
		s.pass(s.outer)
	case strings.HasPrefix(text, "failed to run step ID: "):
		s.acrFailed(i, text[len("failed to run step ID: "):])
	case strings.HasPrefix(text, "Run ID: "):
		s.acrRun(i, text)
	case strings.HasPrefix(text, "Running: ['docker'"), strings.Contains(text, "Starting Image Build on Serverless Compute"):
		s.speak("azure-ml")
	case strings.HasPrefix(text, "CalledProcessError(") && strings.Contains(text, "'docker'"):
		s.speak("azure-ml")
		s.judge(Failed, text, "CalledProcessError(")
	case strings.HasPrefix(text, "Building docker image failed"):
		s.speak("azure-ml")
		s.judge(Failed, text, "exit code: ")
	case strings.HasPrefix(text, "Error: Process completed with exit code "):
		s.speak("github-actions")
		s.fail(s.outer, text, "exit code ")
	case strings.HasPrefix(text, "ERROR: Job failed"):
		s.gitlabFailed(text)
	case text == "Job succeeded":
		s.judge(Succeeded, "", "")
	case text == "Cleaning up orphan processes" && slices.Contains(s.log.Formats, "github-actions"):
		s.cleanedUp(i)
	default:
		return false
	}
	return true
}

func (s *stepper) acrStep(i int, rest string) {
	s.speak("acr")
	name, _, _ := strings.Cut(rest, ".")
	s.openOuter(i, strings.TrimSpace(name), -1)
}

// acrFailed reads "acb_step_0: exit status 1".
func (s *stepper) acrFailed(i int, rest string) {
	name, _, _ := strings.Cut(rest, ":")
	s.assign(i, -1)
	s.fail(s.named(name), rest, "exit status ")
}

// acrRun reads "Run ID: ca1 failed after 3m2s. Error: …, err: exit status 1" and "Run ID: ca1 was successful after 3m2s".
func (s *stepper) acrRun(i int, text string) {
	s.speak("acr")
	s.assign(i, -1)
	switch {
	case strings.Contains(text, " was successful"):
		s.judge(Succeeded, "", "")
	case strings.Contains(text, " failed after "), strings.Contains(text, " timed out "), strings.Contains(text, " canceled "):
		s.judge(Failed, text, "exit status ")
	}
}

// gitlabFailed blames the section with the job's commands, or the last one.
func (s *stepper) gitlabFailed(text string) {
	s.speak("gitlab-ci")
	step := s.named("step_script")
	if step < 0 {
		step = s.named("build_script")
	}
	s.fail(step, text, "exit code ")
}

// cleanedUp ends a job of GitHub. Where all went well it says nothing else.
func (s *stepper) cleanedUp(i int) {
	s.assign(i, -1)
	switch {
	case s.verdict.outcome == Failed:
	case s.errored:
		s.judge(Failed, "", "")
	default:
		s.judge(Succeeded, "", "")
	}
}
