package buildlog

import (
	"cmp"
	"slices"
	"strings"
)

// A builder makes the Log from the lines that are kept.
type builder struct {
	log    *Log
	finder *Finder
	pieces []piece
	wide   bool // joined counts as a line
	steps  stepper
	blocks blocker

	waiting []rawLine
	cleaned []cleanLine
}

func newBuilder(name string, f *Finder, pieces []piece, wide bool) *builder {
	b := &builder{log: &Log{Name: name, Outcome: Unknown}, finder: f, pieces: pieces, wide: wide}
	b.steps = stepper{log: b.log, outer: -1, inner: -1, failed: -1}
	b.blocks.log = b.log
	b.waiting, b.cleaned = make([]rawLine, 0, batch), make([]cleanLine, batch)
	return b
}

func (b *builder) build() *Log {
	n := 0
	for _, p := range b.pieces {
		n += strings.Count(p.text, "\n") + 1
	}
	b.log.Lines = make([]Line, 0, n)
	last := 0
	for i, p := range b.pieces {
		last = b.add(p, last)
		b.pieces[i] = piece{} // what is not part of a line can go
	}
	b.steps.finish()
	b.log.Hits = b.hits()
	return b.log
}

// A rawLine waits to be cleaned.
type rawLine struct {
	num  int
	text string
}

// add appends the lines of p behind line number last. Pieces may overlap; a line counts once.
func (b *builder) add(p piece, last int) int {
	num := p.num
	for text := p.text; text != ""; {
		raw, rest, _ := strings.Cut(text, "\n")
		text = rest
		num++
		if num > last {
			b.waiting = append(b.waiting, rawLine{num, raw})
			last = num
		}
		if b.wide {
			num += strings.Count(raw, string(joined))
		}
		if len(b.waiting) == cap(b.waiting) {
			b.lines()
		}
	}
	b.lines()
	return max(last, num)
}

// batch is how many lines are cleaned at a time, by two goroutines: a line's cleaning needs nothing of other lines, and is half of the
// work of reading an ordinary log.
const batch = 2048

// lines cleans the lines that wait, and adds them in their order.
func (b *builder) lines() {
	half := len(b.waiting) / 2
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }() // a fault ends in the caller's goroutine, where it can be told
		for i, raw := range b.waiting[:half] {
			b.cleaned[i] = clean(raw.text)
		}
	}()
	for i, raw := range b.waiting[half:] {
		b.cleaned[half+i] = clean(raw.text)
	}
	if fault := <-done; fault != nil {
		panic(fault)
	}
	for i, raw := range b.waiting {
		b.line(raw.num, &b.cleaned[i])
	}
	b.waiting = b.waiting[:0]
}

func (b *builder) line(num int, c *cleanLine) {
	if decoration(c.text) {
		c.text = ""
	}
	b.log.Lines = append(b.log.Lines, Line{Num: num, Text: c.text, Step: -1, Block: -1})
	i := len(b.log.Lines) - 1
	b.steps.line(i, c)
	b.blocks.line(i)
}

// hits searches the clean lines, so that what was found in bytes that nobody sees is no hit.
func (b *builder) hits() []Hit {
	var hits []Hit
	text := make([]byte, 0, min(pieceSize+1, b.log.Bytes+int64(len(b.log.Lines))))
	var starts []int
	first := 0
	flush := func(next int) {
		for _, f := range b.finder.find(text, nil) {
			if f.literal < b.finder.own {
				hits = append(hits, Hit{first + lineOf(starts, f.at), f.literal})
			}
		}
		text, starts, first = text[:0], starts[:0], next
	}
	for i := range b.log.Lines {
		starts = append(starts, len(text))
		text = append(append(text, b.log.Lines[i].Text...), '\n')
		if len(text) > pieceSize-MaxLine {
			flush(i + 1)
		}
	}
	flush(len(b.log.Lines))
	return ordered(hits)
}

func lineOf(starts []int, at int) int {
	i, found := slices.BinarySearch(starts, at)
	if !found {
		i--
	}
	return i
}

// ordered sorts hits by line and leaves out those that are there twice.
func ordered(hits []Hit) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Literal, b.Literal))
	})
	return slices.Compact(hits)
}
