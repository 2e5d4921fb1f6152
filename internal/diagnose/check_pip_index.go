package diagnose

import (
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/manifest"
)

var indexNames = []string{"--index-url", "--extra-index-url", "--find-links"}

// localVersions finds builds such as 2.1.0+cu118 where nothing tells pip of the index that holds them.
func localVersions(p pipSource) []flaw {
	if _, ok := p.option(indexNames...); ok || indexElsewhere(p.files) {
		return nil
	}
	var all []flaw
	told := map[string]bool{} // local versions; packages of one share their index
	for _, e := range p.entries {
		base, local, ok := strings.Cut(e.Pinned(), "+")
		if !ok || e.Local || !wheelVariant.MatchString(local) || told[local] {
			continue
		}
		told[local] = true
		fl := flawAt(e, map[string]string{"package": e.Name, "version": e.Pinned(), "base": base, "local": local})
		fl.noFix = "name the index of the +" + local + " builds with --extra-index-url or --find-links; the project's install page has its address"
		if address := fact("local-index", e.Name, "index"); address != "" && len(all) == 0 {
			with := map[string]string{"url": strings.ReplaceAll(address, "{local}", local)}
			fl = fl.mend(extraIndexURL, p.files, e, with).surely()
		}
		all = append(all, fl)
	}
	return all
}

// wheelVariant matches local versions of builds for one kind of machine.
var wheelVariant = lazy(`^(?:cu\d{2,3}|cpu|rocm[\d.]+|xpu|pt\d+\w*|cuda\w*)(?:[._-]\w+)*$`)

// indexElsewhere tells whether a Dockerfile or another list names a further index, which may be meant for this list.
func indexElsewhere(files *manifest.Set) bool {
	return slices.ContainsFunc(files.Files, func(f *manifest.File) bool {
		return f.Dockerfile != nil && furtherIndex.Match(f.Src)
	})
}

var furtherIndex = lazy(`--(?:extra-)?index-url|--find-links|PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|pip config|pip\.conf|(?:^|\s)-[if] +["']?https?://`)

// indexOptions finds addresses of an index that pip cannot use, or that leave out the public one.
func indexOptions(p pipSource) []flaw {
	var all []flaw
	for _, o := range p.options {
		if fl, bad := unsetVariable(p, o); bad {
			all = append(all, fl)
			continue
		}
		u, err := url.Parse(o.Value)
		if !slices.Contains(indexNames[:2], o.Name) || err != nil || u.Host == "" || strings.ContainsAny(o.Value, "${}") {
			continue
		}
		if fl, bad := plainHTTP(p, o, u); bad {
			all = append(all, fl)
		}
		if fl, bad := withoutSimple(p, o, u); bad {
			all = append(all, fl)
		}
		if fl, bad := onlyWheelIndex(p, o, u); bad {
			all = append(all, fl)
		}
	}
	return all
}

var fileVariable = lazy(`\$\{([A-Z0-9_]+)\}`)

// unsetVariable finds an address with a variable that the build does not set: Azure ML sets none for a conda file, and a Dockerfile that
// installs from the list sets those that it names.
func unsetVariable(p pipSource, o manifest.Option) (flaw, bool) {
	m := fileVariable.FindStringSubmatch(o.Value)
	if m == nil {
		return flaw{}, false
	}
	what := m[0] + " is not set when Azure ML builds a conda file"
	if !p.conda || !usedByAzureML(p.files, p.file) {
		user := installerOf(p)
		if user == nil || strings.Contains(string(user.Src), m[1]) {
			return flaw{}, false
		}
		what = m[0] + " is not set in " + user.Path
	}
	fl := flawOn(p.file, o.Span, problem(what))
	fl.noFix = "hand it in as a build secret, or make a workspace connection for the feed and take the credentials out of the address"
	return fl, true
}

// installerOf is the only Dockerfile, where it names the file of the list.
func installerOf(p pipSource) *manifest.File {
	all := p.files.Dockerfiles()
	if len(all) != 1 || !strings.Contains(string(all[0].Src), path.Base(p.file.Path)) {
		return nil
	}
	return all[0]
}

