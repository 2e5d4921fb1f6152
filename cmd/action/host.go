package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/github"
	"github.com/envmedic/envmedic/internal/annotate/remote"
)

// A host runs the program as a step of a build, and has people who are to be told.
type host interface {
	// Artifacts opens what earlier jobs stored under a name that matches the glob. The caller closes each.
	Artifacts(ctx context.Context, glob string) ([]annotate.Artifact, error)
	// Files is the definition files of the commit that was built where the checkout is not of that commit; else nil.
	Files(ctx context.Context) (fs.FS, error)
	// Publish tells the report. What could not be told is said, and is no error.
	Publish(ctx context.Context, t *annotate.Telling) annotate.Told
	// Output hands a value to later steps.
	Output(name, value string) error
}

// hosted tells whether the program runs as a step of a host: without arguments, with the host's inputs in the environment.
func (w world) hosted() bool {
	c := command{world: w}
	return len(w.args) == 0 && (c.env("GITHUB_ACTIONS") == "true" || strings.EqualFold(c.env("TF_BUILD"), "true"))
}

func (c *command) openHost() (host, error) {
	client := remote.Client(remote.Options{})
	var event []byte
	if name := c.env("GITHUB_EVENT_PATH"); name != "" {
		var err error
		if event, err = os.ReadFile(name); err != nil {
			return nil, fmt.Errorf("reading the event at GITHUB_EVENT_PATH: %w", err)
		}
	}
	return github.Open(github.Options{Getenv: c.env, Event: event, Out: c.stdout, Token: c.token, Client: client, Masker: c.masker})
}

// locate finds how the folder that is diagnosed is reached from the root of its repository and from the folder that the job works in.
func locate(repo, workspace string) (fromRepository, fromWorkspace string) {
	dir, err := filepath.Abs(repo)
	if err != nil {
		return "", ""
	}
	if workspace, err = filepath.Abs(workspace); err != nil {
		return "", ""
	}
	fromWorkspace = below(workspace, dir)
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Lstat(filepath.Join(root, ".git")); err == nil {
			return below(root, dir), fromWorkspace
		}
		if root == workspace || root == filepath.Dir(root) {
			return fromWorkspace, fromWorkspace
		}
	}
}

// below is the slash-separated path from dir down to name, "" where it is dir itself or does not stand below.
func below(dir, name string) string {
	rel, err := filepath.Rel(dir, name)
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel)
}
