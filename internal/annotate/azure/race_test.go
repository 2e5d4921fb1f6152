package azure

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/envmedic/envmedic/internal/annotate/azure/azuretest"
)

// Two runs that read before either has written both open threads. The second reads again, and takes its own back.
func TestTwoRunsAtOnce(t *testing.T) {
	g := newStage(t)
	g2 := *g
	g2.env = g.Env(g.pr)
	g2.env["BUILD_BUILDID"] = "101"
	both := make(chan struct{})
	var reads sync.Once
	arrived := 0
	var mu sync.Mutex
	barrier := func(r *http.Request) {
		if r.Method != "GET" || !strings.HasSuffix(r.URL.Path, "/threads") {
			return
		}
		mu.Lock()
		arrived++
		if arrived == 2 {
			reads.Do(func() { close(both) })
		}
		mu.Unlock()
	}
	var wg sync.WaitGroup
	for _, env := range []map[string]string{g.env, g2.env} {
		client := &http.Client{Transport: waiting{barrier, both}}
		h, err := Open(Options{Getenv: func(k string) string { return env[k] }, Out: io.Discard, Client: client})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() { h.Publish(context.Background(), failing(environment)) })
	}
	wg.Wait()
	if found := g.threads(); len(found) != 2 {
		t.Errorf("%d threads are left, want two: %+v", len(found), g.Threads(g.pr))
	}
	if len(g.Threads(g.pr)) <= 2 {
		t.Error("the two runs did not meet, so this test shows nothing")
	}
	g.build(102)
	wantNone(t, "a later run", g.writes(failing(environment)))
}

// waiting sends on the answers of the first reads of threads only when all runs have one.
type waiting struct {
	saw  func(*http.Request)
	both chan struct{}
}

func (w waiting) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	w.saw(r)
	if r.Method == "GET" && strings.HasSuffix(r.URL.Path, "/threads") {
		<-w.both
	}
	return resp, err
}

func TestAnAnswerThatGetsLost(t *testing.T) {
	for _, status := range []int{500, 502, 504} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			g := newStage(t)
			lost := 0
			g.Answer(func(r *http.Request) *azuretest.Fault {
				if r.Method == "POST" && strings.HasSuffix(r.URL.Path, "/threads") && lost < 1 {
					lost++
					return &azuretest.Fault{Status: status, Body: `{"message":"lost"}`, After: true}
				}
				return nil
			})
			g.publish(failing(environment))
			if n := len(g.Threads(g.pr)); n != 2 {
				t.Errorf("%d threads, want 2: the one whose answer was lost is there", n)
			}
		})
	}
}

func TestAnErrorBeforeAThreadIsMade(t *testing.T) {
	g := newStage(t)
	failed := 0
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if r.Method == "POST" && failed < 1 {
			failed++
			return &azuretest.Fault{Status: 500, Body: `{"message":"TF400898: An Internal Error Occurred."}`}
		}
		return nil
	})
	g.publish(failing(environment))
	if len(g.threads()) != 2 {
		t.Errorf("%d threads, want 2: the first was not made, which the second reading shows", len(g.threads()))
	}
}

func TestSettlingIsFinishedByTheNextRun(t *testing.T) {
	g := newStage(t)
	g.publish(failing(environment))
	g.build(101)
	g.Answer(func(r *http.Request) *azuretest.Fault {
		if r.Method == "PATCH" && !strings.Contains(r.URL.Path, "/comments/") {
			return &azuretest.Fault{Status: 500, Body: `{"message":"TF400898: An Internal Error Occurred."}`}
		}
		return nil
	})
	g.publish(green())
	g.wantStatus("active")
	g.Answer(nil)
	if calls := g.writes(green()); len(calls) != 2 {
		t.Errorf("the next run writes %q, want the two statuses only", calls)
	}
	g.wantStatus("fixed")
}

func TestAnOlderBuildComesTooLate(t *testing.T) {
	g := newStage(t)
	g.build(105)
	g.publish(failing(environment))
	g.build(104)
	older := failing(environment)
	older.Report.Diagnoses[0].Summary = "what an older build found"
	wantNone(t, "an older build with another text", g.writes(older))
	wantNone(t, "an older green build", g.writes(green()))
	g.build(106)
	g.publish(green())
	g.build(104)
	wantNone(t, "an older red build after a green one", g.writes(older))
	g.wantStatus("fixed")
}

func TestABuildOfCommitsThatAreNotTheLatest(t *testing.T) {
	g := newStage(t)
	g.Commit("feature", map[string]string{"more.txt": "x\n"})
	wantNone(t, "the build of an older push", g.writes(failing(environment)))
	g.wantSaid("commits were pushed")
}
