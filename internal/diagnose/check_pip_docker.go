package diagnose

import (
	"path"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

var sshAddress = lazy(`git\+ssh://(?:[\w.-]+@)?([\w.-]+)[/:]|git\+git@([\w.-]+):`)

// gitRequirements finds repositories that the build cannot reach: asked over ssh, or in an image without git.
func gitRequirements(files *manifest.Set) []flaw {
	return append(eachList(overSSH)(files), withoutGit(files)...)
}

func overSSH(p pipSource) []flaw {
	var all []flaw
	for _, e := range p.entries {
		m := sshAddress.FindStringSubmatchIndex(e.Raw)
		if m == nil || e.Opaque || sshMounted(p.files) {
			continue
		}
		host := sshAddress.FindStringSubmatch(e.Raw)
		fl := flawAt(e, map[string]string{"url": e.Raw[m[0]:], "reason": "it is asked over ssh, for which a build has no key"})
		text := "git+https://" + host[1] + host[2] + "/"
		place := manifest.Span{Start: e.Span.Start + m[0], End: e.Span.Start + m[1]}
		all = append(all, fl.edited("ask over https", false, replace(place, text)))
	}
	return all
}

// sshMounted tells whether a Dockerfile hands the build a key.
func sshMounted(files *manifest.Set) bool {
	for _, f := range files.Dockerfiles() {
		if src := string(f.Src); strings.Contains(src, "type=ssh") || strings.Contains(src, "id_rsa") || strings.Contains(src, "known_hosts") {
			return true
		}
	}
	return false
}

// bareImages are base images that come without git.
var bareImages = lazy(`^(?:docker\.io/)?(?:library/)?(?:python:[\w.-]*(?:slim|alpine)|debian:|ubuntu:|alpine:)`)

var gitWord = lazy(`\bgit\b|build-essential.*git`)

// withoutGit finds a RUN that installs from a repository, in an image without git and with no earlier step that installs it.
func withoutGit(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Dockerfiles() {
		if f.Dockerfile.Templated {
			continue
		}
		for _, in := range f.Dockerfile.Instructions {
			if in.Keyword != "RUN" || !bareImages.MatchString(f.Dockerfile.Base(in)) || !clones(files, f, in) || mentionsGit(f, in) {
				continue
			}
			fl := flawOn(f, in.Span, map[string]string{"url": "a repository", "reason": "git is not in the image"})
			fl = fl.mendRun(installPackages, files, in, map[string]string{"packages": "git"}).surely()
			all = append(all, fl)
			break
		}
	}
	return all
}

// mendRun is mend for an instruction of a Dockerfile.
func (fl flaw) mendRun(do remedy, files *manifest.Set, in *manifest.Instruction, with map[string]string) flaw {
	c := remedyContext{Files: files, File: fl.file, Instruction: in, Captures: fl.captures, Image: fl.file.Dockerfile.Base(in)}
	title, changed, err := do(c, with)
	if err != nil || len(changed) != 1 {
		return fl
	}
	return fl.edited(title, false, changed[0].Edits...)
}

// clones tells whether a RUN installs something from a git repository, directly or through a list.
func clones(files *manifest.Set, f *manifest.File, in *manifest.Instruction) bool {
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok || install.Format != "pip" {
			continue
		}
		for _, w := range install.Packages {
			if strings.Contains(w.Text, "git+") {
				return true
			}
		}
		if o, ok := install.Option("--requirement"); ok {
			if lists := files.Find(path.Base(o.Value)); len(lists) == 1 && namesRepository(lists[0]) {
				return true
			}
		}
	}
	return false
}

func namesRepository(list *manifest.File) bool {
	for _, e := range list.Entries() {
		if strings.Contains(e.URL, "git+") && e.Marker == "" {
			return true
		}
	}
	return false
}

// mentionsGit tells whether git is installed before the instruction, or in its own commands.
func mentionsGit(f *manifest.File, in *manifest.Instruction) bool {
	for _, o := range append(f.Dockerfile.Before(in), in) {
		text := o.Text
		if o == in {
			text, _, _ = strings.Cut(text, "git+")
		}
		if o.Keyword == "RUN" && gitWord.MatchString(text) || o.Keyword == "COPY" && o.Copy != nil && o.Copy.From != "" {
			return true
		}
	}
	return false
}

var managedImage = lazy(`^(?:docker\.io/)?(?:library/)?(?:ubuntu:(?:23\.04|23\.10|2[4-9]\.\d\d|mantic|noble|plucky|questing)|debian:(?:1[2-9]|bookworm|trixie|sid|testing|unstable))`)

var venvPackage = lazy(`\bpython3(?:\.\d+)?-(?:venv|full)\b`)

var ownPython = lazy(`-m venv|\bvirtualenv\b|/\.?venv|conda|mamba|\buv\b|pyenv|break-system-packages|BREAK_SYSTEM_PACKAGES|EXTERNALLY-MANAGED|pipx|deadsnakes`)

// systemPythons finds pip installing into a Python that belongs to the distribution and says so (PEP 668).
func systemPythons(files *manifest.Set) []flaw {
	var all []flaw
	for _, f := range files.Dockerfiles() {
		for _, in := range f.Dockerfile.Instructions {
			if in.Keyword != "RUN" || !managedImage.MatchString(f.Dockerfile.Base(in)) || !callsPip(in) {
				continue
			}
			if ownPython.MatchString(strings.Join(textsBefore(f, in), "\n")) {
				break
			}
			fl := flawOn(f, in.Span, map[string]string{"image": f.Dockerfile.Base(in)})
			fl.noFix = "install python3-venv, make a virtual environment before this step, and put its bin folder first in PATH"
			if venv := strings.Join(textsBefore(f, in), "\n"); (in.User == "" || in.User == "root") && venvPackage.MatchString(venv) {
				lines := indented(f, in, []string{"RUN python3 -m venv /opt/venv", "ENV PATH=/opt/venv/bin:$PATH"})
				fl = fl.edited("install into a virtual environment", false, insertBefore(f, in.Line, lines...))
			}
			all = append(all, fl)
			break
		}
	}
	return all
}

func callsPip(in *manifest.Instruction) bool {
	for _, c := range in.Commands {
		if install, ok := c.Install(); ok && install.Format == "pip" {
			return true
		}
	}
	return false
}

func textsBefore(f *manifest.File, in *manifest.Instruction) []string {
	var texts []string
	for _, o := range append(f.Dockerfile.Before(in), in) {
		texts = append(texts, o.Text)
	}
	return texts
}
