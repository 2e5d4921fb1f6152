package diagnose

import (
	"bytes"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// isInstruction tells whether docker knows the keyword. BuildKit's frontends for other formats are not Dockerfiles.
func isInstruction(in *manifest.Instruction) bool { return slices.Contains(instructions, in.Keyword) }

// word is the keyword as it stands in the file.
func word(f *manifest.File, in *manifest.Instruction) string { return f.At(in.KeywordSpan) }

// checkUnknownWord finds lines that begin with a misspelt instruction.
func checkUnknownWord(_ *manifest.Set, f *manifest.File) []flaw {
	var all []flaw
	if !isDockerfile(f) {
		return nil
	}
	for _, in := range f.Dockerfile.Instructions {
		w := word(f, in)
		if isInstruction(in) || lostWord(w) {
			continue
		}
		right := nearest(in.Keyword, instructions, 2)
		if right == "" {
			continue
		}
		fl := said(f, in.KeywordSpan, "", "word", w, "line", itoa(in.Line), "file", f.Path, "suggestion", right)
		all = append(all, fl.mended("write "+right, true, replace(in.KeywordSpan, right)))
	}
	return all
}

// isDockerfile tells whether a file named like one is one: files beside it may bear its name (Dockerfile.md).
func isDockerfile(f *manifest.File) bool {
	return len(f.Dockerfile.Stages) > 0 && !bytes.ContainsRune(f.Src, 0) && !strings.HasSuffix(f.Path, ".md")
}

// checkLostLine finds lines of shell that stand where an instruction should: the line above has lost its backslash, or it has one that does not count.
func checkLostLine(set *manifest.Set, f *manifest.File) []flaw {
	if !isDockerfile(f) {
		return nil
	}
	var all []flaw
	lost := false // the line above is part of the same trouble, and one finding is enough
	for i, in := range f.Dockerfile.Instructions {
		w := word(f, in)
		if isInstruction(in) || !lostWord(w) || i == 0 {
			lost = false
			continue
		}
		if !lost {
			all = append(all, lostLine(set, f, f.Dockerfile.Instructions[i-1], in, w))
		}
		lost = true
	}
	return all
}

func lostLine(set *manifest.Set, f *manifest.File, above, in *manifest.Instruction, w string) flaw {
	fl := said(f, f.LineSpan(above.EndLine), "", "word", w, "line", itoa(in.Line), "file", f.Path)
	fl.span.End = fl.span.Start + len(f.Text(above.EndLine))
	c := remedyContext{Files: set, Captures: map[string]string{"file": f.Path}}
	title, files, err := joinLine(c, map[string]string{"line": itoa(above.EndLine)})
	if err != nil {
		fl.noFix = err.Error()
		return fl
	}
	return fl.mended(title, true, files[0].Edits...)
}

var (
	hashWord   = lazy(`\s#(?:\s.*)?$`)
	commentFor = strings.Fields("COPY ADD ENV WORKDIR USER EXPOSE FROM VOLUME STOPSIGNAL ARG")
)

// checkTrailingComment finds comments behind instructions that take them for arguments. RUN is left out: there the shell reads them.
func checkTrailingComment(_ *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw {
	text := f.At(in.Span)
	if !slices.Contains(commentFor, in.Keyword) || strings.Contains(text, "\n") || in.JSON {
		return nil
	}
	m := hashWord.FindStringIndex(text)
	if m == nil || quotedAt(text, m[0]+1) {
		return nil
	}
	comment := strings.TrimSpace(text[m[0]:])
	end := in.Span.Start + len(strings.TrimRight(text[:m[0]], " \t"))
	fl := said(f, manifest.Span{Start: in.Span.Start + m[0] + 1, End: in.Span.End}, "", "comment", comment, "instruction", in.Keyword)
	return []flaw{fl.mended("move the comment behind "+in.Keyword+" to a line of its own", true,
		insertBefore(f, in.Line, f.Indent(in.Line)+comment), edit.Edit{Start: end, End: in.Span.End})}
}

// checkDockerfileEncoding finds Dockerfiles that are not in a form of ASCII.
func checkDockerfileEncoding(_ *manifest.Set, f *manifest.File) []flaw {
	wide := bytes.HasPrefix(f.Src, []byte{0xff, 0xfe}) || bytes.HasPrefix(f.Src, []byte{0xfe, 0xff}) || bytes.IndexByte(f.Src, 0) >= 0
	if !wide {
		return nil
	}
	return []flaw{said(f, manifest.Span{Start: 0, End: 0}, "save it as UTF-8: iconv -f utf-16 -t utf-8 "+shellName(f.Path)+" > Dockerfile.new", "file", f.Path)}
}

func shellName(p string) string {
	if strings.Trim(p, plainWord) == "" && !strings.Contains(p, " ") {
		return p
	}
	return "Dockerfile"
}

// builderFeatures are what only BuildKit knows.
var builderFeatures = []struct{ keyword, flag string }{
	{"RUN", "--mount"}, {"RUN", "--network"}, {"RUN", "--security"}, {"COPY", "--chmod"}, {"COPY", "--link"}, {"ADD", "--chmod"}, {"ADD", "--link"}, {"COPY", "--parents"}, {"COPY", "--exclude"},
}

// checkBuildKitFeature finds what only BuildKit knows in Dockerfiles that Azure ML builds, which it does with the classic builder.
func checkBuildKitFeature(set *manifest.Set, f *manifest.File) []flaw {
	if !builtByAzureML(set, f) {
		return nil
	}
	var all []flaw
	for _, in := range f.Dockerfile.Instructions {
		for _, w := range in.Flags {
			for _, b := range builderFeatures {
				if name, _, _ := strings.Cut(w.Text, "="); in.Keyword == b.keyword && name == b.flag {
					fl := said(f, w.Span, "", "option", b.keyword+" "+b.flag)
					all = append(all, fl.by(dropCacheMount, set, in, false, nil))
				}
			}
		}
		if len(in.Heredocs) > 0 {
			all = append(all, said(f, in.KeywordSpan, "write the lines of the document as one command, joined with && and backslashes", "option", in.Keyword+" <<"))
		}
	}
	return all
}
