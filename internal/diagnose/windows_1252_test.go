package diagnose

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// TestFromWindows1252 holds every byte against the table of x/text.
func TestFromWindows1252(t *testing.T) {
	for c := range 256 {
		want, err := charmap.Windows1252.NewDecoder().Bytes([]byte{byte(c)})
		if err != nil {
			t.Fatal(err)
		}
		if got := fromWindows1252([]byte{byte(c)}); got != string(want) {
			t.Errorf("byte %#02x is %q, want %q", c, got, want)
		}
	}
}
