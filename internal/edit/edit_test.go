package edit

import (
	"strings"
	"testing"
)

func TestApply(t *testing.T) {
	tests := []struct {
		name, base string
		edits      []Edit
		want       string
		err        string
	}{
		{"none", "ab\n", nil, "ab\n", ""},
		{"sorts", "abcd", []Edit{{3, 4, "D"}, {0, 1, "A"}}, "AbcD", ""},
		{"inserts in the given order", "ab", []Edit{{1, 1, "1"}, {1, 1, "2"}}, "a12b", ""},
		{"inserts before what is replaced", "ab", []Edit{{1, 2, "B"}, {1, 1, "-"}}, "a-B", ""},
		{"touching", "abc", []Edit{{0, 1, "x"}, {1, 2, "y"}}, "xyc", ""},
		{"keeps CRLF and no last newline", "a\r\nb", []Edit{{0, 1, "x"}}, "x\r\nb", ""},
		{"overlap", "abcd", []Edit{{0, 2, ""}, {1, 3, ""}}, "", "two edits want to change byte 1"},
		{"insert within", "abcd", []Edit{{0, 3, ""}, {1, 1, "x"}}, "", "two edits want to change byte 1"},
		{"behind the end", "ab", []Edit{{1, 3, ""}}, "", "bytes 1 to 3 are outside its 2 bytes"},
		{"negative", "ab", []Edit{{-1, 0, ""}}, "", "outside"},
		{"backwards", "ab", []Edit{{2, 1, ""}}, "", "outside"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := File{Path: "f", Base: []byte(tt.base), Edits: tt.edits}.Apply()
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("error %v, want one that says %q", err, tt.err)
				}
				return
			}
			if err != nil || string(got) != tt.want {
				t.Errorf("got %q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestApplyLeavesTheOrderOfEdits(t *testing.T) {
	f := File{Base: []byte("ab"), Edits: []Edit{{1, 2, "B"}, {0, 1, "A"}}}
	if _, err := f.Apply(); err != nil || f.Edits[0].Start != 1 {
		t.Errorf("edits are now %v, %v", f.Edits, err)
	}
}

func TestJoin(t *testing.T) {
	base := []byte("abcd")
	one := []File{{"f", base, []Edit{{0, 1, "A"}}}, {"g", nil, []Edit{{0, 0, "new"}}}}
	two := []File{{"f", base, []Edit{{0, 1, "A"}, {3, 4, "D"}}}}
	got, err := Join(one, two)
	if err != nil || len(got) != 2 || len(got[0].Edits) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	if after, _ := got[0].Apply(); string(after) != "AbcD" {
		t.Errorf("got %q", after)
	}
	if len(one[0].Edits) != 1 {
		t.Error("joining changed a set it was given")
	}
}

func TestJoinRefuses(t *testing.T) {
	base := []byte("abcd")
	tests := map[string][]File{
		"two edits want":    {{"f", base, []Edit{{0, 2, "x"}}}, {"f", base, []Edit{{0, 2, "y"}}}},
		"different version": {{"f", base, nil}, {"f", []byte("abce"), nil}},
		"different":         {{"f", nil, nil}, {"f", []byte{}, nil}},
	}
	for want, files := range tests {
		if got, err := Join(files); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, %v; want an error that says %q", got, err, want)
		}
	}
}
