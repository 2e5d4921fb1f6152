package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// An imageUse is a place where a definition names an image that comes from a registry.
type imageUse struct {
	file *manifest.File
	span manifest.Span
	name string                // as written, with build arguments filled in
	from *manifest.Instruction // nil for the image: of an Azure ML environment
	safe bool                  // its bytes are the name, and may be replaced
}

// imagesUsed are all images that the definitions build on. Those that a build argument without a default, or a template, names are left out.
func imagesUsed(set *manifest.Set) []imageUse {
	var all []imageUse
	for _, f := range set.Dockerfiles() {
		for _, in := range f.Dockerfile.Stages {
			from := in.From
			if f.Dockerfile.Templated || from.Parent >= 0 || from.Unset || from.Image == "" || from.Image == "scratch" || strings.HasPrefix(from.Image, "#") {
				continue
			}
			s := from.Ref.Inner()
			if s.IsZero() {
				s = from.Ref.Span
			}
			all = append(all, imageUse{f, s, from.Image, in, from.Ref.Literal && !from.Ref.Inner().IsZero()})
		}
	}
	for _, f := range set.Of(manifest.KindAzureML) {
		if s := f.AzureML.Image; s != nil && s.Value != "" && !strings.ContainsAny(s.Value, "{}$<>") && !strings.HasPrefix(s.Value, "azureml:") {
			all = append(all, imageUse{f, s.Span, s.Value, nil, !s.Opaque})
		}
	}
	return all
}

// repository is the name of an image without registry host of Docker Hub, tag and digest.
func (u imageUse) repository() string {
	name, _, _ := manifest.SplitImage(u.name)
	name = strings.TrimPrefix(name, "docker.io/")
	return strings.TrimPrefix(name, "library/")
}

func (u imageUse) tag() string {
	_, tag, _ := manifest.SplitImage(u.name)
	return tag
}

// checkImageUnpinned finds images without a tag, or with one that is moved from time to time.
func checkImageUnpinned(set *manifest.Set) []flaw {
	var all []flaw
	for _, u := range imagesUsed(set) {
		_, tag, digest := manifest.SplitImage(u.name)
		what := "has no tag"
		switch {
		case digest != "" || tag != "" && tag != "latest" || deprecatedImage(u) != "" || mendReference(u.name) != u.name:
			continue
		case tag == "latest":
			what = "has the tag latest"
		}
		all = append(all, said(u.file, u.span, "look up the tags that the registry has, and write the one that you use (or its digest) behind the name",
			"image", u.name, "what", what))
	}
	return all
}

const azureRegistry = "mcr.microsoft.com/"

var oldUbuntu = lazy(`^azureml/.*ubuntu(?:16|18|20)\.04$`)

// deprecatedImage says why an image of Azure ML is deprecated; "" where it is not.
func deprecatedImage(u imageUse) string {
	name, ours := strings.CutPrefix(u.repository(), azureRegistry)
	switch {
	case !ours && !strings.HasPrefix(name, "azureml/"):
		return ""
	case fact("azureml-base-images", name, "image") != "":
		return "is on Microsoft's list of deprecated images"
	case oldUbuntu.MatchString(name):
		return "stands on a release of Ubuntu whose support has ended, and is not among the supported images"
	}
	return ""
}

// checkAzureBaseImage finds base images of Azure ML that are deprecated. A tag of the successor is never invented.
func checkAzureBaseImage(set *manifest.Set) []flaw {
	var all []flaw
	for _, u := range imagesUsed(set) {
		what := deprecatedImage(u)
		if what == "" {
			continue
		}
		successor := fact("azureml-base-images", strings.TrimPrefix(u.repository(), azureRegistry), "successor")
		if successor == "" {
			successor = "openmpi4.1.0-ubuntu22.04"
		}
		successor = azureRegistry + "azureml/" + successor
		fl := said(u.file, u.span, "", "image", u.name, "successor", successor, "what", what)
		switch tag := u.tag(); {
		case tag != "" && tag != "latest":
			fl.noFix = "look up a tag of " + successor + " and build on it; Python, CUDA and the names of apt packages differ there"
		case u.safe:
			if tag != "" {
				successor += ":" + tag
			}
			fl = fl.mended("build on "+successor, false, replace(u.span, successor))
		}
		all = append(all, fl)
	}
	return all
}

var (
	azureDated  = lazy(`^mcr\.microsoft\.com/azureml/.*:\d{8}\.\d+$`)
	doubledName = lazy(`^([\w-]+(?:\.[\w-]+)+)/([\w-]+(?:\.[\w-]+)+)/`)
)

