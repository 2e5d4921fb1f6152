package azuretest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// A contract is the service's description. Without the file, router is nil and everything passes.
type contract struct {
	router    routers.Router
	locations []byte
}

// Folder is where the contract files are, or "".
func Folder() string {
	candidates := []string{os.Getenv("CONTRACTS_DIR")}
	if root := moduleRoot(); root != "" {
		candidates = append(candidates, filepath.Join(root, "..", "shared", "contracts"))
	}
	for _, dir := range candidates {
		if _, err := os.Stat(filepath.Join(dir, descriptionFile)); dir != "" && err == nil {
			return dir
		}
	}
	return ""
}

const descriptionFile = "ado-7.1.wire.openapi3.json"

func moduleRoot() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

func loadContract(t testing.TB) *contract {
	t.Helper()
	c := &contract{locations: ownLocations()}
	dir := Folder()
	if dir == "" {
		t.Log("no contract files: requests are not checked with the service's description")
		return c
	}
	recorded, err := os.ReadFile(filepath.Join(dir, "ado-resource-locations.json"))
	if err != nil {
		t.Fatal(err)
	}
	c.locations = recorded
	if c.router, err = described(); err != nil {
		t.Fatal(err)
	}
	return c
}

// described is the router of the description, for a server at anyHost; made once a process, since the description is large.
var described = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(Folder(), descriptionFile))
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "http://" + anyHost}}
	return gorillamux.NewRouter(doc)
})

const anyHost = "azure.example"

// input is a request in the validator's form.
func (c *contract) input(r *http.Request, body []byte) (*openapi3filter.RequestValidationInput, string) {
	clone := r.Clone(context.Background())
	clone.Body = io.NopCloser(bytes.NewReader(body))
	clone.Host, clone.URL.Scheme, clone.URL.Host = anyHost, "http", anyHost
	route, params, err := c.router.FindRoute(clone)
	if err != nil {
		return nil, r.Method + " " + r.URL.Path + ": " + err.Error()
	}
	return &openapi3filter.RequestValidationInput{
		Request: clone, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
	}, ""
}

// check is what a request violates, or "".
func (c *contract) check(r *http.Request, body []byte) string {
	if c.router == nil {
		return ""
	}
	in, violation := c.input(r, body)
	if in == nil {
		return violation
	}
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		return in.Route.Operation.OperationID + ": " + err.Error()
	}
	return ""
}

// checkAnswer is what an answer of this server violates, or "". Errors are not described.
func (c *contract) checkAnswer(r *http.Request, body []byte, a answer) string {
	if c.router == nil || a.status >= 300 || !strings.HasPrefix(a.kind, "application/json") {
		return ""
	}
	in, _ := c.input(r, body)
	if in == nil {
		return ""
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: a.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(a.body)), Options: in.Options,
	})
	if err != nil {
		return "this server's own answer to " + in.Route.Operation.OperationID + ": " + err.Error()
	}
	return ""
}

// Examples are Microsoft's own example answers of an operation, such as "git.Pull Request Threads_List"; none without the files.
func Examples(t testing.TB, operation string) []json.RawMessage {
	t.Helper()
	dir := Folder()
	if dir == "" {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, "ado-httpexamples-7.1.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]struct {
		Example struct {
			Responses map[string]struct{ Body json.RawMessage }
		}
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	var bodies []json.RawMessage
	for _, e := range all[operation] {
		for _, r := range e.Example.Responses {
			bodies = append(bodies, r.Body)
		}
	}
	return bodies
}

// ownLocations is what a client needs to know of the routes that this server has, for where the recording is not found.
func ownLocations() []byte {
	var all []map[string]any
	for _, l := range [][4]string{
		{"00d9565f-ed9c-4a06-9a50-00e7896ccab4", "Location", "ConnectionData", "_apis/{resource}"},
	} {
		all = append(all, location(l))
	}
	const repo = "{project}/_apis/{area}/repositories/{repositoryId}/"
	for _, l := range gitLocations {
		l[3] = repo + l[3]
		all = append(all, location([4]string{l[0], "git", l[2], l[3]}))
	}
	for _, l := range buildLocations {
		all = append(all, location([4]string{l[0], "build", l[2], "{project}/_apis/{area}/builds/{buildId}/" + l[3]}))
	}
	b, err := json.Marshal(map[string]any{"count": len(all), "value": all})
	if err != nil {
		return nil
	}
	return b
}

func location(l [4]string) map[string]any {
	return map[string]any{
		"id": l[0], "area": l[1], "resourceName": l[2], "routeTemplate": l[3], "resourceVersion": 5, "minVersion": "1.0", "maxVersion": "7.2", "releasedVersion": "7.1",
	}
}
