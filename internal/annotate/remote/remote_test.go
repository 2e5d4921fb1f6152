package remote

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A clock stands still but for the sleeping of the client.
type clock struct {
	at     time.Time
	slept  []time.Duration
	broken bool // sleeping fails, as when a job is cancelled
}

func newClock() *clock { return &clock{at: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) sleep(_ context.Context, d time.Duration) error {
	if c.broken {
		return context.Canceled
	}
	c.at, c.slept = c.at.Add(d), append(c.slept, d)
	return nil
}

// An answer is what the host says to one request; status 0 breaks the connection.
type answer struct {
	status int
	header string // "Name: value"
	body   string
}

func host(t *testing.T, answers []answer) *httptest.Server {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answers[min(int(asked.Add(1)), len(answers))-1]
		if a.status == 0 {
			panic(http.ErrAbortHandler)
		}
		if name, value, ok := strings.Cut(a.header, ": "); ok {
			w.Header().Set(name, value)
		}
		if strings.HasPrefix(a.header, "X-Ratelimit-Reset") {
			w.Header().Set("X-RateLimit-Remaining", "0")
		}
		w.WriteHeader(a.status)
		io.WriteString(w, a.body)
	}))
	t.Cleanup(s.Close)
	return s
}

const secondary = `{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}`

func TestRepeats(t *testing.T) {
	done := answer{status: 200, body: "done"}
	for _, c := range []struct {
		name    string
		method  string
		answers []answer
		status  int // 0 is an error
		calls   int64
		slept   string
	}{
		{"a read after 502", "GET", []answer{{status: 502}, {status: 500}, done}, 200, 3, "1s 2s"},
		{"a read again and again", "GET", []answer{{status: 502}}, 502, 5, "1s 2s 4s 8s"},
		{"a read whose connection broke", "GET", []answer{{}, done}, 200, 2, "1s"},
		{"a host that is not there", "GET", []answer{{}}, 0, 5, "1s 2s 4s 8s"},
		{"what a host cannot do", "GET", []answer{{status: 501}}, 501, 1, ""},
		{"a refusal", "GET", []answer{{status: 403, body: `{"message":"Resource not accessible by integration"}`}}, 403, 1, ""},
		{"a write that may have been done", "POST", []answer{{status: 502}}, 502, 1, ""},
		{"another that may", "PATCH", []answer{{status: 500}}, 500, 1, ""},
		{"a write whose connection broke", "POST", []answer{{}}, 0, 1, ""},
		{"a write that was not done", "POST", []answer{{429, "Retry-After: 7", ""}, done}, 200, 2, "7s"},
		{"until a date", "PUT", []answer{{503, "Retry-After: Sat, 21 Nov 2026 12:00:09 GMT", ""}, done}, 200, 2, "9s"},
		{"a date that is over", "PUT", []answer{{503, "Retry-After: Sat, 21 Nov 2026 11:00:00 GMT", ""}, done}, 200, 2, "1s"},
		{"503 without a time", "POST", []answer{{status: 503}}, 503, 1, ""},
		{"403 with a time", "POST", []answer{{403, "Retry-After: 3", ""}, done}, 200, 2, "3s"},
		{"until the limit is reset", "POST", []answer{{403, "X-Ratelimit-Reset: 1795262430", ""}, done}, 200, 2, "31s"},
		{"the reset is an hour off", "GET", []answer{{429, "X-Ratelimit-Reset: 1795266000", ""}}, 429, 1, ""},
		{"a secondary limit", "POST", []answer{{403, "", secondary}, done}, 200, 2, "1m0s"},
		{"it stays", "POST", []answer{{403, "", secondary}}, 403, 2, "1m0s"},
		{"429 alone", "GET", []answer{{status: 429}, done}, 200, 2, "1m0s"},
		{"more than there is time for", "POST", []answer{{429, "Retry-After: 121", ""}}, 429, 1, ""},
		{"at once, for ever", "GET", []answer{{429, "Retry-After: 0", ""}}, 429, 5, "1s 1s 1s 1s"},
		{"a header that is none", "POST", []answer{{503, "Retry-After: soon", ""}}, 503, 2, "1m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			clock, calls := newClock(), new(atomic.Int64)
			s := host(t, c.answers)
			resp, err := send(t, Client(Options{Calls: calls, Now: clock.now, Sleep: clock.sleep}), c.method, s.URL)
			status := 0
			if err == nil {
				status = resp.StatusCode
			}
			if status != c.status || calls.Load() != c.calls || spans(clock.slept) != c.slept {
				t.Errorf("status %d after %d calls and %q of waiting (%v), want %d, %d, %q", status, calls.Load(), spans(clock.slept), err, c.status, c.calls, c.slept)
			}
		})
	}
}

