package manifest

import (
	"path"
	"strings"
)

// An Install is a command that installs packages, taken apart.
type Install struct {
	Format   string // pip | conda | apt | apk | dnf | npm
	Program  string // pip, uv, conda, mamba, apt-get, dnf, microdnf …
	Verb     Word   // install, add, create …
	Packages []Word
	Options  []Option // with their long names, as in a requirements file
	Last     Word     // the last word of the command
}

// A tool is how a program that installs packages is called.
type tool struct {
	format string
	verbs  map[string]bool
	valued map[string]bool // options that take the next word as their value
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var pipTool = tool{"pip", set("install download wheel"), set(`-r --requirement -c --constraint -e --editable -i --index-url --extra-index-url
	-f --find-links -t --target --prefix --root --src --platform --python-version --implementation --abi --progress-bar --cache-dir --log --proxy
	--retries --timeout --trusted-host --cert --client-cert --no-binary --only-binary --upgrade-strategy --global-option --build-option
	--config-settings -C --report -d --dest --exists-action -w --wheel-dir --python -p --index --default-index --torch-backend --resolution --prerelease
	--index-strategy --keyring-provider --exclude-newer --use-feature --use-deprecated --root-user-action -b --build --install-option`)}

var condaTool = tool{"conda", set("install create update"), set(`-n --name -p --prefix -c --channel -f --file --repodata-fn --solver --experimental-solver --subdir --platform
	--download-threads --root-prefix -r`)}

var aptTool = tool{"apt", set("install"), set("-o --option -t --target-release -c --config-file -a --host-architecture")}

var dnfTool = tool{"dnf", set("install"), set("-c --config --installroot --releasever -x --exclude --repo --repoid --enablerepo --disablerepo --setopt -e -d")}

var tools = map[string]tool{
	"pip": pipTool, "pip2": pipTool, "pip3": pipTool,
	"conda": condaTool, "mamba": condaTool, "micromamba": condaTool,
	"apt-get": aptTool, "apt": aptTool, "aptitude": aptTool,
	"apk": {"apk", set("add"), set("-t --virtual -p --root -X --repository --arch --keys-dir --repositories-file --wait --cache-dir --cache-max-age")},
	"yum": dnfTool, "dnf": dnfTool, "microdnf": dnfTool,
	"npm": {"npm", set("install i add ci"), set("--prefix --registry -w --workspace --tag")},
}

var (
	versionedPip    = lazy(`^pip\d+\.\d+$`)
	versionedPython = lazy(`^(?:python|pypy)[\d.]*$`)
	assignment      = lazy(`^[A-Za-z_]\w*=`)
)

// Install takes a command apart; false where it installs nothing.
func (c *Command) Install() (Install, bool) {
	words, name := program(c.Words)
	t, ok := tools[name]
	if !ok {
		return Install{}, false
	}
	in := Install{Format: t.format, Program: name}
	for i := 0; i < len(words); i++ {
		if w := words[i]; strings.HasPrefix(w.Text, "-") {
			if t.valued[w.Text] {
				i++
			}
		} else {
			in.Verb = w
			words = words[i+1:]
			break
		}
	}
	if !t.verbs[in.Verb.Text] {
		return Install{}, false
	}
	in.Last = c.Words[len(c.Words)-1]
	in.arguments(t, words)
	return in, true
}

// program finds the program that installs behind what starts it: sudo, env, python -m, uv, conda run.
func program(words []Word) ([]Word, string) {
	for len(words) > 0 {
		name := path.Base(words[0].Text)
		rest := words[1:]
		switch {
		case versionedPip.MatchString(name):
			return rest, "pip"
		case versionedPython.MatchString(name):
			rest = skipOptions(rest, "-X -W")
			if len(rest) < 2 || rest[0].Text != "-m" || rest[1].Text != "pip" {
				return nil, ""
			}
			return rest[2:], "pip"
		case name == "uv" && len(rest) > 0 && rest[0].Text == "pip":
			return rest[1:], "pip"
		case launchers[name]:
			words = skipOptions(rest, "-u -g")
		case (name == "conda" || name == "mamba" || name == "micromamba") && len(rest) > 0 && rest[0].Text == "run":
			words = skipOptions(rest[1:], "-n --name -p --prefix")
		case assignment.MatchString(words[0].Text):
			words = rest
		default:
			return rest, name
		}
	}
	return nil, ""
}

var launchers = set("sudo env exec time nice command eatmydata xargs")

// skipOptions skips leading options, and the value of those named, except -m, which is Python's for a module.
func skipOptions(words []Word, valued string) []Word {
	takes := set(valued)
	for len(words) > 0 && strings.HasPrefix(words[0].Text, "-") && words[0].Text != "-m" {
		if takes[words[0].Text] && len(words) > 1 {
			words = words[1:]
		}
		words = words[1:]
	}
	return words
}

func (in *Install) arguments(t tool, words []Word) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !strings.HasPrefix(w.Text, "-") || w.Text == "-" {
			in.Packages = append(in.Packages, w)
			continue
		}
		name, value := optionParts(w.Text)
		span := w.Span
		if t.valued[w.Text] && i+1 < len(words) {
			i++
			value, span.End = words[i].Text, words[i].Span.End
		}
		if t.format != "pip" {
			name, _, _ = strings.Cut(w.Text, "=")
		}
		in.Options = append(in.Options, Option{Name: name, Value: value, Span: span})
	}
}

