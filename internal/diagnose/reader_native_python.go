package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

var (
	frameLine     = lazy(`^[\s│|]*File "([^"]+)", line (\d+)`)
	exceptionLine = lazy(`^[\s│|]*([A-Za-z_][\w.]*(?:Error|Exception|Exit|Warning|Interrupt|[a-z]))(?::(?: (.*))?)?$`)
	pipsOwn       = lazy(`/(?:site|dist)-packages/pip/|/bin/pip[\d.]*$|/get-pip\.py$|/pip-[\w.]+-py[\w.]+\.(?:whl|egg)/|/ensurepip/|^<frozen runpy>$`)
	buildEnv      = lazy(`/pip-build-env-|/builds-v0/|/\.eggs/|/pip-(?:install|req-build|build|wheel)-|(?:^|/)setup\.py$`)
	pythonFolder  = lazy(`/python(\d\.\d{1,2})[m]?/`)
)

// tracebackLines are the lines of the traceback that the finding stands in. Where its head is missing, they are the frames above the finding.
func (f *finding) tracebackLines() []int {
	if b := f.log.Lines[f.first].Block; b >= 0 && f.log.Blocks[b].Kind == buildlog.Traceback {
		return slices.DeleteFunc(slices.Clone(f.spanned(f.first, b)), func(i int) bool { return f.log.Lines[i].Block != b })
	}
	lines := f.before(f.first, 40)
	for k, i := range slices.Backward(lines) {
		if text := strings.TrimLeft(f.text(i), "│|"); text != "" && text[0] != ' ' && !frameLine.MatchString(text) {
			return slices.Concat(lines[k+1:], []int{f.first})
		}
	}
	return slices.Concat(lines, []int{f.first})
}

// frames are the files that a traceback passes through, outermost first.
func (f *finding) frames(lines []int) []string {
	var files []string
	for _, i := range lines {
		if m := frameLine.FindStringSubmatch(f.text(i)); m != nil {
			files = append(files, m[1])
		}
	}
	return files
}

// throughPip tells whether a traceback is pip's own: it passes through pip's files, and not through those of a build.
func (f *finding) throughPip(lines []int) bool {
	files := f.frames(lines)
	return slices.ContainsFunc(files, func(s string) bool {
		return pipsOwn.MatchString(s) && !strings.Contains(s, "pyproject_hooks/_in_process")
	}) &&
		!slices.ContainsFunc(files, buildEnv.MatchString)
}

// exception is the line that ends the traceback which the finding stands in: its index, its type and its text.
func (f *finding) exception() (i int, kind, text string, ok bool) {
	b := f.log.Lines[f.first].Block
	if b < 0 || f.log.Blocks[b].Kind != buildlog.Traceback {
		return 0, "", "", false
	}
	i = f.log.Blocks[b].Last
	m := exceptionLine.FindStringSubmatch(f.text(i))
	if m == nil || frameLine.MatchString(f.text(i)) {
		return 0, "", "", false
	}
	return i, m[1], m[2], true
}

// notePython sets the capture python_version from the paths of a traceback.
func (f *finding) notePython(lines []int) {
	for _, file := range f.frames(lines) {
		if m := pythonFolder.FindStringSubmatch(file); m != nil {
			f.set("python_version", m[1])
			return
		}
	}
}

// readMissingModule reads "No module named 'x'" in a build: which distribution holds the module, and whose build imports it.
func readMissingModule(f *finding) bool {
	if !readBuildTraceback(f) || f.discarded() {
		return false
	}
	module := f.captures["module"]
	top, _, _ := strings.Cut(module, ".")
	for _, name := range []string{module, top} {
		f.set("distribution", fact("build-modules", name, "distribution"))
	}
	f.set("distribution", normalName(top))
	f.notePython(f.tracebackLines())
	f.quoteFrameAbove()
	return true
}

