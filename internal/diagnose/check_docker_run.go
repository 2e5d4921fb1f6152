package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

// installs are the commands of an instruction that install packages of one format.
func installs(in *manifest.Instruction, format string) []manifest.Install {
	var all []manifest.Install
	for _, c := range in.Commands {
		if i, ok := c.Install(); ok && i.Format == format {
			all = append(all, i)
		}
	}
	return all
}

func updatesApt(in *manifest.Instruction) bool {
	return slices.ContainsFunc(in.Commands, func(c *manifest.Command) bool {
		return hasWords(c, "apt-get", "update") || hasWords(c, "apt", "update") || hasWords(c, "aptitude", "update")
	})
}

// hasWords tells whether a command, which sudo may begin, is the program with that verb among its arguments.
func hasWords(c *manifest.Command, program, verb string) bool {
	if commandName(c) == "sudo" && len(c.Words) > 1 {
		c = &manifest.Command{Words: c.Words[1:], Span: c.Span}
	}
	args := arguments(c)
	return commandName(c) == program && len(args) > 0 && args[0].Text == verb
}

// checkAptUpdate finds the first RUN of each stage that installs with apt from lists that an older layer holds, or that are not there.
func checkAptUpdate(set *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	told := map[int]bool{}
	for _, in := range f.Dockerfile.Instructions {
		if told[in.Stage] || in.JSON || len(installs(in, "apt")) == 0 || updatesApt(in) || strings.Contains(in.Text, "update") || onlyLocal(in) {
			continue
		}
		where := 0
		for _, o := range earlierInstructions(f, in) {
			if updatesApt(o) {
				where = o.Line
			}
		}
		fl := said(f, in.Span, "")
		switch {
		case where > 0:
			fl.captures["what"] = "apt-get update stands in another RUN (line " + itoa(where) + "), so that a cached layer keeps lists that the mirrors have moved past"
		case imageLacks(f, in, "sudo") && !strings.Contains(strings.Join(earlierText(f, in), "\n"), "apt"):
			fl.captures["what"] = "no apt-get update comes before it, and the base image holds no package lists"
		default:
			continue
		}
		told[in.Stage] = true
		all = append(all, fl.by(updatePackageLists, set, in, true, nil))
	}
	return all
}

// onlyLocal tells whether only files are installed, which needs no lists.
func onlyLocal(in *manifest.Instruction) bool {
	for _, i := range installs(in, "apt") {
		for _, w := range i.Packages {
			if !strings.Contains(w.Text, "/") && !strings.HasSuffix(w.Text, ".deb") {
				return false
			}
		}
	}
	return true
}

func earlierText(f *manifest.File, in *manifest.Instruction) []string {
	var all []string
	for _, o := range earlierInstructions(f, in) {
		all = append(all, o.Text)
	}
	return all
}

var (
	aptYes      = lazy(`(?:^|\s)(?:-[a-zA-Z]*y[a-zA-Z]*|--yes|--assume-yes|-[a-z]*qq[a-z]*)(?:\s|$)|Assume-Yes|force-yes`)
	piped       = lazy(`\byes\b[^|;&]*\|`)
	alwaysYes   = lazy(`(?i)Assume-Yes`)
	eulaPackage = lazy(`^(?:msodbcsql\d*|mssql-tools\d*)$`)
	asksZone    = strings.Fields("tzdata keyboard-configuration console-setup")
)

// checkPrompt finds installations that ask a question: without -y, or of packages that ask for a zone or a licence.
func checkPrompt(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || piped.MatchString(in.Text) || alwaysYes.MatchString(string(f.Src)) {
		return nil
	}
	var all []flaw
	for _, c := range in.Commands {
		if fl, ok := withoutYes(f, c); ok {
			all = append(all, fl)
		}
		install, ok := c.Install()
		if !ok || install.Format != "apt" {
			continue
		}
		for _, w := range install.Packages {
			if fl, ok := asksMore(set, f, in, w); ok {
				all = append(all, fl)
			}
		}
	}
	return all
}

