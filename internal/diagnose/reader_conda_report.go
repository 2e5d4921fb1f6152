package diagnose

import (
	"strings"
)

// A condaReport is what a solver says of why it found no solution.
type condaReport struct {
	missing  []missingRow
	needs    []need // dependencies that are in no channel
	virtual  []need // virtual packages that the machine lacks
	strict   *need
	chains   []chain    // classic: a -> b -> c
	items    []treeItem // libmamba: the specs at the root of the tree
	requires []need     // libmamba's bullets "package a requires b, but none of the providers can be installed"
	pins     []condaSpec
	channels []string
	close    map[string]string // "did you mean"
	have     map[string]string // virtual packages of the machine

	yourPython       string
	pythonSaid       int // line of "Your python", or of the python pin; -1
	existingPython   bool
	adviceSaid       []int // lines in which libmamba speaks of channel priority
	incompatiblePins bool
}

type missingRow struct {
	spec condaSpec
	line int
}

// A need says that a package, asked for by root, wants dep.
type need struct {
	dep, root condaSpec
	by        string
	line      int
}

// A chain is a row of the classic report, from what was asked for to what is in conflict.
type chain struct {
	hops []condaSpec
	line int
}

// mostReport bounds how many lines of a report are read. Classic reports can have tens of thousands, and say nothing new after a few hundred.
const mostReport = 3000

// Where rows of a list belong.
type reportList int

const (
	nowhere reportList = iota
	missingSection
	chainSection
	bulletSection
	conflictSection
	channelSection
	closeSection
	pinSection
)

var (
	listRow          = lazy(`^\s*-\s+(\S.*)$`)
	closeRow         = lazy(`^\s+([\w.-]+): ([\w.-]+)`)
	condaConflictRow = lazy(`^[\w.@/:+-]+(?:\[[^\]]*\]|[=<>!~][^\s]*)?(?: -> |$)`)
	yourPython       = lazy(`^Your python: python[= ]*([\d.]+)`)
	installed        = lazy(`^Your installed version is: ([\w.]+)`)
	oneLine          = lazy(`channels matching: (\S.*)$`)
)

// sections are the lines that open a list, by a text they hold.
var sections = []struct {
	text    string
	section reportList
}{
	{"ResolvePackageNotFound", missingSection},
	{"missing in current", missingSection},
	{"not available from current channels", missingSection},
	{"UnsatisfiableError: The following specifications", chainSection},
	{"found to be in conflict", chainSection},
	{"incompatible with", chainSection},
	{"Output in format:", chainSection},
	{"Encountered problems while solving", bulletSection},
	{"Current channels:", channelSection},
	{"We have searched for the packages in the following channels", channelSection},
	{"Close matches found", closeSection},
	{"Currently pinned specs", pinSection},
	{"pinned specs:", pinSection},
	{"requested specs:", chainSection},
}

// readCondaReport reads from the line that the shape found.
func readCondaReport(f *finding) *condaReport {
	r := &condaReport{close: map[string]string{}, have: map[string]string{}, pythonSaid: -1}
	in, unread := nowhere, 0
	r.readEarlier(f)
	for _, i := range append([]int{f.first}, f.after(f.first, mostReport)...) {
		t := f.text(i)
		if t == "" || f.log.Lines[i].Echo {
			continue
		}
		if strings.HasPrefix(t, "The command '") {
			break
		}
		if s := opens(t); s != nowhere {
			in, unread = s, 0
			r.readHead(t, i)
			continue
		}
		if r.readNode(t, i) || r.readLine(t, i) {
			continue
		}
		if r.readRow(in, t, i) {
			unread = -mostReport
		} else if unread++; unread <= 0 || unread > 8 { // the list has ended, or never began
			in = nowhere
		}
	}
	r.sortTree()
	return r
}

func opens(t string) reportList {
	for _, s := range sections {
		if strings.Contains(t, s.text) {
			return s.section
		}
	}
	return nowhere
}

// readEarlier notes what libmamba says above its report.
func (r *condaReport) readEarlier(f *finding) {
	for _, i := range f.before(f.first, 40) {
		t := f.text(i)
		if strings.Contains(t, "libmamba") && (strings.Contains(t, "not seem solvable in your current setup") ||
			strings.Contains(t, "use the flexible channel priority") || strings.Contains(t, "SOLVER_RULE_STRICT_REPO_PRIORITY")) {
			r.adviceSaid = append(r.adviceSaid, i)
		}
	}
}

