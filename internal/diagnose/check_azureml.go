package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// azureChecks read Azure ML environments: YAML of the second version of the command line and SDK, JSON of the first.
var azureChecks = map[string]check{
	"azureml-name":            eachAzureML(checkAzureName),
	"azureml-source":          eachAzureML(checkAzureSource),
	"azureml-paths":           eachAzureML(checkAzurePaths),
	"azureml-credentials":     eachAzureML(checkAzureCredentials),
	"azureml-deprecated":      eachAzureML(checkAzureDeprecated),
	"azureml-user-managed":    eachAzureML(checkAzureUserManaged),
	"azureml-spark-cache":     eachAzureML(checkAzureSparkCache),
	"azureml-python-section":  eachAzureML(checkAzurePythonSection),
	"azureml-unknown-key":     eachAzureML(checkAzureKeys),
	"azureml-inference":       eachAzureML(checkAzureInference),
	"azureml-reference":       checkAzureReferences,
	"azureml-private-context": checkAzurePrivateContext,
	"image-unpinned":          checkImageUnpinned,
	"azureml-base-image":      checkAzureBaseImage,
}

// eachAzureML runs a check over every environment; set gives it the other files.
func eachAzureML(one func(set *manifest.Set, f *manifest.File) []flaw) check {
	return func(set *manifest.Set) []flaw {
		var all []flaw
		for _, f := range set.Of(manifest.KindAzureML) {
			all = append(all, one(set, f)...)
		}
		return all
	}
}

// said is a flaw without an edit.
func said(f *manifest.File, s manifest.Span, noFix string, captures ...string) flaw {
	fl := flaw{file: f, span: s, noFix: noFix, captures: map[string]string{}}
	for i := 0; i+1 < len(captures); i += 2 {
		if captures[i+1] != "" {
			fl.captures[captures[i]] = captures[i+1]
		}
	}
	return fl
}

// mended gives a flaw its edit.
func (fl flaw) mended(title string, sure bool, edits ...edit.Edit) flaw {
	fl.title, fl.sure, fl.edits = title, sure, edits
	return fl
}

// legacy tells an environment of the first version.
func legacy(f *manifest.File) bool { return f.KeyAt("python") != nil || f.KeyAt("docker") != nil }

// top is the place of the whole definition: its first key.
func top(f *manifest.File) manifest.Span {
	if keys := f.KeysAt(); len(keys) > 0 {
		return keys[0].Name.Span
	}
	return manifest.Span{}
}

// given tells whether a key is there and its value says something.
func given(k *manifest.Key) bool {
	switch {
	case k == nil || k.Kind == "null":
		return false
	case k.Kind == "scalar":
		return k.Value.Value != ""
	}
	return k.Len > 0
}

// isTrue tells whether a key is set to true.
func isTrue(k *manifest.Key) bool {
	return k != nil && k.Kind == "scalar" && strings.EqualFold(k.Value.Value, "true")
}

var azureNameRunes = lazy(`[^A-Za-z0-9._-]`)

const longestAzureName = 255

func checkAzureName(_ *manifest.Set, f *manifest.File) []flaw {
	name := f.AzureML.Name
	if name == nil || name.Value == "" || strings.ContainsAny(name.Value, "{$") {
		return nil
	}
	lower := strings.ToLower(name.Value)
	what := ""
	switch {
	case strings.HasPrefix(lower, "azureml"), strings.HasPrefix(lower, "microsoft"):
		what = "the prefix is kept for Microsoft's curated environments"
	case len(name.Value) > longestAzureName:
		what = "it has more than 255 characters"
	case azureNameRunes.MatchString(name.Value):
		what = "a name has letters, digits, dots, hyphens and underscores only"
	default:
		return nil
	}
	noFix := "choose another name, and change it in the jobs and endpoints that use the environment"
	return []flaw{said(f, name.Span, noFix, "name", clipped(name.Value), "what", what)}
}

// clipped is a value short enough for one sentence.
func clipped(s string) string {
	if len(s) > 60 {
		return s[:57] + "…"
	}
	return s
}

