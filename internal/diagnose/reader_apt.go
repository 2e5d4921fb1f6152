package diagnose

import (
	"regexp"
	"strings"
)

var aptReaders = map[string]reader{
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
	aptSource   = regexp.MustCompile(`^(?:Get|Hit|Ign|Err)(?::\d+)? (https?://\S+) ([a-z]+)\S* `)
	debVersion  = regexp.MustCompile(`[~+]deb(\d+)u?`)
	aptInstall  = regexp.MustCompile(`\bapt(?:-get)?\b[^&|;]*\binstall\b`)
	aptUpdate   = regexp.MustCompile(`\bapt(?:-get)?\b[^&|;]*\bupdate\b`)
	imageTag    = regexp.MustCompile(`^(?:.*/)?(debian|ubuntu):(\d+(?:\.\d+)?)`)
	codenameTag = regexp.MustCompile(`[:-]([a-z]{4,})(?:-slim|-\d{8})?$`)
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
	for _, l := range f.log.Lines {
		if m := aptSource.FindStringSubmatch(l.Text); m != nil && fact("releases", m[2], "distribution") != "" {
			return m[2]
		}
	}
	i := f.stepIndex()
	if i < 0 {
		return ""
	}
	image := f.log.Steps[i].Image
	if m := imageTag.FindStringSubmatch(image); m != nil {
		return fact("release-versions", m[1]+" "+m[2], "codename")
	}
	if name := firstGroup(codenameTag, image); fact("releases", name, "distribution") != "" {
		return name
	}
	return ""
}

