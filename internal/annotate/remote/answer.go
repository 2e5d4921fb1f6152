package remote

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// answerBytes bounds an answer of an API in memory. The largest that is asked for, a tree of 100,000 entries, has about 20 MB.
const answerBytes = 64 << 20

// silence is how long a host may send nothing in the middle of an answer.
const silence = time.Minute

type limitKey struct{}

// Download is ctx for a request whose answer goes to a file, and may have up to limit bytes instead of 64 MiB.
func Download(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, limitKey{}, limit)
}

// bounded sends requests and bounds their answers.
type bounded struct {
	next    http.RoundTripper
	calls   *atomic.Int64
	silence time.Duration
}

func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	limit, ok := req.Context().Value(limitKey{}).(int64)
	if !ok {
		limit = answerBytes
	}
	b.calls.Add(1)
	ctx, cancel := context.WithCancelCause(req.Context())
	resp, err := b.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		return nil, err
	}
	resp.Body = &body{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, silence: b.silence, host: req.URL.Host, limit: limit, left: limit}
	return resp, nil
}

// A body is an answer that ends with an error when it grows too long or too slow.
type body struct {
	io.ReadCloser
	ctx         context.Context
	cancel      context.CancelCauseFunc
	silence     time.Duration
	host        string
	limit, left int64
}

func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, fmt.Errorf("the answer of %s is longer than %d bytes, so it is not read to its end", b.host, b.limit)
	}
	timer := time.AfterFunc(b.silence, func() {
		b.cancel(fmt.Errorf("%s stopped sending in the middle of an answer; run the job again", b.host))
	})
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left+1)])
	timer.Stop()
	if b.left -= int64(n); b.left < 0 {
		return n - 1, fmt.Errorf("the answer of %s is longer than %d bytes, so it is not read to its end", b.host, b.limit)
	}
	if err == nil {
		return n, nil
	}
	if cause := context.Cause(b.ctx); err != io.EOF && cause != nil {
		err = cause
	}
	b.cancel(nil) // go-github reads the body of a refusal and does not close it
	return n, err
}

func (b *body) Close() error {
	err := b.ReadCloser.Close()
	b.cancel(nil)
	return err
}
