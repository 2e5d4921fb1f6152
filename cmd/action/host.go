package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/annotate/azure"
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

// onAzure tells whether the host is Azure Pipelines.
func (c *command) onAzure() bool {
	return c.env("GITHUB_ACTIONS") != "true" && strings.EqualFold(c.env("TF_BUILD"), "true")
}

func (c *command) openHost() (host, error) {
	if c.onAzure() {
		return c.openAzure()
	}
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

// openAzure opens Azure DevOps, and GitHub beside it where the repository is there: then the input token is one of GitHub's.
func (c *command) openAzure() (host, error) {
	client := remote.Client(remote.Options{})
	o := azure.Options{Getenv: c.env, Out: c.stdout, Token: c.token, Client: client, Masker: c.masker}
	if c.env("ENVMEDIC_COMMANDS") != "restricted" { // else the agent takes no files from this step
		c.summary = filepath.Join(c.workspace(), kept, "summary.md")
		o.SummaryFile, o.PatchFile = c.summary, c.inWorkspace(patchFile)
	}
	env, event, onGitHub := azure.GitHubEnv(c.env)
	if !onGitHub {
		h, err := azure.Open(o)
		return azureHost{h}, err
	}
	o.Token = ""
	h, err := azure.Open(o)
	if err != nil || c.token == "" {
		return azureHost{h}, err
	}
	getenv := func(name string) string { return env[name] }
	there, err := github.Open(github.Options{Getenv: getenv, Event: event, Out: c.stdout, Token: c.token, Client: client, Masker: c.masker, Away: h.Page()})
	return twoHosts{azureHost{h}, there}, err
}

// azureHost is Azure DevOps, whose task declares the outputs under names without a hyphen.
type azureHost struct{ *azure.Host }

func (h azureHost) Output(name, value string) error {
	return h.Host.Output(strings.ReplaceAll(name, "-", ""), value)
}

// twoHosts are a build on Azure Pipelines and its repository on GitHub: the run is told there, the pull request here.
type twoHosts struct {
	azureHost
	repository *github.Host
}

func (h twoHosts) Publish(ctx context.Context, t *annotate.Telling) annotate.Told {
	run := *t
	run.Comment, run.Suggest, run.Check, run.Upload = "off", false, false, false
	if run.Patch == "pull-request" {
		run.Patch = "off"
	}
	h.azureHost.Publish(ctx, &run)
	return h.repository.Publish(ctx, t)
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
		if info, err := os.Lstat(filepath.Join(root, ".git")); err == nil && info.IsDir() { // a file in a submodule, which is part of another repository
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
