package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Limits of what is read: a repository is somebody else's, and may hold anything.
const (
	maxFiles = 2000
	maxDepth = 64
	maxBytes = 1 << 20
)

var defaults = []string{
	"environment.y*ml", "conda*.y*ml", "*conda*.y*ml", "*env*.y*ml",
	"requirements*.txt", "*requirements*.txt", "requirements/*.txt", "constraints*.txt",
	"Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*", "pyproject.toml", "azureml_environment.json", "*.y*ml",
}

var skippedDirs = map[string]bool{
	".git": true, "node_modules": true, ".venv": true, "venv": true, "site-packages": true, "__pycache__": true, ".tox": true, ".nox": true,
}

// Load reads the definition files of a repository: those that match a pattern at any depth, or, without patterns, those that
// people usually name so. What cannot be read is said in one error each; a broken file is in the set with what could be read of it.
func Load(fsys fs.FS, patterns []string) (*Set, []error) {
	s := &Set{fsys: fsys, exists: func(p string) bool {
		info, err := fs.Stat(fsys, p)
		return err == nil && !info.IsDir()
	}}
	paths, errs := list(fsys, patterns)
	for _, p := range paths {
		f, err := read(fsys, p, len(patterns) > 0)
		if err != nil {
			errs = append(errs, err)
		}
		if f == nil {
			continue
		}
		if f.Dockerfile != nil {
			f.Dockerfile.exists = s.exists
		}
		s.Files = append(s.Files, f)
		errs = append(errs, f.Errs...)
	}
	return s, errs
}

var errEnough = errors.New("enough")

// list finds the paths of all files that match.
func list(fsys fs.FS, patterns []string) (paths []string, errs []error) {
	for _, p := range patterns {
		if !doublestar.ValidatePattern(p) {
			errs = append(errs, fmt.Errorf("the pattern %q for definition files cannot be read; see the form **/requirements*.txt", p))
		}
	}
	if len(patterns) == 0 {
		patterns = append(patterns, defaults...)
		patterns = append(patterns, ".dockerignore", "*.dockerignore")
	}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("looking for definition files: %w", err))
			return nil
		case d.IsDir() && p != "." && (skippedDirs[d.Name()] || strings.Count(p, "/") >= maxDepth):
			return fs.SkipDir
		case d.IsDir() || !matches(patterns, p):
			return nil
		case len(paths) == maxFiles:
			return errEnough
		}
		paths = append(paths, p)
		return nil
	})
	if errors.Is(err, errEnough) {
		errs = append(errs, fmt.Errorf("looking for definition files: there are more than %d; name the ones to read with --definitions", maxFiles))
	}
	slices.Sort(paths)
	return paths, errs
}

// matches tells whether p matches a pattern from any folder on.
func matches(patterns []string, p string) bool {
	for _, pattern := range patterns {
		pattern = strings.TrimPrefix(path.Clean(strings.TrimSpace(pattern)), "/")
		if ok, _ := doublestar.Match(pattern, p); ok {
			return true
		}
		if ok, _ := doublestar.Match("**/"+pattern, p); ok {
			return true
		}
	}
	return false
}

func read(fsys fs.FS, p string, asked bool) (*File, error) {
	info, err := fs.Stat(fsys, p)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", p, err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil
	}
	if info.Size() > maxBytes {
		return nil, fmt.Errorf("reading %s: it has %d bytes, and definition files are read up to %d", p, info.Size(), maxBytes)
	}
	src, err := fs.ReadFile(fsys, p)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", p, err)
	}
	return Parse(p, src, asked), nil
}

// Parse reads one file by its name and what it holds. It is nil for a file that is no definition file; a YAML file that was
// asked for is taken for a conda file where nothing else tells.
func Parse(p string, src []byte, asked bool) *File {
	base := path.Base(p)
	lower := strings.ToLower(base)
	switch {
	case lower == "pyproject.toml":
		return parsed(newFile(p, KindPyProject, src), readPyProject)
	case strings.HasSuffix(lower, ".dockerignore"):
		return newFile(p, KindDockerignore, src)
	case isYAML(lower):
		return parseEnvironment(newFile(p, KindConda, src), asked || condaName(lower))
	case strings.HasPrefix(lower, "dockerfile"), strings.HasPrefix(lower, "containerfile"), strings.HasSuffix(lower, ".dockerfile"):
		return parsed(newFile(p, KindDockerfile, src), readDockerfile)
	case strings.Contains(lower, "constraint") && strings.HasSuffix(lower, ".txt"):
		return parsed(newFile(p, KindConstraints, src), readRequirements)
	case strings.HasSuffix(lower, ".txt"), strings.HasSuffix(lower, ".in"), strings.HasSuffix(lower, ".pip"):
		return parsed(newFile(p, KindRequirements, src), readRequirements)
	case asked && fromLine.Match(src):
		return parsed(newFile(p, KindDockerfile, src), readDockerfile)
	}
	return nil
}

var fromLine = lazy(`(?im)^\s*FROM\s+\S`)

func parsed(f *File, read func(*File)) *File {
	read(f)
	return f
}

func isYAML(lower string) bool {
	return strings.HasSuffix(lower, ".yml") || strings.HasSuffix(lower, ".yaml") || lower == "azureml_environment.json"
}

// condaName tells whether a file is a conda file by its name alone, so that a broken one is still spoken of.
func condaName(lower string) bool {
	return strings.Contains(lower, "conda") || strings.HasPrefix(lower, "environment.") || lower == "azureml_environment.json"
}

// parseEnvironment tells conda files, Azure ML environments and other YAML apart by what they hold.
func parseEnvironment(f *File, named bool) *File {
	if jobLine.Match(f.Src) && !environmentLine.Match(f.Src) {
		f.Kind = KindAzureMLJob
		return f
	}
	if !named && !maybeEnvironment(f.Src) {
		return nil
	}
	v := parseYAML(f)
	switch {
	case isAzureML(v.root), isLegacyAzureML(v.root):
		f.Kind = KindAzureML
		f.AzureML = readAzureML(v)
	case isConda(v.root) || named:
		f.Conda = readConda(v, v.root)
	default:
		return nil
	}
	f.view = v
	return f
}

// maybeEnvironment is a quick look at a YAML file of any name, so that the many others are not parsed.
func maybeEnvironment(src []byte) bool {
	return bytes.Contains(src, []byte("environment.schema.json")) || environmentLine.Match(src)
}

// jobLine is how a job or an endpoint of Azure ML names its environment.
var jobLine = lazy(`(?m)^\s*(?:- )?environment\s*:\s*["']?azureml:`)

var environmentLine = lazy(`(?m)^(?:image|build|conda_file|dependencies|channels)\s*:`)