// plainHTTP finds an index that pip passes over because it is not asked over https.
func plainHTTP(p pipSource, o manifest.Option, u *url.URL) (flaw, bool) {
	host := u.Hostname()
	if u.Scheme != "http" || host == "localhost" || host == "127.0.0.1" {
		return flaw{}, false
	}
	if trusted, ok := p.option("--trusted-host"); ok && strings.HasPrefix(trusted.Value, host) {
		return flaw{}, false
	}
	fl := flawOn(p.file, o.Span, problem(host+" is asked over plain http, so pip passes it over"))
	return optionText(fl, o, "http://", "https://"), true
}

// optionText changes a piece of an option that stands in it once.
func optionText(fl flaw, o manifest.Option, old, text string) flaw {
	body := fl.file.At(o.Span)
	if strings.Count(body, old) != 1 {
		return fl
	}
	at := o.Span.Start + strings.Index(body, old)
	return fl.edited("write "+inTitle(text), false, replace(manifest.Span{Start: at, End: at + len(old)}, text))
}

var feedPath = lazy(`(?:/_packaging/[^/]+/pypi|/api/pypi/[^/]+)/?$`)

// withoutSimple finds the address of a feed or repository where pip needs that of its index.
func withoutSimple(p pipSource, o manifest.Option, u *url.URL) (flaw, bool) {
	tail := feedPath.FindString(u.Path)
	if tail == "" {
		return flaw{}, false
	}
	fl := flawOn(p.file, o.Span, problem("the address on "+u.Hostname()+" is that of the feed; its index for pip is below it, at simple/"))
	return optionText(fl, o, tail, strings.TrimSuffix(tail, "/")+"/simple/"), true
}

// wheelHosts hold the packages of one project and a few that these need.
var wheelHosts = []string{"download.pytorch.org"}

// onlyWheelIndex finds --index-url with such a host in a list that asks for packages of other projects, too.
func onlyWheelIndex(p pipSource, o manifest.Option, u *url.URL) (flaw, bool) {
	if o.Name != "--index-url" || !slices.Contains(wheelHosts, u.Hostname()) {
		return flaw{}, false
	}
	if _, ok := p.option("--extra-index-url"); ok {
		return flaw{}, false
	}
	var others []string
	for _, e := range p.entries {
		if fact("local-index", e.Name, "index") == "" && !e.Local && e.Name != "numpy" && e.Name != "pillow" {
			others = append(others, e.Name)
		}
	}
	if len(others) == 0 {
		return flaw{}, false
	}
	fl := flawOn(p.file, o.Span, problem("--index-url makes "+u.Hostname()+" the only index, which does not have "+someOf(others)))
	return optionText(fl, o, "--index-url", "--extra-index-url"), true
}

var (
	secretUser  = lazy(`://([^/@\s:]*):([^/@\s]+)@([^/\s:]+)`)
	secretToken = lazy(`\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,}|glpat-[\w-]{20,}|xox[abp]-[\w-]{20,})|://([A-Za-z0-9]{40,})@|[?&]sig=[\w%+/-]{20,}|AccountKey=[\w+/=]{20,}`)
)

// secretsInURLs finds passwords and tokens in what is under version control. Their text is kept out of all that is told but the quoted line, which is masked.
func secretsInURLs(p pipSource) []flaw {
	var all []flaw
	f := p.file
	for n := 1; n <= f.Lines(); n++ {
		text := f.Text(n)
		if strings.HasPrefix(strings.TrimSpace(text), "#") {
			continue
		}
		what := ""
		if m := secretUser.FindStringSubmatch(text); m != nil && !stoodFor(m[2]) {
			what = "a password for " + m[3]
		} else if secretToken.MatchString(text) {
			what = "an access token"
		}
		if what == "" {
			continue
		}
		fl := flawOn(f, lineText(f, n), map[string]string{"what": what})
		fl.noFix = "revoke it, and hand it in as a build secret, a variable (${NAME}) or a workspace connection"
		all = append(all, fl)
	}
	return all
}

// stoodFor tells that a variable or a placeholder stands in the place of the secret.
func stoodFor(s string) bool {
	return strings.ContainsAny(s, "$<>{}%") || strings.Trim(s, "*xX.") == "" || slices.Contains([]string{"password", "PASSWORD", "token", "TOKEN", "PAT", "pat", "secret"}, s)
}
