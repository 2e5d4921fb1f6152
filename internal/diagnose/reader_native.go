package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// Readers of what the build of one package prints: its backend, its setup script, its compiler.
var buildReaders = map[string]reader{
	"package-build":   readPackageBuild,
	"only-in-build":   readOnlyInBuild,
	"build-traceback": readBuildTraceback,
	"build-step":      readBuildStep,
	"missing-module":  readMissingModule,
	"removed-module":  readRemovedModule,
	"setup-message":   readSetupMessage,
	"pip-traceback":   readPipTraceback,
	"backport":        readBackport,
	"backend":         readBackend,
	"pip-command":     readPipCommand,
	"c-header":        readHeader,
	"linked-library":  readLinkedLibrary,
	"pkg-config":      readPkgConfig,
	"build-tool":      readBuildTool,
	"shared-object":   readSharedObject,
	"compile-error":   readCompileError,
	"cmake-error":     readCMakeError,
	"setuptools-cut":  readSetuptoolsCut,
	"cython-sdist":    readCythonSdist,
	"rust-missing":    readRustMissing,
	"old-source":      readOldSource,
	"rejected-python": readRejectedPython,
	"scm-version":     readSCMVersion,
	"pip-internals":   readPipInternals,
	"pip-too-new":     readPipTooNew,
	"old-setuptools":  readOldSetuptools,
	"compiler":        readCompiler,
	"mpi":             readMPI,
}

// readPackageBuild names the package that was being built. It refuses where that build ended well after all.
func readPackageBuild(f *finding) bool {
	f.nameBuilt()
	return !f.recovered()
}

// readOnlyInBuild is readPackageBuild for words that mean something else outside of a package's build.
func readOnlyInBuild(f *finding) bool {
	return f.inBuild() && readPackageBuild(f)
}

// readBuildTraceback is readOnlyInBuild for an exception: one that something was printed after that ended the build otherwise was caught.
func readBuildTraceback(f *finding) bool {
	return f.lastWord() && readOnlyInBuild(f)
}

// nearBuild is how many lines around a message are searched for the package that it is about.
const nearBuild = 400

var (
	// Lines that stand above the output of a build and say whose it is.
	buildStarts = lazy("(?:^|[\\s×├╰─▶>])(?:Building (?:wheel|editable) for |Running setup\\.py (?:install|bdist_wheel|develop) for |Failed building wheel for |Failed to (?:download and )?build:? `|Failed to fetch wheel: )([A-Za-z0-9][\\w.-]*)(?:==(\\d[\\w.!+]*)`?)?")
	// Directories into which pip unpacks a package: name and a hash of 32 digits, before 21.1 the name alone.
	buildFolder = lazy(`/pip-(?:install|build|wheel)-[\w]+/([A-Za-z0-9][\w.-]*?)(?:_[0-9a-f]{32})?(?:/|'|"|$)`)
	// Lines that follow the output of a build and say whose it was.
	buildEnds = []*pattern{
		lazy(`^\s*(?:ERROR: )?Failed building (?:wheel|editable) for ([A-Za-z0-9][\w.-]*)$`),
		lazy(`^\s*ERROR: Failed to build '([^'\s]+)' when `),
		lazy(`^\s*(?:ERROR: )?Failed to build ([A-Za-z0-9][\w.-]*)$`),
		lazy(`likely not a problem with poetry but (?:with|one of the following issues with) ([A-Za-z0-9][\w.-]*) \(`),
		lazy(`^\s*╰─> ([A-Za-z0-9][\w.-]*)$`),
	}
	sdistFile = lazy(`(?:^|[/\s])([A-Za-z0-9][\w.-]*?)-(\d[\w.!+]*?)\.(?:tar\.gz|tar\.bz2|zip)\b`)
)

// nameBuilt sets the captures package, version, parent, top, file and line: what was being built and where it was asked for.
func (f *finding) nameBuilt() {
	name := f.captures["package"]
	for b := f.log.Lines[f.first].Block; b >= 0 && name == ""; b = f.log.Blocks[b].Parent {
		name = f.log.Blocks[b].Of
	}
	if name == "" {
		name = f.builtAbove()
	}
	if name == "" {
		name = f.builtBelow()
	}
	r, ok := request{}, false
	if name != "" {
		r, ok = f.collecting(name)
	} else if r, ok = f.lastCollecting(f.first); ok {
		name = r.name
		if m := sdistFile.FindStringSubmatch(r.text); m != nil {
			name = m[1]
			f.set("version", m[2])
		} else if isPath(r.text) {
			name = ""
		}
	}
	f.set("package", name)
	if ok {
		f.askedBy(r)
		f.set("version", r.version)
	}
	f.set("version", f.sdistVersion(name))
	f.outerBuild()
}

func isPath(s string) bool { return strings.HasPrefix(s, "/") || strings.HasPrefix(s, ".") }

// builtAbove looks upward for the nearest line that names a build.
func (f *finding) builtAbove() string {
	lines := f.before(f.first, nearBuild)
	for _, i := range slices.Backward(slices.Concat(lines, []int{f.first})) {
		text := f.text(i)
		if strings.Contains(text, "finished with status 'done'") || f.log.Lines[i].Echo {
			continue
		}
		if m := buildStarts.FindStringSubmatch(text); m != nil {
			f.set("version", m[2])
			return m[1]
		}
		if m := buildFolder.FindStringSubmatch(text); m != nil {
			return m[1]
		}
		if strings.Contains(text, "Collecting ") && collectingLine.MatchString(text) {
			return ""
		}
	}
	return ""
}

// builtBelow looks downward for the line that closes the report and names its package.
func (f *finding) builtBelow() string {
	for _, i := range f.after(f.first, nearBuild) {
		text := f.text(i)
		for _, re := range buildEnds {
			if m := re.FindStringSubmatch(text); m != nil {
				return m[1]
			}
		}
		if collectingLine.MatchString(text) {
			break
		}
	}
	return ""
}

// sdistVersion is the version in the name of the archive that pip fetched for a package.
func (f *finding) sdistVersion(name string) string {
	if name == "" || f.captures["version"] != "" {
		return ""
	}
	for _, i := range slices.Backward(f.before(f.first, lookBack)) {
		text := f.text(i)
		if !strings.Contains(text, "Downloading ") && !strings.Contains(text, "Using cached ") && !strings.Contains(text, "Processing ") {
			continue
		}
		if m := sdistFile.FindStringSubmatch(text); m != nil && normalName(m[1]) == normalName(name) {
			return m[2]
		}
	}
	return ""
}

// outerBuild sets top to the package whose build requirements were being installed, where the build is one within another.
func (f *finding) outerBuild() {
	outer := ""
	for b := f.log.Lines[f.first].Block; b >= 0; b = f.log.Blocks[b].Parent {
		if bl := f.log.Blocks[b]; bl.Kind == buildlog.BuildOutput && bl.Of != "" {
			outer = bl.Of
		}
	}
	if outer != "" && normalName(outer) != normalName(f.captures["package"]) {
		f.captures["top"] = outer
	}
}

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