// checkImageReference finds references that no builder can read.
func checkImageReference(set *manifest.Set) []flaw {
	var all []flaw
	for _, u := range imagesUsed(set) {
		fixed := mendReference(u.name)
		if m := doubledName.FindStringSubmatch(fixed); m != nil && m[1] == m[2] {
			fixed = fixed[len(m[1])+1:]
		}
		if fixed == u.name || strings.ContainsAny(fixed, " \t") {
			continue
		}
		fl := said(u.file, u.span, "", "image", u.name, "image_text", "the image name "+u.name, "fixed", fixed)
		if u.safe {
			fl = fl.mended("write "+fixed, true, replace(u.span, fixed))
		} else {
			fl.noFix = "correct the default of the build argument that the name is taken from"
		}
		all = append(all, fl)
	}
	return append(all, unfilledTemplates(set)...)
}

var templateTag = lazy(`\{\{\s*latest-image-tag[^}]*\}\}`)

// unfilledTemplates finds the tag of Microsoft's own templates in what Azure ML is to build; only Microsoft's build fills it in.
func unfilledTemplates(set *manifest.Set) []flaw {
	var all []flaw
	for _, f := range set.Files {
		if f.AzureML == nil && (f.Dockerfile == nil || !builtByAzureML(set, f)) {
			continue
		}
		for _, m := range templateTag.FindAllIndex(f.Src, -1) {
			s := manifest.Span{Start: m[0], End: m[1]}
			all = append(all, said(f, s, "look up a tag of the image, and write it in the place of the braces", "image_text", "the tag "+f.At(s), "image", f.At(s)))
		}
	}
	return all
}

// builtByAzureML tells whether an environment of the repository has a Dockerfile built in its context.
func builtByAzureML(set *manifest.Set, d *manifest.File) bool {
	return slices.ContainsFunc(set.Of(manifest.KindAzureML), func(f *manifest.File) bool {
		p := f.AzureML.BuildPath
		if p == nil || !local(p.Value) {
			return false
		}
		name := "Dockerfile"
		if f.AzureML.Dockerfile != nil {
			name = f.AzureML.Dockerfile.Value
		}
		return path.Join(path.Dir(f.Path), p.Value, name) == d.Path
	})
}

// checkAzureTag finds tags of Azure ML's images as the release notes write them, without the "v" that the registry has.
func checkAzureTag(set *manifest.Set) []flaw {
	var all []flaw
	for _, u := range imagesUsed(set) {
		if !azureDated.MatchString(u.name) {
			continue
		}
		dot := strings.LastIndexByte(u.name, '.') + 1
		fixed := u.name[:dot] + "v" + u.name[dot:]
		fl := said(u.file, u.span, "write the tag with a v before its last number", "image", u.name, "fixed", fixed)
		if u.safe {
			fl.noFix = ""
			fl = fl.mended("write "+fixed, false, replace(u.span, fixed))
		}
		all = append(all, fl)
	}
	return all
}

// platformArgs are build arguments that the builder gives by itself.
var platformArgs = strings.Fields("TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT")

var argumentName = lazy(`\$\{?([A-Za-z_]\w*)(:?[-+])?`)

// checkBlankBase finds FROMs whose build argument is declared nowhere before the first of them, or has no value where Azure ML builds, which passes none.
func checkBlankBase(set *manifest.Set) []flaw {
	var all []flaw
	for _, f := range set.Dockerfiles() {
		for _, in := range f.Dockerfile.Stages {
			if f.Dockerfile.Templated || !in.From.Unset {
				continue
			}
			for _, m := range argumentName.FindAllStringSubmatch(in.From.Ref.Text, -1) {
				name := m[1]
				if m[2] != "" || slices.Contains(platformArgs, name) || globalArg(f, name) && !builtByAzureML(set, f) {
					continue
				}
				all = append(all, said(f, in.From.Ref.Span, "declare it above the first FROM with a default: ARG "+name+"=VALUE", "arg", name))
				break
			}
		}
	}
	return all
}

// globalArg tells whether an ARG before the first FROM declares the name, with a default or without.
func globalArg(f *manifest.File, name string) bool {
	return slices.ContainsFunc(f.Dockerfile.Instructions, func(in *manifest.Instruction) bool {
		return in.Stage < 0 && in.Keyword == "ARG" && slices.ContainsFunc(in.Words, func(w manifest.Word) bool {
			key, _, _ := strings.Cut(w.Text, "=")
			return key == name
		})
	})
}
