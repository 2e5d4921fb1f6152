package edit

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/aymanbagabas/go-udiff"
)

// Diff is the change as a unified diff that `git apply` and `patch -p1` take; "" when nothing changes. Of a file that is not UTF-8
// it is a binary patch, which only git takes.
// Lines end at \n only, so a \r stays part of its line.
func (f File) Diff() (string, error) {
	after, err := f.Apply()
	if err != nil {
		return "", err
	}
	if f.Base != nil && notText(f.Base) && !bytes.Equal(f.Base, after) {
		return binaryDiff(f.Path, f.Base, after)
	}
	from := label("a/", f.Path)
	if f.Base == nil {
		from = "/dev/null"
	}
	return udiff.Unified(from, label("b/", f.Path), string(f.Base), string(after)), nil
}

// notText tells bytes that a unified diff can't hold, or that git takes for a binary file.
func notText(b []byte) bool { return !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 }

// Diff is the change of all files in their order.
func Diff(files []File) (string, error) {
	var all strings.Builder
	for _, f := range files {
		d, err := f.Diff()
		if err != nil {
			return "", err
		}
		all.WriteString(d)
	}
	return all.String(), nil
}

// label writes a path the way git does in the header of a diff: quoted in C style where it holds control characters, quotes,
// backslashes or bytes outside ASCII, and followed by a tab where it holds a blank, which else would end it for some readers.
func label(prefix, path string) string {
	full := prefix + path
	if strings.IndexFunc(full, odd) >= 0 {
		return quote(full)
	}
	if strings.Contains(full, " ") {
		return full + "\t"
	}
	return full
}

func odd(r rune) bool {
	return r < ' ' || r >= 0x7f || r == '"' || r == '\\'
}

var escapes = map[byte]string{
	'\a': `\a`, '\b': `\b`, '\t': `\t`, '\n': `\n`, '\v': `\v`, '\f': `\f`, '\r': `\r`, '"': `\"`, '\\': `\\`,
}

func quote(path string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch short, ok := escapes[c]; {
		case ok:
			b.WriteString(short)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
