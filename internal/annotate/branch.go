package annotate

import "strings"

// EditsPrefix begins the names of the branches that hold edits of ours.
const EditsPrefix = "envmedic/"

const branchBytes = 60 // of the rule in a branch's name

// EditsBranch is the branch of a change that mends what these rules found: the same one for the same change. The names of a
// user's own rules may be anything.
func EditsBranch(rules []string, digest string) string {
	word := "change"
	if len(rules) > 0 {
		word = Word(rules[0])
	}
	return EditsPrefix + "fix-" + strings.Trim(word[:min(len(word), branchBytes)], "-") + "-" + digest
}

// Word is s in small letters, digits and hyphens, which every host takes as a part of a name.
func Word(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(s))
}
