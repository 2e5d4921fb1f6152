package buildlog

import "encoding/binary"

// A Finder looks for many literals at once. It is made once for all logs and is never changed afterwards.
//
// It does not walk the text byte by byte. Of every literal a window is chosen, and the text is sampled at a stride: whatever the
// alignment, one sample lies wholly inside an occurrence of the window. A table of bits says whether any window holds a sample;
// what passes is compared with the literals in full. Samples depend on nothing that came before, so the processor looks at several
// at a time, which a search that skips ahead by what it saw (Wu-Manber) does not allow.
type Finder struct {
	literals []string // the caller's, then structural
	own      int      // how many are the caller's
	long     grams    // literals of longWindow bytes or more: samples of eight bytes, which are rare
	short    grams    // shorter ones: samples of four
}

const (
	longGram, longStride   = 8, 8
	shortGram, shortStride = 4, 3
	longWindow             = longStride + longGram - 1
	shortWindow            = shortStride + shortGram - 1 // also the length of the shortest literal that can be found
)

// NewFinder makes a Finder for literals of at least six bytes without line breaks. A literal that is shorter or spans lines is
// never found. Hit.Literal counts in the order given; the literals that mark the structure of a log are added behind them.
func NewFinder(literals []string) *Finder {
	f := &Finder{own: len(literals), literals: make([]string, 0, len(literals)+len(structural))}
	f.literals = append(append(f.literals, literals...), structural...)
	f.long.size, f.long.stride = longGram, longStride
	f.short.size, f.short.stride = shortGram, shortStride
	f.long.places = make([]place, 0, longStride*len(f.literals))
	common := sampled()
	for id, l := range f.literals {
		switch {
		case len(l) >= longWindow:
			f.long.add(id, l, common)
		case len(l) >= shortWindow:
			f.short.add(id, l, common)
		}
	}
	return f
}

// A find is an occurrence of a literal in a text.
type find struct{ at, literal int }

// find appends the occurrences in text to found, those of short literals behind those of long ones.
func (f *Finder) find(text []byte, found []find) []find {
	found = f.findLong(text, found)
	return f.findShort(text, found)
}

// findLong and findShort look at four samples with one branch: asking one by one makes the processor wait for each answer.
// They differ in constants alone; with variables in their place, or a call inside, they take twice the time.
func (f *Finder) findLong(text []byte, found []find) []find {
	marks, at := &f.long.marks, 0
	for ; at+4*longStride <= len(text); at += 4 * longStride {
		w := text[at : at+4*longStride : at+4*longStride]
		a := hash(binary.LittleEndian.Uint64(w))
		b := hash(binary.LittleEndian.Uint64(w[longStride:]))
		c := hash(binary.LittleEndian.Uint64(w[2*longStride:]))
		d := hash(binary.LittleEndian.Uint64(w[3*longStride:]))
		if (test(marks[a>>12], a)|test(marks[b>>12], b)|test(marks[c>>12], c)|test(marks[d>>12], d))&1 != 0 {
			found = f.look(&f.long, text, at, at+4*longStride, found)
		}
	}
	return f.look(&f.long, text, at, len(text), found)
}

func (f *Finder) findShort(text []byte, found []find) []find {
	if len(f.short.places) == 0 {
		return found
	}
	const group = 4*shortStride + 4 // the last sample ends before
	marks, at := &f.short.bytes, 0
	for ; at+group <= len(text); at += 4 * shortStride {
		w := text[at : at+group : at+group]
		x, y := binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[2*shortStride:])
		a, b := hashShort(uint32(x)), hashShort(uint32(x>>(8*shortStride)))
		c, d := hashShort(uint32(y)), hashShort(uint32(y>>(8*shortStride)))
		if marks[a]|marks[b]|marks[c]|marks[d] != 0 {
			found = f.look(&f.short, text, at, at+4*shortStride, found)
		}
	}
	return f.look(&f.short, text, at, len(text), found)
}

// look compares the samples that begin in text[from:to] with the literals.
func (f *Finder) look(g *grams, text []byte, from, to int, found []find) []find {
	for at := from; at < to && at+g.size <= len(text); at += g.stride {
		gram := g.of(text[at:])
		if !g.marked(gram) {
			continue
		}
		for i := g.heads[hash(gram)&(headCount-1)]; i != 0; i = g.places[i-1].next {
			if p := &g.places[i-1]; p.gram == gram && stands(f.literals[p.literal], text, at-int(p.offset)) {
				found = append(found, find{at - int(p.offset), int(p.literal)})
			}
		}
	}
	return found
}

// stands tells whether literal stands in text at at.
func stands(literal string, text []byte, at int) bool {
	return at >= 0 && len(text)-at >= len(literal) && string(text[at:at+len(literal)]) == literal
}
