package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

var (
	ubuntuTag = lazy(`ubuntu[:-]?(\d\d\.\d\d)`)
	debianTag = lazy(`^debian:(\d{1,2})\b`)
	centosTag = lazy(`centos:(stream\d|\d)`)
	codeWord  = lazy(`[a-z]+`)
)

// imageRelease is the release of Debian or Ubuntu that an image's name or tag says: "ubuntu", "20.04"; "" where it says none.
func imageRelease(image string) (distribution, version string) {
	image = strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(image), "docker.io/"), "library/")
	if m := ubuntuTag.FindStringSubmatch(image); m != nil {
		return "ubuntu", m[1]
	}
	if m := debianTag.FindStringSubmatch(image); m != nil {
		return "debian", m[1]
	}
	_, tag, _ := manifest.SplitImage(image)
	for _, w := range codeWord.FindAllString(tag, -1) {
		if d := fact("releases", w, "distribution"); d != "" {
			return d, fact("releases", w, "version")
		}
	}
	return "", ""
}

// ended is when the support of a release ended; "" while it goes on on the day that all ages are reckoned from.
func ended(distribution, version string) string {
	code := fact("release-versions", distribution+" "+version, "codename")
	if end := fact("releases", code, "ended"); end != "" && end < today {
		return end
	}
	return ""
}

var distributionNames = map[string]string{"debian": "Debian", "ubuntu": "Ubuntu", "centos": "CentOS"}

// checkEndedRelease finds base images on a release of a distribution whose support has ended. Azure ML's own images have a check of their own.
func checkEndedRelease(set *manifest.Set) []flaw {
	var all []flaw
	for _, u := range imagesUsed(set) {
		if deprecatedImage(u) != "" {
			continue
		}
		distribution, version := imageRelease(u.name)
		end := ended(distribution, version)
		if m := centosTag.FindStringSubmatch(u.name); m != nil && end == "" {
			distribution, version = "centos", m[1]
			end = fact("rpm-releases", "centos "+m[1], "ended")
		}
		if end == "" || end >= today {
			continue
		}
		release := distributionNames[distribution] + " " + version
		all = append(all, said(u.file, u.span, "take an image of the same kind on a release that is still supported; the names of system packages may differ there",
			"image", u.name, "release", release, "ended", end, "what", "the base image "+u.name+" stands on "+release+", whose packages are no longer maintained since "+end))
	}
	return all
}
