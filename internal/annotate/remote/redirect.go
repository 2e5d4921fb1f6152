package remote

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

const maxRedirects = 5

// follow lets reads go where a host sends them, and writes only to another address of the same host with the same method: the usual
// rules would turn a write into a read, which then seems to have succeeded.
func follow(req *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > maxRedirects {
		return fmt.Errorf("%s sends from one address to another more than %d times; look whether GITHUB_API_URL or the proxy is right", first.URL.Host, maxRedirects)
	}
	c := call{method: first.Method}
	if !c.reads() && (req.Method != first.Method || leaves(first.URL, req.URL)) {
		return http.ErrUseLastResponse
	}
	if req.URL.Scheme != "https" && req.URL.Scheme != "http" {
		return errors.New("the host sends to an address that is neither https nor http")
	}
	return nil
}

func useLast(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// withoutToken takes the token off a request that a redirect has led away from the host it was made for. Libraries add the token
// below the client that follows redirects, where net/http no longer looks after it.
func withoutToken(req *http.Request) *http.Request {
	at := req.URL
	for from := req.Response; from != nil && from.Request != nil; from = from.Request.Response {
		if leaves(from.Request.URL, at) {
			req.Header.Del("Authorization")
			req.Header.Del("Cookie")
			return req
		}
		at = from.Request.URL
	}
	return req
}

// leaves tells whether what is secret on the way to one address may be read by somebody else on the way to the next.
func leaves(from, to *url.URL) bool {
	return !strings.EqualFold(from.Host, to.Host) || from.Scheme == "https" && to.Scheme != "https"
}
