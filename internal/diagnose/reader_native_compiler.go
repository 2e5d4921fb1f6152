package diagnose

import (
	"path"
	"slices"
	"strings"
)

// packagesOf sets the captures apt, apk and dnf from a table of packages; "-" is what a distribution does not have.
func (f *finding) packagesOf(table string, keys ...string) bool {
	for _, key := range keys {
		row, ok := tables[table]().get(key)
		if !ok {
			continue
		}
		for _, manager := range []string{"apt", "apk", "dnf"} {
			f.set(manager, row[manager])
		}
		for _, manager := range []string{"apk", "dnf"} {
			f.set(manager, "-")
		}
		return true
	}
	return false
}

// readHeader says which packages hold a header.
func readHeader(f *finding) bool {
	if probed(f) {
		return false
	}
	header := f.captures["header"]
	folder, _, _ := strings.Cut(header, "/")
	switch {
	case strings.HasSuffix(header, "-config"):
		f.packagesOf("tools", header)
		f.library(strings.TrimSuffix(header, "-config"))
	case !strings.Contains(header, "."):
		f.packagesOf("headers", header)
		f.library(header)
	default:
		known := f.packagesOf("headers", header, folder+"/", path.Base(header))
		if !known && !f.inBuild() { // an application's own header, in an application's own build
			return false
		}
	}
	return readPackageBuild(f)
}

// library says that a library as a whole is missing, instead of one header of it.
func (f *finding) library(name string) {
	delete(f.captures, "header")
	f.set("library", name)
}

// probed tells whether the failure is a test of what the compiler can do: configure scripts and distutils compile little files and clean up after them.
func probed(f *finding) bool {
	for _, i := range slices.Concat(f.before(f.first, 3), f.after(f.first, 6)) {
		text := strings.TrimSpace(f.text(i))
		if strings.HasPrefix(text, "removing: _configtest") || text == "failure." || strings.Contains(text, "conftest.c") {
			return true
		}
	}
	return strings.Contains(f.text(f.first), "_configtest") || strings.Contains(f.text(f.first), "conftest.")
}

// systemLibraries belong to the C library itself: where the linker misses them, its paths are wrong.
var systemLibraries = []string{"c", "m", "pthread", "dl", "rt", "util"}

// readLinkedLibrary says which packages hold a library that the linker misses.
func readLinkedLibrary(f *finding) bool {
	if probed(f) {
		return false
	}
	lib := f.captures["lib"]
	if slices.Contains(systemLibraries, lib) {
		f.set("sysroot", "yes")
	} else {
		f.packagesOf("libraries", lib)
	}
	return readPackageBuild(f)
}

// readPkgConfig says which packages hold the file that pkg-config misses.
func readPkgConfig(f *finding) bool {
	name := f.captures["name"]
	if name == "" {
		f.set("program", "pkg-config")
		f.set("apt", "pkg-config")
		f.set("apk", "pkgconf")
		f.set("dnf", "pkgconf-pkg-config")
		return readOnlyInBuild(f)
	}
	if f.packagesOf("pkg-config", name, strings.ToLower(name), "lib"+strings.ToLower(name)) {
		for manager, command := range map[string]string{"apt": "pkg-config", "apk": "pkgconf", "dnf": "pkgconf-pkg-config"} {
			if f.captures[manager] != "" {
				f.captures[manager] = command + " " + f.captures[manager]
			}
		}
	}
	return readOnlyInBuild(f)
}

// readBuildTool knows a missing program as a tool that builds call; for others the match is refused.
func readBuildTool(f *finding) bool {
	tool := path.Base(f.captures["tool"])
	if tool == "." || !f.packagesOf("tools", tool, strings.ToLower(tool)) {
		return false
	}
	f.captures["tool"] = tool
	return readOnlyInBuild(f)
}

var importedFrom = lazy(`/(?:site|dist)-packages/([A-Za-z0-9_]+)[/.]`)

// readSharedObject says which packages hold a library that a program needs when it is loaded.
func readSharedObject(f *finding) bool {
	library := f.captures["library"]
	if library == "" {
		return true
	}
	stem, _, _ := strings.Cut(library, ".so")
	f.set("stem", stem)
	for _, key := range []string{library, shortened(library)} {
		if f.packagesOf("shared-objects", key) {
			break
		}
	}
	if files := f.frames(f.tracebackLines()); len(files) > 0 {
		if m := importedFrom.FindStringSubmatch(files[len(files)-1]); m != nil {
			f.set("importer", m[1])
			f.set("package", m[1])
			if m[1] == "cv2" {
				f.captures["package"], f.captures["headless"] = "opencv-python", "opencv-python"
			}
		}
	}
	f.set("importer", "what the step starts")
	return true
}

