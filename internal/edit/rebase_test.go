package edit

import (
	"bytes"
	"strings"
	"testing"
)

// replace is the edit of base that makes new of the one place where old stands; an old that ends in ‸ is a place to insert at.
func replace(base, old, new string) Edit {
	if at, ok := strings.CutSuffix(old, "‸"); ok {
		i := strings.Index(base, at) + len(at)
		return Edit{i, i, new}
	}
	i := strings.Index(base, old)
	return Edit{i, i + len(old), new}
}

func TestRebase(t *testing.T) {
	const bom = "\ufeff"
	tests := []struct{ name, base, old, new, onto, want string }{
		{"the same version", "a\nb\n", "b", "B", "a\nb\n", "a\nB\n"},
		{"lines before it", "a\nb\n", "b", "B", "1\n2\na\nb\n", "1\n2\na\nB\n"},
		{"lines taken away before it", "1\n2\na\nb\n", "b", "B", "a\nb\n", "a\nB\n"},
		{"a line right before it changed", "a\nb\nc\n", "b", "B", "x\nb\nc\n", "x\nB\nc\n"},
		{"changes before and behind", "a\nb\nc\nd\ne\n", "c", "C", "1\na\nc\nd\n2\n", "1\na\nC\nd\n2\n"},
		{"CRLF", "a\r\nb\r\n", "b", "B", "0\r\na\r\nb\r\n", "0\r\na\r\nB\r\n"},
		{"no last line end", "a\nb", "b", "B", "0\na\nb", "0\na\nB"},
		{"BOM", bom + "a\nb\n", "b", "B", bom + "a\n0\nb\n", bom + "a\n0\nB\n"},
		{"BOM put before the first line", "a\nb\n", "b", "B", bom + "a\nb\n", bom + "a\nB\n"},
		{"not UTF-8", "\xff\nb\n", "b", "B", "\xfe\n\xff\nb\n", "\xfe\n\xff\nB\n"},
		{"a line taken out", "a\nb\nc\n", "b\n", "", "0\na\nb\nc\n", "0\na\nc\n"},
		{"a line put in", "a\nb\nc\n", "a\n‸", "+\n", "0\na\nb\nc\n", "0\na\n+\nb\nc\n"},
		{"at the start", "a\nb\n", "‸", "+\n", "a\nb\nc\n", "+\na\nb\nc\n"},
		{"at the end", "a\nb\n", "b\n‸", "+\n", "0\na\nb\n", "0\na\nb\n+\n"},
		{"at the end, no last line end", "a\nb", "b‸", "\n+", "0\na\nb", "0\na\nb\n+"},
		{"within a line", "a\nRUN x\n", "RUN‸", " -y", "0\na\nRUN x\n", "0\na\nRUN -y x\n"},
		{"already made, among other changes", "a\nb\nc\n", "b", "B", "0\na\nB\nc\n", "0\na\nB\nc\n"},
		{"already put in", "a\nb\n", "a\n‸", "+\n", "0\na\n+\nb\n", "0\na\n+\nb\n"},
		{"already taken out", "a\nb\nc\n", "b\n", "", "0\na\nc\n", "0\na\nc\n"},
		{"already all of it", "a\nb\n", "b", "B", "a\nB\n", "a\nB\n"},
		{"into an empty file", "", "‸", "+\n", "", "+\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Rebase(File{"f", []byte(tt.base), []Edit{replace(tt.base, tt.old, tt.new)}}, []byte(tt.onto))
			if err != nil {
				t.Fatal(err)
			}
			got, err := f.Apply()
			if err != nil || string(got) != tt.want {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
			if done := tt.onto == tt.want; done != (len(f.Edits) == 0) {
				t.Errorf("%d edits are left, though already made is %t", len(f.Edits), done)
			}
		})
	}
}

func TestRebaseRefuses(t *testing.T) {
	tests := []struct{ name, base, old, new, onto string }{
		{"the line changed", "a\nb\nc\n", "b", "B", "a\nx\nc\n"},
		{"the line is gone", "a\nb\nc\n", "b", "B", "a\nc\n"},
		{"its end of line changed", "a\nb\r\n", "b", "B", "a\nb\n"},
		{"the last line got its end", "a\nb", "b‸", "\n+", "a\nb\n"},
		{"a BOM before the line", "a\nb\n", "a", "A", "\ufeffa\nb\n"},
		{"something else stands between", "a\nb\n", "a\n‸", "+\n", "a\n-\nb\n"},
		{"the line after an insertion changed", "a\nb\n", "a\n‸", "+\n", "a\nx\n"},
		{"something else was put at the start", "a\nb\n", "‸", "+\n", "-\na\nb\n"},
		{"something else was put at the end", "a\nb\n", "b\n‸", "+\n", "a\nb\n-\n"},
		{"two lines that no longer stand together", "a\nb\nc\n", "b\nc", "d", "a\nb\n-\nc\n"},
		{"the line that would move up changed", "a \\\nb\nc\n", " \\\n", " ", "a \\\nx\nc\n"},
		{"the line stands there twice", "a\nb\nc\n", "b", "B", "a\nb\nc\nx\nb\ny\n"},
		{"taken out, but replaced there", "a\nb\n", "b\n", "", "a\nc\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Rebase(File{"env.yml", []byte(tt.base), []Edit{replace(tt.base, tt.old, tt.new)}}, []byte(tt.onto))
			if err == nil || !strings.Contains(err.Error(), "moving the edits of env.yml: line ") {
				t.Errorf("got %v, %v; want a refusal", f.Edits, err)
			}
		})
	}
}

