package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// requiresPythonPlaces are the requires-python of a pyproject.toml, or the python of poetry's dependencies, that says what a capture says.
func (m *mending) requiresPythonPlaces(arg string) []place {
	want := m.captures[arg]
	if want == "" {
		return nil
	}
	for _, f := range m.files.Files {
		if f.PyProject == nil {
			continue
		}
		if s := f.PyProject.RequiresPython; s != nil && sameBounds(s.Value, want) {
			m.file = f
			return []place{spot(f, s.Span)}
		}
	}
	for _, e := range m.files.Named("python") {
		if e.File.PyProject != nil && sameBounds(e.Spec, want) {
			m.entry = &e
			return []place{spot(e.File, e.Outer)}
		}
	}
	return nil
}

// sameBounds compares version bounds without their blanks and the order of their parts.
func sameBounds(a, b string) bool {
	parts := func(s string) []string {
		return slices.Sorted(slices.Values(strings.Split(strings.ReplaceAll(s, " ", ""), ",")))
	}
	return slices.Equal(parts(a), parts(b))
}

// pyprojectPlaces are what the only pyproject.toml there is depends on: its list, or the first of poetry's lines. With an argument
// ("pyproject:lock") only where that capture is there.
func (m *mending) pyprojectPlaces(only string) []place {
	if only != "" && m.captures[only] == "" {
		return nil
	}
	var found *manifest.File
	for _, f := range m.files.Files {
		if f.PyProject != nil && found != nil {
			return nil
		}
		if f.PyProject != nil {
			found = f
		}
	}
	if found == nil {
		return nil
	}
	if s, ok := found.PyProject.Lists["project.dependencies"]; ok {
		return []place{spot(found, s)}
	}
	for _, e := range found.PyProject.Entries {
		if e.Where == "poetry" {
			return []place{spot(found, e.Outer)}
		}
	}
	return nil
}
