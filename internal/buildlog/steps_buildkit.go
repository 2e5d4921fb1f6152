package buildlog

import "strings"

// An excerpt is what BuildKit repeats at its end: the last output of the failed step, then the lines of the Dockerfile.
type excerpt struct {
	ruled bool // the line before was a ruler
	in    bool // between the rulers of the output
	step  int
	own   map[string]bool // texts that the step printed before
	place string          // "Dockerfile:12", if the line before was that
	file  bool            // between the rulers of the Dockerfile's lines
}

const (
	outputRuler = "------"
	fileRuler   = "--------------------"
)

func (s *stepper) buildkitLine(i int, c *cleanLine) bool {
	if c.vertex >= 0 && !s.excerpt.in { // older versions repeat the number too
		s.vertex(i, c)
		return true
	}
	return s.inExcerpt(i) || s.solve(i)
}

// vertex reads a line with BuildKit's "#8 ".
func (s *stepper) vertex(i int, c *cleanLine) {
	step, known := s.vertices[c.vertex]
	if c.clock && known {
		return
	}
	if known && (s.vertexState(step, c.text) || c.text == "" || c.text[0] != '[' || s.log.Steps[step].State == StepUnknown) {
		return
	}
	if !known && !c.clock && !isHeader(c.text) {
		return
	}
	if known && c.vertex <= 1 || s.vertices == nil { // a new build counts from the start
		s.vertices = map[int]int{}
	}
	s.vertices[c.vertex] = s.openVertex(i, c)
}

// vertexState reads "DONE 1.2s", "CACHED", "CANCELED" and "ERROR: …".
func (s *stepper) vertexState(step int, text string) bool {
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case word == "DONE":
		s.pass(step)
		if strings.HasPrefix(s.log.Steps[step].Name, "exporting") {
			s.judge(Succeeded, "", "")
		}
	case text == "CACHED":
		s.pass(step)
	case text == "CANCELED":
		s.settle(step, StepCanceled)
	case word == "ERROR:":
		s.fail(step, rest, "exit code: ")
	case word == "naming" && strings.HasSuffix(text, " done"):
		s.judge(Succeeded, "", "")
	default:
		return false
	}
	return true
}

