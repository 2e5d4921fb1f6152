package buildlog

import "strings"

// ofReport is the package that a report is of, from the lines above its head: "× Building wheel for x (setup.py) did not run
// successfully.", "× Failed to build `x==1.0`", "Building wheel for x (pyproject.toml): started".
func (b *blocker) ofReport(i int) string {
	of := ""
	b.above(i, 12, func(text string) bool {
		text = strings.TrimLeft(strings.TrimSpace(text), "×├╰│└─▶> ")
		switch {
		case strings.HasPrefix(text, "Building wheel for "):
			of = word(text[len("Building wheel for "):])
		case strings.HasPrefix(text, "Building editable for "):
			of = word(text[len("Building editable for "):])
		case strings.HasPrefix(text, "Running setup.py install for "):
			of = word(text[len("Running setup.py install for "):])
		case strings.HasPrefix(text, "Failed to build "):
			of = quoted(text[len("Failed to build "):])
		case strings.HasSuffix(text, "[end of output]") || strings.HasPrefix(text, "Collecting "):
			return false
		}
		return of == ""
	})
	return of
}

// nameBack names the report that ended above line i, where pip says only below it what it is of: "ERROR: Failed to build 'x' when …",
// "ERROR: Failed building wheel for x", "╰─> x".
func (b *blocker) nameBack(i int, text string) {
	n := len(b.log.Blocks) - 1
	for n >= 0 && (b.log.Blocks[n].Kind != BuildOutput || b.log.Blocks[n].Depth > len(b.open[b.log.Lines[i].Step])+1) {
		n--
	}
	if n < 0 || b.log.Blocks[n].Of != "" || i-b.log.Blocks[n].Last > 8 || b.log.Lines[b.log.Blocks[n].Last].Step != b.log.Lines[i].Step {
		return
	}
	of := ""
	if rest, ok := strings.CutPrefix(text, "ERROR: Failed to build "); ok {
		of = quoted(rest)
	} else if rest, ok := strings.CutPrefix(text, "ERROR: Failed building wheel for "); ok {
		of = word(rest)
	} else if rest, ok := strings.CutPrefix(text, "╰─> "); ok && i > 0 && strings.Contains(b.log.Lines[i-1].Text, "generating package metadata") {
		of = word(rest)
	}
	b.log.Blocks[n].Of = of
}

// ofCommand is the package of an older pip's report: its command names the directory into which pip unpacked it.
func (b *blocker) ofCommand(i int) string {
	of := ""
	b.above(i, 6, func(text string) bool {
		if strings.Contains(text, dashes) {
			return false
		}
		of = unpacked(text)
		return of == ""
	})
	return of
}

// unpacked returns x of "/tmp/pip-install-ab12/x_0123…/setup.py" and of the older "/tmp/pip-build-ab12/x/".
func unpacked(text string) string {
	for _, dir := range []string{"/pip-install-", "/pip-build-", "/pip-req-build-"} {
		_, rest, ok := strings.Cut(text, dir)
		if !ok || dir == "/pip-req-build-" || strings.HasPrefix(rest, "env-") {
			continue
		}
		_, rest, _ = strings.Cut(rest, "/")
		name := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."))]
		if i := strings.LastIndexByte(name, '_'); i > 0 && len(name)-i-1 == 32 && hexadecimal(name[i+1:]) {
			name = name[:i]
		}
		return name
	}
	return ""
}

// above calls see with up to n lines of the step above line i, the nearest first, until it returns false.
func (b *blocker) above(i, n int, see func(text string) bool) {
	step := b.log.Lines[i].Step
	for j := i - 1; j >= 0 && n > 0; j-- {
		if b.log.Lines[j].Step != step {
			continue
		}
		n--
		if !see(b.log.Lines[j].Text) {
			return
		}
	}
}

// word returns the name that text begins with.
func word(text string) string {
	name, _, _ := strings.Cut(text, " ")
	return strings.TrimRight(name, ":,")
}

// quoted returns x of "'x' when getting …" and of "`x==1.0`"; a list without quotes names no single package.
func quoted(text string) string {
	if text == "" || !strings.ContainsAny(text[:1], "'`") {
		return ""
	}
	name, _, ok := strings.Cut(text[1:], text[:1])
	if !ok {
		return ""
	}
	name, _, _ = strings.Cut(name, "==")
	name, _, _ = strings.Cut(name, " @ ")
	return name
}
