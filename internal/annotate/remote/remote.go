// Package remote makes the HTTP client that the hosts of builds are called with. It repeats what is safe to repeat, waits as the
// hosts ask for it, keeps tokens from addresses that they are not for, and bounds time and memory.
package remote

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Options say how a Client calls. The zero value is what a build uses.
type Options struct {
	// Wait bounds the sum of all waiting between calls of the client; 0 is two minutes. An answer that asks for more than is left of
	// it comes back as it is, with its status and headers, and the caller says so.
	Wait time.Duration
	// Calls counts the requests that were sent, repeated ones too.
	Calls *atomic.Int64

	// Transport, Now and Sleep are for tests; nil is the network and the clock.
	Transport http.RoundTripper
	Now       func() time.Time
	Sleep     func(context.Context, time.Duration) error
}

const (
	usualWait   = 2 * time.Minute
	connectTime = 10 * time.Second
	firstByte   = 30 * time.Second // from the request's end to the answer's head
)

// Client calls a host. Reads are repeated after a 5xx and after a broken connection; any request is repeated when the host says
// that it has not been done and when to come back (429, 403 of a rate limit, 503 with Retry-After). A write is never repeated after
// a failure that leaves open whether it was done. Statuses are no errors: the last answer comes back as it is.
//
// The caller's context bounds the whole of a call; the client itself bounds connecting, the wait for the first byte, pauses within
// an answer, and the size of an answer (see Download).
func Client(o Options) *http.Client {
	if o.Wait == 0 {
		o.Wait = usualWait
	}
	if o.Calls == nil {
		o.Calls = new(atomic.Int64)
	}
	if o.Transport == nil {
		o.Transport = network()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	p := &patience{left: o.Wait, now: o.Now, sleep: o.Sleep}
	retrying := &retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: bounded{o.Transport, o.Calls, silence}, CheckRedirect: useLast},
		RetryMax:     1 << 20, // patience counts
		CheckRetry:   p.check,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return 0 }, // check has waited
		ErrorHandler: lastAnswer,
	}
	return &http.Client{Transport: &transport{&retryablehttp.RoundTripper{Client: retrying}, p}, CheckRedirect: follow}
}

// network is the usual transport of a build: proxies as the environment names them, TLS of this decade.
func network() http.RoundTripper {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   connectTime,
		ResponseHeaderTimeout: firstByte,
		ForceAttemptHTTP2:     true,
		MaxIdleConnsPerHost:   4,
		IdleConnTimeout:       time.Minute,
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// lastAnswer gives back what came last instead of an error of the retrying client's own.
func lastAnswer(resp *http.Response, err error, _ int) (*http.Response, error) {
	if err != nil && resp != nil {
		resp.Body.Close()
		resp = nil
	}
	return resp, err
}

// A transport is one call with its repeats. Redirects are the caller's client's, so that each of them passes here.
type transport struct {
	next     http.RoundTripper
	patience *patience
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		defer req.Body.Close()
	}
	asks, _ := req.Context().Value(askKey{}).(bool)
	ctx := context.WithValue(req.Context(), callKey{}, &call{method: req.Method, asks: asks})
	if err := t.patience.pause(ctx); err != nil {
		return nil, err
	}
	sent := withoutToken(req.Clone(ctx))
	resp, err := t.next.RoundTrip(sent)
	if err != nil {
		return nil, err
	}
	resp.Request = req
	t.patience.heed(resp)
	return resp, nil
}
