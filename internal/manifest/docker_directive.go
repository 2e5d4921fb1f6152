package manifest

import (
	"fmt"
	"strings"
	"unicode"
)

var directive = lazy(`^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`)

// readDirectives reads the comments on top of the file that are meant for docker: `# escape=`, `# syntax=`, `# check=`. Any
// other line ends them.
func (d *Dockerfile) readDirectives() {
	d.Escape = '\\'
	seen := map[string]bool{}
	for n := 1; n <= d.File.Lines(); n++ {
		line := strings.TrimLeftFunc(d.File.At(d.File.bare(n)), unicode.IsSpace)
		if !strings.HasPrefix(line, "#") {
			return
		}
		m := directive.FindStringSubmatch(strings.TrimLeftFunc(line[1:], unicode.IsSpace))
		if m == nil {
			return
		}
		name := strings.ToLower(m[1])
		if name != "escape" && name != "syntax" && name != "check" {
			return
		}
		if message := d.direct(name, m[2], seen[name]); message != "" {
			d.misdirected = &refusal{max(1, n-1), message}
			return
		}
		seen[name] = true
	}
}

// direct takes in one directive, or says what is wrong with it.
func (d *Dockerfile) direct(name, value string, again bool) string {
	switch {
	case again:
		return fmt.Sprintf("only one %s parser directive can be used", name)
	case name != "escape":
	case value != "`" && value != `\`:
		return fmt.Sprintf("invalid escape token '%s' does not match ` or \\", value)
	default:
		d.Escape = value[0]
	}
	return ""
}
