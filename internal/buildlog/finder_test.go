package buildlog

import (
	"math/rand"
	"os"
	"slices"
	"strings"
	"testing"
)

// literals are some six hundred pieces of messages of the tools that build images.
func literals(t testing.TB) []string {
	text, err := os.ReadFile("testdata/literals.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// TestFinderFindsAll compares with a search for each literal by itself, at every alignment and at both ends.
func TestFinderFindsAll(t *testing.T) {
	all := append(literals(t), "ERROR: ", "RROR: ", "aaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaa")
	f := NewFinder(all)
	r := rand.New(rand.NewSource(1))
	for range 300 {
		var b strings.Builder
		for range 8 {
			b.WriteString(strings.Repeat("a", r.Intn(30)))
			b.WriteString(all[r.Intn(len(all))])
		}
		text := b.String()[r.Intn(5):]
		text = text[:len(text)-r.Intn(5)]
		if got, want := sorted(f.find([]byte(text), nil)), naive(f.literals, text); !slices.Equal(got, want) {
			t.Fatalf("in %q: got %v, want %v", text, got, want)
		}
	}
}

func naive(literals []string, text string) []find {
	var all []find
	for id, l := range literals {
		for at := 0; ; at++ {
			i := strings.Index(text[at:], l)
			if i < 0 {
				break
			}
			at += i
			all = append(all, find{at, id})
		}
	}
	return sorted(all)
}

func sorted(all []find) []find {
	slices.SortFunc(all, func(a, b find) int { return (a.at-b.at)*10000 + a.literal - b.literal })
	return all
}

func TestFinderWithoutLiterals(t *testing.T) {
	f := NewFinder([]string{"", "short"})
	for _, h := range f.find([]byte("this is short"), nil) {
		t.Errorf("found %q", f.literals[h.literal])
	}
}

func TestStructuralLiterals(t *testing.T) {
	for _, l := range structural {
		if len(l) < shortWindow || strings.Contains(l, "\n") {
			t.Errorf("%q cannot be found", l)
		}
	}
}

func BenchmarkNewFinder(b *testing.B) {
	all := literals(b)
	for b.Loop() {
		NewFinder(all)
	}
}

func BenchmarkFind(b *testing.B) {
	f, text := NewFinder(literals(b)), []byte(generate(8<<20))
	b.SetBytes(int64(len(text)))
	var found []find
	for b.Loop() {
		for at := 0; at < len(text); at += pieceSize {
			found = f.find(text[at:min(at+pieceSize, len(text))], found[:0])
		}
	}
}
