package azure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7"
)

// guarded is c with a transport that turns into errors what the SDK would lose: it reads a sign-in page, and any refusal that is not
// JSON of the service's own form, as broken JSON, and keeps no header of a refusal. Waiting and repeating is c's own business.
func guarded(c *http.Client) *http.Client {
	if c == nil {
		c = http.DefaultClient
	}
	g := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	g.Transport = guard{next}
	return &g
}

type guard struct{ next http.RoundTripper }

func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if refused := refusalOf(resp); refused != nil {
		resp.Body.Close()
		return nil, refused
	}
	if r.Method == http.MethodDelete && resp.StatusCode < 300 { // the SDK leaves the body open
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		resp.Body = http.NoBody
	}
	return resp, nil
}

// A refusal is an answer that holds no data.
type refusal struct {
	status int
	text   string // one sentence without a full stop: what is wrong, and what to do
}

func (r *refusal) Error() string { return r.text }

const tokenRefused = "Azure DevOps did not accept the token; in a script, map it with `env: SYSTEM_ACCESSTOKEN: $(System.AccessToken)`, and see that a personal token has not run out"

// refusalOf reads an answer's status and type: 203 and a page of HTML are what the service sends to those who are to sign in.
func refusalOf(resp *http.Response) *refusal {
	page := strings.HasPrefix(strings.ToLower(resp.Header.Get("Content-Type")), "text/html")
	r := &refusal{status: resp.StatusCode}
	switch {
	case resp.StatusCode == http.StatusUnauthorized, resp.StatusCode == http.StatusNonAuthoritativeInfo, page && resp.StatusCode < 400:
		r.status, r.text = http.StatusUnauthorized, tokenRefused
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
		r.text = "Azure DevOps takes no more requests for now (" + message(resp) + ")"
		if wait := resp.Header.Get("Retry-After"); wait != "" {
			r.text += "; it asks to wait " + seconds(wait)
		}
	case page && resp.StatusCode == http.StatusForbidden:
		r.text = "Azure DevOps refuses it with a page instead of a reason"
	case page:
		r.text = fmt.Sprintf("Azure DevOps answers %d with a page instead of data; the step may be run again", resp.StatusCode)
	case resp.StatusCode >= 300 && !readable(resp):
		r.text = "Azure DevOps answers " + resp.Status
	default:
		return nil
	}
	return r
}

// readable tells whether a refusal is in a form that the SDK reads. The body stays whole.
func readable(resp *http.Response) bool {
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return false
	}
	resp.Body.Close()
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	var said struct{ Message *string }
	text := strings.Contains(resp.Header.Get("Content-Type"), azuredevops.MediaTypeTextPlain)
	return text && len(body) > 0 || json.Unmarshal(body, &said) == nil && said.Message != nil
}

// seconds is a Retry-After: a number, or a date.
func seconds(wait string) string {
	if strings.Trim(wait, "0123456789") == "" {
		return wait + " s"
	}
	return "until " + wait
}

// message is the reason in a refusal's JSON, or its status.
func message(resp *http.Response) string {
	body, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	var said struct{ Message string }
	if err == nil && json.Unmarshal(body, &said) == nil && said.Message != "" {
		return said.Message
	}
	return "status " + resp.Status
}

// answer is the status and the message of an error. The SDK gives its errors as values or as pointers, depending on the body.
// Status 0 is an error without an answer: nobody knows whether what was asked has been done.
func answer(err error) (status int, text string) {
	var r *refusal
	var v azuredevops.WrappedError
	var p *azuredevops.WrappedError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return http.StatusOK, ""
	case errors.As(err, &r):
		return r.status, r.text
	case errors.As(err, &v):
		return value(v.StatusCode), value(v.Message)
	case errors.As(err, &p) && p != nil:
		return value(p.StatusCode), value(p.Message)
	case errors.As(err, &syntax):
		return 0, "Azure DevOps sent what is not JSON"
	case errors.Is(err, context.DeadlineExceeded):
		return 0, "Azure DevOps did not answer in time"
	}
	return 0, err.Error()
}

// unclear tells whether a write may have been done although its answer is an error.
func unclear(err error) bool {
	status, _ := answer(err)
	return status == 0 || status >= 500
}

// gone tells an answer that the thing does not exist (any more).
func gone(err error) bool {
	status, _ := answer(err)
	return status == http.StatusNotFound || status == http.StatusGone
}

// code tells whether the error is the one that the service numbers so, as "TF401179".
func code(err error, number string) bool {
	_, text := answer(err)
	return strings.Contains(text, number)
}
