package buildlog

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// generate writes about n bytes that look like a long build: mostly noise, now and then a literal, a step, colours, bars, a long line.
func generate(n int) string {
	r := rand.New(rand.NewSource(7))
	var b strings.Builder
	b.WriteString("#3 [1/9] FROM docker.io/library/python:3.9\n")
	for step := 4; b.Len() < n; {
		switch k := r.Intn(1000); {
		case k < 600:
			fmt.Fprintf(&b, "#%d %d.%03d Collecting package-%d==1.%d.%d (from -r requirements.txt (line %d))\n", step, r.Intn(900), r.Intn(1000), r.Intn(500), r.Intn(9), r.Intn(9), r.Intn(90))
		case k < 800:
			fmt.Fprintf(&b, "Unpacking libpackage%d:amd64 (%d.%d-1ubuntu2) ...\n", r.Intn(900), r.Intn(9), r.Intn(9))
		case k < 900:
			fmt.Fprintf(&b, "#%d %d.1 \r%d%%\r%d%% [####]\n", step, r.Intn(90), r.Intn(90), r.Intn(90))
		case k < 980:
			fmt.Fprintf(&b, "\x1b[2K   \x1b[90m━━━━━━━━\x1b[0m \x1b[32m%d.%d MB\x1b[0m\r\n", r.Intn(90), r.Intn(9))
		case k < 985:
			fmt.Fprintf(&b, "#%d 9.9 WARNING: Discarding \x1b[31mhttps://pypi.exa\x1b[0mmple/x-%d. Command errored out\n", step, r.Intn(9))
		case k < 986:
			fmt.Fprintf(&b, "#%d 9.9 ERROR: No matching distribution found for x%d\n", step, r.Intn(900))
		case k < 987:
			step++
			fmt.Fprintf(&b, "#%d [%d/9] RUN pip install x%d\n", step, step, step)
		case k == 987 && r.Intn(20) == 0:
			b.WriteString("#3 1.1 " + strings.Repeat("=", r.Intn(2*longLine)) + "\r99%\r100% of a long line\n")
		case k == 988 && r.Intn(20) == 0:
			b.WriteString("begin of a long line " + strings.Repeat("y", r.Intn(2*longLine)) + "\n")
		default:
			fmt.Fprintf(&b, "  Building wheel for package-%d (setup.py): started\n", r.Intn(900))
		}
	}
	b.WriteString("ERROR: failed to solve: process \"/bin/sh -c x\" did not complete successfully: exit code: 1")
	return b.String()
}

var some = []string{"ERROR: No matching distribution found for ", "https://pypi.example/", "long line", "Discarding "}

// TestDeliveryDoesNotMatter reads the same text in pieces of many sizes.
func TestDeliveryDoesNotMatter(t *testing.T) {
	f := NewFinder(some)
	for _, size := range []int{200, 300 << 10, wholeLimit + 4000, 9 << 20} {
		text := generate(size)
		want, err := Read(strings.NewReader(text), "x", f)
		if err != nil {
			t.Fatal(err)
		}
		readers := map[string]io.Reader{"half": iotest.HalfReader(strings.NewReader(text))}
		if size < 1<<20 {
			readers["one byte"] = iotest.OneByteReader(strings.NewReader(text))
			readers["data and EOF"] = iotest.DataErrReader(strings.NewReader(text))
		}
		for name, r := range readers {
			got, err := Read(r, "x", f)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d bytes, %s: %s", size, name, diff)
			}
		}
		for _, piece := range []int{4099, 70 << 10} {
			got, err := read(strings.NewReader(text), "x", f, piece, 0)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d bytes in pieces of %d: %s", size, piece, diff)
			}
		}
	}
}

// TestLargeLog checks what stays of a log that is not kept whole: its start, its end, the first hits of each literal, and steps.
func TestLargeLog(t *testing.T) {
	text := generate(10 << 20)
	raw := strings.Split(text, "\n")
	at := len(raw) / 3
	raw[at] = "#77 1.1 ERROR: the only one of its kind"
	l, err := Read(strings.NewReader(strings.Join(raw, "\n")), "x", NewFinder(append([]string{"the only one of its kind"}, some...)))
	if err != nil {
		t.Fatal(err)
	}
	if l.Count != len(raw) || l.Lines[0].Num != 1 || l.Lines[len(l.Lines)-1].Num != len(raw) {
		t.Errorf("%d lines of %d, from %d to %d", l.Count, len(raw), l.Lines[0].Num, l.Lines[len(l.Lines)-1].Num)
	}
	if len(l.Lines) > len(raw)*2/3 {
		t.Errorf("%d of %d lines are kept", len(l.Lines), len(raw))
	}
	i := slices.IndexFunc(l.Hits, func(h Hit) bool { return h.Literal == 0 })
	if i < 0 {
		t.Fatal("the hit in the middle is lost")
	}
	hit := l.Hits[i].Line
	if l.Lines[hit].Num != at+1 || l.Lines[hit-linesBefore/2].Num != at+1-linesBefore/2 || l.Lines[hit+linesAfter/2].Num != at+1+linesAfter/2 {
		t.Errorf("the hit is at line %d, want %d with what surrounds it", l.Lines[hit].Num, at+1)
	}
	checkLines(t, l, raw)
	last := l.Steps[len(l.Steps)-1]
	if want := strings.Count(text, "] RUN pip install"); len(l.Steps) < want || !strings.HasPrefix(last.Command, "pip install") {
		t.Errorf("%d steps, want %d; the last is %q", len(l.Steps), want, last.Name)
	}
}

