package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// azureKeys are the keys of an environment in the second version's YAML.
var azureKeys = strings.Fields("$schema name version description tags properties image conda_file build os_type inference_config auto_delete_setting datastore type creation_context id latest_version")

// checkAzureKeys finds keys that the schema does not have.
func checkAzureKeys(_ *manifest.Set, f *manifest.File) []flaw {
	if legacy(f) {
		return nil
	}
	var all []flaw
	for _, k := range f.KeysAt() {
		name := k.Name.Value
		if slices.Contains(azureKeys, name) {
			continue
		}
		fl := said(f, k.Name.Span, "delete the key, or look for its right name in the schema of the environment YAML", "key", name)
		right := likeKey(name, azureKeys)
		if right != "" && !slices.ContainsFunc(f.KeysAt(), func(o manifest.Key) bool { return o.Name.Value == right }) {
			fl.captures["suggestion"], fl.noFix = right, ""
			fl = fl.mended("rename "+name+" to "+right, true, replace(k.Name.Span, right))
		}
		all = append(all, fl)
	}
	return all
}

// likeKey is the one known key that is spelt like name, whatever its case and underscores are.
func likeKey(name string, known []string) string {
	bare := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	found := ""
	for _, k := range known {
		if bare(k) == bare(name) || distance(bare(k), bare(name)) <= 1 && len(name) > 3 {
			if found != "" {
				return ""
			}
			found = k
		}
	}
	return found
}

// checkAzureInference finds environments for endpoints without the server that Azure ML starts in them.
func checkAzureInference(set *manifest.Set, f *manifest.File) []flaw {
	if !given(f.KeyAt("inference_config")) || f.AzureML.BuildPath != nil || f.AzureML.Image != nil && f.AzureML.CondaFile == nil && f.Conda == nil {
		return nil
	}
	conda := f
	if p := f.AzureML.CondaFile; p != nil {
		if conda = set.File(path.Join(path.Dir(f.Path), p.Value)); conda == nil {
			return nil
		}
	}
	if conda.Conda == nil || strings.Contains(string(f.Src), "mlflow") || len(conda.Conda.Entries) == 0 {
		return nil
	}
	for _, e := range conda.Conda.Entries {
		if slices.Contains([]string{"azureml-defaults", "azureml-inference-server-http", "mlflow"}, manifest.Normalise(e.Name)) {
			return nil
		}
	}
	return []flaw{said(f, f.KeyAt("inference_config").Name.Span, "add azureml-inference-server-http (or azureml-defaults) to the pip: list, unless the image brings it",
		"what", "inference_config is set, but no package brings Azure ML's inference server")}
}

var latestVersion = lazy(`(?m)^[ \t]*(?:- )?environment[ \t]*:[ \t]*["']?azureml:([\w.-]+)(:)latest["']?[ \t]*(?:#.*)?\r?$`)

// checkAzureReferences finds jobs and endpoints that write the label latest as a version.
func checkAzureReferences(set *manifest.Set) []flaw {
	var all []flaw
	for _, f := range set.Of(manifest.KindAzureMLJob) {
		for _, m := range latestVersion.FindAllSubmatchIndex(f.Src, -1) {
			name := string(f.Src[m[2]:m[3]])
			fl := said(f, manifest.Span{Start: m[2], End: m[5] + len("latest")}, "", "name", name, "version", "latest")
			all = append(all, fl.mended("write azureml:"+name+"@latest", true, edit.Edit{Start: m[4], End: m[5], New: "@"}))
		}
	}
	return all
}
