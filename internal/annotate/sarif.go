package annotate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"unicode/utf16"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// WriteSARIF writes the report as SARIF 2.1.0, for editors and code scanning. What GitHub's code scanning asks for beyond the standard
// is there: the category in automationDetails, shortDescription and help of each rule, primaryLocationLineHash.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
func WriteSARIF(w io.Writer, r *diagnose.Report, version string) error {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "envmedic", Version: version, Rules: []sarifRule{}}},
		Automation:  sarifAutomation{"envmedic/"},
		Invocations: []sarifInvocation{{Successful: true}},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
	}
	for _, n := range r.Notes {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{"warning", sarifText(n)})
	}
	index := map[string]int{}
	for _, d := range findings(r) {
		i, ok := index[d.Rule]
		if !ok {
			i = len(run.Tool.Driver.Rules)
			index[d.Rule] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(&d))
		}
		run.Results = append(run.Results, sarifResultOf(&d, i))
	}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// ruleBytes is how much of a rule's description code scanning takes; it counts characters, which are never more.
const ruleBytes = 1024

// sarifRuleOf describes a rule. Its id in words is the title of its alerts: what people search for, and the same for all of them.
func sarifRuleOf(d *diagnose.Diagnosis) sarifRule {
	why, help := d.Why, d.Help
	if why == "" {
		why = message(d)
	}
	if help == "" {
		help = why
	}
	return sarifRule{
		ID: d.Rule, HelpURI: address(cmp.Or(d.Page, d.Help)),
		Short: sarifText(strings.ReplaceAll(d.Rule, "-", " ")), Full: sarifText(Short(prose(why), ruleBytes)), Help: sarifText(help),
	}
}

func sarifResultOf(d *diagnose.Diagnosis, index int) sarifResult {
	at, same := place(d), Fingerprint(d)
	result := sarifResult{
		RuleID: d.Rule, RuleIndex: index, Level: sarifLevel(d.Kind), Message: sarifText(message(d)),
		Fingerprints: map[string]string{"envmedic/v1": same, "primaryLocationLineHash": same + ":1"},
	}
	if at.Path != "" {
		result.Locations = []sarifLocation{sarifPlace(at)}
	}
	result.Related = sarifRelated(d)
	for _, f := range d.Fixes {
		if fix := sarifFixOf(f); fix.Changes != nil {
			result.Fixes = append(result.Fixes, fix)
		}
	}
	return result
}

// sarifRelated are the other places, the quoted lines of the log among them. The standard wants each once.
func sarifRelated(d *diagnose.Diagnosis) []sarifLocation {
	var list []sarifLocation
	seen := map[diagnose.Location]bool{}
	for _, l := range d.Related {
		if !seen[l] {
			seen[l] = true
			list = append(list, sarifPlace(l))
		}
	}
	if d.Location == nil || d.Log == "" {
		return list
	}
	for _, e := range d.Evidence {
		at := diagnose.Location{Path: d.Log, Line: e.Line}
		if seen[at] {
			continue
		}
		seen[at] = true
		l := sarifPlace(at)
		text := sarifText(Short(e.Text, quotedBytes))
		l.Message = &text
		list = append(list, l)
	}
	return list
}

func sarifLevel(kind string) string {
	switch kind {
	case "cause":
		return "error"
	case "advice":
		return "note"
	}
	return "warning"
}

// sarifText is s as a plain text message. In one, `[words](1)` is a link to a related location, so a blank goes in between.
func sarifText(s string) sarifMessage {
	return sarifMessage{strings.ReplaceAll(Plain(oneLine(s)), "](", "] (")}
}

// Fingerprint says that two runs found the same thing: the rule, the file and what the line says, not where it has moved to.
func Fingerprint(d *diagnose.Diagnosis) string {
	at := place(d)
	text := at.Text
	if text == "" && len(d.Evidence) > 0 {
		text = d.Evidence[0].Text
	}
	sum := sha256.Sum256([]byte(d.Rule + "\x00" + at.Path + "\x00" + strings.Join(strings.Fields(text), " ")))
	return hex.EncodeToString(sum[:16])
}

func sarifPlace(l diagnose.Location) sarifLocation {
	p := sarifPhysical{Artifact: artifact(l.Path)}
	if l.Line > 0 {
		p.Region = &sarifRegion{StartLine: l.Line, EndLine: max(l.Line, l.EndLine)}
		if l.Column > 0 && l.EndColumn > 0 && p.Region.EndLine == l.Line {
			p.Region.StartColumn, p.Region.EndColumn = column16(l.Text, l.Column), column16(l.Text, l.EndColumn)
		}
	}
	return sarifLocation{Physical: p}
}

// artifact names a file of the repository, or a log, which may be absolute.
func artifact(path string) sarifArtifact {
	u := url.URL{Path: path}
	if strings.HasPrefix(path, "/") {
		u.Scheme = "file"
		return sarifArtifact{URI: u.String()}
	}
	return sarifArtifact{URI: u.String(), BaseID: "%SRCROOT%"}
}

// column16 turns a column that counts bytes of line into one that counts UTF-16 units.
func column16(line string, column int) int {
	if column-1 > len(line) {
		return column
	}
	return units(line[:column-1]) + 1
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }

func sarifFixOf(f diagnose.Fix) sarifFix {
	fix := sarifFix{Description: sarifText(f.Title + " (" + certainty(f) + ")")}
	for _, file := range f.Files {
		change := sarifChange{Artifact: artifact(file.Path)}
		for _, p := range Replacements(file) {
			change.Replacements = append(change.Replacements, sarifReplacement{Deleted: wholeLines(p), Inserted: &sarifMessage{p.New}})
		}
		if change.Replacements == nil {
			return sarifFix{} // a part of an edit is none
		}
		fix.Changes = append(fix.Changes, change)
	}
	return fix
}

func wholeLines(p Replacement) sarifRegion {
	if strings.HasSuffix(p.Old, "\n") {
		return sarifRegion{p.Line, 1, p.EndLine + 1, 1}
	}
	last := p.Old[strings.LastIndexByte(p.Old, '\n')+1:]
	return sarifRegion{p.Line, 1, p.EndLine, units(last) + 1}
}
