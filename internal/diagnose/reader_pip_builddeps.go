package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

var (
	buildDepsEnd = lazy(`[Ii]nstalling build dependencies(?::| \.\.\.).*error'?$|install(?:ing)? build dependencies(?: for \S+)? did not run|failed-build-dependency-install`)
	buildDepsOf  = lazy(`nstalling build dependencies for ([A-Za-z0-9][\w.-]*)|Failed to build '([A-Za-z0-9][\w.-]*)' when`)
	innerError   = lazy(`^\s*ERROR: (\S.*)$`)
)

// readBuildDeps reads the failure of pip's second run, which installs what the build of one package needs. It refuses the later lines of one
// report. Captures: package, whose build it is; inner, the requirement that could not be met; parent, top, file, line of the package.
func readBuildDeps(f *finding) bool {
	for _, i := range f.before(f.first, 40) {
		if buildDepsEnd.MatchString(f.text(i)) {
			return false
		}
	}
	f.readInner()
	for _, i := range append([]int{f.first}, f.after(f.first, 80)...) {
		if m := buildDepsOf.FindStringSubmatch(f.text(i)); m != nil {
			f.set("package", m[1]+m[2])
			break
		}
	}
	return readBuilt(f) && f.captures["package"] != ""
}

// readInner finds the error of the inner run in the block below.
func (f *finding) readInner() {
	for _, i := range f.after(f.first, 400) {
		if !f.log.Inside(i, buildlog.BuildOutput) {
			continue
		}
		text := f.text(i)
		if m := noVersionLine.FindStringSubmatch(text); m != nil {
			f.quote(i)
			f.set("inner", parseRequest(m[1]).text)
			return
		}
		if innerError.MatchString(text) && !strings.Contains(text, "Ignored the following") {
			f.quote(i)
			return
		}
	}
}
