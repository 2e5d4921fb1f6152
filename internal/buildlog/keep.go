package buildlog

import (
	"bytes"
	"slices"
	"strings"
)

// How much is kept around a hit in the middle of a large log. A literal that is met over and over is noise: it gets less.
const (
	linesBefore, linesAfter = 60, 120
	noiseBefore, noiseAfter = 4, 8
	bytesBefore, bytesAfter = 64 << 10, 128 << 10

	firstTimes  = 4  // so many first hits of a literal stay whatever comes later
	noiseTimes  = 16 // from here on a literal is noise
	firstBudget = 2 << 20
	lastBudget  = 2 << 20
	shapeBudget = 1 << 20
)

// A piece is a run of raw lines.
type piece struct {
	num  int // raw lines before it
	text string
}

// A keeper holds what stays of the middle of a large log.
type keeper struct {
	seen  []int // times a literal was met
	end   int64 // offset up to which windows are kept; 0 before head is
	head  piece
	first []piece
	last  queue
	shape queue // lines that open, close and judge steps and blocks
	spent int   // bytes of first
}

// A queue holds the latest pieces up to a budget.
type queue struct {
	pieces []piece
	bytes  int
}

func (q *queue) add(p piece, budget int) {
	q.pieces = append(q.pieces, p)
	q.bytes += len(p.text)
	n := 0
	for q.bytes > budget && n < len(q.pieces)-1 {
		q.bytes -= len(q.pieces[n].text)
		q.pieces[n].text = ""
		n++
	}
	q.pieces = q.pieces[n:]
}

// keepHits stores the surroundings of the hits before until.
func (r *reader) keepHits(until int) {
	if k := &r.kept; k.end == 0 {
		k.end = int64(r.lineEnd(headSize))
		k.head = piece{0, string(r.buf[:k.end])}
	}
	n := 0
	for n < len(r.hits) && r.hits[n].at < until {
		r.keepHit(r.hits[n])
		n++
	}
	r.hits = r.hits[:copy(r.hits, r.hits[n:])]
}

func (r *reader) keepHit(h find) {
	k := &r.kept
	k.seen[h.literal]++
	start := r.lineStart(h.at)
	end := r.lineEnd(start)
	if h.literal >= r.finder.own {
		if shapes(r.finder.literals[h.literal], string(r.buf[start:end])) {
			k.shape.add(r.cut(start, end), shapeBudget)
		}
		return
	}
	before, after := linesBefore, linesAfter
	if k.seen[h.literal] > noiseTimes {
		before, after = noiseBefore, noiseAfter
	}
	from, to := r.back(start, before), r.on(end, after)
	from = max(from, int(k.end-r.base))
	if from >= to {
		return
	}
	k.end = r.base + int64(to)
	p := r.cut(from, to)
	if k.seen[h.literal] <= firstTimes && k.spent < firstBudget {
		k.first, k.spent = append(k.first, p), k.spent+len(p.text)
		return
	}
	k.last.add(p, lastBudget)
}

// shapes tells whether a line with a structural literal can be what the literal stands for. Output of a step often quotes a
// Dockerfile's instructions.
func shapes(literal, line string) bool {
	switch {
	case strings.HasPrefix(literal, "] "), literal == "[internal] ":
		c := clean(line)
		return c.vertex >= 0 && !c.clock
	case strings.HasPrefix(literal, ": "):
		return strings.Contains(line, "Step ") || strings.Contains(line, "STEP ")
	}
	return true
}

func (r *reader) cut(from, to int) piece {
	return piece{r.numAt(from), string(r.buf[from:to])}
}

func (r *reader) lineEnd(start int) int {
	if i := bytes.IndexByte(r.buf[start:], '\n'); i >= 0 {
		return start + i + 1
	}
	return len(r.buf)
}

// back returns the start of the line that is n lines before the one at start, or fewer where they are long.
func (r *reader) back(start, n int) int {
	least := max(start-bytesBefore, 0)
	for ; n > 0 && start > least; n-- {
		i := bytes.LastIndexByte(r.buf[least:start-1], '\n')
		if i < 0 {
			break
		}
		start = least + i + 1
	}
	return start
}

func (r *reader) on(end, n int) int {
	most := min(end+bytesAfter, len(r.buf))
	for ; n > 0; n-- {
		i := bytes.IndexByte(r.buf[end:most], '\n')
		if i < 0 {
			break
		}
		end += i + 1
	}
	return end
}

func (k *keeper) pieces(tail piece) []piece {
	all := slices.Concat([]piece{k.head, tail}, k.first, k.last.pieces, k.shape.pieces)
	slices.SortStableFunc(all, func(a, b piece) int { return a.num - b.num })
	return all
}
