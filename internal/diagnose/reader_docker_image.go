package diagnose

import (
	"strings"
)

var (
	scheme        = lazy(`^[a-z]+://`)
	fromReference = lazy(`(?i)^FROM\s+(?:--\S+\s+)*(\S+)`)
	slashes       = lazy(`/{2,}`)
)

// readMalformedImage finds the reference that docker could not read, where the message leaves it out, and makes of it what can only be meant:
// no scheme, single forward slashes, a lower-case repository. Braces of a template that was never filled in are not mended.
func readMalformedImage(f *finding) bool {
	if m := fromReference.FindStringSubmatch(f.instruction()); m != nil {
		f.set("image", m[1])
	}
	image := f.captures["image"]
	if fixed := mendReference(image); fixed != image && !strings.ContainsAny(fixed, "{}$<>") {
		f.set("fixed", fixed)
	}
	if image == "" {
		f.set("image_text", "an image")
	} else {
		f.set("image_text", "the image name "+image)
	}
	return true
}

func mendReference(image string) string {
	image = scheme.ReplaceAllString(strings.ReplaceAll(image, `\`, "/"), "")
	image = strings.Trim(slashes.ReplaceAllString(image, "/"), "/")
	repository, tag := image, ""
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		repository, tag = image[:i], image[i:]
	}
	return strings.ToLower(repository) + tag
}

var (
	loadMetadata = lazy(`load metadata for (\S+)`)
	// Docker Hub's names for the official images of one architecture; without them the same image of all architectures is meant.
	oneArchitecture = lazy(`^(?:amd64|i386|arm32v[567]|arm64v8|ppc64le|riscv64|s390x|mips64le)/`)
	azureDate       = lazy(`^(mcr\.microsoft\.com/azureml/.*:\d{8}\.)(\d+)$`)
)

// readImageName writes an image's name as Dockerfiles do, without docker.io and library. Where the message has only its parts, or none,
// they are put together, or taken from the step. Known slips get their correction: Azure ML's images without their registry and
// their tags without the "v", and images of one architecture where another is wanted.
func readImageName(f *finding) bool {
	image := f.captures["image"]
	if repository := f.captures["repository"]; image == "" && repository != "" {
		image = repository
		if tag := f.captures["tag"]; tag != "" {
			image += ":" + tag
		}
	}
	if image == "" {
		image = f.stepImage()
	}
	if full := strings.TrimPrefix(image, "docker.io/"); full != image {
		image = strings.TrimSuffix(strings.TrimPrefix(full, "library/"), ":latest") // both are BuildKit's additions
	}
	if image != "" {
		f.captures["image"] = image
	}
	switch m := azureDate.FindStringSubmatch(image); {
	case m != nil:
		f.set("fixed", m[1]+"v"+m[2])
	case strings.HasPrefix(image, "azureml/"):
		f.set("fixed", "mcr.microsoft.com/"+image)
	case oneArchitecture.MatchString(image) && f.captures["platform"] != "":
		f.set("fixed", oneArchitecture.ReplaceAllString(image, ""))
	}
	return true
}

// stepImage is the image that the step is about to fetch.
func (f *finding) stepImage() string {
	i := f.stepIndex()
	if i < 0 {
		i = f.failed
	}
	if i < 0 {
		return ""
	}
	if image := firstGroup(loadMetadata, f.log.Steps[i].Name); image != "" {
		return strings.TrimSuffix(image, ":latest") // BuildKit adds it
	}
	return firstGroup(fromReference, f.log.Steps[i].Name)
}

// readDoubledHost says where a registry's name stands twice in a row, as it does when an image that names its registry gets the
// workspace's put before it.
func readDoubledHost(f *finding) bool {
	host := f.captures["host"]
	if n := len(host) / 2; len(host)%2 == 0 && n > 0 && host[:n] == host[n:] && strings.Contains(host[:n], ".") {
		f.captures["host"] = host[:n]
		f.set("doubled", host)
		if image := f.stepImage(); image != "" {
			f.set("fixed", strings.Replace(image, host, host[:n], 1))
		}
	}
	return true
}

var longRun = lazy(`\bfailed after (\d+h\S*|[6-9]\dm\S*|\d{3,}m\S*)`)

// readLatePush holds where the log says that the run took an hour or more, as long as a registry's token is valid.
func readLatePush(f *finding) bool {
	for _, m := range f.anywhere(longRun) {
		f.set("elapsed", strings.TrimSuffix(m.what, "."))
	}
	return f.captures["elapsed"] != ""
}

var (
	runStopped = lazy(`^(?:##\[error\]|Error: |ERROR: )?(?:The (?:operation|run) was canceled|failed to solve: (?:Canceled: )?context canceled)`)
	killedStep = lazy(`exit code: (?:130|137|143)$`)
)

// readCancelledQuietly holds where nothing else in the log went wrong: steps that run beside a failing one are canceled, too. A step that
// the stop itself killed is no other failure.
func readCancelledQuietly(f *finding) bool {
	for i := range f.log.Lines {
		t := f.text(i)
		if strings.HasPrefix(t, "ERROR: ") && !strings.Contains(strings.ToLower(t), "cancel") && !killedStep.MatchString(t) {
			return false
		}
	}
	return true
}

// readNotCancelled refuses a process that was killed because somebody stopped the whole run, which the log says further down, outside the step.
func readNotCancelled(f *finding) bool {
	if said := f.anywhere(runStopped); len(said) > 0 && said[len(said)-1].line > f.first {
		return false
	}
	return true
}
