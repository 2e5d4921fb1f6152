package diagnose

import (
	"slices"
	"strings"

	pep440 "github.com/aquasecurity/go-pep440-version"
)

// A versionList is pip's "(from versions: …)": the versions of a project that have a file this interpreter could use.
type versionList struct {
	said     bool // pip 20.3 to 21.0 print no list
	versions []pep440.Version
}

var fromVersions = lazy(`\(from versions: ?([^()]*)\)?\s*$`)

// parseVersionList reads the list at the end of a message. A long one may be cut off with its line: what is there counts.
func parseVersionList(text string) versionList {
	m := fromVersions.FindStringSubmatch(text)
	if m == nil {
		return versionList{}
	}
	list := versionList{said: true}
	for _, s := range strings.Split(m[1], ",") {
		if v, err := pep440.Parse(strings.TrimSpace(s)); err == nil {
			list.versions = append(list.versions, v)
		}
	}
	slices.SortStableFunc(list.versions, pep440.Version.Compare)
	return list
}

// kind is hidden, none, prerelease (nothing else is there, or nothing else fits) or some.
func (l versionList) kind(specifier string) string {
	switch {
	case !l.said:
		return "hidden"
	case len(l.versions) == 0:
		return "none"
	case !slices.ContainsFunc(l.versions, isFinal) || l.onlyPreFits(specifier):
		return "prerelease"
	}
	return "some"
}

func isFinal(v pep440.Version) bool { return !v.IsPreRelease() }

// onlyPreFits tells whether pre-releases meet the specifier, and nothing else does.
func (l versionList) onlyPreFits(specifier string) bool {
	s, err := pep440.NewSpecifiers(specifier, pep440.WithPreRelease(true))
	if specifier == "" || err != nil {
		return false
	}
	fits := func(v pep440.Version) bool { return s.Check(v) }
	i := slices.IndexFunc(l.versions, fits)
	return i >= 0 && !slices.ContainsFunc(l.versions, func(v pep440.Version) bool { return isFinal(v) && fits(v) })
}

// position says where a wanted version lies in the list: listed, newer, older or between.
func (l versionList) position(wanted string) string {
	w, err := pep440.Parse(wanted)
	if err != nil || len(l.versions) == 0 {
		return ""
	}
	switch {
	case slices.ContainsFunc(l.versions, w.Equal):
		return "listed"
	case w.GreaterThan(l.versions[len(l.versions)-1]):
		return "newer"
	case w.LessThan(l.versions[0]):
		return "older"
	}
	return "between"
}

// mayHaveHad tells whether a version that is not listed may well exist, with files for other machines: there are newer ones, or of
// the same major version.
func (l versionList) mayHaveHad(version string) bool {
	w, err := pep440.Parse(version)
	if err != nil || len(l.versions) == 0 || l.has(version) {
		return false
	}
	last := l.versions[len(l.versions)-1]
	return w.LessThan(last) || sameRelease(w, last, 1)
}

// newest is the newest final version, or the newest of all where there is no final one.
func (l versionList) newest() string {
	for _, v := range slices.Backward(l.versions) {
		if isFinal(v) {
			return v.String()
		}
	}
	if n := len(l.versions); n > 0 {
		return l.versions[n-1].String()
	}
	return ""
}

// nearest is the listed version to put in the place of a wanted one: the newest final one of the same minor version, else of the same major
// version, else the newest below it, else the oldest.
func (l versionList) nearest(wanted string) string {
	w, err := pep440.Parse(wanted)
	if err != nil {
		return l.newest()
	}
	finals := slices.DeleteFunc(slices.Clone(l.versions), func(v pep440.Version) bool { return !isFinal(v) })
	if len(finals) == 0 {
		return l.newest()
	}
	for _, like := range []func(pep440.Version) bool{
		func(v pep440.Version) bool { return sameRelease(v, w, 2) },
		func(v pep440.Version) bool { return sameRelease(v, w, 1) },
		func(v pep440.Version) bool { return v.LessThan(w) },
	} {
		for _, v := range slices.Backward(finals) {
			if like(v) {
				return v.String()
			}
		}
	}
	return finals[0].String()
}

// sameRelease compares the first n numbers of two versions.
func sameRelease(a, b pep440.Version, n int) bool {
	return slices.Equal(releaseNumbers(a, n), releaseNumbers(b, n))
}

func releaseNumbers(v pep440.Version, n int) []string {
	parts := strings.Split(v.BaseVersion(), ".")
	for len(parts) < n {
		parts = append(parts, "0")
	}
	return parts[:n]
}

// newestPre is the newest pre-release that meets the specifier, or the newest of all where none does.
func (l versionList) newestPre(specifier string) string {
	s, err := pep440.NewSpecifiers(specifier, pep440.WithPreRelease(true))
	for _, v := range slices.Backward(l.versions) {
		if v.IsPreRelease() && (specifier == "" || err != nil || s.Check(v)) {
			return v.String()
		}
	}
	return l.newest()
}

// has tells whether a version is listed.
func (l versionList) has(version string) bool { return l.position(version) == "listed" }
