package azuretest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// Records of the build: the step that the tests are, and its job.
const (
	ownStep = "11111111-2222-3333-4444-555555555555"
	OwnJob  = "11111111-2222-3333-4444-000000000000"
)

// A build is the one that Env describes.
type build struct {
	records   []map[string]any
	logs      []string
	artifacts []map[string]any
	stored    map[string]string
	tags      []string
}

func newBuild() build {
	b := build{stored: map[string]string{}}
	b.records = append(b.records, map[string]any{"id": ownStep, "parentId": OwnJob, "type": "Task", "name": "envmedic", "state": "inProgress", "order": 99})
	return b
}

// Step is a step of this job that has ended with a result (succeeded, failed, canceled, skipped) and has this log.
func (s *Server) Step(name, result, log string) { s.StepOf(OwnJob, name, result, log) }

// StepOf is a step of another job of the build.
func (s *Server) StepOf(job, name, result, log string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.builds.logs = append(s.builds.logs, log)
	n := len(s.builds.logs)
	s.builds.records = append(s.builds.records, map[string]any{
		"id": fmt.Sprintf("aaaaaaaa-0000-0000-0000-%012d", n), "parentId": job, "type": "Task", "name": name, "state": "completed", "result": result, "order": n,
		"log": map[string]any{"id": n, "type": "Container", "url": s.URL},
	})
}

// Artifact stores an artifact of the build; host is where its address lies: "" is the collection's own.
func (s *Server) Artifact(name, content, host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if host == "" {
		host = s.URL + "/" + Organisation
	}
	s.builds.stored[name] = content
	s.builds.artifacts = append(s.builds.artifacts, map[string]any{
		"id": len(s.builds.artifacts) + 1, "name": name, "source": ownStep,
		"resource": map[string]any{"type": "PipelineArtifact", "data": "x", "downloadUrl": host + "/_storage/" + name, "properties": map[string]any{}},
	})
}

// Tags are the build's.
func (s *Server) Tags() []string { return s.builds.tags }

// build answers what begins at Builds.
func (s *Server) build(r *http.Request, p []string) answer {
	if len(p) < 3 || p[1] != "100" {
		return problem(http.StatusNotFound, "BuildNotFoundException", "The requested build could not be found.")
	}
	switch strings.ToLower(p[2]) {
	case "timeline":
		return ok(map[string]any{"id": "22222222-2222-3333-4444-555555555555", "changeId": 1, "records": s.builds.records})
	case "logs":
		n := 0
		if len(p) == 4 {
			n, _ = strconv.Atoi(p[3])
		}
		if n < 1 || n > len(s.builds.logs) {
			return missing("The log")
		}
		return answer{status: http.StatusOK, kind: "text/plain", body: []byte(s.builds.logs[n-1])}
	case "artifacts":
		return list(s.builds.artifacts)
	case "tags":
		return s.tag(p[3:])
	}
	return missing("The resource " + r.URL.Path)
}

func (s *Server) tag(p []string) answer {
	if s.denied["UpdateBuildInformation"] {
		return problem(http.StatusForbidden, "AccessDeniedException", "Access denied. env Build Service (fabrikam) needs Update build information permissions for vstfs:///Build/Build/100 in team project env to perform the action.")
	}
	if len(p) != 1 || strings.Contains(p[0], ":") {
		return problem(http.StatusBadRequest, "ArgumentException", "A tag has no colon.")
	}
	s.builds.tags = append(s.builds.tags, p[0])
	return list(s.builds.tags)
}

// stored answers an artifact's bytes. The token was asked for before.
func (s *Server) stored(path string) answer {
	content, found := s.builds.stored[path[strings.LastIndex(path, "/")+1:]]
	if !found {
		return missing("The artifact")
	}
	return answer{status: http.StatusOK, kind: "application/octet-stream", body: []byte(content)}
}
