package githubtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// A CheckRun is a check of a commit.
type CheckRun struct {
	ID                   int64
	Name, HeadSHA        string
	Status, Conclusion   string
	Title, Summary, Text string
	ExternalID           string
	DetailsURL           string
	Annotations          []Annotation // of all requests, in their order
	started              time.Time
}

// An Annotation is a message of a check at a line.
type Annotation struct {
	Path            string `json:"path"`
	StartLine       int    `json:"start_line"`
	EndLine         int    `json:"end_line"`
	StartColumn     *int   `json:"start_column"`
	EndColumn       *int   `json:"end_column"`
	AnnotationLevel string `json:"annotation_level"`
	Message         string `json:"message"`
	Title           string `json:"title"`
	RawDetails      string `json:"raw_details"`
}

// CheckRuns are the checks of a commit, the oldest first.
func (s *Server) CheckRuns(sha string) []CheckRun {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []CheckRun
	for _, c := range s.checks {
		if c.HeadSHA == sha {
			list = append(list, *c)
		}
	}
	return list
}

// checkRequest is what creating and updating have in common; nil leaves a field as it is.
type checkRequest struct {
	Name       *string
	HeadSHA    *string `json:"head_sha"`
	Status     *string
	Conclusion *string
	ExternalID *string `json:"external_id"`
	DetailsURL *string `json:"details_url"`
	Output     *struct {
		Title, Summary, Text *string
		Annotations          []Annotation
	}
}

func (s *Server) createCheck(c *call) answer {
	var in checkRequest
	if err := c.read(&in); err != nil || in.HeadSHA == nil || in.Name == nil {
		return refuse(http.StatusUnprocessableEntity, "Invalid request.\n\nFor 'links/0/schema', nil is not an object.")
	}
	if s.objects[*in.HeadSHA].kind != "commit" {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+*in.HeadSHA)
	}
	if a, bad := in.bad(); bad {
		return a
	}
	run := &CheckRun{ID: s.id(), HeadSHA: *in.HeadSHA, Status: "queued", started: s.now()}
	in.into(run)
	s.checks = append(s.checks, run)
	return created(s.checkJSON(run))
}

// bad holds the limits of a request; those of annotations are for one request, not for a check.
func (in *checkRequest) bad() (answer, bool) {
	if in.Output == nil {
		return answer{}, false
	}
	const limit = "Invalid request.\n\nOnly 65535 characters are allowed; %d were supplied."
	for _, text := range []*string{in.Output.Summary, in.Output.Text} {
		if text != nil && utf8.RuneCountInString(*text) > 65535 {
			return refuse(http.StatusUnprocessableEntity, fmt.Sprintf(limit, utf8.RuneCountInString(*text))), true
		}
	}
	if n := len(in.Output.Annotations); n > 50 {
		return refuse(http.StatusUnprocessableEntity, fmt.Sprintf("Invalid request.\n\nNo more than 50 items are allowed; %d were supplied.", n)), true
	}
	for _, a := range in.Output.Annotations {
		if (a.StartColumn != nil || a.EndColumn != nil) && a.StartLine != a.EndLine {
			return refuse(http.StatusUnprocessableEntity, "Validation Failed", fields{"resource": "CheckAnnotation", "code": "invalid", "field": "start_column"}), true
		}
	}
	return answer{}, false
}

func (in *checkRequest) into(run *CheckRun) {
	put := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	put(&run.Name, in.Name)
	put(&run.Status, in.Status)
	put(&run.Conclusion, in.Conclusion)
	put(&run.ExternalID, in.ExternalID)
	put(&run.DetailsURL, in.DetailsURL)
	if in.Conclusion != nil {
		run.Status = "completed"
	}
	if in.Output != nil {
		put(&run.Title, in.Output.Title)
		put(&run.Summary, in.Output.Summary)
		put(&run.Text, in.Output.Text)
		run.Annotations = append(run.Annotations, in.Output.Annotations...)
	}
}

func (s *Server) check(id int64) *CheckRun {
	for _, c := range s.checks {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *Server) updateCheck(c *call) answer {
	run := s.check(c.number("id"))
	if run == nil {
		return notFound
	}
	var in checkRequest
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	if a, bad := in.bad(); bad {
		return a
	}
	in.into(run)
	return ok(s.checkJSON(run))
}

func (s *Server) getCheck(c *call) answer {
	if run := s.check(c.number("id")); run != nil {
		return ok(s.checkJSON(run))
	}
	return notFound
}

func (s *Server) listAnnotations(c *call) answer {
	run := s.check(c.number("id"))
	if run == nil {
		return notFound
	}
	list := []fields{}
	for _, a := range run.Annotations {
		one := plainJSON(a).(fields)
		one["blob_href"] = s.URL + "/" + Owner + "/" + Name + "/blob/" + run.HeadSHA + "/" + a.Path
		list = append(list, one)
	}
	return ok(page(c, list))
}

// listChecks gives the newest of each name, unless all are asked for.
func (s *Server) listChecks(c *call) answer {
	sha := s.resolve(c.repo, c.vars["ref"])
	if sha == "" {
		return refuse(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.vars["ref"])
	}
	q := c.URL.Query()
	list := []fields{}
	seen := map[string]bool{}
	for _, run := range slices.Backward(s.checks) {
		if run.HeadSHA != sha || q.Get("check_name") != "" && q.Get("check_name") != run.Name ||
			q.Get("status") != "" && q.Get("status") != run.Status || seen[run.Name] && q.Get("filter") != "all" {
			continue
		}
		seen[run.Name] = true
		list = append(list, s.checkJSON(run))
	}
	return ok(fields{"total_count": len(list), "check_runs": page(c, list)})
}

func (s *Server) checkJSON(run *CheckRun) fields {
	api := fmt.Sprintf("%s/repos/%s/%s/check-runs/%d", s.APIURL(), Owner, Name, run.ID)
	orNil := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	v := fields{
		"id": run.ID, "node_id": fmt.Sprintf("CR_%d", run.ID), "name": run.Name, "head_sha": run.HeadSHA, "external_id": run.ExternalID,
		"url": api, "html_url": fmt.Sprintf("%s/%s/%s/runs/%d", s.URL, Owner, Name, run.ID), "details_url": orNil(run.DetailsURL),
		"status": run.Status, "conclusion": orNil(run.Conclusion), "started_at": stamp(run.started), "completed_at": nil,
		"check_suite": fields{"id": 5}, "app": nil, "pull_requests": []any{},
		"output": fields{"title": orNil(run.Title), "summary": orNil(run.Summary), "text": orNil(run.Text),
			"annotations_count": len(run.Annotations), "annotations_url": api + "/annotations"},
	}
	if run.Conclusion != "" {
		v["completed_at"] = stamp(run.started)
	}
	return v
}
