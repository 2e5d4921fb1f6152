package azure

import (
	"context"
	"strings"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/edit"
)

// What is checked out is the merge with the target branch, in which lines can stand elsewhere than in the pull request.
func TestThreadsStandOnThePullRequestsOwnLines(t *testing.T) {
	g := newStage(t)
	g.publish(failing("# merged from main\n# and this\n" + environment))
	on := g.threads()[onFile]
	if on.Line != 6 || !strings.Contains(on.Comments[0].Content, "```suggestion\n  - numpy\n```") {
		t.Errorf("the thread is on line %d, want 6:\n%s", on.Line, on.Comments[0].Content)
	}
}

func TestAThreadWithoutAnEditStandsOnTheCausesLine(t *testing.T) {
	g := newStage(t)
	telling := failing("# merged from main\n" + environment)
	telling.Report.Diagnoses[0].Fixes = nil
	telling.Report.Diagnoses[0].NoFix = "which package is meant is a choice"
	g.publish(telling)
	on := g.threads()[onFile]
	if on.Line != 6 || !strings.Contains(on.Comments[0].Content, "No edit: which package is meant") {
		t.Errorf("the thread is on line %d, want 6:\n%s", on.Line, on.Comments[0].Content)
	}
}

func TestACauseThatStandsInNoFileOfThePullRequest(t *testing.T) {
	g := newStage(t)
	telling := failing(environment)
	telling.FromRepository = "elsewhere"
	g.publish(telling)
	if found := g.threads(); len(found) != 1 || found["summary"].ID == 0 {
		t.Errorf("got %+v, want the summary alone", found)
	}
}

// A suggestion replaces the lines that the thread was made on. Where the cause has moved since, a diff is shown.
func TestAThreadWhoseCauseHasMoved(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	moved := "# a new first line\n" + environment
	g.push(moved)
	g.build(101)
	g.publish(failing(moved))
	on := g.threads()[onFile]
	text := on.Comments[0].Content
	if strings.Contains(text, "```suggestion") || !strings.Contains(text, "```diff") || len(g.Threads(g.pr)) != 2 {
		t.Errorf("the thread on line %d suggests what belongs on another line:\n%s", on.Line, text)
	}
	g.Track(g.pr, on.ID, 7)
	g.build(102)
	g.publish(failing(moved))
	if text := g.threads()[onFile].Comments[0].Content; !strings.Contains(text, "```suggestion") {
		t.Errorf("the thread has moved to its line, and suggests nothing:\n%s", text)
	}
}

// A thread that has stayed behind names the line that it is about.
func TestAThreadWithoutAnEditWhoseCauseHasMoved(t *testing.T) {
	g := newStage(t)
	told := func(text string) *annotate.Telling {
		telling := failing(text)
		telling.Report.Diagnoses[0].Fixes = nil
		return telling
	}
	g.publish(told(environment))
	moved := "# a new first line\n" + environment
	g.push(moved)
	g.build(101)
	g.publish(told(moved))
	on := g.threads()[onFile]
	if text := on.Comments[0].Content; on.Line != 6 || !strings.Contains(text, "In `env/environment.yml:7`") {
		t.Errorf("the thread on line %d does not say that it is about line 7:\n%s", on.Line, text)
	}
	wantNone(t, "the same again", g.writes(told(moved)))
}

