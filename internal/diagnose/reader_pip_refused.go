package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// readRefused reads why pip threw away the files that it had found: from the not-found pair (see readNotFound), or from the error in which a
// file that was asked for by its address ends. Captures: trouble, and error, the last line of the failed build's output.
func readRefused(f *finding) bool {
	text := f.text(f.first)
	if !isPair(text) {
		f.set("trouble", troubleOf(text))
		f.takeTrouble(f.first)
		return true
	}
	if !readNotFound(f) {
		return false
	}
	if f.captures["trouble"] == "discarded" {
		f.readBuildError()
	}
	return true
}

// readBuildError takes the last line that the failed build printed, from the block that ends nearest above.
func (f *finding) readBuildError() {
	lines := f.before(f.first, 400)
	for k := len(lines) - 1; k >= 0; k-- {
		i := lines[k]
		text := strings.TrimSpace(f.text(i))
		if f.log.Inside(i, buildlog.BuildOutput) && text != "" && strings.Trim(text, "-") != "" && text != "[end of output]" {
			f.set("error", text)
			f.quote(i)
			return
		}
	}
}

// readPythonRange adds the Python version to take (see setPythons), and who asked for the package.
func readPythonRange(f *finding) bool {
	f.setPythons(f.captures["requires_python"])
	return readBuilt(f)
}
