package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

var (
	inBrackets = lazy(`^(?:<.*>|\$\{.*\}|\{\{.*\}\})$`)
	signature  = lazy(`[?&]sig=[A-Za-z0-9%+/]{20,}`)
)

// checkAzureCredentials finds passwords of a registry, and signed addresses, inside a definition. What they are is never told.
func checkAzureCredentials(_ *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	for _, section := range [][]string{{"docker", "baseImageRegistry"}, {"base_image_registry"}} {
		for _, k := range f.KeysAt(section...) {
			if isCredential(f, section, k) {
				all = append(all, credential(f, k))
			}
		}
	}
	if k := f.KeyAt("docker", "buildContext", "location"); given(k) && signature.MatchString(k.Value.Value) {
		all = append(all, said(f, k.Name.Span, "take the signature off the address, let the workspace's identity read the storage, and revoke the signature",
			"key", k.Name.Value, "what", "holds a signed address, which anybody who reads the definition can use"))
	}
	return all
}

func isCredential(f *manifest.File, section []string, k manifest.Key) bool {
	switch strings.ToLower(strings.ReplaceAll(k.Name.Value, "_", "")) {
	case "username", "password":
		return k.Kind == "scalar" && k.Value.Value != "" && !inBrackets.MatchString(k.Value.Value)
	case "registryidentity":
		return given(&k)
	}
	return false
}

func credential(f *manifest.File, k manifest.Key) flaw {
	fl := said(f, k.Name.Span, "", "key", k.Name.Value, "what", "is no longer accepted in a definition, and everybody who reads the file can see it")
	if k.Kind != "scalar" || k.Value.Opaque {
		fl.noFix = "set it to null, and make a workspace connection to the registry"
		return fl
	}
	return fl.mended("take "+k.Name.Value+" out", false, replace(k.Value.Outer, "null"))
}

// A retired key is one of the first version's definition that is no longer heeded, or belongs elsewhere.
type retired struct {
	path  []string
	usual []string // values that the SDK writes by itself and that mean nothing
	what  string
	to    string // what its value becomes; "" where that is a choice
	noFix string
}

const toRunConfig = "move it to the DockerConfiguration of the run"

var retiredKeys = []retired{
	{[]string{"docker", "enabled"}, []string{"false", "null"}, "is deprecated: whether a run uses Docker is said by its DockerConfiguration", "false", ""},
	{[]string{"docker", "gpuSupport"}, []string{"false", "null"}, "is deprecated and has no effect", "false", ""},
	{[]string{"docker", "arguments"}, nil, "is deprecated: arguments of docker run belong to the DockerConfiguration of the run", "", toRunConfig},
	{[]string{"docker", "sharedVolumes"}, []string{"true", "null"}, "is deprecated: shared volumes belong to the DockerConfiguration of the run", "", toRunConfig},
	{[]string{"docker", "shmSize"}, []string{"2g", "null"}, "is deprecated: the size of shared memory belongs to the DockerConfiguration of the run", "", toRunConfig},
	{[]string{"docker", "smhSize"}, []string{"2g", "null"}, "is deprecated: the size of shared memory belongs to the DockerConfiguration of the run", "", toRunConfig},
	{[]string{"r"}, nil, "is deprecated: R is installed by a Dockerfile of your own", "", "set it to null, and build the image from a Dockerfile that installs R"},
	{[]string{"environmentVariables"}, nil, "belongs to the configuration of the run, not to the environment", "", "move the variables to the run's configuration"},
	{[]string{"python", "baseCondaEnvironment"}, nil, "makes the environment depend on what an image happens to hold", "null", ""},
}

// checkAzureDeprecated finds keys of the first version that mean something and are no longer heeded. What the SDK writes by default is left alone.
func checkAzureDeprecated(_ *manifest.Set, f *manifest.File) []flaw {
	if !legacy(f) {
		return nil
	}
	var all []flaw
	for _, r := range retiredKeys {
		k := f.KeyAt(r.path...)
		if !given(k) || k.Kind == "scalar" && slices.Contains(r.usual, strings.ToLower(k.Value.Value)) || exampleVariables(f, r) {
			continue
		}
		fl := said(f, k.Name.Span, r.noFix, "key", k.Name.Value, "what", r.what)
		if r.to != "" && k.Kind == "scalar" && !k.Value.Opaque {
			fl = fl.mended("set "+k.Name.Value+" to "+r.to, r.to == "false", replace(k.Value.Outer, r.to))
		}
		all = append(all, fl)
	}
	return append(all, besideContext(f)...)
}

// exampleVariables tells whether the variables are only the example that the SDK writes.
func exampleVariables(f *manifest.File, r retired) bool {
	if r.path[0] != "environmentVariables" {
		return false
	}
	keys := f.KeysAt("environmentVariables")
	return len(keys) == 1 && keys[0].Name.Value == "EXAMPLE_ENV_VAR"
}

// besideContext finds conda dependencies and Spark packages next to a build context, whose Dockerfile alone decides what is installed.
func besideContext(f *manifest.File) []flaw {
	if !given(f.KeyAt("docker", "buildContext")) {
		return nil
	}
	var all []flaw
	for _, p := range [][]string{{"python", "condaDependencies"}, {"spark", "packages"}} {
		if k := f.KeyAt(p...); given(k) {
			all = append(all, said(f, k.Name.Span, "let the Dockerfile of the build context install it, and set it to null here",
				"key", k.Name.Value, "what", "is not allowed beside a build context"))
		}
	}
	return all
}
