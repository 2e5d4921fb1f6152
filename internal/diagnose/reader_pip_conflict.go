package diagnose

import (
	"slices"
	"strings"
)

var (
	cannotInstall = lazy(`Cannot install (.+?) because these package versions have conflicting dependencies`)
	causedBy      = lazy(`^\s*The conflict is caused by:$`)
	constraintRow = lazy(`^\s+The user requested \(constraint\) (\S.*)$`)
	userRow       = lazy(`^\s+The user requested (\S.*)$`)
	parentRow     = lazy(`^\s+(\S+) (\S+) depends on (\S.*)$`)
	rootPlace     = lazy(`-[rc] (\S+) \(line (\d+)\)`)
)

// A conflictRow is one line of pip's "The conflict is caused by:".
type conflictRow struct {
	by      string // "", the user; else the package that asks
	version string // of that package
	request request
	limit   bool // from a constraints file
}

// readConflict reads pip's conflict block (20.3 and later):
//
//	packages   whose requirements can't all be met, as pip names them; file and line of the first that pip says a place of;
//	           root and other_root, where they are two and pip says no places
//	asking     the packages that ask
//	shared     the package about which they disagree; wants: who wants which of it
//	ours, package, version, accepted  the user's own requirement, and what all others accept, where he made one
//	duplicate  yes: all rows are the user's own, of one name
func readConflict(f *finding) bool {
	m := cannotInstall.FindStringSubmatch(f.text(f.first))
	if m == nil {
		return false
	}
	f.set("packages", m[1])
	if p := rootPlace.FindStringSubmatch(m[1]); p != nil {
		f.set("file", p[1])
		f.set("line", p[2])
	}
	if a, b, ok := strings.Cut(m[1], " and "); ok && f.captures["file"] == "" && !strings.Contains(a, ",") {
		f.set("root", a)
		f.set("other_root", b)
	}
	rows := f.conflictRows()
	if len(rows) == 0 {
		return true
	}
	f.setConflict(rows)
	return true
}

// readTwice reads the two forms of one complaint: "Double requirement given", which says all itself, and a conflict block whose rows are all the user's.
func readTwice(f *finding) bool {
	if strings.Contains(f.text(f.first), "Double requirement") {
		return f.captures["package"] != ""
	}
	return readConflict(f) && f.captures["duplicate"] != ""
}

// conflictRows reads the block up to its first empty line: pip 25.3 and later put another paragraph behind it. It follows the message, but in what
// conda prints of pip it stands before it, since it is no error.
func (f *finding) conflictRows() []conflictRow {
	for _, i := range f.after(f.first, 20) {
		if causedBy.MatchString(f.text(i)) {
			return f.rowsBelow(i)
		}
	}
	for _, i := range slices.Backward(f.before(f.first, lookBack)) {
		if causedBy.MatchString(f.text(i)) {
			return f.rowsBelow(i)
		}
	}
	return nil
}

func (f *finding) rowsBelow(head int) []conflictRow {
	var rows []conflictRow
	for _, i := range f.after(head, 60) {
		row, ok := parseConflictRow(f.text(i))
		if !ok {
			break
		}
		f.quote(i)
		rows = append(rows, row)
	}
	return rows
}

func parseConflictRow(text string) (conflictRow, bool) {
	comma := func(s string) request { return parseRequest(strings.ReplaceAll(s, " and ", ",")) }
	if m := constraintRow.FindStringSubmatch(text); m != nil {
		return conflictRow{request: comma(m[1]), limit: true}, true
	}
	if m := userRow.FindStringSubmatch(text); m != nil {
		return conflictRow{request: comma(m[1])}, true
	}
	if m := parentRow.FindStringSubmatch(text); m != nil {
		return conflictRow{by: m[1], version: m[2], request: comma(m[3])}, true
	}
	return conflictRow{}, false
}

func (f *finding) setConflict(rows []conflictRow) {
	f.set("shared", rows[0].request.name)
	duplicate := true
	var ours []conflictRow
	for _, r := range rows {
		duplicate = duplicate && r.by == "" && !r.limit && normalName(r.request.name) == normalName(rows[0].request.name)
		if r.by == "" && !r.limit {
			ours = append(ours, r)
		}
		f.addWish(r)
	}
	if duplicate {
		f.set("duplicate", "yes")
		f.set("package", rows[0].request.name)
		f.set("first", rows[0].request.text)
		f.set("second", rows[len(rows)-1].request.text)
		return
	}
	if len(ours) == 1 {
		f.add("asking", ours[0].request.name)
		f.setOurs(ours[0], rows)
	}
	for _, r := range rows {
		f.add("asking", r.by)
	}
}

func (f *finding) addWish(r conflictRow) {
	switch {
	case r.limit:
		f.add("wants", "a constraint wants "+r.request.text)
	case r.by == "":
		f.add("wants", "you want "+r.request.text)
	default:
		f.add("wants", r.by+" "+r.version+" wants "+r.request.text)
	}
}

// setOurs says what the others accept of a package that the user asked for himself, where they speak of it and do not come in several versions.
func (f *finding) setOurs(ours conflictRow, rows []conflictRow) {
	f.set("package", ours.request.name)
	f.set("ours", ours.request.text)
	f.set("version", ours.request.version)
	seen := map[string]string{}
	var accepted []string
	for _, r := range rows {
		if r.by == "" && !r.limit {
			continue
		}
		if v, twice := seen[r.by]; normalName(r.request.name) != normalName(ours.request.name) || twice && v != r.version {
			return
		}
		seen[r.by] = r.version
		accepted = append(accepted, strings.ReplaceAll(r.request.specifier, " ", ""))
	}
	f.set("accepted", strings.Join(accepted, ","))
}