// shortened is libx.so.1 of libx.so.1.2.3.
func shortened(library string) string {
	stem, version, ok := strings.Cut(library, ".so.")
	if !ok {
		return library
	}
	major, _, _ := strings.Cut(version, ".")
	return stem + ".so." + major
}

var (
	errorRow  = lazy(`^\s*(?P<source>[^\s:"'][^:"']*\.\w+|cc1(?:plus)?|c\+\+|g\+\+|gcc|clang(?:\+\+)?|ld|nvcc|nvcc fatal)\s*(?::\d+(?::\d+)?|\(\d+\))?\s*: (?:fatal |internal compiler )?error\s*(?:[A-Z]?\d+)?: (?P<text>.+)$`)
	rustRow   = lazy(`^\s*error(?:\[E\d+\])?: (?P<text>.+)$`)
	cmakeRow  = lazy(`^\s*CMake Error(?: at \S+ \(\w+\):|: (?P<text>.+))$`)
	linkerRow = lazy(`^\s*(?:\S*/)?(?:ld|collect2): (?P<text>.+)$|: (?P<text2>undefined reference to .+)$`)
)

// readCompileError finds the first error that a compiler (or CMake) reported in the report that the finding ends. Later ones follow from it.
func readCompileError(f *finding) bool {
	if !f.inBuild() {
		return false
	}
	for _, re := range []*pattern{errorRow, rustRow, cmakeRow, linkerRow} {
		if i, ok := f.firstRow(re); ok && f.captures["text"] == "" {
			f.takeErrorRow(i, re)
		}
	}
	return readPackageBuild(f)
}

// firstRow is the first line above the finding, in its report, that matches; tests of the compiler don't count.
func (f *finding) firstRow(re *pattern) (int, bool) {
	report := f.report(f.first)
	for _, i := range f.before(f.first, nearBuild) {
		text := f.text(i)
		if f.report(i) == report && re.MatchString(text) && !strings.Contains(text, "error: command '") && !strings.Contains(text, "subprocess-exited") && !strings.Contains(text, "_configtest") && !strings.Contains(text, "conftest") {
			return i, true
		}
	}
	return 0, false
}

// takeErrorRow quotes a row and captures its parts; the text of CMake stands on the next line.
func (f *finding) takeErrorRow(i int, re *pattern) {
	f.quote(i)
	m := re.FindStringSubmatch(f.text(i))
	for k, name := range re.SubexpNames() {
		if name != "" {
			f.set(strings.TrimSuffix(name, "2"), m[k])
		}
	}
	for _, next := range f.after(i, 1) {
		if f.captures["text"] == "" {
			f.quote(next)
			f.set("text", f.text(next))
		}
	}
}

// readCMakeError reads why CMake stopped: the program is missing, of the wrong age, or says it itself in the first of its errors.
func readCMakeError(f *finding) bool {
	text := f.text(f.first)
	if cmakeAbsent.MatchString(text) {
		f.set("absent", "cmake")
		f.set("apt", "cmake build-essential")
		f.set("apk", "cmake build-base")
		f.set("dnf", "cmake gcc-c++ make")
		return readOnlyInBuild(f)
	}
	if strings.Contains(text, "CMake Error") && !f.cmakeSays() {
		return false
	}
	return readOnlyInBuild(f)
}

var (
	cmakeAbsent = lazy(`CMake must be installed|No such file or directory: 'cmake'|cmake: not found|Problem with the CMake installation|Cannot find cmake executable`)
	cmakeAge    = lazy(`or higher is required|< 3\.5 has been removed`)
)

// cmakeSays takes the text of CMake's first error, which stands behind it or on the next line. What has a shape of its own is left to that.
func (f *finding) cmakeSays() bool {
	report := f.report(f.first)
	for _, i := range f.before(f.first, nearBuild) {
		if f.report(i) == report && strings.Contains(f.text(i), "CMake Error") {
			return false
		}
	}
	_, text, _ := strings.Cut(f.text(f.first), "CMake Error: ")
	for _, i := range f.after(f.first, 6) {
		if next := strings.TrimSpace(f.text(i)); next != "" && text == "" {
			f.quote(i)
			text = next
		}
	}
	f.set("text", strings.TrimSuffix(text, "."))
	return !cmakeAge.MatchString(text)
}

// readCompiler reads which compiler is missing; CMake's variables stand for one.
func readCompiler(f *finding) bool {
	if strings.HasPrefix(f.captures["compiler"], "CMAKE_") {
		f.captures["compiler"] = "gcc or another"
	}
	return readPackageBuild(f)
}
