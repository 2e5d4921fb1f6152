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
		if w := f.builds(i); w.said {
			f.set("version", w.version)
			return w.name
		}
	}
	return ""
}

// A buildWord is what a line above the output of a build says of it; without a name it says that nothing is being built there.
type buildWord struct {
	said          bool
	name, version string
}

// builds reads a line once for all findings below it.
func (s *scene) builds(i int) buildWord {
	w, known := s.built[i]
	if !known {
		if !s.log.Lines[i].Echo {
			w = buildWordOf(s.text(i))
		}
		s.built[i] = w
	}
	return w
}

func buildWordOf(text string) buildWord {
	if strings.Contains(text, "finished with status 'done'") {
		return buildWord{}
	}
	if m := buildStarts.FindStringSubmatch(text); m != nil {
		return buildWord{true, m[1], m[2]}
	}
	if m := buildFolder.FindStringSubmatch(text); m != nil {
		return buildWord{said: true, name: m[1]}
	}
	return buildWord{said: strings.Contains(text, "Collecting ") && collectingLine.MatchString(text)}
}

// builtBelow looks downward for the line that closes the report and names its package.
func (f *finding) builtBelow() string {
	first := mention{line: len(f.log.Lines)}
	for _, end := range buildEnds {
		if said := f.mentionedAfter(end, nearBuild); len(said) > 0 && said[0].line < first.line {
			first = said[0]
		}
	}
	if next := f.mentionedAfter(collectingLine, nearBuild); len(next) > 0 && next[0].line < first.line {
		return ""
	}
	return first.what
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