func (r *condaReport) readHead(t string, i int) {
	if strings.Contains(t, "existing python installation") {
		r.existingPython = true
	}
	if strings.Contains(t, "Pins seem to be involved") || strings.Contains(t, "pinned specs:") {
		r.incompatiblePins = true
	}
	if m := oneLine.FindStringSubmatch(t); m != nil {
		r.addMissing(m[1], i)
	}
}

// readLine reads the sentences that stand between the lists.
func (r *condaReport) readLine(t string, i int) bool {
	if m := yourPython.FindStringSubmatch(t); m != nil {
		r.yourPython, r.pythonSaid = m[1], i
		return true
	}
	if m := installed.FindStringSubmatch(t); m != nil {
		r.have["installed"] = m[1]
		return true
	}
	if m := oneLine.FindStringSubmatch(t); m != nil {
		r.addMissing(m[1], i)
		return true
	}
	return false
}

func (r *condaReport) readRow(in reportList, t string, i int) bool {
	if in == closeSection {
		m := closeRow.FindStringSubmatch(t)
		if m != nil {
			r.close[strings.ToLower(m[1])] = m[2]
		}
		return m != nil
	}
	if strings.HasPrefix(t, "Package ") && strings.HasSuffix(t, " conflicts for:") {
		return true
	}
	if in == chainSection && condaConflictRow.MatchString(t) {
		r.addChain(t, i)
		return true
	}
	m := listRow.FindStringSubmatch(t)
	if m == nil || in == nowhere {
		return false
	}
	switch in {
	case missingSection:
		r.addMissing(m[1], i)
	case chainSection:
		r.addChain(m[1], i)
	case bulletSection:
		r.addBullet(m[1], i)
	case channelSection:
		r.channels = append(r.channels, m[1])
	case pinSection:
		if c, ok := parseCondaSpec(m[1]); ok {
			r.pins = append(r.pins, c)
		}
	}
	return true
}

func (r *condaReport) addMissing(row string, i int) {
	if strings.Contains(row, " -> ") {
		r.addNeedChain(row, i)
		return
	}
	c, ok := parseCondaSpec(row)
	switch {
	case !ok:
	case strings.HasPrefix(c.name, "__"):
		r.virtual = append(r.virtual, need{dep: c, line: i})
	default:
		r.missing = append(r.missing, missingRow{c, i})
	}
}

func parseChain(row string) []condaSpec {
	var hops []condaSpec
	for s := range strings.SplitSeq(row, " -> ") {
		if c, ok := parseCondaSpec(s); ok {
			hops = append(hops, c)
		}
	}
	return hops
}

// addNeedChain reads a row "a -> b -> c" of a list of what is missing: c is nowhere, a was asked for.
func (r *condaReport) addNeedChain(row string, i int) {
	if hops := parseChain(row); len(hops) > 1 {
		last := len(hops) - 1
		r.addNeed(need{dep: hops[last], root: hops[0], by: hops[last-1].name, line: i})
	}
}

func (r *condaReport) addNeed(n need) {
	if strings.HasPrefix(n.dep.name, "__") {
		r.virtual = append(r.virtual, n)
		return
	}
	r.needs = append(r.needs, n)
}

// addChain reads a row of a classic conflict. Rows of virtual packages are kept apart: they count where they ask for more than the machine has.
func (r *condaReport) addChain(row string, i int) {
	hops := parseChain(row)
	if len(hops) == 0 {
		return
	}
	if strings.HasPrefix(hops[0].channel, "feature:") || hops[0].name == "@" {
		r.have[hops[0].name] = firstNumber.FindString(hops[0].version)
		return
	}
	last := hops[len(hops)-1]
	if strings.HasPrefix(last.name, "__") {
		have := r.have[last.name]
		if wants := firstNumber.FindString(last.version); have != "" && strings.Contains(last.version, ">") && lessVersion(have, wants) {
			r.virtual = append(r.virtual, need{dep: last, root: hops[0], line: i})
		}
		return
	}
	r.chains = append(r.chains, chain{hops, i})
}