func TestPlacesOfEdits(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		edits      []edit.Edit
		line, end  int
		suggestion string // "-" is none
	}{
		{"one line", "a\nb\nc\n", []edit.Edit{{Start: 2, End: 3, New: "B"}}, 2, 2, "B"},
		{"several lines for one", "a\nb\nc\n", []edit.Edit{{Start: 2, End: 3, New: "B\nB2"}}, 2, 2, "B\nB2"},
		{"neighbouring lines", "a\nb\nc\n", []edit.Edit{{Start: 0, End: 1, New: "A"}, {Start: 2, End: 3, New: "B"}}, 1, 2, "A\nB"},
		{"a line that goes", "a\nb\nc\n", []edit.Edit{{Start: 2, End: 4}}, 2, 3, "c"},
		{"the last line goes", "a\nb\n", []edit.Edit{{Start: 2, End: 4}}, 1, 2, "a"},
		{"a line put in", "a\nb\n", []edit.Edit{{Start: 2, End: 2, New: "new\n"}}, 2, 2, "new\nb"},
		{"no last line end", "a\nb", []edit.Edit{{Start: 2, End: 3, New: "B"}}, 2, 2, "B"},
		{"carriage returns", "a\r\nb\r\n", []edit.Edit{{Start: 3, End: 4, New: "B\r\nC"}}, 2, 2, "-"},
		{"hidden characters", "a\nb\n", []edit.Edit{{Start: 2, End: 3, New: "\u202eB"}}, 2, 2, "-"},
		{"a command", "a\nb\n", []edit.Edit{{Start: 2, End: 3, New: "##vso[task.complete]"}}, 2, 2, "-"},
		{"a secret", "a\nb\n", []edit.Edit{{Start: 2, End: 3, New: "hunter22secret"}}, 2, 2, "-"},
		{"a fence in it", "a\nb\n", []edit.Edit{{Start: 2, End: 3, New: "```"}}, 2, 2, "```"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := &Host{mask: annotate.NewMasker("hunter22secret")}
			files := &source{files: map[string][]byte{"f": []byte(tt.file)}}
			p, err := h.placeEdit(context.Background(), files, &annotate.Telling{}, edit.File{Path: "f", Base: []byte(tt.file), Edits: tt.edits})
			if err != nil || p == nil {
				t.Fatalf("got %v, %v", p, err)
			}
			got := "-"
			if p.suggestion != nil {
				got = *p.suggestion
			}
			if p.at.line != tt.line || p.at.end != tt.end || got != tt.suggestion {
				t.Errorf("lines %d to %d become %q, want %d to %d and %q", p.at.line, p.at.end, got, tt.line, tt.end, tt.suggestion)
			}
			if got != "-" {
				apply(t, tt.file, p, tt.edits)
			}
		})
	}
}

// apply does what the service does with a suggestion, and compares with the edits.
func apply(t *testing.T, file string, p *place, edits []edit.Edit) {
	t.Helper()
	all := strings.Split(file, "\n")
	got := strings.Join(append(append(append([]string{}, all[:p.at.line-1]...), *p.suggestion), all[p.at.end:]...), "\n")
	want, err := edit.File{Path: "f", Base: []byte(file), Edits: edits}.Apply()
	if err != nil || got != string(want) {
		t.Errorf("applied it gives %q, want %q", got, want)
	}
}

func TestPlacesThatAreNone(t *testing.T) {
	for name, f := range map[string]edit.File{
		"two places":   {Path: "f", Base: []byte("a\nb\nc\nd\ne\n"), Edits: []edit.Edit{{Start: 0, End: 1, New: "A"}, {Start: 8, End: 9, New: "E"}}},
		"other lines":  {Path: "f", Base: []byte("x\n"), Edits: []edit.Edit{{Start: 0, End: 1, New: "y"}}},
		"another file": {Path: "g", Base: []byte("x\n"), Edits: []edit.Edit{{Start: 0, End: 1, New: "y"}}},
	} {
		t.Run(name, func(t *testing.T) {
			h := &Host{}
			files := &source{files: map[string][]byte{"f": []byte("a\nb\nc\nd\ne\n"), "g": nil}}
			if p, err := h.placeEdit(context.Background(), files, &annotate.Telling{}, f); p != nil || err != nil {
				t.Errorf("got %+v, %v", p, err)
			}
		})
	}
}

func TestOffsetsCountAsTheServiceDoes(t *testing.T) {
	s := lines("f", []byte("ab\n# 🐍é\r\n"), 2, 2)
	if c := s.context(); value(c.RightFileEnd.Offset) != 6 {
		t.Errorf("the line ends at %d, want 6: the snake is two units, the return none", value(c.RightFileEnd.Offset))
	}
	if lines("f", []byte("a\n"), 3, 3) != nil {
		t.Error("a line behind the end has a place")
	}
}
