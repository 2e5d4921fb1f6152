package edit

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
)

// binaryDiff is the change as git's binary patch. A file that is not UTF-8 needs it: its bytes would not survive in a report, which is UTF-8 text.
// The form is that of git's documentation of diff formats ("GIT binary patch", "literal"); git checks the hashes.
func binaryDiff(path string, base, after []byte) (string, error) {
	forward, err := literal(after)
	if err != nil {
		return "", err
	}
	reverse, err := literal(base)
	if err != nil {
		return "", err
	}
	a, b := strings.TrimSuffix(label("a/", path), "\t"), strings.TrimSuffix(label("b/", path), "\t")
	return fmt.Sprintf("diff --git %s %s\nindex %x..%x 100644\nGIT binary patch\n%s\n%s\n", a, b, blobHash(base), blobHash(after), forward, reverse), nil
}

func blobHash(b []byte) []byte {
	h := sha1.New()
	fmt.Fprintf(h, "blob %d\x00", len(b))
	h.Write(b)
	return h.Sum(nil)
}

// literal is the whole of a file: its size, and its bytes deflated, at most 52 a line, each line after a letter for its length.
func literal(b []byte) (string, error) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(b); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "literal %d\n", len(b))
	for rest := packed.Bytes(); len(rest) > 0; {
		n := min(52, len(rest))
		out.WriteByte(lengthLetter(n))
		out.WriteString(base85(rest[:n]))
		out.WriteByte('\n')
		rest = rest[n:]
	}
	return out.String(), nil
}

// lengthLetter is A to Z for 1 to 26 bytes and a to z for 27 to 52.
func lengthLetter(n int) byte {
	if n <= 26 {
		return byte('A' + n - 1)
	}
	return byte('a' + n - 27)
}

const base85Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"

// base85 writes four bytes as five letters, as git does; the last group is filled up with zeros.
func base85(b []byte) string {
	var out []byte
	for len(b) > 0 {
		var group [4]byte
		b = b[copy(group[:], b):]
		v := binary.BigEndian.Uint32(group[:])
		var five [5]byte
		for i := 4; i >= 0; i-- {
			five[i] = base85Letters[v%85]
			v /= 85
		}
		out = append(out, five[:]...)
	}
	return string(out)
}
