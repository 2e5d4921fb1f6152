package github

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// A feature is a part of what Publish does that GitHub may refuse.
type feature struct {
	doing       string
	permissions []string // that it takes (docs.github.com, "Permissions required for GitHub Apps"), where the answer names none
}

var (
	finding    = feature{"finding the pull request", []string{"pull-requests: read"}}
	commenting = feature{"commenting", []string{"pull-requests: write"}}
	suggesting = feature{"suggesting", []string{"pull-requests: write"}}
	checking   = feature{"writing the check run", []string{"checks: write"}}
	uploading  = feature{"uploading SARIF to code scanning", []string{"security-events: write"}}
	artifacts  = feature{"reading artifacts", []string{"actions: read"}}
	proposing  = feature{"opening a pull request with the edits", []string{"contents: write", "pull-requests: write"}}
)

// refused says in one line why a feature was left out, if err is one.
func (h *Host) refused(f feature, err error) {
	if err == nil {
		return
	}
	why := h.reason(f, err)
	if h.said[why] {
		why = "for the same reason"
	}
	h.said[why] = true
	h.say(f.doing + " is left out: " + why)
}

// A refusal is an error in words that say what to do about it.
type refusal struct {
	why string
	err error
}

func (r refusal) Error() string { return r.why }
func (r refusal) Unwrap() error { return r.err }

// explained is err in the words of reason, for callers who tell it themselves.
func (h *Host) explained(f feature, err error) error {
	if err == nil {
		return nil
	}
	return refusal{h.reason(f, err), err}
}

// reason is what to do about err, or at least what it means, in words that hold for the whole run.
func (h *Host) reason(f feature, err error) string {
	if until, ok := limited(err); ok {
		if until.IsZero() {
			return "GitHub's limit for requests is used up; run the job again in a few minutes"
		}
		return fmt.Sprintf("GitHub's limit for requests is used up until %s UTC; run the job again then", until.UTC().Format("15:04"))
	}
	var answer *gh.ErrorResponse
	var late net.Error
	switch {
	case errors.As(err, &answer) && answer.Response != nil:
		return h.answered(f, answer)
	case errors.Is(err, context.Canceled):
		return "the job was cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return "GitHub did not answer in time; run the job again"
	}
	return err.Error()
}

// answered explains an answer that is an error.
func (h *Host) answered(f feature, e *gh.ErrorResponse) string {
	switch code := e.Response.StatusCode; {
	case code == http.StatusUnauthorized:
		return "GitHub does not know the token; pass a valid one as `token`"
	case forbidden(e) && h.away != "":
		return fmt.Sprintf("the token may not do it; it needs the permissions %s", h.grant(f, e))
	case forbidden(e) && h.ofFork():
		return "the token of a run for a fork can only read; the two workflows in examples/github tell the report there"
	case forbidden(e) && h.run.actor == "dependabot[bot]":
		return fmt.Sprintf("the token of a run for Dependabot can only read, unless the job has `permissions: {%s}`; "+
			"the two workflows in examples/github tell the report without", h.grant(f, e))
	case forbidden(e):
		return fmt.Sprintf("the token may not do it; give the job `permissions: {%s}`", h.grant(f, e))
	case code >= 500:
		return fmt.Sprintf("GitHub answered with status %d; run the job again", code)
	default:
		return fmt.Sprintf("GitHub answered with status %d, %q", code, explanation(e))
	}
}

// forbidden tells whether the token lacks a permission. GitHub answers 404 where it lacks the one to see the thing at all. Other
// refusals with 403, as for a locked conversation, say in their message what they are.
func forbidden(e *gh.ErrorResponse) bool {
	if e.Response.StatusCode == http.StatusNotFound {
		return true
	}
	message := strings.ToLower(e.Message)
	return e.Response.StatusCode == http.StatusForbidden && (message == "" || message == "forbidden" ||
		strings.Contains(message, "not accessible by") || strings.Contains(message, "must have admin rights"))
}

// explanation is GitHub's message with those of the fields that it complains of.
func explanation(e *gh.ErrorResponse) string {
	text := e.Message
	for _, d := range e.Errors {
		switch {
		case d.Message != "":
			text += "; " + d.Message
		case d.Field != "":
			text += "; " + d.Field + " is " + d.Code
		}
	}
	return annotate.Short(oneLine(text), 300)
}

// ofFork tells whether the run is for a fork's pull request. Its token can write nothing, whatever `permissions:` says, while that of
// a run for Dependabot can be given more (docs.github.com, "Troubleshooting Dependabot on GitHub Actions"). Of the events of a pull
// request, reviews among them, pull_request_target alone has a token that may write.
func (h *Host) ofFork() bool {
	p := h.run.pullRequest
	return h.run.event != "pull_request_target" && p != nil && !h.here(p.GetHead().GetRepo().GetFullName())
}

var grantForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([a-z_]+)=(read|write)$`) })

// grant is what to write into `permissions:`, which takes away everything that it does not name: so what a checkout needs is there
// too. It is what the feature takes and what the answer asks for.
func (h *Host) grant(f feature, e *gh.ErrorResponse) string {
	levels := map[string]string{"contents": "read"}
	for _, p := range slices.Concat(f.permissions, accepted(f, e.Response.Header.Get("X-Accepted-GitHub-Permissions"))) {
		name, level, _ := strings.Cut(p, ": ")
		levels[name] = max(levels[name], level) // "write" > "read"
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(levels)) {
		list = append(list, name+": "+levels[name])
	}
	return strings.Join(list, ", ")
}

// accepted reads the alternatives that an answer names (`issues=write; pull_requests=write,contents=read`): the first that begins
// as the feature's own permissions do, or else the first.
func accepted(f feature, header string) []string {
	var first []string
	own, _, _ := strings.Cut(f.permissions[0], ":")
	for _, alternative := range strings.Split(header, ";") {
		var list []string
		for _, p := range strings.Split(alternative, ",") {
			if m := grantForm().FindStringSubmatch(strings.TrimSpace(p)); m != nil && m[1] != "metadata" {
				list = append(list, strings.ReplaceAll(m[1], "_", "-")+": "+m[2])
			}
		}
		if slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(p, own+":") }) {
			return list
		}
		if first == nil {
			first = list
		}
	}
	return first
}
