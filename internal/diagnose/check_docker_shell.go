package diagnose

import (
	"bytes"
	"path"
	"runtime"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/envmedic/envmedic/internal/manifest"
)

var requirementsName = lazy(`^(?:[\w./-]*/)?[\w.-]*requirements[\w.-]*\.txt$`)

// checkPipWords finds calls of pip whose -r is missing or has no file, and the search that the index no longer answers.
func checkPipWords(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok {
			if n := commandName(c); (n == "pip" || n == "pip3") && len(arguments(c)) > 0 && arguments(c)[0].Text == "search" {
				all = append(all, said(f, c.Span, "take it out, and look the name up on the index's pages", "what", "pip search ends in an error, since the index no longer answers it"))
			}
			continue
		}
		if install.Format != "pip" || in.JSON {
			continue
		}
		for _, w := range install.Packages {
			if requirementsName.MatchString(w.Text) {
				fl := said(f, w.Span, "", "package", w.Text, "what", "pip takes "+w.Text+" for the name of a package: -r is missing before it")
				all = append(all, fl.mended("write -r before it", true, insertAt(w.Span.Start, "-r ")))
			}
		}
		if last := install.Last.Text; last == "-r" || last == "--requirement" {
			all = append(all, said(f, install.Last.Span, "write the name of the file behind it", "package", last, "what", "pip wants the name of a file behind "+last))
		}
	}
	return all
}

// checkBashInSh finds words of bash in a RUN that dash runs, as it does in images of Debian and Ubuntu.
func checkBashInSh(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	if in.Keyword != "RUN" || len(in.Shell) > 0 || in.JSON || len(in.Heredocs) > 0 || bashIsSh(f) {
		return nil
	}
	c := remedyContext{Files: set, File: f, Instruction: in, Image: stageImage(f, in)}
	if m, err := c.manager(f, in); err != nil || m != "apt-get" {
		return nil
	}
	text, target := bashWord(in.Text)
	if text == "" {
		return nil
	}
	fl := said(f, in.Span, "", "shell", "/bin/sh", "text", text)
	if w := wordOf(in, "source"); text == "source" && strings.Contains(target, "/") && !w.Span.IsZero() {
		return []flaw{fl.mended("write . for source", true, replace(w.Span, "."))}
	}
	return []flaw{fl.by(useBash, set, in, false, nil)}
}

// bashIsSh tells whether the Dockerfile makes bash the shell: by a link, or in dash's own settings.
func bashIsSh(f *manifest.File) bool {
	src := string(f.Src)
	return strings.Contains(src, "dpkg-reconfigure dash") || strings.Contains(src, "/bin/sh") && strings.Contains(src, "ln ") || strings.Contains(src, "rm /bin/sh")
}

func wordOf(in *manifest.Instruction, text string) manifest.Word {
	for _, c := range in.Commands {
		if len(c.Words) > 0 && c.Words[0].Text == text {
			return c.Words[0]
		}
	}
	return manifest.Word{}
}

// bashWord is the first part of a command that only bash knows. What is handed to another shell as a string is not looked into.
func bashWord(command string) (text, target string) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(command), "")
	if err != nil {
		return "", ""
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		if text != "" {
			return false
		}
		switch n := n.(type) {
		case *syntax.TestClause:
			text = "[["
		case *syntax.ProcSubst:
			text = "<(…)"
		case *syntax.ArrayExpr:
			text = "an array"
		case *syntax.CallExpr:
			text, target = bashCall(n)
		}
		return true
	})
	return text, target
}

func bashCall(n *syntax.CallExpr) (text, target string) {
	var words []string
	for _, a := range n.Args {
		words = append(words, a.Lit())
	}
	switch {
	case len(words) > 1 && words[0] == "source":
		return "source", words[1]
	case len(words) > 2 && words[0] == "set" && strings.HasSuffix(words[1], "o") && slices.Contains(words, "pipefail"):
		return "set -o pipefail", ""
	}
	return "", ""
}

var scriptWord = lazy(`^(?:\./|/)[\w./-]+$`)

