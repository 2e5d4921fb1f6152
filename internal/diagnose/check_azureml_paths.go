package diagnose

import (
	"fmt"
	"path"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// Sizes of a Dockerfile from which Azure ML warns, and refuses. Its two pages on the limit disagree; the smaller is taken for a warning.
const (
	longDockerfile    = 100 << 10
	longestDockerfile = 1 << 20
)

// checkAzurePaths finds build contexts, Dockerfiles and conda files that are not where the environment says.
func checkAzurePaths(set *manifest.Set, f *manifest.File) []flaw {
	if legacy(f) {
		return checkLegacyContext(f)
	}
	var all []flaw
	if p := f.AzureML.CondaFile; p != nil {
		all = append(all, missingPath(set, f, p, "conda_file")...)
	}
	build := f.KeyAt("build")
	if build == nil {
		return all
	}
	p := f.AzureML.BuildPath
	switch {
	case p == nil && build.Kind == "mapping":
		all = append(all, withoutContext(f, build))
	case p != nil && local(p.Value):
		all = append(all, checkContext(set, f, p)...)
	}
	return all
}

// withoutContext is a build section that has no path.
func withoutContext(f *manifest.File, build *manifest.Key) flaw {
	fl := said(f, build.Name.Span, "add path: with the folder that is the build context", "what", "the build section has no path, which names the build context")
	keys := f.KeysAt("build")
	if len(keys) == 0 || f.Line(keys[0].Name.Span.Start) == build.Name.Line {
		return fl
	}
	at := f.LineSpan(keys[0].Name.Line).Start
	fl.noFix = ""
	return fl.mended("take the folder of this file as the build context", false, edit.Edit{Start: at, End: at, New: f.Indent(keys[0].Name.Line) + "path: ." + f.EOL()})
}

// local tells whether a path can be looked up in the repository.
func local(p string) bool {
	return p != "" && !strings.Contains(p, ":") && !strings.HasPrefix(p, "/") && !strings.ContainsAny(p, "${}")
}

// beside is the path in the repository of a path in an environment; "" where it leads outside.
func beside(f *manifest.File, p string) string {
	full := path.Join(path.Dir(f.Path), p)
	if strings.HasPrefix(full, "../") || full == ".." {
		return ""
	}
	return full
}

func missingPath(set *manifest.Set, f *manifest.File, p *manifest.Scalar, key string) []flaw {
	full := beside(f, p.Value)
	if !local(p.Value) || full == "" || set.Holds(full) || len(set.Names(".")) == 0 {
		return nil
	}
	fl := said(f, p.Span, "write the path as seen from the folder of this file", "what", fmt.Sprintf("%s says %s, and there is no such file", key, p.Value))
	if right := sameBase(set, full); right != "" && !p.Opaque {
		fl.noFix = ""
		rel := relative(path.Dir(f.Path), right)
		fl = fl.mended("set "+key+" to "+rel, false, replace(p.Span, rel))
	}
	return []flaw{fl}
}

// sameBase is the only definition file of that base name, in any case of its letters.
func sameBase(set *manifest.Set, p string) string {
	found := ""
	for _, o := range set.Files {
		if strings.EqualFold(path.Base(o.Path), path.Base(p)) {
			if found != "" {
				return ""
			}
			found = o.Path
		}
	}
	return found
}

// relative is a path of the repository as seen from one of its folders.
func relative(dir, p string) string {
	up := ""
	for dir != "." && !strings.HasPrefix(p, dir+"/") {
		dir, up = path.Dir(dir), up+"../"
	}
	if dir == "." {
		return up + p
	}
	return up + strings.TrimPrefix(p, dir+"/")
}

// checkContext looks into the build context for its Dockerfile.
func checkContext(set *manifest.Set, f *manifest.File, p *manifest.Scalar) []flaw {
	dir := beside(f, p.Value)
	if dir == "" || len(set.Names(".")) == 0 {
		return nil
	}
	if set.Names(dir) == nil {
		return []flaw{said(f, p.Span, "write the path of the build context as seen from the folder of this file", "what", fmt.Sprintf("build.path says %s, and there is no such folder", p.Value))}
	}
	if d := f.AzureML.Dockerfile; d != nil {
		return checkDockerfilePath(set, f, dir, d)
	}
	return checkRootDockerfile(set, f, dir, p)
}

func checkDockerfilePath(set *manifest.Set, f *manifest.File, dir string, d *manifest.Scalar) []flaw {
	full := path.Join(dir, d.Value)
	if !local(d.Value) || strings.HasPrefix(full, "..") {
		return nil
	}
	if set.Holds(full) {
		return longFile(set, f, d.Span, full)
	}
	fl := said(f, d.Span, "write the path as seen from the build context", "what", fmt.Sprintf("build.dockerfile_path says %s, and the build context %s has no such file", d.Value, dir))
	if right := onlyDockerfile(set, dir); right != "" && !d.Opaque {
		fl.noFix = ""
		fl = fl.mended("set dockerfile_path to "+right, true, replace(d.Span, right))
	}
	return []flaw{fl}
}

// checkRootDockerfile is for a build section that leaves dockerfile_path out, which means the Dockerfile at the root of the context.
func checkRootDockerfile(set *manifest.Set, f *manifest.File, dir string, p *manifest.Scalar) []flaw {
	if full := path.Join(dir, "Dockerfile"); set.Holds(full) {
		return longFile(set, f, p.Span, full)
	}
	right := onlyDockerfile(set, dir)
	fl := said(f, p.Span, "put a Dockerfile at the root of the build context, or name it with dockerfile_path", "what", fmt.Sprintf("the build context %s has no Dockerfile at its root", dir))
	if right == "" || f.Line(p.Outer.End) != p.Line || f.KeyAt("build").Name.Line == p.Line {
		return []flaw{fl}
	}
	fl.noFix = ""
	return []flaw{fl.mended("set dockerfile_path to "+right, true, insertAfter(f, p.Line, f.Indent(p.Line)+"dockerfile_path: "+right))}
}

// onlyDockerfile is the one Dockerfile below a folder, as seen from there.
func onlyDockerfile(set *manifest.Set, dir string) string {
	found := ""
	for _, d := range set.Dockerfiles() {
		rel := d.Path
		if dir != "." {
			var below bool
			if rel, below = strings.CutPrefix(d.Path, dir+"/"); !below {
				continue
			}
		}
		if found != "" {
			return ""
		}
		found = rel
	}
	return found
}

func longFile(set *manifest.Set, f *manifest.File, s manifest.Span, full string) []flaw {
	size := set.Size(full)
	if size <= longDockerfile {
		return nil
	}
	what := fmt.Sprintf("%s has %d kB, and Azure ML documents a limit of 100 kB", full, size>>10)
	if size > longestDockerfile {
		what = fmt.Sprintf("%s has %d kB, and Azure ML takes 1 MB at most", full, size>>10)
	}
	return []flaw{said(f, s, "move the long parts into scripts that the Dockerfile copies", "what", what)}
}

var blobLocation = lazy(`^https://[a-z0-9]{3,24}\.blob\.[\w.-]+/[^/?]+/.`)

// checkLegacyContext tests where the first version's build context lies.
func checkLegacyContext(f *manifest.File) []flaw {
	kind, place := f.KeyAt("docker", "buildContext", "locationType"), f.KeyAt("docker", "buildContext", "location")
	switch {
	case given(kind) && strings.EqualFold(kind.Value.Value, "git"):
		return []flaw{said(f, kind.Value.Span, "upload the context to a storage account, or use build.path of the second version", "what", "a build context in git can be registered but not built")}
	case given(place) && !blobLocation.MatchString(place.Value.Value):
		return []flaw{said(f, place.Name.Span, "write it as https://ACCOUNT.blob.core.windows.net/CONTAINER/PATH", "what", "the location of the build context is no address of a folder in a storage account")}
	}
	return nil
}

var (
	indexOption  = lazy(`(?:--index-url|--extra-index-url|-i|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL)[ =]["']?(https?://[^\s"']+)`)
	publicIndex  = lazy(`^https?://(?:[^/@]*@)?(?:[\w.-]*\.)?(?:py(?:pi|thonhosted)\.org|pytorch\.org|nvidia\.com|ngc\.nvidia\.com|pypi\.example|dask\.org|fury\.io|data\.pyg\.org|anaconda\.org)(?:[:/]|$)`)
	hostOfURL    = lazy(`^https?://(?:[^/@]*@)?([\w.-]+)`)
	signsInFirst = lazy(`artifacts-keyring|keyrings?\.|az login|\.netrc|pip\.conf|PIP_CONFIG_FILE|codeartifact`)
)

// checkAzurePrivateContext finds private feeds in Dockerfiles that Azure ML builds: the workspace's connections do not count there.
func checkAzurePrivateContext(set *manifest.Set) []flaw {
	var all []flaw
	for _, f := range set.Dockerfiles() {
		if f.Dockerfile.Templated || !builtByAzureML(set, f) || signsInFirst.MatchString(string(f.Src)) {
			continue
		}
		for _, in := range f.Dockerfile.Instructions {
			m := indexOption.FindStringSubmatch(in.Text)
			if m == nil || publicIndex.MatchString(m[1]) || strings.ContainsAny(m[1], "@$") || strings.Contains(in.Text, "type=secret") {
				continue
			}
			host := hostOfURL.FindStringSubmatch(m[1])
			if host == nil {
				continue
			}
			all = append(all, said(f, in.Span, "install from a conda file (image and conda_file instead of build), or copy the wheels into the build context", "host", host[1]))
		}
	}
	return all
}
