package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// ends tells whether nothing follows line i in its step but the words of whoever stopped the build, and further progress of the solver.
func (f *finding) ends(i int) bool {
	step := f.log.Lines[i].Step
	last, known := f.lastSaid[step]
	if !known {
		last = -1
		for _, k := range slices.Backward(f.step(i)) {
			if t := f.text(k); t != "" && !f.log.Lines[k].Echo && !stopped.MatchString(t) {
				last = k
				break
			}
		}
		f.lastSaid[step] = last
	}
	return last <= i
}

var stopped = lazy(`(?i)cancel|time[d ]?-?\s?out|deadline|exceeded|returned a non-zero code|did not complete successfully|terminated|exit(?:ed)? (?:code|status)|` +
	`^failed to run step|Container failed during run|Run ID: |Examining|Comparing specs|Finding shortest|Building graph|Found conflicts|` +
	`This can take several minutes|^\s*(?:[-\\|/]\s*)+$|will retry with next|Retrying with flexible|^Collecting package metadata|^Solving environment`)

// exit is the exit code of the step; 0 where the log does not say.
func (f *finding) exit() int {
	if i := f.stepIndex(); i >= 0 && f.log.Steps[i].HasExit {
		return f.log.Steps[i].ExitCode
	}
	return 0
}

// readProgress accepts a line of the solver's progress only where the log ends with it: a solver that went on was not what the time ran out on.
// A program that ended by itself, with an error or for lack of memory, was not stopped either.
func readProgress(f *finding) bool {
	switch f.exit() {
	case 0, 124, 130, 143:
		return f.ends(f.first)
	}
	return false
}

// readKilled accepts the words of a lack of memory, and a line of progress that exit code 137 ended.
func readKilled(f *finding) bool {
	t := f.text(f.first)
	for _, d := range [...]struct{ text, doing string }{
		{"Solving environment", "solving the environment"},
		{"Collecting package metadata", "reading the channels' indexes"},
		{"Examining", "looking for conflicts"},
		{"transaction", "installing packages"},
		{" | ", "downloading and extracting packages"},
		{"Downloading", "downloading and extracting packages"},
	} {
		if strings.Contains(t, d.text) {
			f.set("doing", d.doing)
			break
		}
	}
	if strings.Contains(t, "Killed") {
		return true
	}
	if strings.Contains(t, "MemoryError") || strings.Contains(t, "CondaMemoryError") {
		return true
	}
	return f.exit() == 137 && f.ends(f.first)
}

var crashLine = lazy(`^\s{0,8}((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning|Failure|NotFound)(?::.{0,240})?)$`)

// readCrash finds the last exception of conda's error report.
func readCrash(f *finding) bool {
	lines := f.after(f.first, 200)
	if strings.Contains(f.text(f.first), "An unexpected error") {
		for _, i := range f.before(f.first, 400) {
			if strings.Contains(f.text(i), "ERROR REPORT") {
				return false // that line is the one to read from
			}
		}
		lines = f.before(f.first, 200)
	}
	at := -1
	for _, i := range lines {
		t := f.text(i)
		if strings.HasPrefix(t, "`$ ") || strings.HasPrefix(t, "  environment variables:") || strings.Contains(t, "An unexpected error") {
			break
		}
		if crashLine.MatchString(t) {
			at = i
		}
	}
	if at >= 0 {
		f.quote(at)
		f.set("exception", strings.TrimSpace(f.text(at)))
	}
	return true
}

var installerPrefix = lazy(`(?:Miniconda|Anaconda|Miniforge|Mambaforge|conda|forge)[\w./-]*\.sh\b[^&|;]*?\s-(?:\w*)p\s+"?(/[\w./-]+)`)

// condaPrefix is where the first step that says so installs conda.
func condaPrefix(log *buildlog.Log) string {
	for _, s := range log.Steps {
		if prefix := firstGroup(installerPrefix, s.Command); prefix != "" {
			return strings.TrimSuffix(prefix, "/")
		}
	}
	return ""
}

// readPrefix finds where a step installed conda.
func readPrefix(f *finding) bool {
	f.set("prefix", f.prefix())
	if i := strings.LastIndexByte(f.captures["command"], '/'); i >= 0 {
		f.captures["command"] = f.captures["command"][i+1:]
	}
	return true
}

var (
	activateWord   = lazy(`(?:conda activate|(?:source|\.)\s+(?:\S*/)?activate)\s+"?([\w./-]+)`)
	activateAlone  = lazy(`^conda activate [\w./-]+$`)
	activateSingle = lazy(`^conda activate [\w./-]+ && [^&|;]+$`)
)

// readActivate finds the environment, and how the step uses it. The shell's own words ("source: not found") count only where the command is about conda.
func readActivate(f *finding) bool {
	command := f.command()
	m := activateWord.FindStringSubmatch(command)
	if strings.HasSuffix(f.text(f.first), "not found") && (m == nil || strings.Contains(m[0], "bin/activate") && !strings.Contains(command, "conda")) {
		return false
	}
	if m == nil {
		return true
	}
	f.set("env", m[1])
	flag := "-n"
	if strings.Contains(m[1], "/") {
		flag = "-p"
	}
	switch {
	case activateAlone.MatchString(command):
		f.set("flag", flag)
	case activateSingle.MatchString(command) && flag == "-n":
		f.set("single", "conda run")
	}
	return true
}
