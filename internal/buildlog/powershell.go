package buildlog

import "strings"

// decoration tells whether text is what PowerShell puts around the first line that a program writes to its error stream.
func decoration(text string) bool {
	t := strings.TrimLeft(text, " ")
	switch {
	case strings.HasPrefix(t, "+ CategoryInfo "), strings.HasPrefix(t, "+ FullyQualifiedErrorId "):
		return true
	case strings.HasPrefix(t, "+ ~"):
		return strings.Trim(t, "+ ~") == ""
	case strings.HasPrefix(t, "At line:"), strings.HasPrefix(t, "At ") && strings.Contains(t, ".ps1:"):
		return strings.Contains(t, " char:")
	}
	return false
}
