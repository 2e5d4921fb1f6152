package diagnose

import "sort"

// A mention is a line that a pattern matches, with what the pattern's first group holds.
type mention struct {
	line int
	what string
}

type saidKey struct {
	step int
	of   *pattern
}

// mentions lists the lines of a step that p matches. A step may hold hundreds of hits, and readers look far: the step is searched
// for p once, not at each of them.
func (s *scene) mentions(step int, p *pattern) []mention {
	key := saidKey{step, p}
	all, ok := s.said[key]
	if !ok {
		for _, i := range s.steps[step] {
			if !p.may(s.text(i)) {
				continue
			}
			if m := p.FindStringSubmatch(s.text(i)); m != nil {
				all = append(all, mention{i, append(m, "")[1]})
			}
		}
		s.said[key] = all
	}
	return all
}

// anywhere lists the mentions of p in the whole log.
func (s *scene) anywhere(p *pattern) []mention {
	key := saidKey{wholeLog, p}
	all, ok := s.said[key]
	if !ok {
		for i := range s.log.Lines {
			if m := p.FindStringSubmatch(s.text(i)); m != nil {
				all = append(all, mention{i, append(m, "")[1]})
			}
		}
		s.said[key] = all
	}
	return all
}

// wholeLog stands for a step where the whole log is meant.
const wholeLog = -2

// mentionedBefore lists the mentions of p in the n lines of the finding's step that stand before it; n < 0 means all.
func (f *finding) mentionedBefore(p *pattern, n int) []mention {
	return within(f.mentions(f.stepIndex(), p), f.before(f.first, n))
}

func (f *finding) mentionedAfter(p *pattern, n int) []mention {
	return within(f.mentions(f.stepIndex(), p), f.after(f.first, n))
}

// within are the mentions that stand on a run of lines.
func within(all []mention, lines []int) []mention {
	if len(lines) == 0 {
		return nil
	}
	from := sort.Search(len(all), func(k int) bool { return all[k].line >= lines[0] })
	to := sort.Search(len(all), func(k int) bool { return all[k].line > lines[len(lines)-1] })
	return all[from:to]
}
