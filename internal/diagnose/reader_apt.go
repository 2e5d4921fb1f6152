package diagnose

import (
	"slices"
	"strings"
)

var aptReaders = map[string]reader{
	"dpkg-error":       readDpkgError,
	"apt-missing":      readAptMissing,
	"apt-release":      readAptRelease,
	"apt-unmet":        readAptUnmet,
	"apt-key":          readAptKey,
	"apt-failed-url":   readAptFailedURL,
	"apt-unreachable":  readAptUnreachable,
	"apt-source-lists": readAptSourceLists,
	"apt-stale":        readAptStale,
	"apk-name":         readApkName,
}

// A suite is the release of a distribution as a source line names it: "jammy-updates", "buster/updates".
var (
	aptSource   = lazy(`^(?:Get|Hit|Ign|Err)(?::\d+)? https?://\S+ ([a-z]+)\S* `)
	debVersion  = lazy(`[~+]deb(\d+)u?`)
	imageTag    = lazy(`^(?:.*/)?(debian|ubuntu):(\d+(?:\.\d+)?)`)
	codenameTag = lazy(`[:-]([a-z]{4,})(?:-slim|-\d{8})?$`)
)

// suiteRelease is the codename that a suite belongs to.
func suiteRelease(suite string) string {
	if i := strings.IndexAny(suite, "-/"); i > 0 {
		return suite[:i]
	}
	return suite
}

// release is the codename of the distribution that a step ran on, as apt's lines of the whole log or the image's tag tell; "" where nothing does.
func (f *finding) release() string {
	for _, m := range f.anywhere(aptSource) {
		if fact("releases", m.what, "distribution") != "" {
			return m.what
		}
	}
	i := f.stepIndex()
	if i < 0 {
		return ""
	}
	image := plainImageName(f.log.Steps[i].Image)
	if m := imageTag.FindStringSubmatch(image); m != nil {
		return fact("release-versions", m[1]+" "+m[2], "codename")
	}
	if name := firstGroup(codenameTag, image); fact("releases", name, "distribution") != "" {
		return name
	}
	return ""
}

// plainImageName is an image as Dockerfiles write it, without Docker Hub's name and without a digest.
func plainImageName(image string) string {
	image, _, _ = strings.Cut(image, "@")
	return strings.TrimPrefix(strings.TrimPrefix(image, "docker.io/"), "library/")
}

// readAptMissing adds what is known of a package name that apt does not find: its name of today, that it is gone, or nothing. A version made for another Debian ("+deb11u3") names that release.
func readAptMissing(f *finding) bool {
	f.set("release", f.release())
	pkg := f.captures["package"]
	f.quoteAbout(pkg)
	if v := f.captures["version"]; v != "" {
		if m := debVersion.FindStringSubmatch(v); m != nil {
			f.set("made_for", fact("release-versions", "debian "+m[1], "codename"))
		}
		return true
	}
	if row, ok := tables["apt-renamed"]().get(pkg); ok {
		f.set("replacement", row["replacement"])
		if row["replacement"] == "" {
			f.set("removed", row["gone"])
		}
		return true
	}
	f.set("unknown", pkg)
	return true
}

// quoteAbout quotes the other lines in which apt says that it does not know the package.
func (f *finding) quoteAbout(pkg string) {
	for _, i := range append(f.before(f.first, 8), f.after(f.first, 4)...) {
		t := f.text(i)
		if strings.Contains(t, pkg) && (strings.Contains(t, "is not available, but") || strings.Contains(t, "Couldn't find any package")) {
			f.quote(i)
		}
	}
}

// readAptRelease tells a release that has left its mirrors from a suite that some other repository never had.
func readAptRelease(f *finding) bool {
	release := suiteRelease(f.captures["suite"])
	f.captures["release"] = release
	if list := f.captures["list"]; list != "" {
		f.set("reason", "apt can't read entry "+f.captures["entry"]+" of "+list+" (its "+strings.ToLower(f.captures["fault"])+" is wrong or missing)")
		return true
	}
	if f.captures["url"] == "" {
		f.set("reason", "no source of apt has the release "+f.captures["suite"])
		f.set("_asked", f.captures["suite"])
		return true
	}
	if f.saidBefore(release) {
		return false
	}
	row, known := tables["releases"]().get(release)
	if !known || row["ended"] == "" || f.thirdParty(row["distribution"]) {
		f.set("reason", "has no files for "+release)
		return true
	}
	for _, c := range []string{"distribution", "version", "ended", "successor"} {
		f.set(c, row[c])
	}
	f.set(row["distribution"]+"_archive", row["archive"])
	f.set("reason", "has removed "+release+" since it is past its end of life")
	f.setNewImage(row)
	return true
}

