package remote

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// endless is a body of as many bytes as are asked for.
func endless(w http.ResponseWriter, r *http.Request) {
	block := []byte(strings.Repeat("x", 1<<16))
	for r.Context().Err() == nil {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(endless))
	defer s.Close()
	for _, c := range []struct {
		ctx  context.Context
		want int64
	}{{t.Context(), 64 << 20}, {Download(t.Context(), 100_000), 100_000}, {Download(t.Context(), 0), 0}} {
		req, _ := http.NewRequestWithContext(c.ctx, "GET", s.URL, nil)
		resp, err := Client(Options{}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if n != c.want || err == nil || !strings.Contains(err.Error(), "longer than") {
			t.Errorf("%d bytes, %v, want %d", n, err, c.want)
		}
	}
}

// An answer of exactly the limit is whole.
func TestAnswerOfTheLimit(t *testing.T) {
	s := host(t, []answer{{status: 200, body: "12345"}})
	req, _ := http.NewRequestWithContext(Download(t.Context(), 5), "GET", s.URL, nil)
	resp, err := Client(Options{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, err := io.ReadAll(resp.Body); err != nil || string(text) != "12345" {
		t.Errorf("%q, %v", text, err)
	}
}

// A host that falls silent in the middle of an answer is given up with a sentence of its own.
func TestSilence(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "the first half")
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}))
	defer s.Close()
	c := http.Client{Transport: bounded{http.DefaultTransport, new(atomic.Int64), 20 * time.Millisecond}}
	resp, err := c.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if string(text) != "the first half" || err == nil || !strings.Contains(err.Error(), "stopped sending") {
		t.Errorf("%q, %v", text, err)
	}
}
