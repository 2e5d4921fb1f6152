package annotate

import (
	"cmp"
	"io"
	"strings"

	"github.com/envmedic/envmedic/internal/diagnose"
)

// The Reviewdog Diagnostic Format, as its reviewdog.proto describes it: ranges are half open and columns count bytes; a range
// without columns is of whole lines, its end included.
type (
	rdResult struct {
		Source      rdSource       `json:"source"`
		Diagnostics []rdDiagnostic `json:"diagnostics"`
	}
	rdSource struct {
		Name string `json:"name"`
	}
	rdDiagnostic struct {
		Message        string         `json:"message"`
		Location       rdLocation     `json:"location"`
		Severity       string         `json:"severity"`
		Code           rdCode         `json:"code"`
		Suggestions    []rdSuggestion `json:"suggestions,omitempty"`
		OriginalOutput string         `json:"original_output,omitempty"`
	}
	rdCode struct {
		Value string `json:"value"`
		URL   string `json:"url,omitempty"`
	}
	rdLocation struct {
		Path  string   `json:"path"`
		Range *rdRange `json:"range,omitempty"`
	}
	rdRange struct {
		Start rdPosition  `json:"start"`
		End   *rdPosition `json:"end,omitempty"`
	}
	rdPosition struct {
		Line   int `json:"line"`
		Column int `json:"column,omitempty"`
	}
	rdSuggestion struct {
		Range rdRange `json:"range"`
		Text  string  `json:"text"`
	}
)

// WriteRDJSON writes the report for reviewdog. The first fix of a diagnosis becomes its suggestions; the others are alternatives,
// which the format has no way to say.
func WriteRDJSON(w io.Writer, r *diagnose.Report) error {
	result := rdResult{Source: rdSource{Name: "envmedic"}, Diagnostics: []rdDiagnostic{}}
	for _, d := range findings(r) {
		result.Diagnostics = append(result.Diagnostics, rdFinding(&d))
	}
	return writeJSON(w, result)
}

func rdFinding(d *diagnose.Diagnosis) rdDiagnostic {
	at := place(d)
	found := rdDiagnostic{
		Message:  message(d),
		Location: rdLocation{Path: at.Path, Range: rdSpan(at)},
		Severity: map[string]string{"cause": "ERROR", "advice": "INFO"}[d.Kind],
		Code:     rdCode{Value: d.Rule, URL: address(cmp.Or(d.Page, d.Help))},
	}
	if found.Severity == "" {
		found.Severity = "WARNING"
	}
	var quoted []string
	for _, e := range d.Evidence {
		quoted = append(quoted, Plain(e.Text))
	}
	found.OriginalOutput = strings.Join(quoted, "\n")
	if d.Location != nil {
		rdSuggest(&found, d)
	}
	return found
}

// rdSuggest adds the first fix as suggestions. Reviewdog shows one only if its lines are those of the diagnostic, so where there
// is one replacement around the located line, its lines become the diagnostic's.
func rdSuggest(found *rdDiagnostic, d *diagnose.Diagnosis) {
	list := firstFix(d)
	for _, p := range list {
		if p.Path != found.Location.Path {
			return
		}
	}
	for _, p := range list {
		span := rdRange{Start: rdPosition{Line: p.Line}, End: &rdPosition{Line: p.EndLine}}
		if p.New == "" { // whole lines with their ends
			span = rdRange{Start: rdPosition{Line: p.Line, Column: 1}, End: &rdPosition{Line: p.EndLine + 1, Column: 1}}
		}
		found.Suggestions = append(found.Suggestions, rdSuggestion{Range: span, Text: strings.TrimSuffix(strings.TrimSuffix(p.New, "\n"), "\r")})
		if len(list) == 1 && p.Line <= d.Location.Line && d.Location.Line <= p.EndLine {
			found.Location.Range = &rdRange{Start: rdPosition{Line: p.Line}, End: &rdPosition{Line: p.EndLine}}
		}
	}
}

func firstFix(d *diagnose.Diagnosis) []Replacement {
	if len(d.Fixes) == 0 {
		return nil
	}
	var list []Replacement
	for _, f := range d.Fixes[0].Files {
		list = append(list, Replacements(f)...)
	}
	return list
}

func rdSpan(l diagnose.Location) *rdRange {
	if l.Line == 0 {
		return nil
	}
	end := &rdPosition{Line: max(l.Line, l.EndLine), Column: l.EndColumn}
	start := rdPosition{Line: l.Line, Column: l.Column}
	if l.Column == 0 || l.EndColumn == 0 {
		start.Column, end.Column = 0, 0
	}
	return &rdRange{Start: start, End: end}
}

// address is s where it is the address of a page, and not a command.
func address(s string) string {
	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " \t\"<>") {
		return s
	}
	return ""
}
