package diagnose

import (
	"strings"
)

// A request is a requirement as pip's messages say it: what was asked for, by whom, and where the user's file says so.
type request struct {
	text      string // as printed, without the parts in brackets that follow
	name      string
	specifier string
	version   string // of a sole "==" or "===" specifier, else ""
	chain     []string
	file      string
	line      string
}

var (
	requestName  = lazy(`^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*`)
	exactVersion = lazy(`^={2,3}\s*([^\s,*]+)$`)
	filePlace    = lazy(`^-[rc] (.+?) ?\(line (\d+)\)$`)
	fromGroup    = lazy(` \(from (?:versions: ?)?`)
)

// parseRequest reads "name[extra]==1.0; marker (from parent==2->-r file (line 3)) (from versions: …)". The list of versions is left out.
func parseRequest(s string) request {
	text, group := s, ""
	if at := fromGroup.FindStringIndex(s); at != nil {
		text = s[:at[0]]
		if !strings.Contains(s[at[0]:at[1]], "versions:") {
			group = inGroup(s[at[0]+1:])
		}
	}
	r := request{text: strings.TrimSpace(text)}
	if m := requestName.FindStringSubmatch(r.text); m != nil {
		spec, _, _ := strings.Cut(r.text[len(m[0]):], ";")
		if !strings.HasPrefix(spec, "+") && !strings.HasPrefix(spec, ":") && !strings.HasPrefix(spec, "/") { // an address or a path
			r.name = strings.TrimRight(m[1], "._-")
			r.specifier = strings.Trim(strings.TrimSpace(spec), "()")
		}
	}
	if m := exactVersion.FindStringSubmatch(r.specifier); m != nil {
		r.version = m[1]
	}
	r.takeChain(strings.TrimPrefix(group, "from "))
	return r
}

// inGroup is what stands in the brackets that s begins with. Where the closing one is missing, the rest is.
func inGroup(s string) string {
	depth := 0
	for i, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[1:i]
			}
		}
	}
	return strings.TrimPrefix(s, "(")
}

// takeChain reads "child==1->parent->-r file (line 3)", nearest first.
func (r *request) takeChain(s string) {
	if s == "" {
		return
	}
	for part := range strings.SplitSeq(s, "->") {
		part = strings.TrimSpace(part)
		if m := filePlace.FindStringSubmatch(part); m != nil {
			r.file, r.line = m[1], m[2]
		} else if part != "" {
			r.chain = append(r.chain, part)
		}
	}
}

// parent is the requirement that asked for this one; "" where the user did.
func (r request) parent() string {
	if len(r.chain) == 0 {
		return ""
	}
	return r.chain[0]
}

// top is the requirement of the user's that this one came through.
func (r request) top() string {
	if len(r.chain) == 0 {
		return ""
	}
	return r.chain[len(r.chain)-1]
}

// base and local are the parts of a version on both sides of its plus sign.
func baseAndLocal(version string) (base, local string) {
	base, local, _ = strings.Cut(version, "+")
	return base, local
}
