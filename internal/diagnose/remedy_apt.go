package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// A packageManager is how an image installs packages of its distribution.
type packageManager struct {
	format  string // as manifest.Install has it
	install string
	after   string // cleans up in the same layer
}

var packageManagers = map[string]packageManager{
	"apt-get":  {"apt", "apt-get update && apt-get install -y --no-install-recommends", " && rm -rf /var/lib/apt/lists/*"},
	"apk":      {"apk", "apk add --no-cache", ""},
	"dnf":      {"dnf", "dnf install -y", " && dnf clean all"},
	"yum":      {"dnf", "yum install -y", " && yum clean all"},
	"microdnf": {"dnf", "microdnf install -y", " && microdnf clean all"},
}

// imageManagers tell the package manager by the image's name and tag; the first that matches counts.
var imageManagers = []struct {
	image   *pattern
	manager string
}{
	{lazy(`alpine`), "apk"},
	{lazy(`ubi\d*-minimal|ubi\d/ubi-minimal`), "microdnf"},
	{lazy(`centos:?[67]|amazonlinux:(?:1|2)\b`), "yum"},
	{lazy(`centos|rocky|alma|fedora|\bubi\d*\b|amazonlinux|oraclelinux|rhel`), "dnf"},
	{lazy(`slim|debian|ubuntu|bookworm|bullseye|buster|trixie|jammy|focal|bionic|noble`), "apt-get"},
	{lazy(`(?:^|/)(?:python|node|ruby|golang|rust|openjdk|gcc|buildpack-deps|pypy|r-base|perl|php)(?::|$)`), "apt-get"},
	{lazy(`azureml|miniconda|anaconda|miniforge|mambaforge|micromamba|jupyter/|pytorch/pytorch|tensorflow/tensorflow`), "apt-get"},
}

// manager is the package manager of the stage: the one its Dockerfile already uses there, else the one of its image.
func (c remedyContext) manager(f *manifest.File, in *manifest.Instruction) (string, error) {
	for _, o := range f.Dockerfile.Instructions {
		if o.Stage != in.Stage {
			continue
		}
		for _, cmd := range o.Commands {
			if install, ok := cmd.Install(); ok {
				if install.Program == "apt" {
					return "apt-get", nil
				}
				if _, known := packageManagers[install.Program]; known {
					return install.Program, nil
				}
			}
		}
	}
	image := f.Dockerfile.Base(in)
	if image == "" {
		image = c.Image
	}
	for _, m := range imageManagers {
		if m.image.MatchString(strings.ToLower(image)) {
			return m.manager, nil
		}
	}
	return "", refuse("which package manager the image %q has is not known; install the packages in a RUN before line %d", image, in.Line)
}

var plainPackage = lazy(`^[A-Za-z0-9][A-Za-z0-9+._:-]*$`)

// packagesFor are the names in that manager's distribution: under its own argument, or under packages, which are Debian's.
func packagesFor(format string, with map[string]string) ([]string, error) {
	list := with[format]
	if list == "" && format == "apt" {
		list = with["packages"]
	}
	wanted := names(list)
	if len(wanted) == 0 || list == "-" {
		return nil, refuse("what %s calls the package is not known; Debian calls it %q", format, with["packages"])
	}
	for _, w := range wanted {
		if !plainPackage.MatchString(w) {
			return nil, refuse("%q is no name of a package", w)
		}
	}
	return wanted, nil
}

// installPackages installs packages of the distribution before the failed RUN, in the image's own package manager, or joins them to
// an earlier install of the stage; with: packages (Debian's names), apk, dnf.
func installPackages(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	program, err := c.manager(f, in)
	if err != nil {
		return "", nil, err
	}
	pm := packageManagers[program]
	wanted, err := packagesFor(pm.format, with)
	if err != nil {
		return "", nil, err
	}
	installs := systemInstalls(f, in, pm.format)
	wanted = slices.DeleteFunc(wanted, func(name string) bool {
		return slices.ContainsFunc(installs, func(i systemInstall) bool { return i.Has(name) })
	})
	if len(wanted) == 0 {
		return "", nil, refuse("%s already installs %s", f.Path, with["packages"])
	}
	title := "install " + strings.Join(wanted, ", ")
	for _, i := range slices.Backward(installs) {
		if i.joinable() {
			return title, change(f, i.join(f, wanted)), nil
		}
	}
	run := "RUN " + pm.install + " " + strings.Join(wanted, " ") + pm.after
	return title, change(f, insertBefore(f, in.Line, indented(f, in, asRoot(in, run))...)), nil
}

// A systemInstall is a command that installs packages of the distribution before the failed command.
type systemInstall struct {
	manifest.Install
	in *manifest.Instruction
}

// systemInstalls are those of the stage before the instruction, and within it before its first command of another kind.
func systemInstalls(f *manifest.File, in *manifest.Instruction, format string) []systemInstall {
	var out []systemInstall
	for _, o := range append(f.Dockerfile.Before(in), in) {
		for _, cmd := range o.Commands {
			install, ok := cmd.Install()
			if ok && install.Format == format {
				out = append(out, systemInstall{install, o})
			} else if ok && o == in {
				break
			}
		}
	}
	return out
}

func (i systemInstall) joinable() bool {
	n := len(i.Packages)
	return n > 0 && !i.in.JSON && i.Packages[n-1].Literal
}

// join puts names behind the last package, on a line of its own where that one has its own.
func (i systemInstall) join(f *manifest.File, wanted []string) edit.Edit {
	last := i.Packages[len(i.Packages)-1].Span
	sep := " "
	if indent := before(f, last.Start); strings.TrimSpace(indent) == "" && len(i.in.Heredocs) == 0 {
		sep = " " + string(f.Dockerfile.Escape) + f.EOL() + indent
	}
	return edit.Edit{Start: last.End, End: last.End, New: sep + strings.Join(wanted, sep)}
}

// updatePackageLists refreshes the package lists in the same RUN that installs from them.
func updatePackageLists(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	if in.JSON {
		return "", nil, refuse("line %d of %s is a JSON list; add apt-get update by hand", in.Line, f.Path)
	}
	for _, cmd := range in.Commands {
		if _, ok := commandMatch(cmd, []string{"apt-get", "update"}); ok {
			return "", nil, refuse("line %d of %s already runs apt-get update", in.Line, f.Path)
		}
		if _, ok := commandMatch(cmd, []string{"apt", "update"}); ok {
			return "", nil, refuse("line %d of %s already runs apt update", in.Line, f.Path)
		}
		install, ok := cmd.Install()
		if !ok || install.Format != "apt" {
			continue
		}
		update := "apt-get update && "
		if cmd.Words[0].Text == "sudo" {
			update = "sudo " + update
		}
		return "run apt-get update in the same RUN", change(f, edit.Edit{Start: cmd.Span.Start, End: cmd.Span.Start, New: update}), nil
	}
	return "", nil, refuse("line %d of %s installs nothing with apt-get", in.Line, f.Path)
}
