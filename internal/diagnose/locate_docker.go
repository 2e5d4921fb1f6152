package diagnose

import (
	"slices"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// instructionsWhere are the places of the Dockerfiles' instructions that a test holds for.
func (m *mending) instructionsWhere(test func(*manifest.Instruction) bool) []place {
	var places []place
	for _, f := range m.files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if test(in) {
				places = append(places, spot(f, in.Span))
			}
		}
	}
	return places
}

// stageUsers are the COPY instructions whose --from names what a capture says: "stage:stage".
func (m *mending) stageUsers(arg string) []place {
	return m.instructionsWhere(func(in *manifest.Instruction) bool {
		return in.Copy != nil && in.Copy.From != "" && in.Copy.From == m.captures[arg]
	})
}

// argPlaces are the ARG instructions that declare, without a default, the variable that a capture names: "arg:arg".
func (m *mending) argPlaces(arg string) []place {
	return m.instructionsWhere(func(in *manifest.Instruction) bool { return declares(in, m.captures[arg]) })
}

func declares(in *manifest.Instruction, name string) bool {
	return in.Keyword == "ARG" && name != "" &&
		slices.ContainsFunc(in.Words, func(w manifest.Word) bool { return w.Text == name || w.Text == name+"=" })
}

// instructionPlaces are the one instruction that has the captured keyword, or is no RUN and holds the captured word:
// "instruction:_keyword,_word". Of several none is told.
func (m *mending) instructionPlaces(arg string) []place {
	keyword, word, _ := strings.Cut(arg, ",")
	keyword, word = m.captures[keyword], m.captures[word]
	places := m.instructionsWhere(func(in *manifest.Instruction) bool {
		holds := func(w manifest.Word) bool { return w.Text == word }
		return in.Keyword == keyword || word != "" && in.Keyword != "RUN" && slices.ContainsFunc(in.Words, holds)
	})
	if len(places) != 1 {
		return nil
	}
	return places
}

// runLinePlaces are the line of a file that two captures name, or the last before it that is not blank, where it belongs to a RUN:
// "run-line:file,previous_line".
func (m *mending) runLinePlaces(arg string) []place {
	name, lineName, _ := strings.Cut(arg, ",")
	n, _ := strconv.Atoi(m.captures[lineName])
	var places []place
	for _, f := range m.filesAt(m.captures[name]) {
		line := n
		for line > 1 && strings.TrimSpace(f.Text(line)) == "" {
			line--
		}
		if f.Dockerfile == nil {
			continue
		}
		if in := f.Dockerfile.Instruction(line); in != nil && in.Keyword == "RUN" {
			s := f.LineSpan(line)
			s.End = s.Start + len(f.Text(line))
			places = append(places, spot(f, s))
		}
	}
	return places
}

// runsWith are the RUN instructions that hold what a capture says: "run-with:url".
func (m *mending) runsWith(arg string) []place {
	text := m.captures[arg]
	if text == "" {
		return nil
	}
	return m.instructionsWhere(func(in *manifest.Instruction) bool {
		return in.Keyword == "RUN" && strings.Contains(in.Text, text)
	})
}
