package remote

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// tokened adds a token to every request below the client that follows redirects, as go-github does.
type tokened struct{ next http.RoundTripper }

func (t tokened) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer secret")
	return t.next.RoundTrip(req)
}

func withToken() *http.Client {
	c := Client(Options{})
	c.Transport = tokened{c.Transport}
	return c
}

// echo answers with the method and the Authorization header that it was asked with.
func echo(w http.ResponseWriter, r *http.Request) {
	io.WriteString(w, r.Method+" "+r.Header.Get("Authorization"))
}

func ask(t *testing.T, method, url string) (int, string) {
	t.Helper()
	resp, err := send(t, withToken(), method, url)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func TestTokenStaysWithItsHost(t *testing.T) {
	storage := httptest.NewServer(http.HandlerFunc(echo))
	defer storage.Close()
	api := http.NewServeMux()
	api.HandleFunc("/echo", echo)
	api.Handle("/renamed", http.RedirectHandler("/echo", http.StatusMovedPermanently))
	api.Handle("/signed", http.RedirectHandler(storage.URL+"/blob", http.StatusFound))
	api.Handle("/far", http.RedirectHandler("/signed", http.StatusTemporaryRedirect))
	s := httptest.NewServer(api)
	defer s.Close()
	for path, want := range map[string]string{
		"/echo": "GET Bearer secret", "/renamed": "GET Bearer secret", "/signed": "GET ", "/far": "GET ",
	} {
		if _, got := ask(t, "GET", s.URL+path); got != want {
			t.Errorf("%s: asked with %q, want %q", path, got, want)
		}
	}
}

// A host that sends on to another, which sends back, does not get the token again: the other may have chosen what is asked for.
func TestTokenDoesNotComeBack(t *testing.T) {
	var back string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, back, http.StatusFound) }))
	defer other.Close()
	api := http.NewServeMux()
	api.HandleFunc("/echo", echo)
	api.Handle("/away", http.RedirectHandler(other.URL, http.StatusFound))
	s := httptest.NewServer(api)
	defer s.Close()
	back = s.URL + "/echo"
	if _, got := ask(t, "GET", s.URL+"/away"); got != "GET " {
		t.Errorf("asked with %q", got)
	}
}

func TestLeaves(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"https://ghes.example/a", "https://GHES.example/b", false},
		{"http://ghes.example/a", "https://ghes.example/a", false},
		{"https://ghes.example/a", "http://ghes.example/a", true},
		{"https://ghes.example/a", "https://ghes.example.evil.example/a", true},
		{"https://ghes.example/a", "https://ghes.example:8443/a", true},
	} {
		from, _ := url.Parse(c.from)
		to, _ := url.Parse(c.to)
		if got := leaves(from, to); got != c.want {
			t.Errorf("from %s to %s: %v", from, to, got)
		}
	}
}

// A write that is sent elsewhere comes back as the redirect that it is, unless it stays the same write on the same host.
func TestRedirectedWrites(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer other.Close()
	api := http.NewServeMux()
	api.HandleFunc("/echo", echo)
	api.Handle("/moved", http.RedirectHandler("/echo", http.StatusMovedPermanently))
	api.Handle("/kept", http.RedirectHandler("/echo", http.StatusTemporaryRedirect))
	api.Handle("/elsewhere", http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	s := httptest.NewServer(api)
	defer s.Close()
	if code, _ := ask(t, "POST", s.URL+"/moved"); code != http.StatusMovedPermanently {
		t.Errorf("a 301 of a POST gives %d", code)
	}
	if code, got := ask(t, "POST", s.URL+"/kept"); code != 200 || got != "POST Bearer secret" {
		t.Errorf("a 307 of a POST gives %d, %q", code, got)
	}
	if code, _ := ask(t, "POST", s.URL+"/elsewhere"); code != http.StatusTemporaryRedirect || asked != 0 {
		t.Errorf("a 307 of a POST to another host gives %d, asked %d times", code, asked)
	}
}

func TestEndlessRedirects(t *testing.T) {
	n := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n++
		http.Redirect(w, r, r.URL.Path+"a", http.StatusFound)
	}))
	defer s.Close()
	_, err := send(t, withToken(), "GET", s.URL)
	if err == nil || !strings.Contains(err.Error(), "more than 5 times") || n != 6 {
		t.Errorf("%v after %d requests", err, n)
	}
}
