package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// venvRemedies are joined to remedies.
var venvRemedies = map[string]remedy{
	"make-venv":   makeVenv,
	"insert-copy": insertCopy,
	"drop-fences": dropFences,
}

const venvDir = "/opt/venv"

// makeVenv makes a virtual environment before the failed RUN and puts its commands first in PATH, for it and all that follows in the stage.
func makeVenv(c remedyContext, _ map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	program, err := venvProgram(f, in)
	if err != nil {
		return "", nil, err
	}
	var lines []string
	if manager, err := c.manager(f, in); err == nil && manager == "apt-get" && !installsVenv(f, in) {
		pm := packageManagers[manager]
		lines = append(lines, "RUN "+pm.install+" python3-venv"+pm.after)
	}
	lines = append(lines, "RUN "+program+" -m venv "+venvDir, "ENV PATH="+venvDir+"/bin:$PATH")
	return "install into a virtual environment", change(f, insertBefore(f, in.Line, indented(f, in, lines)...)), nil
}

// venvProgram is the Python that makes the environment. It refuses where commands would not find the new one, or can't write it.
func venvProgram(f *manifest.File, in *manifest.Instruction) (string, error) {
	switch {
	case otherUser(in):
		return "", refuse("line %d of %s runs as %s, who can't write to /opt; make a virtual environment in a folder of that user", in.Line, f.Path, in.User)
	case slices.ContainsFunc(f.Dockerfile.Before(in), func(o *manifest.Instruction) bool { return strings.Contains(o.Text, "venv") }):
		return "", refuse("%s already makes a virtual environment before line %d; call the pip in its bin folder", f.Path, in.Line)
	}
	commands, _ := commandsOf(in, "pip install")
	if len(commands) == 0 {
		return "", refuse("line %d of %s does not call pip install", in.Line, f.Path)
	}
	program := "python3"
	for _, cmd := range commands {
		first := cmd.Words[0].Text
		if path.IsAbs(first) || first == "sudo" {
			return "", refuse("line %d of %s calls %s, which a virtual environment does not stand in for", in.Line, f.Path, first)
		}
		if pythonWord.MatchString(first) && first != "python" {
			program = first
		}
	}
	return program, nil
}

// installsVenv tells whether an earlier RUN of the stage, or the RUN itself, brings Debian's module venv.
func installsVenv(f *manifest.File, in *manifest.Instruction) bool {
	return slices.ContainsFunc(systemInstalls(f, in, "apt"), func(i systemInstall) bool {
		return i.Has("python3-venv") || i.Has("python3-full")
	})
}

// insertCopy brings a file of the repository into the image before the failed RUN that reads it; with: path, as the step saw it.
func insertCopy(c remedyContext, with map[string]string) (string, []edit.File, error) {
	f, in, err := c.run()
	if err != nil {
		return "", nil, err
	}
	p := path.Clean(with["path"])
	if !plainPath.MatchString(p) || strings.HasPrefix(p, "..") {
		return "", nil, refuse("the log gives %q as path, which is not put into a file unseen", with["path"])
	}
	if slices.ContainsFunc(in.Commands, func(cmd *manifest.Command) bool { return len(cmd.Words) > 0 && changesFolder[cmd.Words[0].Text] }) {
		return "", nil, refuse("line %d of %s changes its folder or fetches files, so where %s should be is not certain", in.Line, f.Path, p)
	}
	source := p
	if path.IsAbs(p) {
		source = strings.TrimPrefix(strings.TrimPrefix(p, path.Clean("/"+in.Workdir)), "/")
	}
	if f.Dockerfile.RepoPath(in, p) != "" {
		return "", nil, refuse("%s already copies %s before line %d", f.Path, source, in.Line)
	}
	if err := c.inContext(f, source); err != nil {
		return "", nil, err
	}
	dest := p
	if dest == source && path.Dir(source) == "." {
		dest = "./"
	}
	return "copy " + source + " before line " + itoa(in.Line), change(f, insertBefore(f, in.Line, indented(f, in, []string{"COPY " + source + " " + dest})...)), nil
}

var plainPath = lazy(`^[A-Za-z0-9_./-]+$`)

// changesFolder are commands after which a relative path is not what it was, or a file may come from elsewhere.
var changesFolder = map[string]bool{"cd": true, "pushd": true, "git": true, "curl": true, "wget": true, "tar": true, "unzip": true}

// inContext refuses unless exactly one folder that can be the build context has the file, and its .dockerignore lets it in.
func (c remedyContext) inContext(f *manifest.File, p string) error {
	var dirs []string
	for _, dir := range contexts(f) {
		if c.Files.Holds(path.Join(dir, p)) {
			dirs = append(dirs, dir)
		}
	}
	switch {
	case len(dirs) == 0:
		return refuse("%s is not in the repository, or not where the build looks for it", p)
	case len(dirs) > 1:
		return refuse("%s and %s could both be meant", path.Join(dirs[0], p), path.Join(dirs[1], p))
	}
	if ign := c.Files.File(path.Join(dirs[0], ".dockerignore")); ign != nil && ignoringLine(ign, p) > 0 {
		return refuse("line %d of %s leaves %s out of the build", ignoringLine(ign, p), ign.Path, p)
	}
	return nil
}
