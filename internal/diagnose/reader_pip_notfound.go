package diagnose

import (
	"strings"
)

var (
	noVersionLine      = lazy(`Could not find a (?:final )?version that satisfies the requirement (\S.*)$`)
	noDistributionLine = lazy(`No (?:matching distribution found|distributions at all found) for (\S.*)$`)
	openSpecifier      = lazy(`[<>=!~]=?=?$`)
)

// readNotFound reads pip's least telling ending: "Could not find a version that satisfies the requirement X (from versions: …)" and
// "No matching distribution found for X". It says what stands there and around it; what that means is for the rules to say:
//
//	requirement, package, specifier, version, base, local   what was asked for (version: of a sole "==")
//	parent, asker (its name), top, file, line               by whom, and where
//	list       none | hidden | prerelease | some            what pip would have had; hidden: pip 20.3 to 21.0 do not say
//	position   listed | newer | older | between             where the version lies in that list
//	newest, nearest, newest_pre                             versions of the list to put in its place
//	base_listed, wheel_index                                see readBuild
//	trouble    see troubleAbove                             what pip complained of just before
//	python_excluded, requires_python, pythons               see readIgnored
//	index, index_form, answered, served                     see readIndexes
//	wheels, distribution, similar, exported, foreign, slim_image  see readNature
//
// On a line that is neither it adds who asked for the captured package. It refuses the second line of the pair, where the first stands above,
// and a specifier without a version, which is an unset variable.
func readNotFound(f *finding) bool {
	text := f.text(f.first)
	m := noVersionLine.FindStringSubmatch(text)
	if m == nil {
		if m = noDistributionLine.FindStringSubmatch(text); m == nil {
			return readBuilt(f)
		}
		if f.pairAbove() {
			return false
		}
	}
	r := parseRequest(m[1])
	if r.name == "" || openSpecifier.MatchString(r.specifier) {
		return false
	}
	f.setRequest(r)
	f.quotePair()
	list := parseVersionList(text)
	f.setList(r, list)
	f.readIgnored(r)
	f.set("trouble", f.troubleAbove())
	f.readIndexes()
	f.readBuild(list)
	f.readNature(list)
	return true
}

// pairAbove tells whether the pair's first line stands a few lines above.
func (f *finding) pairAbove() bool {
	for _, i := range f.before(f.first, 6) {
		if noVersionLine.MatchString(f.text(i)) {
			return true
		}
	}
	return false
}

// quotePair quotes the second line of the pair; a hint or a deprecation may stand between.
func (f *finding) quotePair() {
	for _, i := range f.after(f.first, 8) {
		if noDistributionLine.MatchString(f.text(i)) {
			f.quote(i)
			return
		}
	}
}

// setRequest says what was asked for and by whom. Where the message does not, the "Collecting …" line of the requirement that asked does.
func (f *finding) setRequest(r request) {
	f.set("requirement", r.text)
	f.set("package", r.name)
	f.set("specifier", r.specifier)
	f.set("version", r.version)
	base, local := baseAndLocal(r.version)
	f.set("base", base)
	f.set("local", local)
	f.askedBy(r)
	asked := r.top()
	if asked == "" || r.file != "" {
		return
	}
	if up, ok := f.collecting(bareName(asked)); ok {
		f.set("file", up.file)
		f.set("line", up.line)
		if up.top() != "" {
			f.captures["top"] = up.top()
		}
	}
}

func (f *finding) setList(r request, list versionList) {
	f.set("list", list.kind(r.specifier))
	f.set("position", list.position(r.version))
	f.set("newest", list.newest())
	if f.captures["position"] != "listed" {
		f.set("nearest", list.nearest(r.version))
	}
	if f.captures["list"] == "prerelease" {
		f.set("newest_pre", list.newestPre(r.specifier))
	}
}

// buildLabel is a local version that names the hardware or library a build is for.
var buildLabel = lazy(`^(?:cu\d+|cpu|rocm[\d.]+|xpu|pt\w+|cuda\w*)$`)

// readBuild looks at versions such as 2.1.0+cu118:
//
//	base_listed  yes: the list has 2.1.0, and no index that was asked has such builds; hidden: there is no list
//	wheel_index  the index that has them
func (f *finding) readBuild(list versionList) {
	local := f.captures["local"]
	if !buildLabel.MatchString(local) || f.captures["served"] != "" {
		return
	}
	switch {
	case !list.said:
		f.set("base_listed", "hidden")
	case list.has(f.captures["base"]):
		f.set("base_listed", "yes")
	}
	f.set("wheel_index", strings.ReplaceAll(fact("local-index", f.captures["package"], "index"), "{local}", local))
}

// readNature says what the facts know of the name and the machine:
//
//	distribution  what the package that is imported by that name is called
//	wheels        windows, macos: has files for that system alone
//	              compiled: comes as wheels alone, and none of them is of the wanted version
//	              known: nothing was found, although the public index has the project
//	              unknown: nothing was found on an index that should have it, and none of these is known
//	similar       a project whose name differs in a letter or two
//	foreign       the package, where its files are for another system alone, which is made_for
//	exported      the package, where its version is one of an unreleased folder, which an export wrote down
//	slim_image    the image with glibc beside an Alpine one, for whose C library few wheels are built
func (f *finding) readNature(list versionList) {
	name := f.captures["package"]
	nothing := !list.said || len(list.versions) == 0
	if nothing && f.captures["parent"] == "" {
		f.set("distribution", fact("import-names", name, "distribution"))
	}
	if nothing && unreleased.MatchString(f.captures["version"]) {
		f.set("exported", name)
	}
	switch system := fact("platform-only", name, "system"); {
	case f.captures["distribution"] != "" || f.captures["exported"] != "":
	case nothing && system != "":
		f.set("wheels", system)
		f.set("foreign", name)
		f.set("made_for", map[string]string{"windows": "Windows", "macos": "macOS"}[system])
	case fact("wheel-only", name, "name") != "" && (nothing || list.mayHaveHad(f.captures["version"])):
		f.set("wheels", "compiled")
		if m := alpineTag.FindStringSubmatch(f.image()); nothing && m != nil {
			f.set("slim_image", m[1]+"-slim")
		}
	case list.said && nothing && f.captures["index"] == "" && fact("known-projects", name, "name") != "":
		f.set("wheels", "known")
	case nothing && f.captures["index_form"] != "feed" && f.captures["index_form"] != "other":
		f.set("wheels", "unknown")
		f.set("similar", similarName(name))
	}
}

var (
	unreleased = lazy(`^0(?:\.0)*(?:\+\S*)?$`)
	alpineTag  = lazy(`^(python:\d[\w.]*)-alpine[\d.]*$`)
)

// image is the base image of the step's stage, where the log says it.
func (f *finding) image() string {
	if i := f.stepIndex(); i >= 0 {
		return f.log.Steps[i].Image
	}
	return ""
}
