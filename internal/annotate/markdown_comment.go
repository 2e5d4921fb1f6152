package annotate

import (
	"fmt"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// MarkdownComment is the report as a comment of at most limit bytes (0: no limit): the primary cause, or else the first step that
// failed, is read at once, and everything else is folded. Parts that do not fit are left out whole. It is "" where the report has
// neither: advice alone is no reason to write to people.
func MarkdownComment(r *diagnose.Report, limit int) string {
	p := &page{limit: limit, reserve: 120}
	rest := *r
	rest.Diagnoses, rest.Unrecognised = nil, r.Unrecognised
	var advice []diagnose.Diagnosis
	for _, d := range r.Diagnoses {
		if d.Kind == "advice" {
			advice = append(advice, d)
		} else {
			rest.Diagnoses = append(rest.Diagnoses, d)
		}
	}
	switch {
	case len(rest.Diagnoses) > 0:
		markdownCause(p, &rest.Diagnoses[0], "### ")
		foldSymptoms(p, rest.Diagnoses[0].Symptoms)
		rest.Diagnoses = rest.Diagnoses[1:]
	case len(rest.Unrecognised) > 0:
		markdownUnrecognised(p, &rest.Unrecognised[0], "### ")
		rest.Unrecognised = rest.Unrecognised[1:]
	default:
		return ""
	}
	foldCauses(p, &rest)
	foldAdvice(p, advice)
	return p.end(r)
}

func foldSymptoms(p *page, list []diagnose.Symptom) {
	if len(list) == 0 {
		return
	}
	p.fold("What it brought about", func(p *page) {
		for _, s := range list {
			p.add(fmt.Sprintf("- %s, line %d of the log\n", Code(s.Rule), s.Line))
		}
	})
}

func foldCauses(p *page, r *diagnose.Report) {
	if n := len(r.Diagnoses) + len(r.Unrecognised); n > 0 {
		p.fold(counted(n, "more cause", "more causes"), func(p *page) {
			for i := range r.Diagnoses {
				markdownCause(p, &r.Diagnoses[i], "#### ")
			}
			for i := range r.Unrecognised {
				markdownUnrecognised(p, &r.Unrecognised[i], "#### ")
			}
		})
	}
}

func foldAdvice(p *page, list []diagnose.Diagnosis) {
	if len(list) == 0 {
		return
	}
	p.fold(counted(len(list), "piece of advice", "pieces of advice"), func(p *page) {
		for i := range list {
			p.add(markdownAdvice(&list[i]))
		}
	})
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// fold adds what write adds, hidden behind a line to click on. title must be a constant or a number.
func (p *page) fold(title string, write func(*page)) {
	open, shut := "<details><summary>"+title+"</summary>\n\n", "\n</details>\n\n"
	inner := &page{}
	if p.limit > 0 {
		inner.limit = max(1, p.limit-p.b.Len()-p.reserve-len(open)-len(shut))
	}
	write(inner)
	p.left += inner.left
	if inner.b.Len() > 0 {
		p.add(open + inner.b.String() + shut)
	}
}
