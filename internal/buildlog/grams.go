package buildlog

import "encoding/binary"

const (
	wordBits  = 12 // 32 KiB of marks
	byteBits  = 15 // 32 KiB of bytes
	headCount = 1 << 12
)

// Grams are the pieces of four or eight bytes of the windows of some literals, and where in which literal each stands.
type grams struct {
	size, stride int
	marks        [1 << wordBits]uint64 // two bits of a word for each long gram: thousands fit a first-level cache
	bytes        [1 << byteBits]uint8  // one byte for each short gram: they are few, and a byte is read with less work
	places       []place
	heads        [headCount]int32 // hash → first place + 1; places with the same hash are chained
}

// A place says that a literal holds gram at offset, within its window.
type place struct {
	gram    uint64
	literal int32
	offset  int32
	next    int32 // further place of the same hash + 1
}

// hash gives the word of marks in its upper bits and, in twice six bits, which two bits of it are meant. One bit alone would let
// through three times as many samples by chance.
func hash(gram uint64) uint64 { return gram * 0x9E3779B97F4A7C15 >> (64 - wordBits - 12) }

// test says in its lowest bit whether word has both bits of hash.
func test(word, hash uint64) uint64 { return word >> (hash & 63) & (word >> (hash >> 6 & 63)) }

func hashShort(gram uint32) uint32 { return gram * 0x9E3779B1 >> (32 - byteBits) }

func (g *grams) marked(gram uint64) bool {
	if g.size == shortGram {
		return g.bytes[hashShort(uint32(gram))] != 0
	}
	h := hash(gram)
	return test(g.marks[h>>12], h)&1 != 0
}

// of returns the gram that text begins with.
func (g *grams) of(text []byte) uint64 {
	if g.size == longGram {
		return binary.LittleEndian.Uint64(text)
	}
	return uint64(binary.LittleEndian.Uint32(text))
}

func (g *grams) add(id int, literal string, common *frequencies) {
	text := []byte(literal)
	from := g.choose(text, common)
	for o := from; o < from+g.stride; o++ {
		gram := g.of(text[o:])
		h := hash(gram)
		g.marks[h>>12] |= 1<<(h&63) | 1<<(h>>6&63)
		g.bytes[hashShort(uint32(gram))] = 1
		head := &g.heads[h&(headCount-1)]
		g.places = append(g.places, place{gram, int32(id), int32(o), *head})
		*head = int32(len(g.places))
	}
}

// choose returns where the window of a literal begins: where its grams are rare in logs. A gram that another literal already
// brought costs less, so literals that share words share windows.
func (g *grams) choose(literal []byte, common *frequencies) int {
	var costs [256]int32
	n := min(len(literal)-g.size+1, len(costs))
	for o := range n {
		costs[o] = common.of(literal[o : o+g.size])
		if g.marked(g.of(literal[o:])) {
			costs[o] -= costs[o] / 4
		}
	}
	sum, best, least := int32(0), 0, int32(0)
	for o := range n {
		sum += costs[o]
		if o >= g.stride {
			sum -= costs[o-g.stride]
		}
		if o == g.stride-1 || o >= g.stride && sum < least {
			best, least = o-g.stride+1, sum
		}
	}
	return best
}
