package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate/remote"
)

const (
	maxArtifact = 2 << 30 // bytes; a log with more is not read
	maxMoves    = 5       // of the API's address, before the one of the bytes comes
)

// A download is an artifact's bytes, asked for at the first read.
type download struct {
	ctx      context.Context
	host     *Host
	artifact *gh.Artifact
	body     io.ReadCloser
	err      error
}

func (d *download) Read(p []byte) (int, error) {
	if d.body == nil && d.err == nil {
		if d.body, d.err = d.open(); d.err != nil {
			d.err = fmt.Errorf("reading the artifact %q: %w", d.artifact.GetName(), d.err)
		}
	}
	if d.err != nil {
		return 0, d.err
	}
	return d.body.Read(p)
}

// Close ends the reading, whether it has begun or not.
func (d *download) Close() error {
	d.err = errors.New("the artifact is closed")
	if d.body == nil {
		return nil
	}
	return d.body.Close()
}

func (d *download) open() (io.ReadCloser, error) {
	switch size := d.artifact.GetSizeInBytes(); {
	case d.artifact.GetExpired():
		return nil, errors.New("it has expired and is deleted; run the job that stores it again")
	case size > maxArtifact:
		return nil, fmt.Errorf("it has %d bytes, and artifacts are read up to %d; store the log alone", size, int64(maxArtifact))
	}
	resp, err := d.host.locate(remote.Download(d.ctx, maxArtifact), d.artifact.GetID())
	if err != nil {
		var refused *gh.ErrorResponse
		if errors.As(err, &refused) {
			switch refused.Response.StatusCode {
			case http.StatusGone:
				return nil, fmt.Errorf("it has expired and is deleted; run the job that stores it again: %w", err)
			case http.StatusNotFound: // the token may see it, or the list would not have had it
				return nil, err
			}
		}
		return nil, d.host.explained(artifacts, err)
	}
	return resp.Body, nil
}

// locate asks the API where the bytes are and begins to fetch them. go-github's DownloadArtifact hides what the API says when it
// refuses, and the client that it uses would send the token along to the store of the bytes, which then refuses.
func (h *Host) locate(ctx context.Context, artifact int64) (*http.Response, error) {
	req, err := h.api.NewRequest("GET", fmt.Sprintf("repos/%s/%s/actions/artifacts/%d/zip", h.run.owner, h.run.repo, artifact), nil)
	if err != nil {
		return nil, err
	}
	client := h.api.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range maxMoves {
		resp, err := client.Do(req.WithContext(ctx))
		if err != nil {
			return nil, err
		}
		if resp.StatusCode < 300 || resp.StatusCode >= 400 {
			return answered(resp)
		}
		resp.Body.Close()
		at, err := resp.Location()
		if err != nil {
			return nil, fmt.Errorf("GitHub answers %s without an address", resp.Status)
		}
		if at.Host != req.URL.Host {
			return h.fetch(ctx, req.URL, at)
		}
		req.URL = at
	}
	return nil, errors.New("GitHub sends from one address to another and never to the bytes")
}

// answered is a good answer, or GitHub's words on why it is none.
func answered(resp *http.Response) (*http.Response, error) {
	if err := gh.CheckResponse(resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// fetch gets the bytes from an address that is signed: whoever has it may read them, so it goes over https and into no message.
func (h *Host) fetch(ctx context.Context, from, at *url.URL) (*http.Response, error) {
	if at.Scheme != "https" && (from.Scheme == "https" || at.Scheme != "http") {
		return nil, fmt.Errorf("GitHub sends to %s without https, so the artifact is not fetched", at.Host)
	}
	req, err := http.NewRequestWithContext(ctx, "GET", at.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("GitHub sends to an address of %s that cannot be asked", at.Host)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return nil, fmt.Errorf("asking %s for the bytes: %w", at.Host, err)
	}
	if resp.StatusCode != http.StatusOK {
		resp.Body.Close()
		return nil, fmt.Errorf("%s, which has the bytes, answers %s; run the job again", at.Host, strings.TrimSpace(resp.Status))
	}
	return resp, nil
}
