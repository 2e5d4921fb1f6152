// Package buildlog turns the bytes of a build log into a Log: clean lines that know their step and the report they stand in.
// It knows how builders and installers lay out what they print. It does not know what any message means.
package buildlog

// An Outcome is how the build ended, as the log itself says.
type Outcome string

const (
	Failed    Outcome = "failed"
	Succeeded Outcome = "succeeded"
	Unknown   Outcome = "unknown" // the log does not say, for instance because its end is missing
)

// A Log is one log after reading. It is never changed afterwards.
type Log struct {
	Name    string
	Bytes   int64    // size of the decoded text
	Count   int      // lines of the raw file; a missing last newline still ends a line
	Formats []string // who speaks, outermost first: "github-actions", "acr", "buildkit", "classic-docker", …
	Outcome Outcome
	Clipped string // why the cause may be in a part that is missing ("" where nothing is known to miss)

	// Lines are the lines kept: all of them up to a few megabytes. Of a larger log, its start, its end, and what stands
	// around every hit. Num tells where lines are left out.
	Lines  []Line
	Steps  []Step  // in order of appearance; at least one for a log with text
	Blocks []Block // in order of their first line; a block encloses those that name it as Parent
	Hits   []Hit   // literals found on kept lines, in order of line
}

// A Line is one clean line: without prefixes, colours, and text that a carriage return overwrote.
type Line struct {
	Num   int    // 1-based line of the raw file, counted by \n
	Text  string // right-trimmed; at most MaxLine bytes
	Step  int    // index into Log.Steps; -1 for lines of no step
	Block int    // index into Log.Blocks of the innermost block; -1 outside all
	Echo  bool   // repeats an earlier line of the step (BuildKit's closing excerpt, pip's second print of a block)
}

// MaxLine bounds Line.Text in bytes. The rest of a longer line is left out.
const MaxLine = 16 << 10

// A State is how a step ended.
type State string

const (
	StepPassed   State = "passed"
	StepFailed   State = "failed"
	StepCanceled State = "canceled"
	StepUnknown  State = "unknown"
)

// A Step is what the builder ran: an instruction of a Dockerfile, a job step, or the whole of a bare log.
type Step struct {
	Name           string // as the builder prints it: "RUN pip install -r requirements.txt", "Run docker build .", ""
	Instruction    string // RUN, COPY, FROM, … in a Dockerfile build, else ""
	Command        string // the shell text of a RUN or of a job step, without "RUN " and "/bin/sh -c "
	Image          string // base image of the stage where the log says it ("FROM python:3.9")
	Dockerfile     string // base name of the Dockerfile where the log says it
	DockerfileLine int    // 1-based first line of the instruction where the log says it, else 0
	State          State
	ExitCode       int // 0 where the log does not say; see HasExit
	HasExit        bool
	First, Last    int // raw line numbers of its first and last line; steps of BuildKit interleave
	Parent         int // index into Log.Steps of the step whose command this one is part of, -1 without one
}

// A Block is a report within a report: what one tool prints of another's output.
type Block struct {
	Kind   BlockKind
	Parent int    // index into Log.Blocks, -1 at the top of a step
	Depth  int    // 1 at the top of a step
	Of     string // what the report is of, where its frame says it: the package being built
	First  int    // index into Log.Lines of the frame's first line
	Last   int    // index into Log.Lines of the frame's last line (or of the last line seen)
}

// A BlockKind names the frame of a report.
type BlockKind string

const (
	CondaPip    BlockKind = "conda-pip"    // conda's "Pip subprocess output:" and "Pip subprocess error:" sections
	BuildOutput BlockKind = "build-output" // pip's "[12 lines of output]" or "Complete output (12 lines):", uv's "[stdout]"/"[stderr]", Poetry's "Backend subprocess exited"
	Traceback   BlockKind = "traceback"    // a Python traceback, from "Traceback (most recent call last):" to its exception line(s)
)

// A Hit says that a literal stands on a kept line.
type Hit struct {
	Line    int // index into Log.Lines
	Literal int // index into the literals given to Read
}

// Depth is how many blocks enclose line i of l.Lines, tracebacks not counted.
func (l *Log) Depth(i int) int {
	d := 0
	for b := l.Lines[i].Block; b >= 0; b = l.Blocks[b].Parent {
		if l.Blocks[b].Kind != Traceback {
			d++
		}
	}
	return d
}

// Inside tells whether line i stands in a block of that kind, at any depth.
func (l *Log) Inside(i int, kind BlockKind) bool {
	for b := l.Lines[i].Block; b >= 0; b = l.Blocks[b].Parent {
		if l.Blocks[b].Kind == kind {
			return true
		}
	}
	return false
}

// FailedStep is the step whose failure ended the build: the innermost of the first that failed. A step within one that passed
// ended nothing. It is -1 where the log names none, and where the build passed in the end.
func (l *Log) FailedStep() int {
	if l.Outcome == Succeeded {
		return -1
	}
	around := map[int]bool{} // failed steps
	for _, s := range l.Steps {
		if s.State == StepFailed {
			around[s.Parent] = true
		}
	}
	for i := range l.Steps {
		if l.Steps[i].State == StepFailed && !around[i] && !l.passedAround(i) {
			return i
		}
	}
	return -1
}

// anyWithin tells whether a step directly within step i ended so.
func (l *Log) anyWithin(i int, state State) bool {
	for _, s := range l.Steps[i+1:] {
		if s.Parent == i && s.State == state {
			return true
		}
	}
	return false
}

func (l *Log) passedAround(i int) bool {
	for p := l.Steps[i].Parent; p >= 0; p = l.Steps[p].Parent {
		if l.Steps[p].State == StepPassed {
			return true
		}
	}
	return false
}
