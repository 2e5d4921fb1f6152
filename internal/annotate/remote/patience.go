package remote

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	maxRepeats = 4                // of one request
	firstWait  = time.Second      // after a failed read; doubles
	limitWait  = time.Minute      // where a host sets a limit without saying until when; doubles
	maxPause   = 30 * time.Second // that Azure DevOps gets between two calls that succeeded
	peeked     = 64 << 10         // bytes of a refusal in which the words of a rate limit are looked for
)

// A patience decides what is sent again and when, and counts the waiting of a client.
type patience struct {
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu    sync.Mutex
	left  time.Duration // of all waiting
	until time.Time     // no call before
}

// A call is one request with its repeats.
type call struct {
	method  string
	asks    bool // see Asking
	repeats int
}

type callKey struct{}

type askKey struct{}

// Asking is ctx for a POST that changes nothing, such as a query in GraphQL: it is repeated as a read is.
func Asking(ctx context.Context) context.Context { return context.WithValue(ctx, askKey{}, true) }

func (c *call) reads() bool {
	return c.asks || c.method == http.MethodGet || c.method == http.MethodHead || c.method == http.MethodOptions
}

// check tells whether the request of ctx is to be sent again, and has waited when it is.
func (p *patience) check(ctx context.Context, resp *http.Response, err error) (bool, error) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok || ctx.Err() != nil {
		return false, ctx.Err()
	}
	wait, again := p.wait(c, resp, err)
	if !again || c.repeats == maxRepeats || !p.take(ctx, wait) {
		return false, nil
	}
	c.repeats++
	if err := p.sleep(ctx, wait); err != nil {
		return false, err
	}
	return true, nil
}

// wait is how long to wait before a request is sent again, and whether it may be sent again at all.
func (p *patience) wait(c *call, resp *http.Response, err error) (time.Duration, bool) {
	grown := firstWait << c.repeats
	if err != nil {
		return grown, c.reads() && passing(err)
	}
	if limited(resp) {
		return p.limit(c, resp), true
	}
	return grown, c.reads() && resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented
}

// passing tells whether a connection may succeed the next time.
func passing(err error) bool {
	var certificate *tls.CertificateVerificationError
	return !errors.As(err, &certificate) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
		!strings.Contains(err.Error(), "unsupported protocol scheme")
}

// limited tells whether a host refused the request because too much is asked of it, so that nothing was done. GitHub's secondary
// limits may come with no header at all, only with their name in the message.
func limited(resp *http.Response) bool {
	after := resp.Header.Get("Retry-After") != ""
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusServiceUnavailable:
		return after
	case http.StatusForbidden:
		return after || resp.Header.Get("X-RateLimit-Remaining") == "0" || bytes.Contains(peek(resp), []byte("secondary rate limit"))
	}
	return false
}

// peek is the start of an answer's body in lower case. The body stays whole.
func peek(resp *http.Response) []byte {
	start, err := io.ReadAll(io.LimitReader(resp.Body, peeked))
	rest := io.Reader(resp.Body)
	if err != nil {
		rest = broken{err}
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(start), rest), resp.Body}
	return bytes.ToLower(start)
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// limit is how long a host wants to be left alone: Retry-After, else until its limit is reset, else a growing guess.
// https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
func (p *patience) limit(c *call, resp *http.Response) time.Duration {
	if d, ok := p.retryAfter(resp); ok {
		return max(d, firstWait)
	}
	reset, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64)
	if err == nil && resp.Header.Get("X-RateLimit-Remaining") == "0" {
		return max(time.Unix(reset, 0).Sub(p.now())+time.Second, firstWait) // their clock counts whole seconds
	}
	return limitWait << c.repeats
}

// retryAfter reads the header of that name: seconds or a date.
func (p *patience) retryAfter(resp *http.Response) (time.Duration, bool) {
	value := strings.TrimSpace(resp.Header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	date, err := http.ParseTime(value)
	return date.Sub(p.now()), err == nil
}

// take takes d from what is left to wait, if d fits and ends before the context does.
func (p *patience) take(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && p.now().Add(d).After(end) {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if d > p.left {
		return false
	}
	p.left -= d
	return true
}

// heed notes the wish of a host that did what was asked, and wants a pause before it is asked again: Azure DevOps sends
// Retry-After with 200. https://learn.microsoft.com/en-us/azure/devops/integrate/concepts/rate-limits
func (p *patience) heed(resp *http.Response) {
	d, ok := p.retryAfter(resp)
	if !ok || resp.StatusCode >= 300 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.now().Add(min(d, maxPause)); until.After(p.until) {
		p.until = until
	}
}

// pause waits until the hosts want to be asked again, or goes on where there is no time for it: it is a wish, not a limit.
func (p *patience) pause(ctx context.Context) error {
	p.mu.Lock()
	d := p.until.Sub(p.now())
	p.until = time.Time{}
	p.mu.Unlock()
	if d <= 0 || !p.take(ctx, d) {
		return ctx.Err()
	}
	return p.sleep(ctx, d)
}
