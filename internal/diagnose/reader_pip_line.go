package diagnose

import (
	"slices"
	"strings"
)

var (
	singleEquals  = lazy(`^(\s*[A-Za-z0-9][\w.-]*(?:\[[\w,. -]*\])?\s*)=(\s*[0-9][\w.*+!-]*)$`)
	swappedOrder  = lazy(`=([<>])(\s*\d)`)
	starAfterSign = lazy(`((?:>=|<=|~=|>|<)\s*[0-9][0-9.]*?)\.\*`)
	trailingComma = lazy(`,\s*$`)
	spacedName    = lazy(`^([A-Za-z][\w.-]*) +([A-Za-z][\w.-]*)(\s*[=<>!~].*)?$`)
	pastedInstall = lazy(`^[!%$ ]*(?:python[\d.]* -m )?pip3? install +([A-Za-z0-9][\w.\[\],<>=!~-]*)$`)
	doubledOrder  = lazy(`([~<>!])==(\s*\d)`)
	trailingWord  = lazy(`^([A-Za-z0-9][\w.-]*(?:\[[\w,. -]*\])?\s*(?:[=<>!~]=?=?\s*[\w.*+!]+,?\s*)*?)\s+--?[A-Za-z].*$`)
	curlyQuotes   = strings.NewReplacer("‘", "", "’", "", "“", "", "”", "", "´", "")
)

// readBadRequirement reads the requirement that pip or uv refused. Captures:
//
//	package    the project that it names
//	corrected  the line as it would be right, where that is a matter of spelling only
//	meant      the line as it was probably meant
//	known      the option of a requirements file that an unknown one is spelt like
//	fence      that the line is the fence of a block of code
func readBadRequirement(f *finding) bool {
	req := f.captures["requirement"]
	readPipOption(f)
	if req == "" {
		return true
	}
	if name := bareName(req); plainStart.MatchString(name) {
		f.set("package", name)
	}
	if strings.HasPrefix(req, "```") {
		f.set("fence", "```")
	}
	if fixed := respelt(req); fixed != req {
		f.set("corrected", fixed)
	} else if meant := meantBy(req); meant != req {
		f.set("meant", meant)
	}
	return true
}

// meantBy guesses the requirement behind a line that is none: a name written with a blank, a command that was pasted, two operators in one, an option
// of the command line, quotes of a text processor.
func meantBy(req string) string {
	if m := spacedName.FindStringSubmatch(req); m != nil && isKnownProject(m[1]+"-"+m[2]) {
		return m[1] + "-" + m[2] + m[3]
	}
	if m := pastedInstall.FindStringSubmatch(req); m != nil {
		return m[1]
	}
	if m := trailingWord.FindStringSubmatch(req); m != nil {
		return m[1]
	}
	return curlyQuotes.Replace(doubledOrder.ReplaceAllString(req, "$1=$2"))
}

// readPipOption adds the option that an unknown one is spelt like ("known").
func readPipOption(f *finding) bool {
	if known := nearest(f.captures["option"], slices.Concat(fileOptions, commandOptions), 2); known != f.captures["option"] {
		f.set("known", known)
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
