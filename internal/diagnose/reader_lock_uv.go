package diagnose

import (
	"slices"
	"strings"
)

var (
	uvOwn      = lazy(`(?:you require|your project depends on) ((?:[\w.-]+(?:\[[\w,.-]*\])?[^ ]*(?: and )?)+)`)
	uvNeeds    = lazy(`(?:^|[ (])([\w.-]+?)(?:[=<>!~][^ ]*)? depends? on ([\w.-]+?)((?:[=<>!~]=?=?[\w.*+!]+,?)+)(?:[ ,]|$)`)
	uvUnknown  = lazy(`([\w.-]+?) was not found in the (?:package registry|provided package locations)`)
	uvLocal    = lazy(`no versions? of ([\w.-]+?)==[\w.]+\+(\w+)[ ,]`)
	plainStart = lazy(`^[A-Za-z0-9][\w.-]*`)
)

// readUVSides says what uv's explanation speaks of. Captures:
//
//	ours                     what the files require themselves, as uv names it last
//	version                  its version, where they require it twice: that tells the second entry
//	accepted                 what another of their requirements accepts of that
//	similar                  a known project whose name is spelt like the one that uv did not find
//	list                     the requirements file whose name uv took for a project's
//	local, wheel_index       the local part of a version, and the index that has such builds
func (f *finding) readUVSides(prose string) {
	own := uvRequired(prose)
	if n := len(own); n > 0 {
		f.set("ours", bareName(own[n-1]))
		if _, version, ok := strings.Cut(own[n-1], "=="); ok && requires(own[:n-1], bareName(own[n-1])) {
			f.set("version", version)
		}
	}
	f.set("accepted", uvAccepted(prose, own))
	if m := uvUnknown.FindStringSubmatch(prose); m != nil && requires(own, m[1]) {
		f.set("similar", similarName(m[1]))
		if stem, ok := strings.CutSuffix(m[1], "-txt"); ok {
			f.set("list", stem+".txt")
		}
	}
	if m := uvLocal.FindStringSubmatch(prose); m != nil {
		f.set("local", m[2])
		f.set("wheel_index", strings.ReplaceAll(fact("local-index", m[1], "index"), "{local}", m[2]))
	}
}

// uvRequired are the requirements that an explanation says to be the user's own, in its order.
func uvRequired(prose string) []string {
	var own []string
	for _, m := range uvOwn.FindAllStringSubmatch(prose, -1) {
		for _, r := range strings.Split(m[1], " and ") {
			if r = strings.TrimRight(strings.TrimSpace(r), ",."); plainStart.MatchString(r) && r != "we" {
				own = append(own, r)
			}
		}
	}
	return own
}

// requires tells whether one of the requirements is of that name.
func requires(own []string, name string) bool {
	return slices.ContainsFunc(own, func(r string) bool { return bareName(r) == name })
}

// uvAccepted is what one of the user's requirements needs of another of them, the one that is named last; "" where a third package is in between.
func uvAccepted(prose string, own []string) string {
	if len(own) == 0 {
		return ""
	}
	last := bareName(own[len(own)-1])
	for _, m := range uvNeeds.FindAllStringSubmatch(prose, -1) {
		if m[2] == last && m[1] != last && requires(own, m[1]) {
			return strings.TrimRight(m[3], ",")
		}
	}
	return ""
}
