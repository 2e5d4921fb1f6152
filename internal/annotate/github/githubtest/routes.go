package githubtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A call is one request on its way through the server.
type call struct {
	*http.Request
	vars  map[string]string
	body  []byte
	by    *token
	repo  *repository
	paged int // how many entries the list has in all, for the Link header; set by page
}

// An answer is a status and what is sent as JSON.
type answer struct {
	status int
	body   any
	header http.Header
	raw    []byte // sent instead of the body to who asks for a file as it is
}

// fields is a JSON object.
type fields = map[string]any

func ok(body any) answer      { return answer{status: http.StatusOK, body: body} }
func created(body any) answer { return answer{status: http.StatusCreated, body: body} }

// refuse is an error answer in GitHub's form.
func refuse(status int, message string, problems ...any) answer {
	body := fields{"message": message, "documentation_url": "https://docs.github.com/rest", "status": strconv.Itoa(status)}
	if len(problems) > 0 {
		body["errors"] = problems
	}
	return answer{status: status, body: body}
}

var notFound = refuse(http.StatusNotFound, "Not Found")

// invalid is a 422 about one field.
func invalid(resource, field, message string) answer {
	return refuse(http.StatusUnprocessableEntity, "Validation Failed",
		fields{"resource": resource, "code": "custom", "field": field, "message": message})
}

// read decodes the request's body. A server without GitHub's description sees what is no JSON only here.
func (c *call) read(v any) error {
	if len(c.body) == 0 {
		return nil
	}
	return json.Unmarshal(c.body, v)
}

// number is a number in the path, 0 where there is none.
func (c *call) number(name string) int64 {
	n, _ := strconv.ParseInt(c.vars[name], 10, 64)
	return n
}

// page cuts a list to what the request asks for: 30 entries, 100 at most.
func page[T any](c *call, list []T) []T {
	size, at := c.window()
	c.paged = len(list)
	from := min((at-1)*size, len(list))
	return list[from:min(from+size, len(list))]
}

func (c *call) window() (size, at int) {
	size, _ = strconv.Atoi(c.URL.Query().Get("per_page"))
	at, _ = strconv.Atoi(c.URL.Query().Get("page"))
	if size <= 0 {
		size = 30
	}
	return min(size, 100), max(at, 1)
}

// links is the Link header of a list, "" on its only page.
func (c *call) links(base string) string {
	size, at := c.window()
	last := (c.paged + size - 1) / size
	var links []string
	link := func(page int, rel string) {
		q := c.URL.Query()
		q.Set("page", strconv.Itoa(page))
		links = append(links, fmt.Sprintf("<%s%s?%s>; rel=%q", base, c.URL.EscapedPath(), q.Encode(), rel))
	}
	if at > 1 {
		link(at-1, "prev")
		link(1, "first")
	}
	if at < last {
		link(at+1, "next")
		link(last, "last")
	}
	return strings.Join(links, ", ")
}

// serve answers both interfaces.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	path, rest := strings.CutPrefix(r.URL.EscapedPath(), "/api/v3")
	if !rest {
		path = strings.TrimPrefix(path, "/api")
	}
	s.note(r, path, body)
	if s.fault(w, r, body, &s.before) {
		return
	}
	var a answer
	var text []byte
	s.mu.Lock()
	switch c := (&call{Request: r, body: body, by: s.bearer(r)}); {
	case rest:
		a, text = s.rest(c, path)
	case path == "/graphql":
		a = s.graphql(c)
	default:
		a = notFound
	}
	s.mu.Unlock()
	if text == nil && a.body != nil {
		text, _ = json.Marshal(a.body) // maps and lists of plain values
	}
	if s.fault(w, r, body, &s.after) {
		return
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = w.Write(text) // a client that went away hears nothing
}

func (s *Server) note(r *http.Request, path string, body []byte) {
	plain, err := url.PathUnescape(path)
	if err != nil {
		plain = path
	}
	line := r.Method + " " + plain
	if path == "/graphql" {
		line = strings.TrimSpace(line + " " + mutationName(body))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, line)
}

// fault lets the faults of a test answer. It is called without the lock, since a fault may look at the server.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, body []byte, faults *[]Fault) bool {
	s.mu.Lock()
	list := append([]Fault(nil), *faults...)
	s.mu.Unlock()
	for _, f := range list {
		r.Body = io.NopCloser(bytes.NewReader(body))
		status, header, text, ok := f(r)
		if !ok {
			continue
		}
		if status == 0 {
			<-r.Context().Done()
			return true
		}
		for name, values := range header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
		return true
	}
	return false
}

// rest answers one request of the REST interface, and gives the bytes where the description has completed them.
func (s *Server) rest(c *call, path string) (answer, []byte) {
	var known *exchange
	if s.rules != nil {
		var err error
		if known, err = s.rules.request(c.Request, path, c.body); err != nil {
			s.violated("%v", err)
			return refuse(http.StatusUnprocessableEntity, firstLine(err)), nil
		}
	}
	a := s.route(c, path)
	if links := c.links(s.URL); c.paged > 0 && links != "" {
		a.header = http.Header{"Link": {links}}
	}
	if a.raw != nil && strings.Contains(c.Header.Get("Accept"), "raw") {
		return a, a.raw
	}
	if known == nil || a.body == nil || a.status >= 300 {
		return a, nil
	}
	a.body = known.complete(a)
	text, err := json.Marshal(a.body)
	if err == nil {
		err = known.response(a, text)
	}
	if err != nil {
		s.violated("the fault is githubtest's: its answer does not fit the description: %v", err)
	}
	return a, text
}

// route finds the row of the table and asks for its permission.
func (s *Server) route(c *call, path string) answer {
	for _, row := range table {
		if row.method != c.Method || !row.match(c, path) {
			continue
		}
		if c.vars["owner"] != "" {
			c.repo = s.repos[c.vars["owner"]]
			if c.repo == nil || c.vars["repo"] != Name {
				return notFound
			}
		}
		if a, refused := s.refused(c, row.needs); refused {
			return a
		}
		return row.do(s, c)
	}
	s.violated("%s %s: this server does not know it", c.Method, path)
	return notFound
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