// checkScript finds scripts of the repository that can't be started: their lines end as on Windows, or they may not be executed.
func checkScript(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	var all []flaw
	for _, w := range started(in) {
		p := f.Dockerfile.RepoPath(in, w.Text)
		head := set.Head(p, 64<<10)
		if p == "" || !bytes.HasPrefix(head, []byte("#!")) {
			continue
		}
		first, _, _ := bytes.Cut(head, []byte("\n"))
		switch {
		case bytes.HasSuffix(first, []byte("\r")) && !strings.Contains(string(f.Src), `\r`) && !strings.Contains(string(f.Src), "dos2unix"):
			fl := said(f, w.Span, "", "script", p, "trouble", "the line ends of Windows")
			all = append(all, fl.by(insertRun, set, in, false, map[string]string{"command": `sed -i 's/\r$//' ` + w.Text}))
		case !mayRun(set, p) && !strings.Contains(string(f.Src), "chmod"):
			fl := said(f, w.Span, "", "script", p, "trouble", "no execute bit")
			all = append(all, fl.by(insertRun, set, in, true, map[string]string{"command": "chmod +x " + w.Text}))
		}
	}
	return all
}

// started are the scripts that an instruction starts by their own name.
func started(in *manifest.Instruction) []manifest.Word {
	var words []manifest.Word
	switch {
	case in.Keyword == "RUN":
		for _, c := range in.Commands {
			words = append(words, c.Words[:min(len(c.Words), 1)]...)
		}
	case (in.Keyword == "ENTRYPOINT" || in.Keyword == "CMD") && in.JSON && len(in.Words) > 0:
		words = in.Words[:1]
	}
	return slices.DeleteFunc(slices.Clone(words), func(w manifest.Word) bool { return !scriptWord.MatchString(w.Text) || path.Ext(w.Text) == "" })
}

// mayRun tells whether a file may be executed. Where the file system keeps no modes, nothing is said of it.
func mayRun(set *manifest.Set, p string) bool {
	mode := set.Mode(p)
	return mode == 0 || mode&0o111 != 0 || runtime.GOOS == "windows"
}

var (
	endsBlock = lazy(`^(?:fi|then|do|done|else|elif|esac|;|\}|\)|#|$)`)
	stopsIt   = lazy(`(?:^|[\s;&])set -\w*e|-o errexit`)
)

// checkErrorsMasked finds installations whose failure the step goes on after, so that something later fails in its place.
func checkErrorsMasked(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	shell := strings.Join(in.Shell, " ")
	if in.Keyword != "RUN" || in.JSON || in.Unparsed || len(in.Heredocs) > 0 || stopsIt.MatchString(in.Text) || strings.Contains(shell, " -e") || strings.Contains(in.Text, "set +e") {
		return nil
	}
	for _, c := range in.Commands {
		install, ok := c.Install()
		if !ok && !hasWords(c, "apt-get", "update") {
			continue
		}
		rest := strings.TrimLeft(afterCommand(f, in, c), " \t")
		what := ""
		switch {
		case strings.HasPrefix(rest, "|| true"), strings.HasPrefix(rest, "|| :"):
			what = "|| true hides its failure"
		case strings.HasPrefix(rest, ";") && !endsBlock.MatchString(strings.TrimLeft(rest[1:], " \t")):
			what = "the ; behind it lets the step go on when it fails"
		case strings.HasPrefix(rest, "| tee ") && !strings.Contains(shell, "pipefail"):
			what = "the pipe behind it hides its failure, since tee succeeds"
		default:
			continue
		}
		program := install.Program
		if program == "" {
			program = "apt-get"
		}
		return []flaw{said(f, c.Span, "join the commands with &&, or begin the RUN with set -e", "command", program, "what", what)}
	}
	return nil
}

// afterCommand is the text of the instruction behind a command, with lines joined.
func afterCommand(f *manifest.File, in *manifest.Instruction, c *manifest.Command) string {
	if c.Span.End > in.Span.End {
		return ""
	}
	var b strings.Builder
	for line := range strings.Lines(f.At(manifest.Span{Start: c.Span.End, End: in.Span.End})) {
		line = strings.TrimRight(line, " \t\r\n")
		if b.Len() > 0 && strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		b.WriteString(strings.TrimSuffix(line, `\`) + " ")
	}
	return strings.TrimSpace(b.String())
}