// One of two edits that are there already is dropped, the other stays.
func TestRebaseHalfMade(t *testing.T) {
	base, onto := "a\nb\nc\nd\n", "0\nA\nb\nc\nd\n"
	f, err := Rebase(File{"f", []byte(base), []Edit{replace(base, "d", "D"), replace(base, "a", "A")}}, []byte(onto))
	if err != nil || len(f.Edits) != 1 {
		t.Fatalf("got %v, %v", f.Edits, err)
	}
	if got, _ := f.Apply(); string(got) != "0\nA\nb\nc\nD\n" {
		t.Errorf("got %q", got)
	}
}

func TestRebaseOfNewFiles(t *testing.T) {
	created := File{"f", nil, []Edit{{0, 0, "x\n"}}}
	if f, err := Rebase(created, nil); err != nil || len(f.Edits) != 1 || f.Base != nil {
		t.Errorf("where it is not there either: %v, %v", f, err)
	}
	if f, err := Rebase(created, []byte("x\n")); err != nil || len(f.Edits) != 0 {
		t.Errorf("where it was created alike: %v, %v", f, err)
	}
	for _, onto := range []string{"", "y\n"} {
		if _, err := Rebase(created, []byte(onto)); err == nil || !strings.Contains(err.Error(), "has a file of that name") {
			t.Errorf("where it is %q: %v", onto, err)
		}
	}
	if _, err := Rebase(File{"f", []byte("a"), []Edit{{0, 1, "b"}}}, nil); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("where it is gone: %v", err)
	}
	if _, err := Rebase(File{"f", []byte("a"), []Edit{{0, 9, "b"}}}, []byte("b")); err == nil {
		t.Error("an edit behind the end was moved")
	}
}

// FuzzRebase checks that a moved edit replaces the same bytes in the same surroundings.
func FuzzRebase(f *testing.F) {
	f.Add("a\nb\nc\n", "0\na\nb\nc\n", 2, 3, "B")
	f.Add("a\r\nb\r\nc", "a\r\nx\r\nb\r\nc", 8, 8, "\r\nd")
	f.Add("\ufeffa\nb\n", "\ufeffa\nb\nb\n", 0, 0, "+\n")
	f.Add("a\na\na\n", "a\na\n", 2, 4, "")
	f.Add("", "x", 0, 0, "y")
	f.Add("0\n\nb\n", "\nb\n0", 2, 5, "0") // joins the last line with what comes after it there
	f.Fuzz(func(t *testing.T, base, onto string, start, end int, text string) {
		from := File{"f", []byte(base), []Edit{{start, end, text}}}
		moved, err := Rebase(from, []byte(onto))
		if err != nil || len(moved.Edits) == 0 {
			return
		}
		e := moved.Edits[0]
		if onto[e.Start:e.End] != base[start:end] || e.New != text {
			t.Fatalf("%+v became %+v", from.Edits[0], e)
		}
		lines, _ := touched([]byte(base), from.Edits[0])
		there, _ := touched([]byte(onto), e)
		if !bytes.Equal(from.Base[lines.from:lines.to], moved.Base[there.from:there.to]) {
			t.Fatalf("it stood in %q and stands in %q", base[lines.from:lines.to], onto[there.from:there.to])
		}
		if _, err := moved.Apply(); err != nil {
			t.Fatal(err)
		}
	})
}

// A checkout on Windows has CRLF where the repository has LF, and edits of it with CRLF in their text.
func TestRebaseOntoLF(t *testing.T) {
	base := "a\r\nnumppy\r\nc\r\n"
	for name, e := range map[string]Edit{
		"a word":                     {3, 9, "numpy"},
		"a line":                     {3, 11, "numpy\r\n"},
		"a line's text with its CR":  {3, 10, "numpy\r"},
		"a line in between":          {3, 11, "b\r\nnumpy\r\n"},
		"from the middle of an end":  {2, 10, "\nnumpy\r"},
		"the last line is taken off": {11, 14, ""},
	} {
		f := File{Path: "r.txt", Base: []byte(base), Edits: []Edit{e}}
		after, err := f.Apply()
		if err != nil {
			t.Fatal(err)
		}
		want := "# above\n" + strings.ReplaceAll(string(after), "\r\n", "\n")
		moved, err := Rebase(f, []byte("# above\n"+strings.ReplaceAll(base, "\r\n", "\n")))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, err := moved.Apply(); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
	if _, err := Rebase(File{Path: "r.txt", Base: []byte(base), Edits: []Edit{{3, 900, "x"}}}, []byte("a\n")); err == nil {
		t.Error("an edit that does not fit its file is moved")
	}
}
