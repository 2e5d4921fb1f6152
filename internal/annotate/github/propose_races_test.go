package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

func TestPermissions(t *testing.T) {
	for _, tt := range []struct {
		name        string
		permissions map[string]string
		branch      bool
	}{
		{"contents", map[string]string{"contents": "read", "pull-requests": "write"}, false},
		{"pull-requests", map[string]string{"contents": "write", "pull-requests": "read"}, true},
	} {
		t.Run("without "+tt.name, func(t *testing.T) {
			p := newPatching(t, requirements())
			p.host = p.hostWith(p.Token("", tt.permissions))
			n, err := p.host.propose(context.Background(), nil, broken(p.swap("requirements.txt", "numppy", "numpy")))
			var answer *gh.ErrorResponse
			if n != 0 || !errors.As(err, &answer) || answer.Response.StatusCode != http.StatusForbidden {
				t.Errorf("number %d, error %v", n, err)
			}
			if got := strings.Contains(strings.Join(p.Writes(), "\n"), "/git/refs"); got != tt.branch {
				t.Errorf("whether a branch was made: %t", got)
			}
		})
	}
}

// writes are all that a first proposal writes, and the move of a branch.
var writes = []string{"POST /git/blobs", "POST /git/trees", "POST /git/commits", "POST /git/refs", "POST /pulls", "PATCH /git/refs/"}

// once is a fault that strikes the first request of a kind, or each of them.
func once(kind string, always bool) githubtest.Fault {
	method, path, _ := strings.Cut(kind, " ")
	done := false
	return func(r *http.Request) (int, http.Header, string, bool) {
		if r.Method != method || !strings.Contains(r.URL.Path, "/octo/env"+path) || done {
			return 0, nil, "", false
		}
		done = !always
		return http.StatusBadGateway, nil, `{"message": "Server Error"}`, true
	}
}

// A 502 may mean that the write was done or that it was not: there is one branch and one pull request in the end.
func TestServerErrorOnAWrite(t *testing.T) {
	for _, kind := range writes {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, done %t", kind, done), func(t *testing.T) {
				p := newPatching(t, requirements())
				told := broken(p.swap("requirements.txt", "numppy", "numpy"))
				if strings.HasPrefix(kind, "PATCH") {
					p.propose(told)
					p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "# pinned\n" + numppy}})
				}
				if done {
					p.AnswerAfter(once(kind, false))
				} else {
					p.Answer(once(kind, false))
				}
				n := p.propose(told)
				pr := p.only()
				if n != pr.Number {
					t.Errorf("number %d, want %d", n, pr.Number)
				}
				base, _ := p.File("main", "requirements.txt")
				p.wantFile(pr.Head, "requirements.txt", strings.Replace(base.Text, "numppy", "numpy", 1))
			})
		}
	}
}

func TestServerErrorThatLasts(t *testing.T) {
	for _, kind := range writes[:5] {
		t.Run(kind, func(t *testing.T) {
			p := newPatching(t, requirements())
			p.Answer(once(kind, true))
			_, err := p.host.propose(context.Background(), nil, broken(p.swap("requirements.txt", "numppy", "numpy")))
			var answer *gh.ErrorResponse
			if !errors.As(err, &answer) || answer.Response.StatusCode != http.StatusBadGateway {
				t.Errorf("error %v", err)
			}
			tries := 0
			for _, w := range p.Writes() {
				if w == strings.Replace(kind, " ", " /repos/octo/env", 1) {
					tries++
				}
			}
			if tries != 2 {
				t.Errorf("tried %d times, want 2: %q", tries, p.Writes())
			}
		})
	}
}

// before runs work once, right before the first request of a kind is answered. The work may make such requests itself.
func before(kind string, work func()) githubtest.Fault {
	var begun atomic.Bool
	method, path, _ := strings.Cut(kind, " ")
	return func(r *http.Request) (int, http.Header, string, bool) {
		if r.Method == method && strings.Contains(r.URL.Path, "/octo/env"+path) && begun.CompareAndSwap(false, true) {
			work()
		}
		return 0, nil, "", false
	}
}

// Between the look and the write another job of the run does the same.
func TestAnotherRunIsFaster(t *testing.T) {
	for _, kind := range []string{"POST /git/refs", "POST /pulls"} {
		t.Run(kind, func(t *testing.T) {
			p := newPatching(t, requirements())
			told := broken(p.swap("requirements.txt", "numppy", "numpy"))
			other := p.hostWith(p.Token("", nil))
			first := 0
			p.Answer(before(kind, func() {
				var err error
				if first, err = other.propose(context.Background(), nil, told); err != nil {
					t.Errorf("the other run: %v", err)
				}
			}))
			n := p.propose(told)
			if pr := p.only(); n != pr.Number || first != n {
				t.Errorf("the runs give #%d and #%d, want #%d", first, n, pr.Number)
			}
		})
	}
}

// Between the look and the write somebody else writes to the branch: the last look, right before the force, sees it.
func TestSomebodyIsFaster(t *testing.T) {
	p, told, pr := proposed(t)
	p.Commit("main", nil, map[string]githubtest.File{"requirements.txt": {Text: "# pinned\n" + numppy}})
	theirs := ""
	p.Answer(before("POST /git/commits", func() {
		theirs = p.Commit(pr.Head, nil, map[string]githubtest.File{"README.md": {Text: "# theirs\n"}})
	}))
	if n, _ := p.again(told); n != pr.Number || p.Branch(pr.Head) != theirs {
		t.Errorf("number %d, branch at %s, want %s", n, p.Branch(pr.Head), theirs)
	}
	p.wantSaid("written to by somebody else at the same time")
}

func TestTwoRunsAtOnce(t *testing.T) {
	p := newPatching(t, requirements())
	told := broken(p.swap("requirements.txt", "numppy", "numpy"))
	hosts := []*Host{p.hostWith(p.Token("", nil)), p.hostWith(p.Token("", nil))}
	numbers := make([]int, len(hosts))
	var wg sync.WaitGroup
	for i, h := range hosts {
		wg.Go(func() {
			var err error
			if numbers[i], err = h.propose(context.Background(), nil, told); err != nil {
				t.Errorf("run %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if pr := p.only(); numbers[0] != pr.Number || numbers[1] != pr.Number {
		t.Errorf("the runs give %v, want #%d", numbers, pr.Number)
	}
}
