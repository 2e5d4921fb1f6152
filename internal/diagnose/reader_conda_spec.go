package diagnose

import (
	"strings"
)

// A condaSpec is a package as a report prints it: "numpy=1.16.0", "tk==8.5.18=0", "basemap ==1.1", "numpy[version='<=0.90']",
// "libmamba 0.23.1 h1566912_0", "conda-forge::python 3.5*".
type condaSpec struct {
	raw, channel, name, version, build string

	pin bool // not asked for, but pinned in the image ("pin on python 3.12.*", "pin-1")
}

var (
	specHead    = lazy(`^(?:([\w./:-]+)::)?([\w.*+-]+|@)`)
	specVersion = lazy(`version\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,\]]+))`)
	specBuild   = lazy(`build\s*=\s*(?:'([^']*)'|"([^"]*)"|([^,\]]+))`)
	exactBuild  = lazy(`^[^*]+$`)
	fileName    = lazy(`(?i)\.(?:ya?ml|txt)$`)
	firstNumber = lazy(`\d+(?:\.\d+)*`)
	distName    = lazy(`^(.+)-([^-\s]+)-([^-\s]+)$`)
)

func parseCondaSpec(s string) (condaSpec, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), " ,;.")
	s, pin := strings.CutPrefix(s, "pin on ")
	m := specHead.FindStringSubmatch(s)
	if m == nil {
		return condaSpec{}, false
	}
	c := condaSpec{raw: s, channel: m[1], name: strings.ToLower(m[2])}
	c.pin = pin || strings.HasPrefix(c.name, "pin-")
	rest := strings.TrimSpace(s[len(m[0]):])
	if open := strings.IndexByte(rest, '['); open >= 0 && strings.Contains(rest, "version") {
		c.version, c.build = bracketValue(specVersion, rest), bracketValue(specBuild, rest)
		rest = rest[:open]
	}
	if c.version == "" {
		c.version, c.build = splitVersion(rest)
	}
	return c, true
}

func bracketValue(re *pattern, s string) string {
	m := re.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	return m[1] + m[2] + m[3]
}

// splitVersion takes "=1.2=py36_0", "==1.2", ">=1,<2 *_cpython", "1.2 py36_0" or "=* *" apart.
func splitVersion(s string) (version, build string) {
	if t := strings.TrimLeft(s, "="); t != s && !strings.ContainsAny(t, "<>") {
		if v, b, ok := strings.Cut(t, "="); ok {
			return v, b
		}
		s = strings.TrimSpace(t)
	}
	version, build, _ = strings.Cut(s, " ")
	if version == "*" || version == "**" {
		version = ""
	}
	if build = strings.TrimSpace(build); strings.Trim(build, "* ") == "" {
		build = ""
	}
	return version, build
}

// bareVersion is a version without an operator, as an edit writes it; "" for a range.
func (c condaSpec) bareVersion() string {
	if strings.ContainsAny(c.version, "<>!~,|*") {
		return ""
	}
	return c.version
}

// spaced is the spec without the empty fields that libmamba prints.
func (c condaSpec) spaced() string {
	return strings.TrimSpace(strings.Join(strings.Fields(c.name+" "+c.version+" "+c.build), " "))
}

// distSpec reads the file name of a package: name-version-build.
func distSpec(s string) condaSpec {
	s = strings.TrimSpace(s)
	if m := distName.FindStringSubmatch(s); m != nil {
		return condaSpec{raw: s, name: strings.ToLower(m[1]), version: m[2], build: m[3]}
	}
	c, _ := parseCondaSpec(s)
	return c
}

// foreign is the platform that the package is only for, where that isn't the one that images are built on.
func (c condaSpec) foreign() string {
	row := conda("conda-platforms", c.name)
	if row == nil || row["versions"] != "" && !strings.HasPrefix(c.version, row["versions"]) {
		return ""
	}
	return row["platform"]
}

func fileRow(c condaSpec) bool { return fileName.MatchString(c.name) }

func exportedRow(c condaSpec) bool {
	return !fileRow(c) && (c.foreign() != "" || c.build != "" && exactBuild.MatchString(c.build))
}

func pypiRow(c condaSpec) bool {
	return !fileRow(c) && !exportedRow(c) && conda("conda-pypi", c.name) != nil
}

func plainRow(c condaSpec) bool { return !fileRow(c) && !exportedRow(c) && !pypiRow(c) }