// readAptMissing adds what is known of a package name that apt does not find: its name of today, or that it is gone; and whether the
// step read the index at all. A version made for another Debian ("+deb11u3") names that release.
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
	if i := f.stepIndex(); i >= 0 {
		if c := f.log.Steps[i].Command; aptInstall.MatchString(c) && !aptUpdate.MatchString(c) {
			f.set("not_updated", "yes")
		}
	}
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
	if f.captures["url"] == "" {
		f.set("reason", "no source of apt has the release "+f.captures["suite"])
		return true
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

// thirdParty tells whether the address is not one of the distribution's own mirrors, whose paths end in its name.
func (f *finding) thirdParty(distribution string) bool {
	p := strings.TrimRight(f.captures["url"], "/")
	own := regexp.MustCompile(`/` + distribution + `(-security|-ports)?(/dists/|$)`)
	return !own.MatchString(p) && !strings.Contains(p, "security.")
}

// setNewImage adds the supported release's image where the base is the plain image of the distribution.
func (f *finding) setNewImage(release map[string]string) {
	i := f.stepIndex()
	if i < 0 || release["successor"] == "" {
		return
	}
	name, tag, _ := strings.Cut(f.log.Steps[i].Image, ":")
	if name == release["distribution"] && (tag == release["version"] || tag == release["codename"]) {
		f.set("new_image", name+":"+release["successor"])
	}
}

var (
	unmetRow    = regexp.MustCompile(`^\s+(\S+)\s?: (?:Depends|PreDepends|Breaks|Conflicts|Recommends): (.+)$`)
	unmetMore   = regexp.MustCompile(`^\s+(?:(?:Depends|PreDepends|Breaks|Conflicts|Recommends): )?(\S.*(?:but|which).*)$`)
	unmetReason = regexp.MustCompile(`^(\S+)(?: \(([^)]*)\))?\s*(?:but (.*))?$`)
)

// readAptUnmet, unless the shape found the dependency in the new solver's words, reads the rows below "The following packages have unmet dependencies": "a : Depends: b (>= 2) but it is not going to be installed".
// The first row counts; the others are quoted.
func readAptUnmet(f *finding) bool {
	if f.captures["package"] != "" {
		f.set("dependency", "another version of what is chosen already")
		return true
	}
	for _, i := range f.after(f.first, 40) {
		t := f.text(i)
		if m := unmetRow.FindStringSubmatch(t); m != nil {
			f.quote(i)
			f.add("package", strings.TrimSuffix(m[1], ":amd64"))
			f.setDependency(m[2])
			continue
		}
		if !unmetMore.MatchString(t) {
			break
		}
		f.quote(i)
	}
	return f.captures["dependency"] != ""
}

func (f *finding) setDependency(row string) {
	m := unmetReason.FindStringSubmatch(row)
	if m == nil || f.captures["dependency"] != "" {
		return
	}
	f.set("dependency", m[1])
	f.set("wanted", m[2])
	f.set("reason", m[3])
}

var keyID = regexp.MustCompile(`(?:NO_PUBKEY|EXPKEYSIG|REVKEYSIG|KEYEXPIRED|Missing key|BADSIG) ([0-9A-F]{8,40})`)

// readAptKey lists the keys that are missing or expired, and whose the first known one is.
func readAptKey(f *finding) bool {
	for _, i := range append([]int{f.first}, append(f.before(f.first, 30), f.after(f.first, 6)...)...) {
		for _, m := range keyID.FindAllStringSubmatch(f.text(i), -1) {
			f.quote(i)
			f.add("keyid", m[1])
		}
	}
	for id := range strings.SplitSeq(f.captures["keyid"], ", ") {
		if row, ok := tables["apt-keys"]().get(id[max(0, len(id)-16):]); ok {
			f.set("owner", row["owner"])
			f.setKeyring(row)
			return true
		}
	}
	return true
}

// setKeyring adds what renews a key: the archive of NVIDIA's keyring package is of the distribution's release, which the repository's address names.
func (f *finding) setKeyring(row map[string]string) {
	f.set("fingerprint", row["fingerprint"])
	f.set("former", row["former"])
	if row["keyring"] != "cuda-keyring" {
		return
	}
	repo := regexp.MustCompile(`/repos/([a-z0-9]+/(?:x86_64|sbsa))`).FindStringSubmatch(f.captures["repo"])
	if repo != nil {
		f.set("cuda_repo", repo[1])
	}
}

var (
	aptFetch    = regexp.MustCompile(`^(?:[EW]: |Error: |Warning: )?Failed to fetch (\S+)\s+(.+)$`)
	aptErr      = regexp.MustCompile(`^Err(?::\d+)? (\S+)`)
	unreachable = regexp.MustCompile(`(?i)could not resolve|temporary failure resolving|could not connect|cannot initiate the connection|unable to connect|connection timed out|connection failed|something wicked happened|connection refused`)
	urlHost     = regexp.MustCompile(`^[a-z+]+://([^/:]+)`)
)

// readAptFailedURL adds the address and the host that apt could not reach.
func readAptFailedURL(f *finding) bool {
	for _, i := range append([]int{f.first}, f.before(f.first, 2)...) {
		if m := aptFetch.FindStringSubmatch(f.text(i)); m != nil {
			f.set("url", m[1])
			break
		}
		if m := aptErr.FindStringSubmatch(f.text(i)); m != nil {
			f.quote(i)
			f.set("url", m[1])
			break
		}
	}
	f.set("host", firstGroup(urlHost, f.captures["url"]))
	return f.captures["host"] != ""
}

// readAptUnreachable takes the host from the message. From a package that is not found, it looks back for an update of the index that could not
// reach its mirrors. It may stand in an earlier step: "apt-get update" ends with 0 after such warnings.
func readAptUnreachable(f *finding) bool {
	if aptFetch.MatchString(f.text(f.first)) {
		return readAptFailedURL(f)
	}
	for i := f.first - 1; i >= 0; i-- {
		m := aptFetch.FindStringSubmatch(f.text(i))
		if m == nil || !unreachable.MatchString(m[2]) {
			continue
		}
		f.quote(i)
		f.set("url", m[1])
		f.set("host", firstGroup(urlHost, m[1]))
		return true
	}
	return false
}

// readAptSourceLists adds the files in which base images list a repository that is listed twice.
func readAptSourceLists(f *finding) bool {
	host := firstGroup(urlHost, f.captures["url"])
	f.set("old_lists", fact("apt-source-lists", host, "files"))
	for _, side := range []string{"keyring", "other"} {
		f.set(side, "none")
	}
	return true
}

// readAptStale names the package whose archive is gone, and tells whether its release is past its end of life, too.
func readAptStale(f *finding) bool {
	name, _, _ := strings.Cut(f.captures["archive"], "_")
	f.set("package", name)
	for _, i := range f.before(f.first, 6) {
		if aptErr.MatchString(f.text(i)) || strings.Contains(f.text(i), "404  Not Found") {
			f.quote(i)
		}
	}
	return true
}

// readApkName adds the name that Alpine has today.
func readApkName(f *finding) bool {
	f.set("replacement", fact("apk-renamed", f.captures["package"], "replacement"))
	return true
}
