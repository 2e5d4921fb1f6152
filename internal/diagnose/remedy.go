package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// A remedy makes one kind of change. It refuses with an error that says in one sentence why there is no edit.
// Arguments that a remedy does not know are only conditions: a rule names a capture in one so that the fix is tried where the log tells it.
type remedy func(c remedyContext, with map[string]string) (title string, files []edit.File, err error)

// A remedyContext is what a remedy works on.
type remedyContext struct {
	Files       *manifest.Set
	Entry       *manifest.Entry       // the dependency that the cause was located at, or nil
	File        *manifest.File        // the file of the entry, else the Dockerfile of the failed step, or nil
	Instruction *manifest.Instruction // the failed instruction, or nil
	Captures    map[string]string
	Image       string // base image of the failed stage; "" where it is not known
}

// remedies are all that rules may name under fix:.
var remedies = joined(joined(dockerfileRemedies, venvRemedies), map[string]remedy{
	"pin-pip":                  pinPip,
	"pin-pip-dockerfile":       pinPipDockerfile,
	"add-channel":              addChannel,
	"remove-channel":           removeChannel,
	"reorder-channels":         reorderChannels,
	"pin-requirement":          pinRequirement,
	"relax-requirement":        relaxRequirement,
	"rename-requirement":       renameRequirement,
	"remove-requirement":       removeRequirement,
	"add-requirement":          addRequirement,
	"dedupe-requirement":       dedupeRequirement,
	"move-to-pip":              moveToPip,
	"move-to-conda":            moveToConda,
	"strip-builds":             stripBuilds,
	"remove-platform-packages": removePlatformPackages,
	"bound-python":             boundPython,
	"apt-install":              installPackages,
	"apt-update":               updatePackageLists,
	"env-lines":                envLines,
	"extra-index-url":          extraIndexURL,
	"base-image":               baseImage,
	"quote-spec":               quoteSpec,
	"replace-text":             replaceText,
	"add-option":               addOption,
	"remove-option":            removeOption,
	"insert-run":               insertRun,
	"run-as-root":              runAsRoot,
	"delete-line":              deleteLine,
	"rename-key":               renameKey,
	"set-key":                  setKey,
	"as-utf8":                  asUTF8,
})

// A refusal says in one sentence why a remedy makes no edit.
type refusal string

func (r refusal) Error() string { return string(r) }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// What comes from a log may be put into a file only where it is nothing but a value of its kind.
var (
	plainName    = lazy(`^[A-Za-z0-9_@][A-Za-z0-9._+/@:-]*$`)
	plainVersion = lazy(`^[0-9A-Za-z][0-9A-Za-z.!+*_~:-]*$`)
	plainSpec    = lazy(`^(?:[<>=!~^]{0,3} ?[0-9A-Za-z*][0-9A-Za-z.!+*_-]*(?: ?[,|] ?)?)*$`)
	plainChannel = lazy(`^[A-Za-z0-9][A-Za-z0-9._/:~-]*$`)
	plainURL     = lazy(`^[a-z][a-z+]*://[A-Za-z0-9.-]+(?::\d+)?(?:/[A-Za-z0-9._~/%+-]*)?$`)
	plainImage   = lazy(`^[a-z0-9][A-Za-z0-9._/:@-]*$`)
	plainKey     = lazy(`^[A-Za-z_][A-Za-z0-9_]*$`)
	plainPlace   = lazy(`^(?:first|last|(?:after|before):[A-Za-z0-9._/:-]+)$`)
)

// argument is a value that must be given and be of its kind.
func argument(with map[string]string, name string, kind *pattern) (string, error) {
	v := strings.TrimSpace(with[name])
	if v == "" {
		return "", refuse("the log does not say which %s to take", name)
	}
	if !kind.MatchString(v) {
		return "", refuse("the log gives %q as %s, which is not put into a file unseen", v, name)
	}
	return v, nil
}

// names splits a list of names, which rules join by commas or blanks.
func names(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// trusted refuses a text that a captured piece of the log could turn into something else for a shell.
func (c remedyContext) trusted(s string) error {
	for name, v := range c.Captures {
		if strings.ContainsAny(v, ";&|$`<>(){}\\\"'*?#\r\n") && strings.Contains(s, v) {
			return refuse("the log gives %q as %s, which is not put into a command unseen", v, name)
		}
	}
	if strings.ContainsAny(s, "\r\n\x00") {
		return refuse("the command has several lines")
	}
	return nil
}

// change is a set of edits on one file.
func change(f *manifest.File, edits ...edit.Edit) []edit.File {
	return []edit.File{{Path: f.Path, Base: f.Src, Edits: edits}}
}

func replace(s manifest.Span, text string) edit.Edit {
	return edit.Edit{Start: s.Start, End: s.End, New: text}
}

// insertAfter puts whole lines behind line n. A file whose last line has no end keeps that.
func insertAfter(f *manifest.File, n int, lines ...string) edit.Edit {
	end := f.LineSpan(n).End
	if n == f.Lines() && !strings.HasSuffix(string(f.Src), "\n") {
		return edit.Edit{Start: end, End: end, New: f.EOL() + strings.Join(lines, f.EOL())}
	}
	return edit.Edit{Start: end, End: end, New: strings.Join(lines, f.EOL()) + f.EOL()}
}

// insertBefore puts whole lines before line n, which must be there.
func insertBefore(f *manifest.File, n int, lines ...string) edit.Edit {
	at := f.LineSpan(n).Start
	if n == 1 && strings.HasPrefix(string(f.Src), "\ufeff") {
		at += len("\ufeff")
	}
	return edit.Edit{Start: at, End: at, New: strings.Join(lines, f.EOL()) + f.EOL()}
}

// removeLines takes out the lines that s touches. The last line without an end takes the end of the line before with it.
func removeLines(f *manifest.File, s manifest.Span) edit.Edit {
	lines := f.LinesOf(s)
	if lines.End == len(f.Src) && !strings.HasSuffix(string(f.Src), "\n") && lines.Start > 0 {
		lines.Start = len(strings.TrimRight(string(f.Src[:lines.Start]), "\r\n"))
	}
	return replace(lines, "")
}

// before is the text of the line in front of the byte at offset.
func before(f *manifest.File, offset int) string {
	return string(f.Src[f.LineSpan(f.Line(offset)).Start:offset])
}

// sameFile returns the entries of the entry's file that bear its name.
func sameName(f *manifest.File, e *manifest.Entry) []manifest.Entry {
	return slices.DeleteFunc(slices.Clone(f.Entries()), func(o manifest.Entry) bool {
		return o.Name != e.Name || o.Format != e.Format
	})
}
