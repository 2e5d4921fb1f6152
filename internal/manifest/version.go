package manifest

import (
	pep440 "github.com/aquasecurity/go-pep440-version"
)

// CompareVersions compares two Python versions as PEP 440 does: negative, zero or positive. Texts that are no versions are older than any.
func CompareVersions(a, b string) int {
	x, errX := pep440.Parse(a)
	y, errY := pep440.Parse(b)
	switch {
	case errX != nil && errY != nil:
		return 0
	case errX != nil:
		return -1
	case errY != nil:
		return 1
	}
	return x.Compare(y)
}

// Newest is the newest release among versions, or the newest pre-release where there is no release; "" where none is a version.
func Newest(versions []string) string {
	best, bestFinal := "", ""
	for _, v := range versions {
		p, err := pep440.Parse(v)
		if err != nil {
			continue
		}
		if best == "" || CompareVersions(v, best) > 0 {
			best = v
		}
		if !p.IsPreRelease() && (bestFinal == "" || CompareVersions(v, bestFinal) > 0) {
			bestFinal = v
		}
	}
	if bestFinal != "" {
		return bestFinal
	}
	return best
}

// Matches tells whether a version fits a list of Python specifiers (">=1.2,<2"). Pre-releases are let in where the list names one.
func Matches(version, specifiers string) bool {
	v, err := pep440.Parse(version)
	if err != nil {
		return false
	}
	s, err := pep440.NewSpecifiers(specifiers, pep440.WithPreRelease(true))
	if err != nil {
		return false
	}
	return s.Check(v)
}