func send(t *testing.T, c *http.Client, method, url string) (*http.Response, error) {
	t.Helper()
	var body io.Reader
	if method != "GET" {
		body = strings.NewReader("what is written")
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(req)
	if err == nil {
		t.Cleanup(func() { resp.Body.Close() })
	}
	return resp, err
}

func spans(list []time.Duration) string {
	var words []string
	for _, d := range list {
		words = append(words, d.String())
	}
	return strings.Join(words, " ")
}

// What is written is sent whole each time, and the answer that comes back is whole too, though it was looked into.
func TestBodiesAreWhole(t *testing.T) {
	clock := newClock()
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got = append(got, string(text))
		w.WriteHeader(403)
		io.WriteString(w, secondary+strings.Repeat(" ", 2*peeked))
	}))
	defer s.Close()
	resp, err := send(t, Client(Options{Now: clock.now, Sleep: clock.sleep}), "POST", s.URL)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil || len(text) != len(secondary)+2*peeked || !strings.HasPrefix(string(text), secondary) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	if strings.Join(got, "|") != "what is written|what is written" {
		t.Errorf("sent %q", got)
	}
}

// All calls of a client share the time for waiting, so that a run with a hundred of them ends.
func TestWaitingIsShared(t *testing.T) {
	clock := newClock()
	s := host(t, []answer{{429, "Retry-After: 20", ""}, {status: 200}, {429, "Retry-After: 20", ""}})
	c := Client(Options{Wait: 30 * time.Second, Now: clock.now, Sleep: clock.sleep})
	for _, want := range []int{200, 429} {
		if resp, err := send(t, c, "GET", s.URL); err != nil || resp.StatusCode != want {
			t.Errorf("%v, %v, want %d", resp, err, want)
		}
	}
}

// A wait that the caller's deadline would cut short is not begun.
func TestDeadline(t *testing.T) {
	s := host(t, []answer{{429, "Retry-After: 20", ""}})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, _ := http.NewRequestWithContext(ctx, "GET", s.URL, nil)
	began := time.Now()
	resp, err := Client(Options{}).Do(req)
	if err != nil || resp.StatusCode != 429 || time.Since(began) > 5*time.Second {
		t.Fatalf("%v, %v after %s", resp, err, time.Since(began))
	}
	resp.Body.Close()
}

func TestCancelledWhileWaiting(t *testing.T) {
	clock := newClock()
	clock.broken = true
	s := host(t, []answer{{status: 502}})
	if _, err := send(t, Client(Options{Now: clock.now, Sleep: clock.sleep}), "GET", s.URL); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Azure DevOps asks for a pause with an answer that is good.
func TestPauseAfterSuccess(t *testing.T) {
	clock := newClock()
	s := host(t, []answer{{200, "Retry-After: 5", "first"}, {200, "Retry-After: 3000", "second"}, {status: 200}})
	c := Client(Options{Now: clock.now, Sleep: clock.sleep})
	for _, want := range []string{"", "5s", "5s 30s", "5s 30s"} {
		resp, err := send(t, c, "GET", s.URL)
		if err != nil || resp.StatusCode != 200 || spans(clock.slept) != want {
			t.Errorf("%v, %v after %q, want %q", resp, err, spans(clock.slept), want)
		}
	}
}

func TestAPostThatOnlyAsksIsRepeated(t *testing.T) {
	for asks, want := range map[bool]int64{true: 3, false: 1} {
		s := host(t, []answer{{status: 502}, {status: 0}, {status: 200, body: "fine"}})
		clock, calls := newClock(), new(atomic.Int64)
		client := Client(Options{Calls: calls, Now: clock.now, Sleep: clock.sleep})
		ctx := t.Context()
		if asks {
			ctx = Asking(ctx)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader(`{"query": "query { viewer { login } }"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if calls.Load() != want {
			t.Errorf("asking %v: %d requests, want %d", asks, calls.Load(), want)
		}
	}
}
