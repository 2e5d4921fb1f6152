package diagnose

import (
	"strings"
)

var (
	singleEquals  = lazy(`^(\s*[A-Za-z0-9][\w.-]*(?:\[[\w,. -]*\])?\s*)=(\s*[0-9][\w.*+!-]*)$`)
	swappedOrder  = lazy(`=([<>])(\s*\d)`)
	starAfterSign = lazy(`((?:>=|<=|~=|>|<)\s*[0-9][0-9.]*?)\.\*`)
	trailingComma = lazy(`,\s*$`)
	spacedName    = lazy(`^([A-Za-z][\w.-]*) +([A-Za-z][\w.-]*)(\s*[=<>!~].*)?$`)
)

// readBadRequirement reads the requirement that pip refused: the project it names, and the line as it would be right, where that is a
// matter of spelling only (capture "corrected"), or of a blank within a known name ("joined").
func readBadRequirement(f *finding) bool {
	req := f.captures["requirement"]
	if req == "" {
		return true
	}
	if name := bareName(req); name != "" {
		f.set("package", name)
	}
	if fixed := respelt(req); fixed != req {
		f.set("corrected", fixed)
	}
	if m := spacedName.FindStringSubmatch(req); m != nil && isKnownProject(m[1]+"-"+m[2]) {
		f.set("joined", m[1]+"-"+m[2]+m[3])
	}
	return true
}

// respelt puts operators right: "=" for "==" between a name and a version, "=>" and "=<", ".*" after an order, a comma at the end.
func respelt(req string) string {
	req = singleEquals.ReplaceAllString(req, "$1==$2")
	req = swappedOrder.ReplaceAllString(req, "$1=$2")
	req = starAfterSign.ReplaceAllString(req, "$1")
	return strings.TrimRight(trailingComma.ReplaceAllString(req, ""), " ")
}
