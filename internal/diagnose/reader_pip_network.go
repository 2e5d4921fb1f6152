package diagnose

import (
	"strings"
)

// readNetwork reads what pip says of a server that it could not use: complaints above the not-found pair (see readNotFound), the exception in which
// pip ends, or a block of pip 26.2 and later. Captures: trouble (timeout, tls or connection), host, reason, url.
func readNetwork(f *finding) bool {
	text := f.text(f.first)
	if isPair(text) {
		return readNotFound(f)
	}
	f.takeTrouble(f.first)
	switch {
	case strings.Contains(text, "connection-timeout"):
		f.set("trouble", "timeout")
	case strings.Contains(text, "error: ssl-"):
		f.set("trouble", "tls")
	case strings.Contains(text, "connection-failed"), strings.Contains(text, "All attempts to connect"), strings.Contains(text, " Server Error: "):
		f.set("trouble", "connection")
	default:
		f.set("trouble", exceptionTrouble(text))
	}
	return true
}

func isPair(text string) bool {
	return noVersionLine.MatchString(text) || noDistributionLine.MatchString(text)
}

var (
	tlsText     = lazy(`CERTIFICATE_VERIFY_FAILED|certificate verify failed|SSL module is not available|WRONG_VERSION_NUMBER|TLSV1_ALERT`)
	timeoutText = lazy(`Read timed out|ReadTimeoutError`)
	networkText = lazy(`Max retries exceeded|Connection aborted|NewConnectionError|NameResolutionError|ProxyError|ConnectTimeoutError|EOF occurred in violation`)
)

// exceptionTrouble is the kind of network failure that an exception's text speaks of.
func exceptionTrouble(text string) string {
	switch {
	case tlsText.MatchString(text):
		return "tls"
	case timeoutText.MatchString(text):
		return "timeout"
	case networkText.MatchString(text):
		return "connection"
	}
	return ""
}

var downloadingLine = lazy(`^\s*Downloading (\S+)`)

// readFile says which file pip was fetching, and for which requirement, where the message does not. Captures: url (a file's name alone where
// pip prints no more), address (the url where it is a whole one), package, parent, top, file, line.
func readFile(f *finding) bool {
	if r := f.captures["requirement"]; r != "" {
		f.set("package", parseRequest(r).name)
	}
	lines := f.before(f.first, 200)
	for k := len(lines) - 1; k >= 0 && f.captures["url"] == ""; k-- {
		if m := downloadingLine.FindStringSubmatch(f.text(lines[k])); m != nil {
			f.set("url", m[1])
		}
	}
	if r, ok := f.lastCollecting(f.first); ok {
		f.set("package", r.name)
		f.askedBy(r)
	}
	switch url := f.captures["url"]; {
	case url == "":
		f.set("url", "a file")
	case strings.HasPrefix(url, "/") && f.captures["host"] != "":
		f.captures["url"] = "https://" + f.captures["host"] + url
	}
	if strings.Contains(f.captures["url"], "://") {
		f.set("address", f.captures["url"])
	}
	return true
}