// Option returns the first option of one of these names.
func (in *Install) Option(names ...string) (Option, bool) {
	for _, o := range in.Options {
		for _, n := range names {
			if o.Name == n {
				return o, true
			}
		}
	}
	return Option{}, false
}

// Has tells whether the command names the package.
func (in *Install) Has(name string) bool {
	for _, w := range in.Packages {
		bare, _, _ := strings.Cut(w.Text, "=")
		if bare == name {
			return true
		}
	}
	return false
}

// entries are the packages that the RUNs of the Dockerfile name.
func (d *Dockerfile) entries() []Entry {
	var out []Entry
	for _, in := range d.Instructions {
		for _, c := range in.Commands {
			if install, ok := c.Install(); ok {
				out = append(out, d.installed(in, c, install)...)
			}
		}
	}
	return out
}

func (d *Dockerfile) installed(in *Instruction, c *Command, install Install) []Entry {
	var out []Entry
	for _, w := range install.Packages {
		e, ok := readWord(w, install.Format)
		if !ok {
			continue
		}
		e.Where, e.Outer, e.Quote, e.Flow, e.Instruction, e.Command = "run", w.Span, w.Quote, true, in, c
		if w.Inner().IsZero() {
			e.blank()
			e.Opaque, e.Span = true, w.Span
		}
		if end := w.Span.End; end < len(d.File.Src) && (d.File.Src[end] == '<' || d.File.Src[end] == '>') {
			e.Opaque = true // its bound is a redirection for the shell
		}
		e.place(d.File)
		out = append(out, e)
	}
	return out
}

// readWord reads a package of a command line; false where the shell fills it in.
func readWord(w Word, format string) (Entry, bool) {
	t := w.inner
	if len(t.at) == 0 {
		t = text{w.Text, make([]int, len(w.Text)+1)}
	}
	if !w.Literal && strings.HasPrefix(t.s, "$") {
		return Entry{}, false
	}
	switch format {
	case "pip":
		return readRequirement(t)
	case "conda":
		return readMatchSpec(t)
	}
	return readPackage(t, format)
}

var packageSpec = lazy(`^([A-Za-z0-9@][^\s=<>~:]*)(?::\w+)?(?:(=|[<>~]=?)(\S+))?$`)

func readPackage(t text, format string) (Entry, bool) {
	m := packageSpec.FindStringSubmatchIndex(t.s)
	if m == nil {
		return Entry{}, false
	}
	e := Entry{Format: format, Name: strings.ToLower(t.s[m[2]:m[3]]), Span: t.span(0, len(t.s)), NameSpan: t.span(m[2], m[3])}
	if m[4] >= 0 {
		setSpec(&e, t, m[4], m[7])
	}
	return e, true
}
