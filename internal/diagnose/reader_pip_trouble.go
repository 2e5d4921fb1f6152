package diagnose

import (
	"slices"
	"strings"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// troubles are the complaints of pip that make a look-up fail without a word in its last lines. The first that matches a line counts.
var troubles = []struct {
	name    string
	literal string
	re      *pattern
}{
	{"timeout", "Retry(total=0", lazy(`[Rr]ead timed out|ReadTimeoutError`)},
	{"tls", "Retry(total=0", lazy(`CERTIFICATE_VERIFY_FAILED|SSL module is not available|SSLCertVerificationError|WRONG_VERSION_NUMBER`)},
	{"connection", "Retry(total=0", nil},
	{"connection", "Could not fetch URL", lazy(`EOF occurred in violation|NewConnectionError|NameResolutionError|ProxyError|connection error`)},
	{"tls", "Could not fetch URL", lazy(`confirming the ssl certificate`)},
	{"unusable", "is not a trusted or secure host and is being ignored", nil},
	{"unusable", "because the GET request got Content-Type", nil},
	{"unusable", "is ignored", lazy(`(?:Location|Url) '[^']+' is ignored[:.] [Ii]t is either`)},
	{"inconsistent", "has inconsistent ", lazy(`Discarding |Requested `)},
	{"inconsistent", "has different ", lazy(`has different [\w-]+ in metadata: '`)},
	{"invalid", "has invalid metadata", nil},
	{"discarded", "Discarding ", lazy(`Command errored out`)},
}

// troubleOf is the kind of complaint that a line is, "" for none.
func troubleOf(text string) string {
	for _, t := range troubles {
		if strings.Contains(text, t.literal) && (t.re == nil || t.re.MatchString(text)) {
			return t.name
		}
	}
	return ""
}

// movedOn is what pip prints when it got what it was after: a complaint above is over.
var movedOn = lazy(`^\s*(?:Collecting|Downloading|Using cached|Requirement already|Successfully|Installing|Looking in)\b`)

// mostTrouble bounds how far above the pair a complaint may stand: pip retries five times, and quotes a metadata error on five lines.
const mostTrouble = 30

// troubleAbove is what pip complained of just before the pair; the lines that say so are quoted, with their host, reason and fields.
func (f *finding) troubleAbove() string {
	lines := f.before(f.first, mostTrouble)
	for k := len(lines) - 1; k >= 0; k-- {
		text := f.text(lines[k])
		if kind := troubleOf(text); kind != "" {
			f.quote(lines[k])
			f.takeTrouble(lines[k])
			return kind
		}
		if movedOn.MatchString(text) {
			break
		}
	}
	return f.discardedBefore()
}

// discardedBefore looks further in what conda prints of pip: all output first, then all errors, and pip 22 and later say on its output that it
// discards a file.
func (f *finding) discardedBefore() string {
	if !f.log.Inside(f.first, buildlog.CondaPip) {
		return ""
	}
	for _, i := range slices.Backward(f.before(f.first, lookBack)) {
		text := f.text(i)
		if troubleOf(text) == "inconsistent" && strings.Contains(text, "Requested "+f.captures["package"]) {
			f.quote(i)
			f.takeTrouble(i)
			return "inconsistent"
		}
	}
	return ""
}

var (
	troubleParts = []*pattern{
		lazy(`host='(?P<host>[\w.-]+)'`),
		lazy(`https?://(?:[^/@\s]*@)?(?P<host>[\w.-]+)`),
		lazy(`Connection to (?P<host>[\w.-]+) (?P<reason>timed out)`),
		lazy(`(?P<reason>Tunnel connection failed: \d{3} [A-Za-z ]+)`),
		lazy(`located at (?P<host>\S+) is not a trusted`),
		lazy(`(?P<url>https?://[^\s'"),#]*[^\s'"),#:.])`),
		lazy(`located at (?P<insecure>\S+) is not a trusted`),
		lazy(`\[Errno -?\d+\] (?P<reason>[A-Z][A-Za-z ]+)`),
		lazy(`certificate verify failed: (?P<reason>[a-z][a-z -]+[a-z])`),
		lazy(`(?P<reason>EOF occurred in violation of protocol|Cannot connect to proxy|Name or service not known|Connection reset by peer|Remote end closed connection without response|[Rr]ead timed out|CERTIFICATE_VERIFY_FAILED|WRONG_VERSION_NUMBER|SSL module is not available)`),
		lazy(`timeout=(?P<timeout>[\d.]+)`),
		lazy(`Content-Type: (?P<content_type>[\w-]+/[\w+-]+(?:\.[a-z][\w+-]*)*)`),
		lazy(`inconsistent (?P<field>[\w-]+): (?:filename has|expected) '(?P<expected>[^']*)', but metadata has '(?P<actual>[^']*)'`),
		lazy(`has different (?P<field>[\w-]+) in metadata: '(?P<actual>[^']*)'`),
		lazy(`has invalid metadata: (?P<reason>\S[^\n]{0,200})`),
		lazy(`Command errored out with exit status \d+: (?P<command>\S[^\n]{0,300}?)(?: Check the logs|$)`),
	}
)

// takeTrouble captures what a complaint's line says, and what the lines above that belong to it do.
func (f *finding) takeTrouble(i int) {
	for _, re := range troubleParts {
		m := re.FindStringSubmatch(f.text(i))
		for k, name := range re.SubexpNames() {
			if m != nil && name != "" {
				f.set(name, m[k])
			}
		}
	}
	if f.captures["host"] == "" && strings.Contains(f.text(i), "Retry(") {
		f.set("host", hostOf(f.indexes()))
	}
	f.addMeaning(i)
}

// addMeaning adds what a complaint's captures come to: refused (the release whose metadata pip refuses, which it names a few lines above),
// right_name (the name that the metadata has), ca_package (what brings the authorities that are not known).
func (f *finding) addMeaning(i int) {
	if strings.Contains(f.text(i), "has invalid metadata") {
		for _, up := range f.before(i, 3) {
			if m := ignoringVersion.FindStringSubmatch(f.text(up)); m != nil {
				f.quote(up)
				f.captures["refused"] = m[1]
			}
		}
	}
	if f.captures["field"] == "name" {
		f.set("right_name", f.captures["actual"])
	}
	if strings.HasPrefix(f.captures["reason"], "unable to get local issuer") {
		f.set("ca_package", "ca-certificates")
	}
}

var ignoringVersion = lazy(`Ignoring version (\S+) of `)

// hostOf is the host of the first of some addresses.
func hostOf(urls []string) string {
	for _, u := range urls {
		if m := troubleParts[1].FindStringSubmatch(u); m != nil {
			return m[1]
		}
	}
	return ""
}
