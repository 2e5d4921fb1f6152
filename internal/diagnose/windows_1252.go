package diagnose

import "strings"

// windows1252 are the characters of the bytes 80 to 9F in Windows' western code page; five stand for nothing. All other bytes
// are the character of their number. The tables of x/text/encoding/charmap come only as a whole: forty code pages, 90 kB.
const windows1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"

// fromWindows1252 decodes bytes, any of which are text in it.
func fromWindows1252(src []byte) string {
	special := []rune(windows1252)
	var out strings.Builder
	for _, c := range src {
		if c >= 0x80 && c < 0xa0 {
			out.WriteRune(special[c-0x80])
			continue
		}
		out.WriteRune(rune(c))
	}
	return out.String()
}
