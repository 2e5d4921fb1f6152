package diagnose

import (
	"maps"
	"path"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/manifest"
)

// A mending is one finding with the user's files: where in them the cause stands, and what can be done there.
type mending struct {
	finding  *finding
	log      *buildlog.Log
	step     int // index into log.Steps, -1 for none
	files    *manifest.Set
	captures map[string]string // those of the finding, and what the step says of its surroundings

	dockerfile  *manifest.File        // of the failed step; nil where it is not known
	instruction *manifest.Instruction // of the failed step in dockerfile
	file        *manifest.File        // that a locator found, where the remedy is to work on the whole of it
	entry       *manifest.Entry       // what the cause was located at, where that is a dependency
}

func newMending(f *finding, files *manifest.Set) *mending {
	m := &mending{finding: f, log: f.log, step: f.stepIndex(), files: files, captures: maps.Clone(f.captures)}
	if m.step < 0 {
		m.step = f.log.FailedStep()
	}
	for k, v := range f.surroundings(f.stepIndex()) {
		if m.captures[k] == "" {
			m.captures[k] = v
		}
	}
	m.place()
	if img := m.image(); img != "" && m.captures["image"] == "" {
		m.captures["image"] = img
	}
	return m
}

// place finds the instruction of the Dockerfile that the failed step ran.
func (m *mending) place() {
	if m.files == nil {
		return
	}
	candidates := m.dockerfiles()
	step := m.stepOf()
	for _, f := range candidates {
		if in := matchInstruction(f.Dockerfile, step); in != nil {
			m.dockerfile, m.instruction = f, in
			return
		}
	}
	if len(candidates) == 1 {
		m.dockerfile = candidates[0]
	}
}

// dockerfiles are those that the step may have been run from: of the name that the log says, else all.
func (m *mending) dockerfiles() []*manifest.File {
	all := m.files.Dockerfiles()
	name := m.stepOf().Dockerfile
	var named []*manifest.File
	for _, f := range all {
		if name != "" && path.Base(f.Path) == path.Base(name) {
			named = append(named, f)
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}

func (m *mending) stepOf() buildlog.Step {
	if m.step < 0 {
		return buildlog.Step{}
	}
	return m.log.Steps[m.step]
}

// matchInstruction finds a step's instruction by its text, else by the line that the builder says.
func matchInstruction(d *manifest.Dockerfile, step buildlog.Step) *manifest.Instruction {
	if step.Instruction == "RUN" && step.Command != "" {
		if in := d.MatchRun(step.Command); in != nil {
			return in
		}
	}
	if step.Instruction != "" {
		if in := byText(d, step); in != nil {
			return in
		}
	}
	if step.DockerfileLine > 0 {
		return d.Instruction(step.DockerfileLine)
	}
	return nil
}

// byText compares what follows the keyword, with blanks folded and without BuildKit's "[2/5] ".
func byText(d *manifest.Dockerfile, step buildlog.Step) *manifest.Instruction {
	want := strings.Fields(stageMark.ReplaceAllString(step.Name, ""))
	for _, in := range d.Instructions {
		have := append([]string{in.Keyword}, strings.Fields(in.Text)...)
		if strings.EqualFold(strings.Join(have, " "), strings.Join(want, " ")) {
			return in
		}
	}
	return nil
}

// image is the base image of the failed stage: as the log says it, else as the Dockerfile does.
func (m *mending) image() string {
	if img := m.stepOf().Image; img != "" {
		return img
	}
	if m.instruction != nil {
		return m.dockerfile.Dockerfile.Base(m.instruction)
	}
	if m.dockerfile != nil && len(m.dockerfile.Dockerfile.Stages) == 1 {
		return m.dockerfile.Dockerfile.Base(m.dockerfile.Dockerfile.Stages[0])
	}
	return ""
}

// stepInfo is the failed step as the report says it; nil where nothing is known of it.
func (m *mending) stepInfo() *Step {
	s := m.stepOf()
	info := &Step{Command: s.Command, Dockerfile: s.Dockerfile, DockerfileLine: s.DockerfileLine}
	if info.Command == "" {
		info.Command = s.Name
	}
	if s.HasExit {
		info.ExitCode = &s.ExitCode
	}
	if m.instruction != nil {
		info.Dockerfile, info.DockerfileLine = m.dockerfile.Path, m.instruction.Line
	}
	if info.Command == "" && info.ExitCode == nil && info.Dockerfile == "" {
		return nil
	}
	return info
}

// command is the text of the failed step with the Dockerfile's own words, to see which files it names.
func (m *mending) command() string {
	s := m.stepOf()
	text := s.Command + " " + s.Name
	if m.instruction != nil {
		text += " " + m.instruction.Text
	}
	return text
}