// discarded tells whether pip threw the package away because there is no setuptools at all, tried others, and said in the end that there is no such
// package. The rule on that ending says both.
func (f *finding) discarded() bool {
	if f.captures["module"] != "setuptools" {
		return false
	}
	return slices.ContainsFunc(f.after(f.first, 12), func(i int) bool {
		return strings.HasPrefix(strings.TrimSpace(f.text(i)), "WARNING: Discarding ")
	})
}

// quoteFrameAbove quotes the source line above the finding, which says who imports.
func (f *finding) quoteFrameAbove() {
	above := f.before(f.first, 1)
	if len(above) == 1 && strings.Contains(f.text(above[0]), "import ") {
		f.quote(above[0])
	}
}

// readRemovedModule reads of a module that a Python or a setuptools no longer brings, in a build or at run time. The traceback of pip itself is
// another matter.
func readRemovedModule(f *finding) bool {
	lines := f.tracebackLines()
	if f.throughPip(lines) {
		return false
	}
	f.notePython(lines)
	files := f.frames(lines)
	if n := len(files); n > 0 && files[n-1] != "<string>" {
		f.set("caller", files[n-1])
	}
	if f.inBuild() {
		f.set("in_build", "yes")
		return f.lastWord() && readPackageBuild(f)
	}
	f.set("at_run_time", "yes")
	f.noteDistroPython(files)
	return true
}

// noteDistroPython tells a distribution's Python, which splits its library into packages, from one that can be mended with pip.
func (f *finding) noteDistroPython(files []string) {
	minor := pythonMinor(f.captures["python_version"])
	distro := slices.ContainsFunc(files, func(s string) bool { return strings.HasPrefix(s, "/usr/lib/python3") })
	switch {
	case minor >= 12 || minor < 0:
		f.set("add", "setuptools")
	case distro:
		f.set("distro_package", "python3-distutils")
	}
}

// pythonMinor is the y of "3.y", -1 where there is none.
func pythonMinor(version string) int {
	_, minor, ok := strings.Cut(version, ".")
	n, err := strconv.Atoi(minor)
	if !ok || err != nil {
		return -1
	}
	return n
}

// readBackend reads why pip could not import a package's build backend.
func readBackend(f *finding) bool {
	if name := f.captures["uv_module"]; name != "" {
		if !f.uvImportsBackend() {
			return false
		}
		f.set("backend", name)
	} else if f.report(f.first) >= 0 {
		return false
	}
	for _, i := range f.after(f.first, nearBuild) {
		text := f.text(i)
		if m := noModule.FindStringSubmatch(text); m != nil {
			f.quote(i)
			f.set("backend", m[1])
		}
		if text != "" && !strings.HasPrefix(text, " ") && i > f.first {
			break
		}
	}
	f.set("distribution", fact("build-modules", strings.Split(f.captures["backend"]+":", ":")[0], "distribution"))
	top, _, _ := strings.Cut(f.captures["backend"], ".")
	f.set("top_backend", top)
	f.set("distribution", fact("build-modules", top, "distribution"))
	f.nameBuilt()
	return true
}

var noModule = lazy(`^[\s│|]*(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?$`)

// uvImportsBackend tells whether the failing import is the one that uv itself makes, of the backend: its little script is the traceback's only frame.
func (f *finding) uvImportsBackend() bool {
	files := f.frames(f.tracebackLines())
	above := f.before(f.first, 2)
	if len(files) != 1 || files[0] != "<string>" || len(above) < 2 {
		return false
	}
	return strings.HasSuffix(f.text(above[1]), " as backend") || strings.Contains(f.text(above[1]), `"<string>", line `) && f.saidAbove("ackend failed", 12)
}

// saidAbove tells whether one of the n lines above the finding contains s.
func (f *finding) saidAbove(s string, n int) bool {
	return slices.ContainsFunc(f.before(f.first, n), func(i int) bool { return strings.Contains(f.text(i), s) })
}