// withoutYes is for apt, which asks as soon as it is to install more than what was named. conda takes the end of its input for a yes.
func withoutYes(f *manifest.File, c *manifest.Command) (flaw, bool) {
	text := " " + strings.Join(strings.Fields(f.At(c.Span)), " ") + " "
	for _, program := range []string{"apt-get", "apt"} {
		for _, verb := range []string{"install", "upgrade", "dist-upgrade", "full-upgrade", "build-dep"} {
			w := commandWord(c, verb)
			if !hasWords(c, program, verb) || aptYes.MatchString(text) || w.Span.IsZero() {
				continue
			}
			fl := said(f, c.Span, "", "question", "Do you want to continue? [Y/n]", "what", program+" "+verb+" without -y asks whether to continue")
			return fl.mended("answer with -y", true, insertAt(w.Span.End, " -y")), true
		}
	}
	return flaw{}, false
}

func commandWord(c *manifest.Command, text string) manifest.Word {
	for _, w := range c.Words {
		if w.Text == text {
			return w
		}
	}
	return manifest.Word{}
}

// asksMore is for packages that ask something while they are set up.
func asksMore(set *manifest.Set, f *manifest.File, in *manifest.Instruction, w manifest.Word) (flaw, bool) {
	before := strings.Join(earlierText(f, in), "\n") + "\n" + in.Text
	distribution, _ := imageRelease(stageImage(f, in) + " ")
	name, _, _ := strings.Cut(w.Text, "=")
	switch {
	case eulaPackage.MatchString(name) && !strings.Contains(before, "ACCEPT_EULA"):
		return said(f, w.Span, "read the licence; when you agree, set ACCEPT_EULA=Y in front of the command",
			"licence", "Do you accept the license terms?", "what", name+" asks whether you accept its licence"), true
	case slices.Contains(asksZone, name) && !strings.Contains(before, "DEBIAN_FRONTEND") && (distribution == "ubuntu" || strings.HasPrefix(stageImage(f, in), "ubuntu")):
		fl := said(f, w.Span, "", "menu", "Geographic area", "what", name+" asks for the time zone or the keyboard")
		return fl.by(replaceText, set, in, true, map[string]string{"old": "apt-get install", "new": "DEBIAN_FRONTEND=noninteractive apt-get install"}), true
	}
	return flaw{}, false
}

// checkNotRoot finds system packages that are installed as another user.
func checkNotRoot(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || !otherUser(in) || strings.Contains(in.User, "$") {
		return nil
	}
	for _, c := range in.Commands {
		system := hasWords(c, "apt-get", "update")
		if i, ok := c.Install(); ok {
			system = system || i.Format == "apt" || i.Format == "apk" || i.Format == "dnf"
		}
		if !system || commandName(c) == "sudo" || strings.Contains(in.Text, "sudo ") || strings.Contains(in.Text, "fakeroot") {
			continue
		}
		fl := said(f, in.Span, "", "user", in.User, "what", commandName(c)+" runs as "+in.User)
		return []flaw{fl.by(runAsRoot, set, in, true, nil)}
	}
	return nil
}

var goneSince = lazy(`(Debian|Ubuntu) (\d+(?:\.\d+)?)`)

// checkAptRenamed finds packages that the release of the base image no longer has.
func checkAptRenamed(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	distribution, version := imageRelease(stageImage(f, in))
	if in.Keyword != "RUN" || version == "" || strings.Contains(in.Text, "add-apt-repository") || strings.Contains(strings.Join(earlierText(f, in), "\n"), "sources.list") {
		return nil
	}
	var all []flaw
	for _, e := range f.Entries() {
		if e.Format != "apt" || e.Instruction != in || !goneFrom(e.Name, distribution, version) {
			continue
		}
		release := distributionNames[distribution] + " " + version
		right := fact("apt-renamed", e.Name, "replacement")
		fl := said(f, e.Outer, "", "package", e.Name, "release", release)
		if right == "" || strings.ContainsAny(right, ", ") {
			fl.noFix = "take it out, or look for what has taken its place"
			all = append(all, fl)
			continue
		}
		c := remedyContext{Files: set, File: f, Entry: &e, Instruction: in}
		if title, files, err := renameRequirement(c, map[string]string{"name": right}); err == nil {
			fl = fl.mended(title, true, files[0].Edits...)
		} else {
			fl.noFix = err.Error()
		}
		all = append(all, fl)
	}
	return all
}

// goneFrom tells whether a release has dropped a package, by the table's words "Debian 13 and Ubuntu 24.04".
func goneFrom(name, distribution, version string) bool {
	for _, m := range goneSince.FindAllStringSubmatch(fact("apt-renamed", name, "gone"), -1) {
		if strings.EqualFold(m[1], distribution) {
			return manifest.CompareVersions(version, m[2]) >= 0
		}
	}
	return false
}
