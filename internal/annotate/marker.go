package annotate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Marker is the hidden first line of what envmedic writes on a host. By it a later run finds the text again, and sees without
// reading the text whether it has changed. Values are digests, numbers and words, never text of a log.
type Marker map[string]string

const (
	markerStart = "<!-- envmedic "
	markerEnd   = " -->"
)

// String is the marker as a line of Markdown that no page shows. Characters that could end it, or a value, are left out.
func (m Marker) String() string {
	var b strings.Builder
	b.WriteString(markerStart)
	for i, k := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(markerWord(k) + "=" + markerWord(m[k]))
	}
	b.WriteString(markerEnd)
	return b.String()
}

func markerWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("._/-", r) {
			return r
		}
		return -1
	}, strings.ReplaceAll(s, "--", "-"))
}

// ReadMarker reads the marker of a text. One that stands anywhere but at the very start is somebody's quotation, and is none.
func ReadMarker(body string) (Marker, bool) {
	line, _, _ := strings.Cut(body, "\n")
	rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r "), markerStart)
	if !ok {
		return nil, false
	}
	rest, ok = strings.CutSuffix(rest, markerEnd)
	if !ok {
		return nil, false
	}
	m := Marker{}
	for _, field := range strings.Fields(rest) {
		k, v, _ := strings.Cut(field, "=")
		m[k] = v
	}
	return m, true
}

// Digest is a short name for a text: 16 hexadecimal digits.
func Digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}