var suiteOf = lazy(`(?:/dists/|The repository '\S+ +)([a-z]+)`)

var goneRelease = lazy(`have a Release file|longer has a Release file|404  Not Found`)

// saidBefore tells whether an earlier line of the step says the same of another suite or mirror of the release: one end of life, not one for each.
func (f *finding) saidBefore(release string) bool {
	return slices.ContainsFunc(f.mentionedBefore(goneRelease, -1), func(m mention) bool {
		t := f.text(m.line)
		return (strings.Contains(t, "have a Release file") || strings.Contains(t, "longer has a Release file") || strings.HasSuffix(aptStatus(t), "404  Not Found")) &&
			firstGroup(suiteOf, t) == release
	})
}

// aptStatus is what apt says of an address that it could not fetch, without the server's address; "" for other lines.
func aptStatus(text string) string {
	m := aptFetch.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	status, _, _ := strings.Cut(m[2], " [IP:")
	return strings.TrimSpace(status)
}

var archivePath = lazy(`/([a-z]+)(?:-security|-ports)?(?:/dists/|$)`)

// thirdParty tells whether the address is not one of the distribution's own mirrors, whose paths end in its name.
func (f *finding) thirdParty(distribution string) bool {
	p := strings.TrimRight(f.captures["url"], "/")
	own := slices.ContainsFunc(archivePath.FindAllStringSubmatch(p, -1), func(m []string) bool { return m[1] == distribution })
	return !own && !strings.Contains(p, "security.")
}

// setNewImage adds the supported release's image where the base is the plain image of the distribution.
func (f *finding) setNewImage(release map[string]string) {
	i := f.stepIndex()
	if i < 0 || release["successor"] == "" {
		return
	}
	name, tag, _ := strings.Cut(plainImageName(f.log.Steps[i].Image), ":")
	if name == release["distribution"] && (tag == release["version"] || tag == release["codename"]) {
		f.set("new_image", name+":"+release["successor"])
	}
}

var (
	unmetRow    = lazy(`^\s+(\S+)\s?: (Depends|PreDepends|Breaks|Conflicts|Recommends): (.+)$`)
	unmetMore   = lazy(`^\s+(?:(?:Depends|PreDepends|Breaks|Conflicts|Recommends): )?(\S.*(?:but|which).*)$`)
	unmetReason = lazy(`^(\S+)(?: \(([^)]*)\))?\s*(?:but (.*))?$`)
)

// readAptUnmet, unless the shape found the dependency itself, reads the rows below "The following packages have unmet dependencies": "a : Depends: b (>= 2) but it is not going to be installed".
// The first row counts; the others are quoted.
func readAptUnmet(f *finding) bool {
	if f.captures["package"] != "" { // dpkg, or the new solver, whose rows say it better where there are any
		f.set("dependency", "another version of what is chosen already")
		f.set("relation", "needs")
		return !slices.ContainsFunc(f.before(f.first, 60), func(i int) bool {
			return strings.Contains(f.text(i), "have unmet dependencies")
		})
	}
	for _, i := range f.after(f.first, 40) {
		t := f.text(i)
		if m := unmetRow.FindStringSubmatch(t); m != nil {
			f.quote(i)
			f.add("package", strings.TrimSuffix(m[1], ":amd64"))
			f.setDependency(m[2], m[3])
			continue
		}
		if !unmetMore.MatchString(t) {
			break
		}
		f.quote(i)
	}
	return f.captures["dependency"] != ""
}

// relations are the words for what a row says.
var relations = map[string]string{"Breaks": "breaks", "Conflicts": "conflicts with"}

func (f *finding) setDependency(relation, row string) {
	m := unmetReason.FindStringSubmatch(row)
	if m == nil || f.captures["dependency"] != "" {
		return
	}
	f.set("relation", relations[relation])
	f.set("relation", "needs")
	f.set("dependency", m[1])
	f.set("wanted", m[2])
	f.set("reason", m[3])
}

// readApkName adds the name that Alpine has today.
func readApkName(f *finding) bool {
	f.set("replacement", fact("apk-renamed", f.captures["package"], "replacement"))
	return true
}
