package diagnose

import (
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// checkRedirection finds bounds of versions that the shell takes for redirections: pip install numpy>=1.2 writes a file called "=1.2".
func checkRedirection(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || in.JSON {
		return nil
	}
	var all []flaw
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok {
			continue
		}
		for _, w := range install.Packages {
			if rest := redirected(f, w); rest != "" {
				fl := said(f, w.Span, "", "package", w.Text, "rest", rest)
				all = append(all, fl.by(quoteSpec, set, in, true, nil))
			}
		}
	}
	return all[:min(len(all), 1)] // the edit quotes all of the RUN
}

var boundRest = lazy(`^[<>]=?\d[\w.*+!]*(?:[ \t\r\n;&|,]|$)`)

// redirected is the bound that follows a word without a blank, as the name of the file that the shell makes of it; "" where none does.
func redirected(f *manifest.File, w manifest.Word) string {
	if w.Quote != 0 || w.Span.End >= len(f.Src) || !isLetter(w.Text) {
		return ""
	}
	rest := boundRest.FindString(string(f.Src[w.Span.End:min(len(f.Src), w.Span.End+40)]))
	return strings.Trim(rest, "<> \t\r\n;&|,")
}

func isLetter(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

var (
	shellHook   = lazy(`conda\.sh|shell\.bash|shell\.posix|conda shell|micromamba shell|_activate_|/bin/activate`)
	loginShell  = lazy(`\b(?:ba|z)?sh\b[^&|;]*\s(?:-\w*[li]\w*\b|--login)`)
	environment = lazy(`/envs/|CONDA_DEFAULT_ENV|BASH_ENV|\.bashrc|\.profile|auto_activate`)
)

// checkCondaActivate finds activations in shells that can't do it, and pip calls that miss the environment which was made for them.
func checkCondaActivate(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || in.JSON {
		return nil
	}
	shell := strings.Join(in.Shell, " ")
	if loginShell.MatchString(shell) || strings.Contains(shell, "conda") || strings.Contains(shell, "activate") || strings.Contains(string(f.Src), "BASH_ENV") {
		return nil
	}
	if fl, ok := activates(f, in); ok {
		return []flaw{fl}
	}
	return missesEnvironment(f, in)
}

const otherThanActivate = `run the command with conda run -n NAME, or set SHELL ["conda", "run", "-n", "NAME", "/bin/bash", "-c"] for the steps that follow`

func activates(f *manifest.File, in *manifest.Instruction) (flaw, bool) {
	if shellHook.MatchString(in.Text) || loginShell.MatchString(in.Text) || strings.Contains(in.Text, "bashrc") {
		return flaw{}, false
	}
	for _, c := range in.Commands {
		if len(c.Words) > 1 && commandName(c) == "conda" && c.Words[1].Text == "activate" {
			env := ""
			if len(c.Words) > 2 && c.Words[2].Literal {
				env = c.Words[2].Text
			}
			return said(f, c.Span, otherThanActivate, "env", env, "what", "conda activate does not work in the shell of a build step"), true
		}
	}
	return flaw{}, false
}

// missesEnvironment is for a plain pip install behind the making of an environment that nothing puts on PATH.
func missesEnvironment(f *manifest.File, in *manifest.Instruction) []flaw {
	made, env := 0, ""
	for _, o := range append(earlierInstructions(f, in), in) {
		if environment.MatchString(o.Text) {
			return nil
		}
		for _, c := range o.Commands {
			if name, ok := makesEnvironment(c); ok && (o != in || made == 0) {
				made, env = o.Line, name
			}
		}
	}
	if made == 0 || strings.Contains(in.Text, "activate") || strings.Contains(in.Text, "conda run") {
		return nil
	}
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok || install.Format != "pip" || strings.Contains(c.Words[0].Text, "/") || c.Words[0].Text == "uv" || c.Span.Start < f.LineSpan(made).Start {
			continue
		}
		return []flaw{said(f, c.Span, "write conda run -n "+orName(env)+" in front of the command, or put the environment's bin first on PATH with ENV",
			"env", env, "what", "pip installs into the base environment here, not into the one that line "+itoa(made)+" makes")}
	}
	return nil
}

func orName(env string) string {
	if env == "" {
		return "NAME"
	}
	return env
}

// makesEnvironment tells whether a command makes an environment other than base, and its name where it is said.
func makesEnvironment(c *manifest.Command) (name string, ok bool) {
	args := arguments(c)
	if n := commandName(c); n != "conda" && n != "mamba" || len(args) == 0 {
		return "", false
	}
	if args[0].Text != "create" && (args[0].Text != "env" || len(args) < 2 || args[1].Text != "create") {
		return "", false
	}
	for i, w := range c.Words {
		if i+1 < len(c.Words) && (w.Text == "-n" || w.Text == "--name") {
			name = c.Words[i+1].Text
		}
		if i+1 < len(c.Words) && (w.Text == "-p" || w.Text == "--prefix") {
			return "", false
		}
	}
	return name, name != "base"
}

// checkCondaCommand finds the two commands that make environments in each other's place.
func checkCondaCommand(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, c := range in.Commands {
		args := arguments(c)
		if commandName(c) != "conda" || len(args) == 0 || in.JSON {
			continue
		}
		switch verb := args[0]; {
		case verb.Text == "create" && yamlOption(c) != "":
			fl := said(f, c.Span, "", "file", yamlOption(c), "what", "conda create -f reads "+yamlOption(c)+" as a list of packages; a YAML file is for conda env create -f")
			all = append(all, fl.mended("write conda env create", true, insertAt(verb.Span.Start, "env ")))
		case verb.Text == "env" && len(args) > 1 && args[1].Text == "create" && namesPackages(c):
			fl := said(f, c.Span, "", "what", "conda env create takes a file, not packages; packages are for conda create")
			all = append(all, fl.mended("write conda create", true, replace(withSpace(f, verb.Span), "")))
		}
	}
	return all
}

// yamlOption is the YAML file that a command is given with -f.
func yamlOption(c *manifest.Command) string {
	for i, w := range c.Words {
		value := strings.TrimPrefix(w.Text, "--file=")
		if (w.Text == "-f" || w.Text == "--file") && i+1 < len(c.Words) {
			value = c.Words[i+1].Text
		} else if value == w.Text {
			continue
		}
		if strings.HasSuffix(value, ".yml") || strings.HasSuffix(value, ".yaml") {
			return value
		}
	}
	return ""
}

var packageWithVersion = lazy(`^[a-z][\w.-]*=[\d*]`)

// namesPackages tells whether a conda env create is given packages and no file.
func namesPackages(c *manifest.Command) bool {
	found := false
	for _, w := range c.Words {
		if w.Text == "-f" || strings.HasPrefix(w.Text, "--file") {
			return false
		}
		found = found || packageWithVersion.MatchString(w.Text)
	}
	return found
}