// isHeader tells whether text names a step: "[2/4] RUN …", "exporting to image". "#1 …" may be anybody's.
func isHeader(text string) bool {
	for _, p := range []string{"[", "exporting ", "importing ", "resolve ", "docker-image://", "docker.io/", "building with ", "preparing ", "pushing ", "sending ", "extracting "} {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}

func (s *stepper) openVertex(i int, c *cleanLine) int {
	name := c.text
	if c.clock { // the log begins in the middle of the step
		name = ""
	}
	s.speak("buildkit")
	s.builder = true
	return s.open(i, s.vertexStep(name), s.outer)
}

// vertexStep reads "[stage 4/4] RUN pip install x".
func (s *stepper) vertexStep(name string) Step {
	st := Step{Name: name}
	if _, text, ok := strings.Cut(name, "] "); ok && strings.HasPrefix(name, "[") {
		st.Instruction, st.Command, st.Image = instruction(text)
	}
	if st.Image == "" {
		st.Image = s.stageImage(name)
	}
	return st
}

// stageImage is the base image of the stage of "[stage 4/4] RUN …", from its "[stage 1/4] FROM …".
func (s *stepper) stageImage(name string) string {
	stage, ok := stageOf(name)
	if !ok {
		return ""
	}
	for j := len(s.log.Steps) - 1; j >= 0; j-- {
		st := &s.log.Steps[j]
		if other, ok := stageOf(st.Name); ok && other == stage && st.Instruction == "FROM" {
			return st.Image
		}
	}
	return ""
}

// stageOf returns the words in the bracket before the count: "base" of "[base  8/13] RUN …", "" of "[4/4] RUN …".
func stageOf(name string) (string, bool) {
	in, _, ok := strings.Cut(strings.TrimPrefix(name, "["), "] ")
	slash := strings.LastIndexByte(in, '/')
	if !ok || slash < 0 {
		return "", false
	}
	in = strings.TrimRight(in[:slash], "0123456789")
	return strings.TrimSpace(in), true
}

// inExcerpt reads the lines that repeat output, and the lines of the Dockerfile.
func (s *stepper) inExcerpt(i int) bool {
	l, e := &s.log.Lines[i], &s.excerpt
	ruled, place := e.ruled, e.place
	e.ruled, e.place = l.Text == outputRuler && !e.in, ""
	switch {
	case l.Text == outputRuler && e.in:
		e.in = false
	case ruled && strings.HasPrefix(l.Text, " > "):
		s.openExcerpt(i, strings.TrimSuffix(l.Text[3:], ":"))
	case e.in:
		s.repeat(i)
	case l.Text == fileRuler && place != "":
		e.file = true
		s.locate(place)
		s.assign(i, s.failed)
	case e.file:
		e.file = l.Text != fileRuler
		s.assign(i, s.failed)
	case i > 0 && isPlace(l.Text):
		e.place = l.Text
		return false
	default:
		return false
	}
	return true
}

// openExcerpt begins the output of the step called name. Output on a terminal shows the step here only.
func (s *stepper) openExcerpt(i int, name string) {
	e := &s.excerpt
	step := s.failed
	if step < 0 || s.log.Steps[step].Name != name {
		step = s.named(name)
	}
	if step < 0 {
		s.speak("buildkit")
		s.builder = true
		step = s.open(i, s.vertexStep(name), s.outer)
	}
	s.assign(i, step)
	s.log.Lines[i].Echo = s.log.Steps[step].First < s.log.Lines[i].Num
	s.fail(step, "", "exit code: ")
	e.in, e.step, e.own = true, step, s.printed(i, step)
}

func (s *stepper) named(name string) int {
	for j := len(s.log.Steps) - 1; j >= 0; j-- {
		if s.log.Steps[j].Name == name {
			return j
		}
	}
	return -1
}

// excerptLimit bounds how far back repeated lines are looked for; BuildKit repeats a few hundred at most.
const excerptLimit = 4000

// printed are the last texts of a step before line i.
func (s *stepper) printed(i, step int) map[string]bool {
	own := map[string]bool{}
	for j := i - 1; j >= max(0, i-excerptLimit); j-- {
		if l := &s.log.Lines[j]; l.Step == step {
			own[l.Text] = true
		}
	}
	return own
}

// repeat reads a line of the output, which has the seconds in front and no number.
func (s *stepper) repeat(i int) {
	l := &s.log.Lines[i]
	if n := seconds(l.Text); n > 0 {
		l.Text = l.Text[min(n+1, len(l.Text)):]
	}
	s.assign(i, s.excerpt.step)
	l.Echo = s.excerpt.own[l.Text]
}

// isPlace tells whether text is "Dockerfile:12".
func isPlace(text string) bool {
	i := strings.LastIndexByte(text, ':')
	return i > 0 && i+1 < len(text) && digits(text[i+1:]) == len(text)-i-1 && !strings.ContainsAny(text, " \t")
}

// locate notes the place of the failed step.
func (s *stepper) locate(place string) {
	if s.failed < 0 {
		return
	}
	i := strings.LastIndexByte(place, ':')
	st := &s.log.Steps[s.failed]
	st.Dockerfile, st.DockerfileLine = place[strings.LastIndexByte(place[:i], '/')+1:i], number(place[i+1:])
}

// solve reads BuildKit's last word.
func (s *stepper) solve(i int) bool {
	text := s.log.Lines[i].Text
	if !strings.Contains(text, "failed to solve") && !strings.HasPrefix(text, "executor failed running [") {
		return false
	}
	s.speak("buildkit")
	s.assign(i, s.outer)
	code, known := exitCode(text, "exit code: ")
	s.judge(Failed, text, "exit code: ")
	if s.failed >= 0 && known && !s.log.Steps[s.failed].HasExit {
		s.log.Steps[s.failed].ExitCode, s.log.Steps[s.failed].HasExit = code, true
	}
	if _, rest, ok := strings.Cut(text, "process \"/bin/sh -c "); ok {
		s.verdict.command, _, _ = strings.Cut(rest, "\" did not complete")
	}
	return true
}
