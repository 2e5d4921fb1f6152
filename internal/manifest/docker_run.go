package manifest

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// readArguments reads what an instruction brings in or runs.
func (d *Dockerfile) readArguments(in *Instruction) {
	switch in.Keyword {
	case "RUN":
		d.readRun(in)
	case "COPY", "ADD":
		if n := len(in.Words); n > 1 {
			in.Copy = &Copy{Sources: in.Words[:n-1], Dest: in.Words[n-1], From: in.Flag("from")}
		}
	}
}

func (d *Dockerfile) readRun(in *Instruction) {
	switch body, isScript := d.script(in); {
	case in.JSON:
		in.addCommand(in.Words, in.args)
		in.Words = nil
	case isScript:
		in.Words = nil
		in.parse(body)
	default:
		in.Words = nil
		in.parse(withoutHeredocs(in.args))
	}
	for _, c := range in.Commands {
		in.Words = append(in.Words, c.Words...)
	}
}

var shellHeredoc = lazy(`^(?:(?:\S*/)?(?:ba|da|z|k)?sh(?:\s+-\S+)*\s+)?<<`)

// script is the body of `RUN <<EOF`, or of one that is fed to a shell.
func (d *Dockerfile) script(in *Instruction) (text, bool) {
	if len(in.Heredocs) == 0 || !shellHeredoc.MatchString(in.args.s) {
		return text{}, false
	}
	return plain(d.File.Src, in.Heredocs[0].Span), true
}

// withoutHeredocs blanks out the heredoc operators, whose documents docker has taken out of the command.
func withoutHeredocs(t text) text {
	s := []byte(t.s)
	docs, _ := heredocs(t.s)
	for _, h := range docs {
		copy(s[h.from:h.to], strings.Repeat(" ", h.to-h.from))
	}
	return text{string(s), t.at}
}

// parse reads shell text and adds its commands.
func (in *Instruction) parse(t text) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(t.s), "")
	if err != nil || in.windows() {
		in.Unparsed = true
		in.split(t)
		return
	}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		var words []Word
		for _, a := range call.Args {
			words = append(words, newWord(t, int(a.Pos().Offset()), int(a.End().Offset())))
		}
		in.addCommand(words, t.cut(int(call.Pos().Offset()), int(call.End().Offset())))
		return true
	})
}

func (in *Instruction) windows() bool {
	return len(in.Shell) > 0 && (strings.Contains(in.Shell[0], "powershell") || strings.HasPrefix(in.Shell[0], "cmd"))
}

var commandEnd = lazy(`&&|\|\||[;|\n]`)

// split is for shell text that the parser refuses: commands end at operators, words at blanks.
func (in *Instruction) split(t text) {
	i := 0
	for _, m := range append(commandEnd.FindAllStringIndex(t.s, -1), []int{len(t.s), len(t.s)}) {
		part := t.cut(i, m[0]).trim()
		if words := splitWords(part); len(words) > 0 {
			in.addCommand(words, part)
		}
		i = m[1]
	}
}

// addCommand notes a command and, where it is `sh -c '…'`, those within it.
func (in *Instruction) addCommand(words []Word, t text) {
	in.Commands = append(in.Commands, &Command{Words: words, Span: t.span(0, len(t.s))})
	if body, ok := inlineScript(words); ok {
		in.parse(body)
	}
}

var shellName = lazy(`^(?:.*/)?(?:ba|da|z|k)?sh$`)

// inlineScript is the text that `sh -c` is given, where its bytes are what the shell reads.
func inlineScript(words []Word) (text, bool) {
	if len(words) < 3 || !shellName.MatchString(words[0].Text) {
		return text{}, false
	}
	for i, w := range words[1 : len(words)-1] {
		if !strings.HasPrefix(w.Text, "-") {
			return text{}, false
		}
		if strings.HasSuffix(w.Text, "c") && !strings.HasPrefix(w.Text, "--") {
			body := words[i+2].inner
			return body, len(body.at) > 0 && words[i+2].Quote != 0
		}
	}
	return text{}, false
}
