package diagnose

import (
	"path"
	"strconv"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// fromPlaces are where the base image is chosen: the FROM that bears the captured image, else that of the failed stage, else the image: of an Azure ML environment.
// With an argument ("from:whole") only where that capture is there.
func (m *mending) fromPlaces(only string) []place {
	if only != "" && m.captures[only] == "" {
		return nil
	}
	var all, bearing []place
	image := m.captures["image"]
	for _, f := range m.files.Dockerfiles() {
		for i, s := range f.Dockerfile.Stages {
			p := spot(f, s.Span)
			if s.From.Parent >= 0 {
				continue
			}
			all = append(all, p)
			if image != "" && sameImage(s.From.Image, image) {
				bearing = append(bearing, p)
			}
			if m.instruction != nil && f == m.dockerfile && i == m.instruction.Stage && m.finding.captures["image"] == "" {
				return []place{p}
			}
		}
	}
	for _, f := range m.files.Files {
		if f.AzureML != nil && f.AzureML.Image != nil {
			p := spot(f, f.AzureML.Image.Span)
			all = append(all, p)
			if sameImage(f.AzureML.Image.Value, image) {
				bearing = append(bearing, p)
			}
		}
	}
	switch {
	case len(bearing) > 0:
		return bearing[:1]
	case len(all) == 1:
		return all
	}
	return nil
}

// sameImage compares references as docker completes them: without the default host and tag.
func sameImage(a, b string) bool {
	short := func(s string) string {
		s = strings.TrimPrefix(strings.TrimPrefix(s, "docker.io/"), "library/")
		s, _, _ = strings.Cut(s, "@")
		return strings.TrimSuffix(s, ":latest")
	}
	return a != "" && short(a) == short(b)
}

// copyPlaces are the COPY and ADD instructions that name the captured path.
func (m *mending) copyPlaces(string) []place {
	if m.instruction != nil && m.instruction.Copy != nil {
		return []place{spot(m.dockerfile, m.instruction.Span)}
	}
	if m.captures["path"] == "" {
		return nil
	}
	want := path.Base(strings.Trim(m.captures["path"], `"'`))
	for _, f := range m.files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if in.Copy == nil {
				continue
			}
			for _, s := range in.Copy.Sources {
				if path.Base(s.Text) == want {
					return []place{spot(f, in.Span)}
				}
			}
		}
	}
	return nil
}

func (m *mending) channelPlaces(string) []place {
	var places []place
	for _, f := range m.condaFiles() {
		switch item := m.channelItem(f); {
		case item != nil:
			places = append(places, spot(f, item.Span))
		case f.Conda.Channels != nil:
			places = append(places, spot(f, f.Conda.Channels.Key.Span))
		case f.Conda.Dependencies != nil:
			places = append(places, spot(f, f.Conda.Dependencies.Key.Span))
		}
	}
	return places
}

// channelItem is the item of the list that bears the captured channel (by its name or its address); nil where none does.
func (m *mending) channelItem(f *manifest.File) *manifest.Scalar {
	if f.Conda.Channels == nil {
		return nil
	}
	for i, s := range f.Conda.Channels.Items {
		for _, name := range [...]string{"channel", "name", "url", "base"} {
			if c := m.captures[name]; c != "" && strings.TrimSuffix(s.Value, "/") == c {
				return &f.Conda.Channels.Items[i]
			}
		}
	}
	return nil
}

// pythonPlaces are where the Python version is chosen: the conda dependency, else the tag of a python base image.
func (m *mending) pythonPlaces(string) []place {
	for _, f := range m.condaFiles() {
		if e := f.Conda.Entry("python"); e != nil {
			if m.entry == nil {
				m.entry = e
			}
			return []place{spot(f, e.Outer)}
		}
	}
	for _, e := range m.files.Named("python") {
		if e.File.PyProject != nil {
			m.entry = &e
			return []place{spot(e.File, e.Outer)}
		}
	}
	if m.instruction != nil {
		for _, e := range m.files.Named("python") {
			if e.Instruction == m.instruction {
				return []place{spot(e.File, e.Outer)}
			}
		}
	}
	for _, f := range m.files.Dockerfiles() {
		for _, s := range f.Dockerfile.Stages {
			if path.Base(s.From.Name) == "python" {
				return []place{spot(f, s.Span)}
			}
		}
	}
	return nil
}

// pipPlaces are where pip itself is asked for: its dependency, else the pip: block that needs it, else the command that upgrades it.
func (m *mending) pipPlaces(string) []place {
	for _, f := range m.condaFiles() {
		if e := f.Conda.Entry("pip"); e != nil {
			if m.entry == nil {
				m.entry = e
			}
			return []place{spot(f, e.Outer)}
		}
		if f.Conda.Pip != nil {
			return []place{spot(f, f.Conda.Pip.Key.Span)}
		}
	}
	for _, e := range m.files.Named("pip") {
		if e.Instruction != nil {
			return []place{spot(e.File, e.Outer)}
		}
	}
	return nil
}

// filePlaces are the file and line that two captures say: "file:path,line". Without a line, the file's first.
func (m *mending) filePlaces(arg string) []place {
	name, lineName, _ := strings.Cut(arg, ",")
	line, err := strconv.Atoi(m.captures[lineName])
	if err != nil {
		line = 1
	}
	if m.captures[name] == "" {
		return nil
	}
	if e, ok := m.printedEntry(""); ok && name == "file" && lineName == "line" {
		m.entry = &e
		return []place{spot(e.File, e.Outer)}
	}
	var places []place
	for _, f := range m.filesAt(m.captures[name]) {
		if s := f.LineSpan(line); !s.IsZero() {
			s.End = s.Start + len(f.Text(line))
			places = append(places, spot(f, s))
		}
	}
	return places
}

// keyPlaces are a key of an Azure ML or conda YAML on its top level: "key:conda_file", or of the name that was captured: "key:{key}".
func (m *mending) keyPlaces(arg string) []place {
	arg = fill(arg, m.captures)
	for _, f := range m.files.Files {
		if k := topKey(f, arg); k != nil {
			return []place{spot(f, k.Name.Span)}
		}
	}
	return nil
}

func topKey(f *manifest.File, name string) *manifest.Key {
	var keys []manifest.Key
	switch {
	case f.AzureML != nil:
		keys = f.AzureML.Keys
	case f.Conda != nil:
		keys = f.Conda.Keys
	}
	for i := range keys {
		if keys[i].Name.Value == name {
			return &keys[i]
		}
	}
	return nil
}
