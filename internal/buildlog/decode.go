package buildlog

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// decode returns r as UTF-8 without a byte order mark; wide says that it was UTF-16, as PowerShell's ">" writes it. Such a text
// has the lines joined that the console had broken at its width.
func decode(r io.Reader) (text io.Reader, wide bool, err error) {
	in := bufio.NewReaderSize(r, 4096)
	head, err := in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return in, false, err
	}
	var order unicode.Endianness
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}) || zeros(head, 1):
		order = unicode.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}) || zeros(head, 0):
		order = unicode.BigEndian
	case isBinary(head):
		return in, false, ErrBinary
	default:
		return in, false, nil
	}
	decoded := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(in)
	return &unwrapper{in: bufio.NewReaderSize(decoded, 64<<10)}, true, nil
}

// ErrBinary is what Read returns for bytes that are no text.
var ErrBinary = errors.New("this is not text: give the build's log, or a .gz or .zip of it")

// isBinary tells whether head is not from a text: a tenth of it are bytes that no console shows.
func isBinary(head []byte) bool {
	odd, all := 0, len(head)
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 || r < ' ' && !strings.ContainsRune("\t\n\v\f\r\b\a\x1b", r) {
			odd++
		}
		head = head[n:]
	}
	return all >= 64 && odd*10 > all
}

// zeros tells whether the bytes at odd (1) or even (0) places of head are nearly all zero and the others nearly never.
func zeros(head []byte, at int) bool {
	n := [2]int{}
	for i, b := range head {
		if b == 0 {
			n[i&1]++
		}
	}
	half := len(head) / 2
	return half >= 8 && n[at]*10 > half*7 && n[1-at]*20 < half
}

// An unwrapper writes joined for line breaks that stand at the width of the console, and drops NULs.
type unwrapper struct {
	in     *bufio.Reader
	width  int // in characters; 0 where the text is not wrapped
	column int
	length int // bytes of the line, joined ones included
	begun  bool
}

// joinLimit ends a line that is joined from more bytes than this, so that joined lines are never cut.
const joinLimit = MaxLine

func (u *unwrapper) Read(p []byte) (int, error) {
	if !u.begun {
		u.begun = true
		head, _ := u.in.Peek(64 << 10)
		u.width = consoleWidth(head)
	}
	n := 0
	for n == 0 || n < len(p) && u.in.Buffered() > 0 {
		b, err := u.in.ReadByte()
		if err != nil {
			return n, err
		}
		n += u.put(p[n:], b)
	}
	return n, nil
}

func (u *unwrapper) put(p []byte, b byte) int {
	switch {
	case b == 0:
		return 0
	case b == '\r':
		return 0 // PowerShell ends lines with \r\n; a lone one overwrites nothing in a file
	case b == '\n' && u.width > 0 && u.column == u.width && u.length < joinLimit:
		u.column = 0
		p[0] = joined
		return 1
	case b == '\n':
		u.column, u.length = 0, 0
	case utf8.RuneStart(b):
		u.column++
	}
	u.length++
	p[0] = b
	return 1
}

// consoleWidth returns the length of the longest lines of text, if several have exactly that length and it can be a console's.
func consoleWidth(text []byte) int {
	lengths := map[int]int{}
	longest := 0
	for line := range bytes.Lines(text) {
		n := utf8.RuneCount(bytes.TrimRight(line, "\r\n"))
		lengths[n]++
		longest = max(longest, n)
	}
	if longest < 60 || longest > 400 || lengths[longest] < 3 {
		return 0
	}
	return longest
}
