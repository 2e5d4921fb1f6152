package azure

import (
	"context"
	"fmt"
	"io"

	"github.com/microsoft/azure-devops-go-api/azuredevops/v7/git"
)

// fileBytes is how large a definition file may be.
const fileBytes = 1 << 20

// A source reads files of one commit, each once.
type source struct {
	host   *Host
	commit string
	files  map[string][]byte
	failed map[string]error
}

func (h *Host) source(commit string) *source {
	return &source{host: h, commit: commit, files: map[string][]byte{}, failed: map[string]error{}}
}

// file is a file's bytes; nil where the commit has no such file.
func (s *source) file(ctx context.Context, path string) ([]byte, error) {
	if b, ok := s.files[path]; ok {
		return b, nil
	}
	if err, ok := s.failed[path]; ok {
		return nil, err
	}
	b, err := s.read(ctx, path)
	if gone(err) {
		b, err = nil, nil
	}
	if err != nil {
		s.failed[path] = fmt.Errorf("reading %s at %.8s: %w", path, s.commit, err)
		return nil, s.failed[path]
	}
	s.files[path] = b
	return b, nil
}

func (s *source) read(ctx context.Context, path string) ([]byte, error) {
	r, err := s.host.git.GetItemContent(ctx, git.GetItemContentArgs{
		RepositoryId: &s.host.run.repository, Project: &s.host.run.project, Path: new("/" + path), VersionDescriptor: s.version(),
	})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, fileBytes+1))
	if err != nil {
		return nil, err
	}
	if len(b) > fileBytes {
		return nil, fmt.Errorf("the file is larger than %d bytes", fileBytes)
	}
	return b, nil // of an empty file it is not nil, which is a file that is not there
}

func (s *source) version() *git.GitVersionDescriptor {
	return &git.GitVersionDescriptor{Version: &s.commit, VersionType: &git.GitVersionTypeValues.Commit}
}

// plain tells whether a path is an ordinary file, not a link or a folder.
func (s *source) plain(ctx context.Context, path string) (bool, error) {
	item, err := s.host.git.GetItem(ctx, git.GetItemArgs{
		RepositoryId: &s.host.run.repository, Project: &s.host.run.project, Path: new("/" + path), VersionDescriptor: s.version(),
	})
	if err != nil {
		return false, fmt.Errorf("reading what %s is at %.8s: %w", path, s.commit, err)
	}
	return !value(item.IsFolder) && !value(item.IsSymLink), nil
}
