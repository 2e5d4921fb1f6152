package github

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// A run that was slow, or is run again, does not overwrite what a newer one has found.
func TestCommentOfANewerRunStays(t *testing.T) {
	c := newConversation(t)
	c.runs = 10
	c.tell(failed())
	c.runs = 4
	c.wrote(c.tell(otherCause()))
	c.wrote(c.tell(succeeded()))
	c.says("no numppy")
	c.runs = 10
	h, _ := c.host() // run 11
	h.run.number, h.run.attempt = "11", "2"
	if err := h.comment(t.Context(), h.pullOf(h.run.pullRequest), otherCause()); err != nil {
		t.Fatal(err)
	}
	c.says("no pandsa")
}

func TestCommentThatAPersonHasDeleted(t *testing.T) {
	c := newConversation(t)
	c.tell(failed())
	c.DeleteComment(c.only().ID)
	c.wrote(c.tell(succeeded())) // nothing to settle
	c.wrote(c.tell(failed()), post)

	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		c = newConversation(t)
		c.tell(failed())
		gone := c.only()
		deleted := fail("PATCH", "/comments/", status)
		c.Answer(func(r *http.Request) (int, http.Header, string, bool) { // between the list and the change
			s, h, b, hit := deleted(r)
			if hit {
				go c.DeleteComment(gone.ID)
			}
			return s, h, b, hit
		})
		c.wrote(c.tell(otherCause()), patch, post)
		waitFor(t, func() bool { return len(c.Comments(c.number)) == 1 })
		c.says("no pandsa")
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 200 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("it never came about")
}

// Two runs find no comment and write one each. Whoever wrote the younger one takes it back, and what the newer run says stands.
func TestCommentOfTwoRunsAtOnce(t *testing.T) {
	for _, newerIsFaster := range []bool{true, false} {
		c := newConversation(t)
		older, _ := c.host()
		newer, _ := c.host()
		slow, fast := older, newer
		if !newerIsFaster {
			slow, fast = newer, older
		}
		tell := func(h *Host) {
			what := failed()
			if h == newer {
				what = otherCause()
			}
			if err := h.comment(t.Context(), h.pullOf(h.run.pullRequest), what); err != nil {
				t.Error(err)
			}
		}
		var raced atomic.Bool
		c.Answer(func(r *http.Request) (int, http.Header, string, bool) {
			if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/comments") && raced.CompareAndSwap(false, true) {
				tell(fast)
			}
			return 0, nil, "", false
		})
		tell(slow)
		c.says("no pandsa")
	}
}

// The same where both recreate the comment of an earlier run.
func TestCommentRecreatedByTwoRunsAtOnce(t *testing.T) {
	c := newConversation(t)
	c.tell(failed())
	what := otherCause()
	what.Comment = "recreate"
	slow, _ := c.host()
	fast, _ := c.host()
	var raced atomic.Bool
	c.Answer(func(r *http.Request) (int, http.Header, string, bool) {
		if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/comments") && raced.CompareAndSwap(false, true) {
			if err := fast.comment(t.Context(), fast.pullOf(fast.run.pullRequest), what); err != nil {
				t.Error(err)
			}
		}
		return 0, nil, "", false
	})
	if err := slow.comment(t.Context(), slow.pullOf(slow.run.pullRequest), what); err != nil {
		t.Fatal(err)
	}
	c.says("no pandsa")
}

func TestCommentsLeftByARaceAreRemoved(t *testing.T) {
	c := newConversation(t)
	c.tell(failed())
	first := c.only()
	c.AddComment(c.number, githubtest.Actions, first.Body)
	c.AddComment(c.number, githubtest.Actions, first.Body)
	c.wrote(c.tell(failed()), remove, remove)
	if c.only().ID != first.ID {
		t.Error("the oldest is not the one that stays")
	}
	c.AddComment(c.number, githubtest.Actions, first.Body)
	c.wrote(c.tell(succeeded()), patch, remove)
	c.says("Fixed in")
}

// The answer to a write is lost: the comment is looked for before another one is written.
func TestCommentIsNotWrittenTwice(t *testing.T) {
	for _, status := range []int{502, 500, 0} { // 0: no answer
		done := newConversation(t)
		done.wait = time.Second
		done.AnswerAfter(fail("POST", "/comments", status))
		done.wrote(done.tell(failed()), post)
		done.says("no numppy")

		undone := newConversation(t)
		undone.wait = time.Second
		undone.Answer(fail("POST", "/comments", status))
		undone.wrote(undone.tell(failed()), post, post)
		undone.says("no numppy")
	}
}
