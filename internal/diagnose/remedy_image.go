package diagnose

import (
	"path"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// baseImage changes what the failed stage is built from, or the image of an Azure ML environment; with: image, or tag.
func baseImage(c remedyContext, with map[string]string) (string, []edit.File, error) {
	if f := c.azure(); f != nil {
		return azureImage(f, with)
	}
	f, from, err := c.from()
	if err != nil {
		return "", nil, err
	}
	image, err := newImage(from.From.Name, with)
	if err != nil {
		return "", nil, err
	}
	if image == from.From.Image {
		return "", nil, refuse("line %d of %s already builds on %s", from.Line, f.Path, image)
	}
	ref := from.From.Ref
	if !ref.Literal || ref.Inner().IsZero() {
		return "", nil, refuse("line %d of %s takes its image from a build argument; change its default or the call of docker build", from.Line, f.Path)
	}
	return "build on " + image, change(f, replace(ref.Inner(), image)), nil
}

func newImage(name string, with map[string]string) (string, error) {
	image := strings.TrimSpace(with["image"])
	if tag := strings.TrimSpace(with["tag"]); image == "" && tag != "" {
		image = name + ":" + tag
	}
	if image == "" {
		return "", refuse("the log does not say which image to take")
	}
	if !plainImage.MatchString(image) {
		return "", refuse("the log gives %q as image, which is not put into a file unseen", image)
	}
	return image, nil
}

// azure is the Azure ML environment at hand that names an image.
func (c remedyContext) azure() *manifest.File {
	if c.Instruction != nil {
		return nil
	}
	if c.File != nil {
		if c.File.AzureML != nil && c.File.AzureML.Image != nil {
			return c.File
		}
		return nil
	}
	var found *manifest.File
	if c.Files == nil || len(c.Files.Dockerfiles()) > 0 {
		return nil
	}
	for _, f := range c.Files.Of(manifest.KindAzureML) {
		if f.AzureML.Image != nil {
			if found != nil {
				return nil
			}
			found = f
		}
	}
	return found
}

func azureImage(f *manifest.File, with map[string]string) (string, []edit.File, error) {
	s := f.AzureML.Image
	name, _, _ := manifest.SplitImage(s.Value)
	image, err := newImage(name, with)
	if err != nil {
		return "", nil, err
	}
	if s.Value == image {
		return "", nil, refuse("line %d of %s already names %s", s.Line, f.Path, image)
	}
	if s.Opaque {
		return "", nil, refuse("line %d of %s writes the image in a way that an edit could break", s.Line, f.Path)
	}
	return "build on " + image, change(f, replace(s.Span, image)), nil
}

// from is the FROM that names the image of the failed stage, or of the only stage there is.
func (c remedyContext) from() (*manifest.File, *manifest.Instruction, error) {
	f, in := c.File, c.Instruction
	if in != nil {
		var err error
		if f, in, err = c.run(); err != nil {
			return nil, nil, err
		}
	} else if f == nil || f.Dockerfile == nil || len(f.Dockerfile.Stages) != 1 {
		return nil, nil, refuse("the log does not lead to one FROM of a Dockerfile among the definition files")
	} else {
		in = f.Dockerfile.Stages[0]
	}
	for stage := in.Stage; stage >= 0; {
		from := f.Dockerfile.Stages[stage]
		if from.From.Parent < 0 {
			return f, from, nil
		}
		stage = from.From.Parent
	}
	return nil, nil, refuse("line %d of %s stands before the first FROM", in.Line, f.Path)
}

// boundPython binds Python: in the conda file, or by the tag of a python image, or in a pyproject.toml; with: version or
// python ("3.9", or bounds such as ">=3.8,<3.10").
func boundPython(c remedyContext, with map[string]string) (string, []edit.File, error) {
	spec := strings.TrimSpace(with["version"] + with["python"])
	if spec == "" || !plainSpec.MatchString(spec) {
		return "", nil, refuse("the log does not say which version of Python fits")
	}
	if c.File != nil && c.File.PyProject != nil && c.File.PyProject.RequiresPython != nil {
		return requiresPython(c.File, spec)
	}
	if c.usesPythonImage() {
		return c.pythonImage(spec)
	}
	f, err := c.condaFile()
	if err != nil {
		return "", nil, refuse("neither a conda file nor a FROM python among the definition files says which Python is used")
	}
	if !strings.ContainsAny(spec[:1], "<>=!~") {
		spec = "=" + spec
	}
	if e := f.Conda.Entry("python"); e != nil {
		return respecify(e, spec, "change python to python"+spec)
	}
	l := f.Conda.Dependencies
	if err := block(f, l); err != nil {
		return "", nil, err
	}
	line := listItem(f, l, "python"+spec)
	return "add python" + spec + " to the conda dependencies", change(f, insertAfter(f, l.Key.Line, line)), nil
}

// usesPythonImage tells whether the failed stage stands on a python image and the entry is not in a conda file.
func (c remedyContext) usesPythonImage() bool {
	if c.Entry != nil && c.Entry.File.Conda != nil || c.File != nil && c.File.Conda != nil {
		return false
	}
	_, from, err := c.withDockerfile().from()
	return err == nil && path.Base(from.From.Name) == "python"
}

// withDockerfile is the context with the only Dockerfile at hand, where an entry elsewhere stands in for it.
func (c remedyContext) withDockerfile() remedyContext {
	if c.Instruction == nil && (c.File == nil || c.File.Dockerfile == nil) && c.Files != nil {
		if all := c.Files.Dockerfiles(); len(all) == 1 {
			c.File = all[0]
		}
	}
	return c
}

var pythonTag = lazy(`^\d+(?:\.\d+)*(?:[a-z]+\d+)?`)

// lowest is the version that bounds begin with (>=3.9,<3.13), since a tag names one.
var lowest = lazy(`^>= ?(\d+\.\d+)`)

func (c remedyContext) pythonImage(spec string) (string, []edit.File, error) {
	if m := lowest.FindStringSubmatch(spec); m != nil && manifest.Matches(m[1]+".99", spec) {
		spec = m[1]
	}
	if strings.ContainsAny(spec, "<>=!~*,|") {
		return "", nil, refuse("the image needs one version of Python, and %s leaves a choice", spec)
	}
	f, from, err := c.withDockerfile().from()
	if err != nil {
		return "", nil, err
	}
	tag := from.From.Tag
	if pythonTag.FindString(tag) == spec {
		return "", nil, refuse("line %d of %s already builds on Python %s", from.Line, f.Path, spec)
	}
	if !pythonTag.MatchString(tag) {
		return "", nil, refuse("the tag %q on line %d of %s names no version of Python; take one for %s", tag, from.Line, f.Path, spec)
	}
	c.File = f
	if c.Instruction == nil {
		c.Instruction = from
	}
	return baseImage(c, map[string]string{"tag": pythonTag.ReplaceAllLiteralString(tag, spec)})
}

// requiresPython changes requires-python of a pyproject.toml.
func requiresPython(f *manifest.File, spec string) (string, []edit.File, error) {
	s := f.PyProject.RequiresPython
	if s == nil || s.Opaque {
		return "", nil, refuse("%s has no requires-python that could be changed", f.Path)
	}
	if !strings.ContainsAny(spec[:1], "<>=!~") {
		spec = "==" + spec + ".*"
	}
	if s.Value == spec {
		return "", nil, refuse("line %d of %s already says so", s.Line, f.Path)
	}
	return "change requires-python to " + spec, change(f, replace(s.Span, spec)), nil
}
