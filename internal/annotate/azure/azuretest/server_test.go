package azuretest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// call sends a request and is the status of the answer.
func call(t *testing.T, s *Server, method, path, body string) int {
	t.Helper()
	r, err := http.NewRequest(method, s.Collection()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+JobToken)
	r.Header.Set("Content-Type", "application/json;charset=utf-8")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

const threads = Project + "/_apis/git/repositories/" + Repository + "/pullRequests/22/threads"

func started(t *testing.T) *Server {
	s := New(t)
	s.Commit("main", map[string]string{"a.txt": "a\n"})
	s.Commit("feature", map[string]string{"a.txt": "b\n"})
	s.Pull("feature", "main")
	return s
}

// TestTheDescriptionIsKept shows that the server finds what a client sends wrong. Each violation is taken out again, since it would
// fail the test that makes it.
func TestTheDescriptionIsKept(t *testing.T) {
	if Folder() == "" {
		t.Skip("no contract files")
	}
	for name, body := range map[string]string{
		"a misspelt field":    `{"coments":[{"content":"x"}],"status":"active"}`,
		"an unknown status":   `{"comments":[{"content":"x"}],"status":"solved"}`,
		"a line that is text": `{"comments":[{"content":"x"}],"threadContext":{"filePath":"/a.txt","rightFileStart":{"line":"1","offset":1},"rightFileEnd":{"line":1,"offset":1}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := started(t)
			call(t, s, "POST", threads, body)
			if len(s.bad) == 0 {
				t.Error("the server finds nothing wrong")
			}
			s.bad = nil
		})
	}
	s := started(t)
	if call(t, s, "POST", threads, `{"comments":[{"content":"x","commentType":"text","parentCommentId":0}],"status":"active"}`) != 200 || len(s.bad) > 0 {
		t.Errorf("a thread as it should be is refused: %q", s.bad)
	}
}

// TestWhatTheDescriptionCannotSay is the rules that the server adds.
func TestWhatTheDescriptionCannotSay(t *testing.T) {
	for name, body := range map[string]string{
		"one end only":          `{"comments":[{"content":"x"}],"threadContext":{"filePath":"/a.txt","rightFileStart":{"line":1,"offset":1}}}`,
		"an offset of 0":        `{"comments":[{"content":"x"}],"threadContext":{"filePath":"/a.txt","rightFileStart":{"line":1,"offset":0},"rightFileEnd":{"line":1,"offset":1}}}`,
		"no slash":              `{"comments":[{"content":"x"}],"threadContext":{"filePath":"a.txt","rightFileStart":{"line":1,"offset":1},"rightFileEnd":{"line":1,"offset":1}}}`,
		"too long":              `{"comments":[{"content":"` + strings.Repeat("x", 150_001) + `"}]}`,
		"nothing to say at all": `{"comments":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			s := started(t)
			if status := call(t, s, "POST", threads, body); status != http.StatusBadRequest {
				t.Errorf("the answer is %d, want 400", status)
			}
		})
	}
}

func TestTheTokenIsAskedFor(t *testing.T) {
	s := started(t)
	resp, err := http.Get(s.Collection() + threads)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 203 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("without a token the answer is %d %s, want the sign-in page", resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	s.Deny("PullRequestContribute")
	if status := call(t, s, "POST", threads, `{"comments":[{"content":"x"}]}`); status != 403 {
		t.Errorf("without the right the answer is %d, want 403", status)
	}
}
