package diagnose

import (
	"path"
	"strings"
	"unicode/utf8"

	"github.com/envmedic/envmedic/internal/manifest"
)

// textPlaces are where a captured path or URL is written: as a requirement, as an option of a requirements file or pip: block, or in the failed instruction.
// A path that the tool printed in full is looked for by its last part, too.
func (m *mending) textPlaces(arg string) []place {
	full := strings.TrimPrefix(strings.Trim(m.captures[arg], `"'`), "git+")
	for _, text := range []string{full, strings.TrimSuffix(full, "/"), path.Base(full)} {
		if len(text) < 2 {
			continue
		}
		if places := m.writtenAt(text); len(places) > 0 {
			return places
		}
	}
	return nil
}

func (m *mending) writtenAt(text string) []place {
	var places []place
	for _, e := range m.files.Entries() {
		if e.Instruction == nil && strings.Contains(e.Raw, text) {
			places = append(places, place{file: e.File, span: e.Outer, rival: len(places) > 0})
			if m.entry == nil {
				m.entry = &e
			}
		}
	}
	for _, f := range m.files.Files {
		for _, o := range options(f) {
			if strings.Contains(f.At(o.Span), text) {
				places = append(places, spot(f, o.Span))
				m.file = f
			}
		}
	}
	if len(places) == 0 && m.instruction != nil && strings.Contains(m.instruction.Text, text) {
		return []place{spot(m.dockerfile, m.instruction.Span)}
	}
	return places
}

// options are the lines of a requirements file, or of a pip: block, that are no requirements: -r, -c, --index-url …
func options(f *manifest.File) []manifest.Option {
	switch {
	case f.Requirements != nil:
		return f.Requirements.Options
	case f.Conda != nil:
		return f.Conda.PipOptions
	}
	return nil
}

// envPlaces are the ENV instructions that set a variable.
func (m *mending) envPlaces(name string) []place {
	var places []place
	for _, f := range m.files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if in.Keyword != "ENV" {
				continue
			}
			for _, w := range in.Words {
				if w.Text == name || strings.HasPrefix(w.Text, name+"=") {
					places = append(places, spot(f, in.Span))
					if m.instruction == nil {
						m.dockerfile, m.instruction = f, in
					}
				}
			}
		}
	}
	return places
}

// badEncodingPlaces are the first bytes in requirements files that are no UTF-8.
func (m *mending) badEncodingPlaces(string) []place {
	for _, f := range m.files.Files {
		if f.Kind != manifest.KindRequirements && f.Kind != manifest.KindConstraints {
			continue
		}
		if at := firstNotUTF8(f.Src); at >= 0 {
			m.file = f
			return []place{spot(f, manifest.Span{Start: at, End: at + 1})}
		}
	}
	return nil
}

// firstNotUTF8 is the offset of the first byte that is no part of a UTF-8 text without NULs, -1 where all are.
func firstNotUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
