package diagnose

import (
	"slices"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// A verdict is what the findings of one log come to.
type verdict struct {
	causes []*finding
	advice []*finding
}

// judge chooses among the findings of one log. docs/architecture.md, "Which cause", gives the rules and their reasons.
func judge(log *buildlog.Log, all []*finding) verdict {
	var v verdict
	var suspects []*finding
	for _, f := range all {
		switch {
		case f.rule.head.Kind == kindHarmless:
		case f.rule.head.Kind == kindAdvice:
			v.advice = append(v.advice, f)
		case log.Outcome != buildlog.Succeeded:
			suspects = append(suspects, f)
		}
	}
	suspects = inFailedStep(log, suspects)
	for _, group := range bySteps(log, suspects) {
		v.causes = append(v.causes, judgeStep(group)...)
	}
	return v
}

// inFailedStep leaves out what stands in steps that did not fail. Where the log names no failed step, only steps that
// are known to have ended well are left out.
func inFailedStep(log *buildlog.Log, all []*finding) []*finding {
	known := log.FailedStep() >= 0
	return slices.DeleteFunc(slices.Clone(all), func(f *finding) bool {
		i := f.stepIndex()
		if i < 0 {
			return false
		}
		state := log.Steps[i].State
		if known {
			return state != buildlog.StepFailed
		}
		return state == buildlog.StepPassed || state == buildlog.StepCanceled
	})
}

// aroundFailure tells what stands around the failed step, not in it: in no step (a service's words around the build), or in a step that
// holds it (a pipeline's step that runs docker build).
func (f *finding) aroundFailure() bool {
	own := f.stepIndex()
	if own < 0 {
		return true
	}
	for i := f.failed; i >= 0; {
		if i = f.log.Steps[i].Parent; i == own {
			return true
		}
	}
	return false
}

// bySteps groups findings by their step. What stands around the failed step joins the first group.
func bySteps(log *buildlog.Log, all []*finding) [][]*finding {
	groups := [][]*finding{nil} // the innermost failed step first
	where := map[int]int{log.FailedStep(): 0}
	var outside []*finding
	for _, f := range all {
		i := f.stepIndex()
		if f.aroundFailure() {
			outside = append(outside, f)
			continue
		}
		if _, ok := where[i]; !ok {
			where[i] = len(groups)
			groups = append(groups, nil)
		}
		groups[where[i]] = append(groups[where[i]], f)
	}
	if groups[0] == nil && len(groups) > 1 {
		groups = groups[1:]
	}
	groups[0] = append(groups[0], outside...)
	return groups
}

// judgeStep finds the cause among the findings of one step; the others become its symptoms.
func judgeStep(all []*finding) []*finding {
	causes := unexplained(all)
	causes = withoutKind(causes, func(f *finding) bool { return f.rule.head.Kind == kindEnvelope })
	causes = withoutKind(causes, func(f *finding) bool { return f.rule.head.Generic })
	if len(causes) == 0 || causes[0].rule.head.Kind == kindEnvelope {
		return nil
	}
	first := causes[0]
	for _, f := range causes[1:] {
		if outranks(f, first) {
			first = f
		}
	}
	told := []*finding{first}
	for _, f := range causes {
		if f != first && besides(first, f) {
			told = append(told, f)
		}
	}
	first.symptoms = symptoms(all, told)
	return orderBeside(told)
}

// symptoms are the findings that are not told, the first of each rule.
func symptoms(all, told []*finding) []*finding {
	var some []*finding
	for _, f := range all {
		sameRule := func(g *finding) bool { return g.rule == f.rule }
		if !slices.ContainsFunc(told, sameRule) && !slices.ContainsFunc(some, sameRule) {
			some = append(some, f)
		}
	}
	return some
}

// unexplained leaves out what another finding explains, directly or through a third.
func unexplained(all []*finding) []*finding {
	return slices.DeleteFunc(slices.Clone(all), func(f *finding) bool {
		return slices.ContainsFunc(all, func(g *finding) bool {
			return g.rule != f.rule && slices.Contains(g.rule.head.Explains, f.rule.id)
		})
	})
}

// withoutKind leaves out the findings of a kind unless there are no others.
func withoutKind(all []*finding, kind func(*finding) bool) []*finding {
	rest := slices.DeleteFunc(slices.Clone(all), kind)
	if len(rest) == 0 {
		return all
	}
	return rest
}

// outranks tells whether a is nearer to the cause than b: named as the one to be told first, in the step rather than around it, in the deeper report,
// and in one report the earlier.
func outranks(a, b *finding) bool {
	switch {
	case slices.Contains(a.rule.head.Beside, b.rule.id):
		return true
	case slices.Contains(b.rule.head.Beside, a.rule.id):
		return false
	case a.aroundFailure() != b.aroundFailure():
		return b.aroundFailure()
	}
	da, db := a.log.Depth(a.first), b.log.Depth(b.first)
	if da != db {
		return da > db
	}
	return a.first < b.first
}

// besides tells whether f is told after the cause: as a further row of the same list, or as a further possibility.
func besides(cause, f *finding) bool {
	return f.rule == cause.rule || slices.Contains(cause.rule.head.Beside, f.rule.id)
}

// orderBeside puts rows of the first cause's rule before other possibilities, and those in the order in which the rule names them.
func orderBeside(told []*finding) []*finding {
	order := told[0].rule.head.Beside
	slices.SortStableFunc(told[1:], func(a, b *finding) int {
		return slices.Index(order, a.rule.id) - slices.Index(order, b.rule.id)
	})
	return told
}