// checkLines checks that numbers rise and that each line's text is what its raw line shows.
func checkLines(t *testing.T, l *Log, raw []string) {
	t.Helper()
	last := 0
	for _, n := range l.Lines {
		if n.Num <= last || n.Num > len(raw) {
			t.Fatalf("line %d follows line %d of %d", n.Num, last, len(raw))
		}
		last = n.Num
		if want := clean(raw[n.Num-1]).text; len(raw[n.Num-1]) < longLine && n.Text != want && !n.Echo && !strings.HasSuffix(want, n.Text) {
			t.Fatalf("line %d is %q, want %q", n.Num, n.Text, want)
		}
	}
}

func TestLongLines(t *testing.T) {
	huge := strings.Repeat("z", 3<<20)
	text := "first\n" + "head " + huge + " tail\n" + "#4 1.1 " + huge + "\r50%\r100% seen\n" + "last"
	l, err := Read(strings.NewReader(text), "x", NewFinder([]string{"100% seen"}))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Lines) != 4 || l.Count != 4 || l.Bytes != int64(len(text)) {
		t.Fatalf("%d lines, %d counted, %d bytes", len(l.Lines), l.Count, l.Bytes)
	}
	if n := len(l.Lines[1].Text); n != MaxLine || !strings.HasPrefix(l.Lines[1].Text, "head zz") {
		t.Errorf("the long line has %d bytes: %.20q", n, l.Lines[1].Text)
	}
	if l.Lines[2].Text != "100% seen" || len(l.Hits) != 1 || l.Lines[3].Text != "last" {
		t.Errorf("got %.40q, %v, %q", l.Lines[2].Text, l.Hits, l.Lines[3].Text)
	}
}

func TestHitsAreWhatIsSeen(t *testing.T) {
	f := NewFinder([]string{"ERROR: hidden", "ERROR: seen"})
	l, _ := Read(strings.NewReader("ERROR: hidden\rfine\nERR\x1b[91mOR: seen twice: ERROR: seen\n"), "x", f)
	if diff := cmp.Diff([]Hit{{1, 1}}, l.Hits); diff != "" {
		t.Error(diff)
	}
}

func wide(text string, order binary.ByteOrder, bom bool) []byte {
	var b []byte
	if bom {
		text = "\ufeff" + text
	}
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return b
}

// TestPowerShell reads UTF-16 with lines that a console of 80 columns broke.
func TestPowerShell(t *testing.T) {
	message := "ERROR: Could not find a version that satisfies the requirement kestrel==9.9 (from versions: 1.0, 1.1)"
	var b strings.Builder
	for range 3 {
		b.WriteString(message[:80] + "\r\n" + message[80:] + "\r\n")
	}
	b.WriteString("At line:1 char:1\r\nlast ✓\r\n")
	for name, data := range map[string][]byte{
		"little": wide(b.String(), binary.LittleEndian, true), "big": wide(b.String(), binary.BigEndian, true),
		"little without mark": wide(b.String(), binary.LittleEndian, false),
	} {
		l, err := Read(iotest.HalfReader(bytes.NewReader(data)), "x", NewFinder([]string{"requirement kestrel==9.9 (from versions"}))
		if err != nil {
			t.Fatal(err)
		}
		if l.Count != 8 || len(l.Lines) != 5 || len(l.Hits) != 3 {
			t.Fatalf("%s: %d raw lines, %d lines, %d hits", name, l.Count, len(l.Lines), len(l.Hits))
		}
		if l.Lines[1].Num != 3 || l.Lines[1].Text != message || l.Lines[3].Text != "" || l.Lines[4].Text != "last ✓" || l.Lines[4].Num != 8 {
			t.Errorf("%s: got %+v", name, l.Lines)
		}
	}
}

func TestBadInput(t *testing.T) {
	f := NewFinder(nil)
	l, err := Read(strings.NewReader(""), "x", f)
	if err != nil || len(l.Lines) != 0 || len(l.Steps) != 0 || l.Outcome != Unknown {
		t.Errorf("empty: %+v, %v", l, err)
	}
	if _, err := Read(bytes.NewReader(bytes.Repeat([]byte{0x7f, 'E', 'L', 'F', 0, 0, 0, 1, 0xff}, 500)), "x", f); !errors.Is(err, ErrBinary) {
		t.Errorf("binary: %v", err)
	}
	broken := errors.New("broken")
	l, err = Read(io.MultiReader(strings.NewReader("one\ntwo"), iotest.ErrReader(broken)), "x", f)
	if !errors.Is(err, broken) || len(l.Lines) != 2 {
		t.Errorf("broken: %d lines, %v", len(l.Lines), err)
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	io.WriteString(w, generate(100000))
	w.Close()
	l, err = Stream("x.gz", bytes.NewReader(z.Bytes()[:z.Len()/2])).Read(f)
	if err != nil || l.Clipped == "" || len(l.Lines) == 0 {
		t.Errorf("cut gzip: %d lines, clipped %q, %v", len(l.Lines), l.Clipped, err)
	}
}

func BenchmarkRead100MB(b *testing.B) {
	f, text := NewFinder(literals(b)), []byte(generate(100<<20))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(bytes.NewReader(text), "x", f); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead1MB(b *testing.B) {
	f, text := NewFinder(literals(b)), []byte(generate(1<<20))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Read(bytes.NewReader(text), "x", f); err != nil {
			b.Fatal(err)
		}
	}
}
