package diagnose

import (
	"strings"
)

var (
	lookingIn = lazy(`^\s*Looking in (?:indexes|links): (\S.*)$`)
	feedSign  = lazy(`_packaging/|artifactory|jfrog|nexus|codeartifact|pkgs\.dev|visualstudio|gemfury|/packages/pypi|/repository/|\*\*\*\*@|://[^/@\s]+@`)
	wheelSign = lazy(`/whl(?:/|$)|download\.pytorch|pypi\.nvidia|pypi\.ngc`)
	simpleEnd = lazy(`/(?:simple|pypi)/?$`)
)

// indexes are the addresses that pip says it looks in: indexes, then links. pip says so only where they are not the default.
func (f *finding) indexes() []string {
	var urls []string
	lines := f.before(f.first, lookBack)
	for k := len(lines) - 1; k >= 0 && len(urls) == 0; k-- {
		if !strings.Contains(f.text(lines[k]), "Looking in ") {
			continue
		}
		m := lookingIn.FindStringSubmatch(f.text(lines[k]))
		if m == nil {
			continue
		}
		if k > 0 { // "Looking in links" follows "Looking in indexes"
			if up := lookingIn.FindStringSubmatch(f.text(lines[k-1])); up != nil {
				urls = strings.Split(up[1], ", ")
			}
		}
		urls = append(urls, strings.Split(m[1], ", ")...)
	}
	return urls
}

// readIndexes says where pip looked:
//
//	index       the sole index, where it is not the default one
//	index_form  feed: of a kind that asks who one is. simple: its address ends as an index's should. wheels: one project's own. other
//	answered    yes: something was fetched before in this step
//	served      yes: the indexes or links name the local version that was asked for (cu118), or all builds of its project
func (f *finding) readIndexes() {
	urls := f.indexes()
	if len(urls) == 1 {
		f.set("index", urls[0])
		f.set("index_form", formOf(urls[0]))
	}
	for _, u := range urls {
		local := f.captures["local"]
		if local != "" && (strings.HasSuffix(strings.TrimRight(u, "/"), "/"+local) || strings.Contains(u, "torch_stable") || strings.HasSuffix(strings.TrimRight(u, "/"), "/whl/torch")) {
			f.set("served", "yes")
		}
	}
	for _, i := range f.before(f.first, lookBack) {
		if fetched(f.text(i)) {
			f.set("answered", "yes")
			return
		}
	}
}

// fetched tells whether a line says that pip got a file.
func fetched(text string) bool {
	text = strings.TrimLeft(text, " ")
	return strings.HasPrefix(text, "Downloading ") || strings.HasPrefix(text, "Using cached ")
}

func formOf(index string) string {
	switch {
	case feedSign.MatchString(index):
		return "feed"
	case wheelSign.MatchString(index):
		return "wheels"
	case simpleEnd.MatchString(index):
		return "simple"
	}
	return "other"
}
