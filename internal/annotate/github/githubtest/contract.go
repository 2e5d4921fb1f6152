package githubtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// described is GitHub's description, read once for all tests of a process: it takes a third of a second.
var described = sync.OnceValues(readContract)

// A contract is GitHub's own description of the interface.
type contract struct{ router routers.Router }

// anywhere stands in the description for the address that a server happens to have.
const anywhere = "http://github.test"

func readContract() (*contract, error) {
	file, err := ContractFile("github-openapi.cut.json")
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's description: %w", err)
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Value.Content {
				closeObjects(media.Schema, map[*openapi3.Schema]bool{})
			}
		}
	}
	letReplies(doc)
	letOutdated(doc)
	letSlashes(doc)
	doc.Servers = openapi3.Servers{{URL: anywhere}}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's description: %w", err)
	}
	return &contract{router: router}, nil
}

// ContractFile is the path of a file among the contracts that are not part of this repository.
func ContractFile(name string) (string, error) {
	if folder := os.Getenv("CONTRACTS_DIR"); folder != "" {
		file := filepath.Join(folder, name)
		_, err := os.Stat(file)
		return file, err
	}
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; here != filepath.Dir(here); here = filepath.Dir(here) {
		if _, err := os.Stat(filepath.Join(here, "go.mod")); err == nil {
			file := filepath.Join(here, "..", "shared", "contracts", name)
			_, err := os.Stat(file)
			return file, err
		}
	}
	return "", errors.New("no go.mod above the test's folder; set CONTRACTS_DIR to the folder with " + name)
}

// closeObjects forbids fields that a schema does not name. GitHub overlooks them, so that a misspelt one is lost in silence.
func closeObjects(r *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) {
	if r == nil || r.Value == nil || seen[r.Value] {
		return
	}
	s := r.Value
	seen[s] = true
	if more := &s.AdditionalProperties; len(s.Properties) > 0 && more.Schema == nil && more.Has == nil {
		more.Has = new(bool)
	}
	for _, p := range s.Properties {
		closeObjects(p, seen)
	}
	closeObjects(s.Items, seen)
	for _, parts := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, p := range parts {
			closeObjects(p, seen)
		}
	}
}

// letReplies takes back that a review comment needs a path and a commit: "all parameters other than body are ignored" in a reply, says
// the description itself. What is no reply is refused by badSpot without them.
func letReplies(doc *openapi3.T) {
	item := doc.Paths.Value("/repos/{owner}/{repo}/pulls/{pull_number}/comments")
	for _, media := range item.Post.RequestBody.Value.Content {
		media.Schema.Value.Required = []string{"body"}
	}
}

// letOutdated allows what GitHub sends for a review comment whose lines are gone: null, which the description has forgotten.
func letOutdated(doc *openapi3.T) {
	for _, name := range []string{"line", "position", "start_line", "original_start_line"} {
		if p := doc.Components.Schemas["pull-request-review-comment"].Value.Properties[name]; p != nil {
			p.Value.Nullable = true
		}
	}
}

// letSlashes lets the parameters that hold paths and refs take more than one segment, which a template of OpenAPI cannot say.
func letSlashes(doc *openapi3.T) {
	for path, item := range doc.Paths.Map() {
		for _, end := range []string{"/contents/{path}", "/git/ref/{ref}", "/git/refs/{ref}", "/git/matching-refs/{ref}"} {
			if strings.HasSuffix(path, end) {
				doc.Paths.Delete(path)
				doc.Paths.Set(strings.TrimSuffix(path, "}")+":.+}", item)
			}
		}
	}
}

// An exchange is a request that the description knows, with what is needed to look at its answer.
type exchange struct {
	operation string
	input     *openapi3filter.RequestValidationInput
}

// request compares a request with the description.
func (c *contract) request(r *http.Request, path string, body []byte) (*exchange, error) {
	if strings.HasSuffix(path, "/contents/") {
		path += "." // the description has no way to say the root folder
	}
	u, err := url.Parse(anywhere + path)
	if err != nil {
		return nil, err
	}
	u.RawQuery = r.URL.RawQuery
	copied := r.Clone(context.Background())
	copied.URL, copied.Host, copied.Body = u, u.Host, io.NopCloser(bytes.NewReader(body))
	route, params, err := c.router.FindRoute(copied)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", r.Method, path, err)
	}
	options := &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, IncludeResponseStatus: true}
	options.WithCustomSchemaErrorFunc(func(err *openapi3.SchemaError) string { // without the whole schema
		return "/" + strings.Join(err.JSONPointer(), "/") + ": " + err.Reason
	})
	input := &openapi3filter.RequestValidationInput{Request: copied, PathParams: params, Route: route, Options: options}
	e := &exchange{operation: route.Operation.OperationID, input: input}
	if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
		return e, fmt.Errorf("%s: %w", e.operation, err)
	}
	return e, nil
}

// response compares an answer of this server with the description, which says whether the server lies.
func (e *exchange) response(a answer, body []byte) error {
	header := http.Header{"Content-Type": {"application/json"}}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: e.input, Status: a.status, Header: header,
		Body: io.NopCloser(bytes.NewReader(body)), Options: e.input.Options,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", e.operation, err)
	}
	return nil
}

// complete puts into an answer the fields that GitHub always sends and this server has nothing to say about, first from GitHub's own
// example of the operation, else empty ones.
func (e *exchange) complete(a answer) any {
	response := e.input.Route.Operation.Responses.Status(a.status)
	if response == nil || response.Value == nil {
		return a.body
	}
	media := response.Value.Content["application/json"]
	if media == nil || media.Schema == nil {
		return a.body
	}
	var example any
	for _, x := range media.Examples {
		if x.Value != nil {
			example = x.Value.Value
		}
	}
	return fill(media.Schema.Value, plainJSON(a.body), example)
}

// plainJSON is v as encoding/json would read it back.
func plainJSON(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // answers are maps, lists and strings
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return out
}
