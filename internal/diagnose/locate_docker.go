package diagnose

import (
	"slices"
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
