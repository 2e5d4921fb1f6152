package buildlog

import "strings"

// builderLine reads what the classic docker builder, buildah and kaniko say about their steps.
func (s *stepper) builderLine(i int, c *cleanLine) {
	text := c.text
	if text == "" {
		return
	}
	switch {
	case strings.HasPrefix(text, "Step "):
		s.step(i, text[len("Step "):], " : ", "classic-docker")
	case strings.HasPrefix(text, "STEP "):
		s.step(i, text[len("STEP "):], ": ", "buildah")
	case text[0] == '[':
		if _, rest, ok := strings.Cut(text, "] STEP "); ok {
			s.step(i, rest, ": ", "buildah")
		}
	case strings.HasPrefix(text, "INFO["):
		s.kaniko(i, text)
	case strings.HasPrefix(text, "Successfully built "):
		if id := text[len("Successfully built "):]; len(id) == 12 && hexadecimal(id) {
			s.built()
		}
	case strings.HasPrefix(text, "Successfully tagged "), strings.HasPrefix(text, "COMMIT ") && s.builder:
		s.built()
	case strings.Contains(text, "returned a non-zero code: "):
		s.builderFailed(text, "returned a non-zero code: ")
	case buildahError(text) || strings.HasPrefix(text, "error building image: "):
		s.builderFailed(text, "exit status ")
	default:
		s.shell(text)
	}
}

// step reads "4/15 : RUN pip install x" and "4/9: RUN pip install x".
func (s *stepper) step(i int, rest, colon, format string) {
	count, text, ok := strings.Cut(rest, colon)
	if !ok || digits(count) == 0 || strings.Trim(count, "0123456789/") != "" {
		return
	}
	s.speak(format)
	s.openInstruction(i, text)
}

func (s *stepper) openInstruction(i int, text string) {
	word, command, image := instruction(text)
	if image == "" && s.inner >= 0 {
		image = s.log.Steps[s.inner].Image
	}
	s.openInner(i, Step{Name: text, Instruction: word, Command: command, Image: image})
}

// kaniko reads "INFO[0012] RUN pip install x".
func (s *stepper) kaniko(i int, text string) {
	_, rest, ok := strings.Cut(text, "] ")
	if word, _, _ := instruction(rest); !ok || word == "" || !strings.HasPrefix(rest, word) {
		return
	}
	s.speak("kaniko")
	s.openInstruction(i, rest)
}

func (s *stepper) built() {
	s.pass(s.inner)
	s.inner = -1
	s.judge(Succeeded, "", "")
}

func (s *stepper) builderFailed(text, mark string) {
	s.fail(s.inner, text, mark)
	s.verdict.command = quotedCommand(text)
	s.inner = -1
}

func buildahError(text string) bool {
	return strings.Contains(text, "building at STEP ") || strings.HasPrefix(text, "Error: error creating build container") ||
		strings.HasPrefix(text, "Error: creating build container")
}

// quotedCommand returns the shell text of "The command '/bin/sh -c pip install x' returned …".
func quotedCommand(text string) string {
	_, rest, ok := strings.Cut(text, "The command '")
	if !ok {
		return ""
	}
	i := strings.LastIndex(rest, "' returned a non-zero code")
	return strings.TrimPrefix(rest[:max(i, 0)], "/bin/sh -c ")
}

// tools are commands worth telling from other text behind "+ ", as a shell with -x prints them.
var tools = []string{
	"pip", "pip3", "python", "python3", "conda", "mamba", "micromamba", "apt-get", "apt", "apk", "docker", "podman", "buildah", "uv", "poetry", "az",
}

// shell reads "$ pip install x" and "+ pip install x".
func (s *stepper) shell(text string) {
	command := ""
	if rest, ok := strings.CutPrefix(text, "$ "); ok {
		command = rest
	} else if rest := strings.TrimLeft(text, "+"); rest != text && strings.HasPrefix(rest, " ") && isTool(rest[1:]) {
		command = rest[1:]
	} else if i := strings.IndexAny(text, "$#>"); i > 0 && i < 80 && strings.HasPrefix(text[i+1:], " ") && isTool(text[i+2:]) && prompts(text[:i]) {
		command = text[i+2:]
	}
	if command == "" {
		return
	}
	s.prompt = command
	if s.inner < 0 && s.outer >= 0 && !s.script && strings.HasPrefix(text, "$ ") {
		s.log.Steps[s.outer].Command = command
	}
}

// prompts tells whether s looks like what stands before the $ of a prompt: "root@1f2e:/app", "(base) C:\work".
func prompts(s string) bool {
	return strings.ContainsAny(s, "@:~\\") && !strings.Contains(s, ": ") || strings.HasPrefix(s, "(")
}

func isTool(text string) bool {
	word, _, _ := strings.Cut(strings.TrimPrefix(text, "sudo "), " ")
	word = word[strings.LastIndexByte(word, '/')+1:]
	for _, t := range tools {
		if word == t {
			return true
		}
	}
	return false
}

func hexadecimal(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }
