package diagnose

import (
	"strings"
)

var (
	aptFetch    = lazy(`^(?:[EW]: |Error: |Warning: )?Failed to fetch (\S+)\s+(.+)$`)
	aptErr      = lazy(`^Err(?::\d+)? (\S+)`)
	unreachable = lazy(`(?i)could not resolve|temporary failure resolving|could not connect|cannot initiate the connection|unable to connect|connection timed out|connection failed|something wicked happened|connection refused`)
	urlHost     = lazy(`^[a-z+]+://([^/:]+)`)
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
	if m := aptFetch.FindStringSubmatch(f.text(f.first)); m != nil {
		f.set("reason", aptStatus(f.text(f.first)))
		return readAptFailedURL(f)
	}
	for i := f.first - 1; i >= 0; i-- {
		m := aptFetch.FindStringSubmatch(f.text(i))
		if m == nil || !unreachable.MatchString(m[2]) {
			continue
		}
		f.quote(i)
		f.set("url", m[1])
		f.set("reason", aptStatus(f.text(i)))
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

var goneArchive = lazy(`Failed to fetch \S+\.u?deb\s+404`)

var dpkgError = lazy(`^dpkg: error processing `)

// readDpkgError leaves out the closing line of a failure whose first line names its package, and the packages that only wait for that one.
func readDpkgError(f *finding) bool {
	follows := f.captures["package"] == "" && f.captures["reason"] == "" || strings.HasPrefix(f.captures["reason"], "dependency problems")
	return !follows || len(f.mentionedBefore(dpkgError, -1)) == 0
}

// readAptStale names the package whose archive is gone.
func readAptStale(f *finding) bool {
	if len(f.mentionedBefore(goneArchive, -1)) > 0 {
		return false // the first of a list stands for it
	}
	name, _, _ := strings.Cut(f.captures["archive"], "_")
	f.set("package", name)
	for _, i := range f.before(f.first, 6) {
		if aptErr.MatchString(f.text(i)) || strings.Contains(f.text(i), "404  Not Found") {
			f.quote(i)
		}
	}
	return true
}