// checkAzureSource finds environments with no source for their image, or more than one.
func checkAzureSource(_ *manifest.Set, f *manifest.File) []flaw {
	if legacy(f) {
		return checkLegacySource(f)
	}
	image, build, conda := f.KeyAt("image"), f.KeyAt("build"), f.KeyAt("conda_file")
	switch {
	case given(image) && given(build):
		return []flaw{said(f, build.Name.Span, "delete image or build, whichever is not meant", "what", "has both image and build, and exactly one of them is allowed")}
	case given(build) && given(conda):
		return []flaw{said(f, conda.Name.Span, "let the Dockerfile of the build context install the file and delete conda_file, or replace build by image",
			"what", "has conda_file beside build, which is not allowed; a conda file goes with image")}
	case given(image) || given(build):
		return nil
	case given(conda):
		return []flaw{said(f, conda.Name.Span, "add image: with the base image on which the conda environment is to be made", "what", "has a conda_file but no image to install it on")}
	}
	return []flaw{said(f, top(f), "add image: with an image, or build: with the path of a build context", "what", "has neither image nor build")}
}

// checkLegacySource does it for the first version: base_image, base_dockerfile and build_context exclude each other.
func checkLegacySource(f *manifest.File) []flaw {
	docker := f.KeyAt("docker")
	if docker == nil {
		return []flaw{said(f, top(f), "add a docker section with baseImage", "what", "has no docker section")}
	}
	var there []*manifest.Key
	for _, name := range []string{"baseImage", "baseDockerfile", "buildContext"} {
		if k := f.KeyAt("docker", name); given(k) {
			there = append(there, k)
		}
	}
	if len(there) == 1 {
		return nil
	}
	if len(there) == 0 {
		return []flaw{said(f, docker.Name.Span, "set one of baseImage, baseDockerfile and buildContext", "what", "names no image: baseImage, baseDockerfile and buildContext are all empty")}
	}
	names := make([]string, len(there))
	for i, k := range there {
		names[i] = k.Name.Value
	}
	return []flaw{said(f, there[1].Name.Span, "keep one of them and set the others to null", "what", "has "+strings.Join(names, " and ")+", which exclude each other")}
}

// checkAzurePythonSection finds definitions of the first version that say nothing of Python.
func checkAzurePythonSection(_ *manifest.Set, f *manifest.File) []flaw {
	if !legacy(f) || given(f.KeyAt("python")) || given(f.KeyAt("docker", "buildContext")) || given(f.KeyAt("docker", "baseDockerfile")) {
		return nil
	}
	return []flaw{said(f, f.KeyAt("docker").Name.Span, "add a python section with condaDependencies, or with userManagedDependencies: true where the image brings its own Python",
		"problem", "the python section is missing")}
}

// checkAzureUserManaged finds dependencies that are ignored, and images of one's own that conda would be run on.
func checkAzureUserManaged(_ *manifest.Set, f *manifest.File) []flaw {
	own, deps := f.KeyAt("python", "userManagedDependencies"), f.KeyAt("python", "condaDependencies")
	image := f.AzureML.Image
	switch {
	case isTrue(own) && given(deps) && ownPackages(f):
		return []flaw{said(f, own.Name.Span, "set it to false so that the packages are installed, or take condaDependencies out",
			"what", "userManagedDependencies is true, so the packages under condaDependencies are not installed")}
	case legacy(f) && image != nil && image.Value != "" && !given(deps) && f.KeyAt("python") != nil && !isTrue(own) && !strings.HasPrefix(image.Value, "mcr.microsoft.com/"):
		fl := said(f, image.Span, "", "what", "the image is one of your own and nothing is to be installed, but userManagedDependencies is not true, so the service builds a conda environment on it")
		if own != nil && own.Kind == "scalar" && !own.Value.Opaque {
			return []flaw{fl.mended("set userManagedDependencies to true", false, replace(own.Value.Outer, "true"))}
		}
		fl.noFix = "set python.userManagedDependencies to true"
		return []flaw{fl}
	}
	return nil
}

// ownPackages tells whether an inline conda file asks for more than the SDK writes by default.
func ownPackages(f *manifest.File) bool {
	return f.Conda != nil && slices.ContainsFunc(f.Conda.Entries, func(e manifest.Entry) bool {
		return e.Name != "python" && e.Name != "azureml-defaults"
	})
}

// checkAzureSparkCache finds Spark packages that are fetched while the image is built.
func checkAzureSparkCache(_ *manifest.Set, f *manifest.File) []flaw {
	cache := f.KeyAt("spark", "precachePackages")
	if !isTrue(cache) || !given(f.KeyAt("spark", "packages")) || cache.Value.Opaque {
		return nil
	}
	fl := said(f, cache.Name.Span, "", "what", "the Spark packages are fetched while the image is built, which fails where the build has no way to the Maven repositories")
	return []flaw{fl.mended("fetch the Spark packages when the job starts", false, replace(cache.Value.Outer, "false"))}
}
