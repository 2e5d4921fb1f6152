package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// wantedTools are the commands that steps often call before anything has installed them.
var wantedTools = strings.Fields("sudo curl wget git unzip make cmake gcc g++")

// checkMissingTool finds commands that the base image is known not to hold and that no step has installed.
func checkMissingTool(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || strings.Contains(in.Text, "command -v ") || strings.Contains(in.Text, "which ") {
		return nil
	}
	var all []flaw
	for _, c := range in.Commands {
		tool := calledTool(c)
		if tool == "" || !imageLacks(f, in, tool) || broughtIn(f, in, c, tool) || slices.ContainsFunc(all, func(fl flaw) bool { return fl.captures["command"] == tool }) {
			continue
		}
		fl := said(f, c.Span, "", "command", tool, "image", stageImage(f, in))
		if tool == "sudo" {
			all = append(all, withoutSudo(f, in, fl))
			continue
		}
		packages := fact("commands", tool, "apt") + fact("tools", tool, "apt")
		if fact("commands", tool, "apt") != "" {
			packages = fact("commands", tool, "apt")
		}
		all = append(all, fl.by(installPackages, set, in, false, map[string]string{"packages": packages, "apk": fact("commands", tool, "apk")}))
	}
	return all
}

// calledTool is the tool that a command calls.
func calledTool(c *manifest.Command) string {
	name := commandName(c)
	if slices.Contains(wantedTools, name) && (len(c.Words) > 1 || name == "make") && !strings.Contains(c.Words[0].Text, "/") {
		return name
	}
	return ""
}

// metaPackages bring tools under other names.
var metaPackages = map[string]string{"gcc": "build-essential build-base", "g++": "build-essential build-base gcc-c++", "make": "build-essential build-base", "curl": "libcurl"}

// broughtIn tells whether a step before the command, a COPY from elsewhere among them, may have brought the tool.
func broughtIn(f *manifest.File, in *manifest.Instruction, c *manifest.Command, tool string) bool {
	wanted := append(strings.Fields(metaPackages[tool]), tool)
	for _, o := range earlierInstructions(f, in) {
		switch {
		case o.Copy != nil && o.Copy.From != "", o.Keyword == "ADD":
			return true
		case o.Keyword == "RUN" && (installsAny(o, wanted, nil) || runsScript(o)):
			return true
		}
	}
	return installsAny(in, wanted, c) || runsScript(in) && in.Commands[0] != c
}

// installsAny tells whether an instruction installs one of the packages, before the command where one is given.
func installsAny(in *manifest.Instruction, wanted []string, until *manifest.Command) bool {
	for _, c := range in.Commands {
		if c == until {
			return false
		}
		for _, w := range c.Words[min(1, len(c.Words)):] {
			name, _, _ := strings.Cut(w.Text, "=")
			if slices.Contains(wanted, name) || strings.Contains(w.Text, "$") {
				return true
			}
		}
	}
	return in.Unparsed && until == nil
}

// runsScript tells whether an instruction runs a script, which may install anything.
func runsScript(in *manifest.Instruction) bool {
	return slices.ContainsFunc(in.Commands, func(c *manifest.Command) bool {
		for _, w := range c.Words[:min(2, len(c.Words))] {
			if strings.HasSuffix(w.Text, ".sh") || strings.HasPrefix(w.Text, "./") || strings.Contains(w.Text, "/tmp/") {
				return true
			}
		}
		return commandName(c) == "source" || commandName(c) == "."
	})
}

// withoutSudo takes sudo out where the step is run by root anyway.
func withoutSudo(f *manifest.File, in *manifest.Instruction, fl flaw) flaw {
	if otherUser(in) || strings.Contains(in.User, "$") {
		fl.noFix = "put USER root before the step and take sudo out"
		return fl
	}
	for _, c := range in.Commands {
		if commandName(c) != "sudo" {
			continue
		}
		if len(c.Words) < 2 || strings.HasPrefix(c.Words[1].Text, "-") || strings.Contains(c.Words[1].Text, "=") {
			fl.edits, fl.noFix = nil, "the step runs as root: take sudo and its options out"
			return fl
		}
		fl.edits = append(fl.edits, replace(manifest.Span{Start: c.Words[0].Span.Start, End: c.Words[1].Span.Start}, ""))
	}
	return fl.mended("take sudo out, since the step runs as root", true, fl.edits...)
}

// checkNoCompiler finds Python packages that have no wheels for Linux, in images that hold no compiler and where no step has installed one.
func checkNoCompiler(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || !imageLacks(f, in, "gcc") || strings.Contains(stageImage(f, in), "conda") || strings.Contains(stageImage(f, in), "mamba") {
		return nil
	}
	var all []flaw
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok || install.Format != "pip" {
			continue
		}
		for _, e := range installedBy(set, f, in, install) {
			apt := fact("sdist-only", e.Name, "apt")
			if apt == "" || broughtIn(f, in, c, "gcc") || broughtIn(f, in, c, strings.Fields(apt)[0]) || e.Marker != "" {
				continue
			}
			fl := said(f, c.Span, "", "package", e.Name, "image", stageImage(f, in), "instead", fact("sdist-only", e.Name, "instead"))
			all = append(all, fl.by(installPackages, set, in, false, map[string]string{"packages": apt}))
		}
	}
	return all
}

// installedBy are the requirements of a pip command: those that it names, and those of the files that it is given.
func installedBy(set *manifest.Set, f *manifest.File, in *manifest.Instruction, install manifest.Install) []manifest.Entry {
	var all []manifest.Entry
	for _, e := range f.Entries() {
		if e.Instruction == in && e.Format == "pip" {
			all = append(all, e)
		}
	}
	for _, o := range install.Options {
		if o.Name != "-r" && o.Name != "--requirement" {
			continue
		}
		if r := set.File(f.Dockerfile.RepoPath(in, o.Value)); r != nil {
			all = append(all, r.Entries()...)
		}
	}
	return all
}
