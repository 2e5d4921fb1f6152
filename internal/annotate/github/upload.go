package github

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	gh "github.com/google/go-github/v60/github"

	"github.com/envmedic/envmedic/internal/annotate"
)

// maxSARIF is how much code scanning takes, compressed.
// https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
const maxSARIF = 10 << 20

// upload gives the SARIF file to code scanning, where each finding becomes an alert on the commit.
func (h *Host) upload(ctx context.Context, pr *pull, t *annotate.Telling) error {
	if t.SARIF == nil {
		return nil
	}
	sha, ref, err := h.scanned(pr)
	if err != nil {
		return err
	}
	text, err := forCodeScanning(t, h.key(t))
	if err != nil {
		return fmt.Errorf("reading the SARIF file: %w", err)
	}
	packed, err := pack(text)
	if err != nil {
		return err
	}
	analysis := &gh.SarifAnalysis{CommitSHA: &sha, Ref: &ref, Sarif: &packed, ToolName: gh.String("envmedic")}
	if h.run.workspace != "" {
		root := url.URL{Scheme: "file", Path: strings.TrimRight(h.run.workspace, "/") + "/"}
		analysis.CheckoutURI = gh.String(root.String())
	}
	_, _, err = h.api.CodeScanning.UploadSarif(ctx, h.run.owner, h.run.repo, analysis)
	return err
}

// scanned is the commit whose files were diagnosed, and the ref by which code scanning knows it: in a pull_request event the merge
// of it, where another event tells of a pull request its head.
func (h *Host) scanned(pr *pull) (sha, ref string, err error) {
	sha, ref = h.run.sha, h.run.ref
	triggered := h.run.triggered
	switch {
	case h.run.event == "pull_request" || h.run.event == "push":
	case pr != nil:
		sha, ref = pr.headSHA, fmt.Sprintf("refs/pull/%d/head", pr.number)
	case triggered != nil && triggered.GetHeadRepository().GetFullName() != h.run.owner+"/"+h.run.repo:
		return "", "", errors.New("the commit is in a fork and no pull request for it was found, so there is no branch to show alerts on")
	case triggered != nil:
		sha, ref = triggered.GetHeadSHA(), "refs/heads/"+triggered.GetHeadBranch()
	}
	if len(sha) != 40 || strings.Trim(sha, "0123456789abcdef") != "" {
		return "", "", fmt.Errorf("the commit is %q, and code scanning takes 40 hexadecimal digits", sha)
	}
	if !strings.HasPrefix(ref, "refs/") {
		return "", "", fmt.Errorf("the ref is %q, and code scanning takes refs/heads/…, refs/tags/… or refs/pull/…", ref)
	}
	return sha, ref, nil
}

func pack(text []byte) (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	if b.Len() > maxSARIF {
		return "", fmt.Errorf("the SARIF file has %d bytes compressed, and code scanning takes %d; give fewer logs at once", b.Len(), int64(maxSARIF))
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
