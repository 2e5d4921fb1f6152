package diagnose

import (
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/edit"
	"github.com/envmedic/envmedic/internal/manifest"
)

// dockerChecks read Dockerfiles, and the .dockerignore and the files that they copy.
var dockerChecks = map[string]check{
	"docker-unknown-word":     eachDockerfile(checkUnknownWord),
	"docker-lost-line":        eachDockerfile(checkLostLine),
	"docker-trailing-comment": eachInstruction(checkTrailingComment),
	"docker-encoding":         eachDockerfile(checkDockerfileEncoding),
	"docker-copy-missing":     eachInstruction(checkCopyMissing),
	"docker-copy-outside":     eachInstruction(checkCopyOutside),
	"docker-copy-slash":       eachInstruction(checkCopySlash),
	"docker-copy-after-use":   eachInstruction(checkCopyAfterUse),
	"docker-stage-name":       eachInstruction(checkStageName),
	"docker-lfs-pointer":      eachInstruction(checkPointer),
	"docker-buildkit-feature": eachDockerfile(checkBuildKitFeature),
	"docker-redirection":      eachInstruction(checkRedirection),
	"docker-apt-update":       eachDockerfile(checkAptUpdate),
	"docker-prompt":           eachInstruction(checkPrompt),
	"docker-not-root":         eachInstruction(checkNotRoot),
	"docker-apt-renamed":      eachInstruction(checkAptRenamed),
	"docker-missing-tool":     eachInstruction(checkMissingTool),
	"docker-no-compiler":      eachInstruction(checkNoCompiler),
	"docker-conda-activate":   eachInstruction(checkCondaActivate),
	"docker-conda-command":    eachInstruction(checkCondaCommand),
	"docker-pip-words":        eachInstruction(checkPipWords),
	"docker-bash-in-sh":       eachInstruction(checkBashInSh),
	"docker-script":           eachInstruction(checkScript),
	"docker-errors-masked":    eachInstruction(checkErrorsMasked),
	"docker-tls-off":          eachInstruction(checkTLSOff),
	"docker-secret":           eachInstruction(checkSecret),
	"image-reference":         checkImageReference,
	"image-tag":               checkAzureTag,
	"image-blank":             checkBlankBase,
	"image-ended":             checkEndedRelease,
}

// A spotter looks at one instruction. Templates are filled in before docker reads them, so that nothing certain can be said of them.
type spotter func(set *manifest.Set, f *manifest.File, in *manifest.Instruction) []flaw

func eachDockerfile(one func(set *manifest.Set, f *manifest.File) []flaw) check {
	return func(set *manifest.Set) []flaw {
		var all []flaw
		for _, f := range set.Dockerfiles() {
			if !f.Dockerfile.Templated {
				all = append(all, one(set, f)...)
			}
		}
		return all
	}
}

func eachInstruction(one spotter) check {
	return eachDockerfile(func(set *manifest.Set, f *manifest.File) []flaw {
		var all []flaw
		for _, in := range f.Dockerfile.Instructions {
			all = append(all, one(set, f, in)...)
		}
		return all
	})
}

// by lets a remedy make the edit of a flaw in the Dockerfile; what it refuses with is said instead.
func (fl flaw) by(do remedy, set *manifest.Set, in *manifest.Instruction, sure bool, with map[string]string) flaw {
	c := remedyContext{Files: set, File: fl.file, Instruction: in, Captures: fl.captures, Image: stageImage(fl.file, in)}
	title, files, err := do(c, with)
	switch {
	case err != nil && fl.noFix == "":
		fl.noFix = err.Error()
	case err == nil && len(files) == 1 && files[0].Path == fl.file.Path:
		fl.noFix = ""
		return fl.mended(title, sure, files[0].Edits...)
	}
	return fl
}

// stageImage is the image that the stage of an instruction stands on; "" where a build argument without a default names it.
func stageImage(f *manifest.File, in *manifest.Instruction) string {
	for s := in.Stage; s >= 0; s = f.Dockerfile.Stages[s].From.Parent {
		from := f.Dockerfile.Stages[s].From
		if from.Parent < 0 {
			if from.Unset {
				return ""
			}
			return strings.TrimPrefix(strings.TrimPrefix(from.Image, "docker.io/"), "library/")
		}
	}
	return ""
}

// earlierInstructions are those that have run before in, in its stage and in the stages that it is built on.
func earlierInstructions(f *manifest.File, in *manifest.Instruction) []*manifest.Instruction {
	all := f.Dockerfile.Before(in)
	if in.Stage < 0 {
		return all
	}
	for s := f.Dockerfile.Stages[in.Stage].From.Parent; s >= 0; s = f.Dockerfile.Stages[s].From.Parent {
		all = append(f.Dockerfile.Before(&manifest.Instruction{Stage: s}), all...)
	}
	return all
}

// imageLacks tells whether the base image of the stage is known not to hold a command.
func imageLacks(f *manifest.File, in *manifest.Instruction, command string) bool {
	name, tag, _ := manifest.SplitImage(stageImage(f, in))
	for _, kind := range []string{"slim", "alpine"} {
		if strings.Contains(tag, kind) {
			name += " " + kind
			break
		}
	}
	row, ok := tables["base-images"]().rows[name]
	return ok && slices.Contains(strings.Fields(row[1]), command)
}

// commandName is the program of a command, without its folder.
func commandName(c *manifest.Command) string {
	if len(c.Words) == 0 {
		return ""
	}
	return path.Base(c.Words[0].Text)
}

// arguments are the words of a command behind its program that are no options.
func arguments(c *manifest.Command) []manifest.Word {
	if len(c.Words) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Words[1:]), func(w manifest.Word) bool { return strings.HasPrefix(w.Text, "-") })
}

// insertAt puts text at a place.
func insertAt(at int, text string) edit.Edit { return edit.Edit{Start: at, End: at, New: text} }

// withSpace is a span and the blanks behind it.
func withSpace(f *manifest.File, s manifest.Span) manifest.Span {
	for s.End < len(f.Src) && (f.Src[s.End] == ' ' || f.Src[s.End] == '\t') {
		s.End++
	}
	return s
}
