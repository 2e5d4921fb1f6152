package manifest

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// AzureML is an Azure ML environment: YAML of the CLI's second version, or JSON of the first.
type AzureML struct {
	Name, Version *Scalar
	Image         *Scalar
	CondaFile     *Scalar // a path; nil where the conda file stands inline
	BuildPath     *Scalar
	Dockerfile    *Scalar // build.dockerfile_path
	Keys          []Key
}

// environmentKeys are all keys an environment may have, in both versions. A file with other keys is something else that has an `image:`.
var environmentKeys = map[string]bool{
	"$schema": true, "name": true, "version": true, "description": true, "tags": true, "image": true, "build": true, "conda_file": true,
	"os_type": true, "inference_config": true, "properties": true, "type": true, "auto_delete_setting": true, "creation_context": true, "id": true,
}

// isAzureML tells an Azure ML environment by its keys.
func isAzureML(root *yaml.Node) bool {
	keys := map[string]string{}
	pairs(root, func(k, v *yaml.Node) { keys[k.Value] = v.Value })
	if strings.Contains(strings.ToLower(keys["$schema"]), "environment.schema.json") {
		return true
	}
	for k := range keys {
		if !environmentKeys[k] {
			return false
		}
	}
	_, conda := keys["conda_file"]
	_, image := keys["image"]
	_, build := keys["build"]
	_, name := keys["name"]
	return conda || name && (image || build)
}

func readAzureML(v *yamlView) *AzureML {
	a := &AzureML{}
	pairs(v.root, func(key, value *yaml.Node) {
		a.Keys = append(a.Keys, v.key(key, value))
		s := v.scalar(value)
		switch {
		case key.Value == "name":
			a.Name = &s
		case key.Value == "version":
			a.Version = &s
		case key.Value == "image":
			a.Image = &s
		case key.Value == "conda_file" && resolve(value).Kind == yaml.ScalarNode:
			a.CondaFile = &s
		case key.Value == "conda_file" && resolve(value).Kind == yaml.MappingNode:
			v.inline(value)
		case key.Value == "build":
			a.BuildPath = v.part(value, "path")
			a.Dockerfile = v.part(value, "dockerfile_path")
		case key.Value == "python":
			if _, deps := child(value, "condaDependencies"); deps != nil {
				v.inline(deps)
			}
		case key.Value == "docker":
			a.Image = v.part(value, "baseImage")
		}
	})
	return a
}

func (v *yamlView) inline(n *yaml.Node) {
	v.f.Conda = readConda(v, n)
	v.f.Conda.Inline = true
}

func (v *yamlView) part(n *yaml.Node, name string) *Scalar {
	_, value := child(n, name)
	if value == nil || resolve(value).Kind != yaml.ScalarNode {
		return nil
	}
	s := v.scalar(value)
	return &s
}

// isLegacyAzureML tells an environment of the first version, which the SDK writes as JSON.
func isLegacyAzureML(root *yaml.Node) bool {
	_, python := child(root, "python")
	_, docker := child(root, "docker")
	_, deps := child(python, "condaDependencies")
	if python != nil && (docker != nil || deps != nil) {
		return true
	}
	for _, name := range []string{"baseImage", "baseDockerfile", "buildContext"} {
		if k, _ := child(docker, name); k != nil {
			return true
		}
	}
	return false
}

// KeysAt are the keys of the mapping at a path of keys in a conda or Azure ML file; nil where there is no mapping. Keys are compared
// without case and underscores, as the two forms of the first version's definitions differ by no more.
func (f *File) KeysAt(path ...string) []Key {
	if f.view == nil || f.view.root == nil {
		return nil
	}
	at := f.view.root
	for _, name := range path {
		var next *yaml.Node
		pairs(at, func(k, v *yaml.Node) {
			if next == nil && bareKey(k.Value) == bareKey(name) {
				next = v
			}
		})
		if at = next; at == nil {
			return nil
		}
	}
	var keys []Key
	pairs(at, func(k, v *yaml.Node) { keys = append(keys, f.view.key(k, v)) })
	return keys
}

// KeyAt is the key at a path of keys, or nil.
func (f *File) KeyAt(path ...string) *Key {
	last := len(path) - 1
	for _, k := range f.KeysAt(path[:last]...) {
		if bareKey(k.Name.Value) == bareKey(path[last]) {
			return &k
		}
	}
	return nil
}

func bareKey(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

// isConda tells a conda file by its keys. Other formats have `dependencies:` too, but of mappings.
func isConda(root *yaml.Node) bool {
	if _, channels := child(root, "channels"); channels != nil && resolve(channels).Kind == yaml.SequenceNode {
		return true
	}
	_, deps := child(root, "dependencies")
	if deps == nil || resolve(deps).Kind != yaml.SequenceNode {
		return false
	}
	for _, n := range resolve(deps).Content {
		if _, pip := child(n, "pip"); pip != nil || resolve(n).Kind == yaml.ScalarNode {
			return true
		}
	}
	return false
}
