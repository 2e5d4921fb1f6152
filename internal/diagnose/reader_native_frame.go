package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// recovered tells whether the package was installed after its build had failed: older pips try "setup.py install" after a wheel, and older releases
// after a newest one that can't be built.
func (f *finding) recovered() bool {
	name := normalName(f.captures["package"])
	if name == "" {
		return false
	}
	for _, i := range f.after(f.first, lookBack) {
		text := strings.TrimSpace(f.text(i))
		switch {
		case strings.HasPrefix(text, "Successfully installed "):
			if listsInstalled(text, name) {
				return true
			}
		case strings.HasPrefix(text, "Running setup.py install for ") && strings.HasSuffix(text, "finished with status 'done'"):
			word, _, _ := strings.Cut(text[len("Running setup.py install for "):], ":")
			if normalName(word) == name {
				return true
			}
		}
	}
	return false
}

// listsInstalled tells whether "Successfully installed a-1.0 b-2.1" names a package.
func listsInstalled(text, name string) bool {
	for _, word := range strings.Fields(text)[2:] {
		at := strings.LastIndexByte(word, '-')
		if at > 0 && normalName(word[:at]) == name {
			return true
		}
	}
	return false
}

// buildSigns are words of pip, uv, poetry and setuptools around and within the output of a build. They count where a log was cut so that its blocks
// have no head.
var buildSigns = []string{
	"did not run successfully", "Building wheel for ", "Running setup.py ", "to build wheel", "Preparing metadata", "Preparing wheel metadata",
	"setup.py egg_info", "Command errored out", "Complete output ", "running build_ext", "running bdist_wheel", "running egg_info", "running install",
	"Backend subprocess exited", `setup.py", line `, "/pip-build-env-", "/pip-install-", "/pip-req-build-", "ChefBuildError", "build backend returned an error",
	"Failed to build `", "Failed to download and build `", "Build backend failed", "[build-system]", "setup.py install", "setup.py develop", "/builds-v0/",
}

// inBuild tells whether the finding stands in the output of a package's build.
func (f *finding) inBuild() bool {
	if f.log.Inside(f.first, buildlog.BuildOutput) {
		return true
	}
	if b := f.log.Lines[f.first].Block; b >= 0 && f.log.Blocks[b].Kind == buildlog.Traceback && f.throughPip(f.tracebackLines()) {
		return false
	}
	lines := f.before(f.first, 60)
	for _, i := range slices.Concat(lines, []int{f.first}) {
		text := f.text(i)
		if slices.ContainsFunc(buildSigns, func(s string) bool { return strings.Contains(text, s) }) {
			return true
		}
	}
	return false
}

// laterEnd matches lines that end a build in another way than the exception before them.
var laterEnd = lazy(`^[\s│|]*(?:Traceback \(most recent call last\):|During handling of the above|The above exception was the direct|(?:fatal )?error: [^s]|CMake Error|\S+:\d+:(?:\d+:)? (?:fatal )?error: |[A-Z][\w.]*(?:Error|Exception): )`)

// lastWord tells whether nothing that ended the build was printed after the finding's last line, within its report.
func (f *finding) lastWord() bool {
	report := f.report(f.last)
	for _, i := range f.after(f.last, nearBuild) {
		text := f.text(i)
		if report >= 0 && f.report(i) != report || report < 0 && collectingLine.MatchString(text) {
			break
		}
		if laterEnd.MatchString(text) && !f.log.Lines[i].Echo {
			return report < 0 && strings.HasPrefix(strings.TrimSpace(text), "error: ")
		}
	}
	return true
}

// report is the innermost build output that line i stands in, -1 for none.
func (f *finding) report(i int) int {
	for b := f.log.Lines[i].Block; b >= 0; b = f.log.Blocks[b].Parent {
		if f.log.Blocks[b].Kind == buildlog.BuildOutput {
			return b
		}
	}
	return -1
}
