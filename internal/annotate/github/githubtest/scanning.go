package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// A SARIF is what code scanning has been given.
type SARIF struct {
	ID, CommitSHA, Ref string
	ToolName           string
	JSON               []byte // unpacked
}

// SARIFs are all uploads, the oldest first.
func (s *Server) SARIFs() []SARIF {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SARIF(nil), s.sarifs...)
}

func (s *Server) uploadSARIF(c *call) answer {
	var in struct {
		CommitSHA string `json:"commit_sha"`
		Ref       string
		SARIF     string
		ToolName  string `json:"tool_name"`
	}
	if err := c.read(&in); err != nil {
		return refuse(http.StatusBadRequest, "Problems parsing JSON")
	}
	text, err := unpack(in.SARIF)
	switch {
	case err != nil:
		return refuse(http.StatusBadRequest, "sarif is not a gzip compressed, Base64 encoded SARIF file: "+err.Error())
	case s.objects[in.CommitSHA].kind != "commit":
		return refuse(http.StatusUnprocessableEntity, "commit not found")
	case !strings.HasPrefix(in.Ref, "refs/heads/") && !strings.HasPrefix(in.Ref, "refs/pull/") && !strings.HasPrefix(in.Ref, "refs/tags/"):
		return refuse(http.StatusUnprocessableEntity, "ref must be fully qualified")
	case s.resolve(c.repo, in.Ref) == "":
		return refuse(http.StatusUnprocessableEntity, "ref not found")
	}
	id := fmt.Sprintf("47177e22-5596-11eb-80a1-%012d", s.id())
	s.sarifs = append(s.sarifs, SARIF{ID: id, CommitSHA: in.CommitSHA, Ref: in.Ref, ToolName: in.ToolName, JSON: text})
	return answer{status: http.StatusAccepted, body: fields{"id": id, "url": s.APIURL() + "/repos/" + c.repo.name() + "/code-scanning/sarifs/" + id}}
}

func unpack(packed string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(packed)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err == nil && !json.Valid(text) {
		err = fmt.Errorf("%d bytes that are no JSON", len(text))
	}
	return text, err
}

func (s *Server) getSARIF(c *call) answer {
	for _, one := range s.sarifs {
		if one.ID == c.vars["id"] {
			return ok(fields{"processing_status": "complete", "analyses_url": s.APIURL() + "/repos/" + c.repo.name() + "/code-scanning/analyses?sarif_id=" + one.ID})
		}
	}
	return notFound
}
