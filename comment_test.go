package envmedic

import (
	"bytes"
	"html/template"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"github.com/envmedic/envmedic/internal/annotate/github/githubtest"
)

// docs/comment.md is the comment that the first example gets today, and docs/comment.png the picture of it that .ci/screenshot makes.
// UPDATE=1 rewrites the first; with COMMENT_HTML the page for the second is written to that file.
func TestCommentOfTheDocs(t *testing.T) {
	got := exampleComment(t, filepath.Join("examples", "azureml-conda-channel"), "20_image_build_log.txt")
	name := filepath.Join("docs", "comment.md")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, name), got); diff != "" {
		t.Errorf("%s is not what the program writes (run .ci/screenshot, and look at the picture):\n%s", name, diff)
	}
	if page := os.Getenv("COMMENT_HTML"); page != "" {
		if err := os.WriteFile(page, rendered(t, got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// exampleComment is what the program writes on a pull request that brings an example.
func exampleComment(t *testing.T, dir, log string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "envmedic")
	if output, err := exec.Command("go", "build", "-o", program, "./cmd/action").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	hub := githubtest.New(t)
	files := map[string]githubtest.File{"environment.yml": {Text: read(t, filepath.Join(dir, "environment.yml"))}}
	hub.Commit("topic", nil, files)
	pull := hub.Pull("topic", "main")
	job := hub.PullRequestJob(pull)
	workspace := t.TempDir()
	if err := os.CopyFS(workspace, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	env := maps.Clone(job.Env)
	maps.Copy(env, map[string]string{"GITHUB_WORKSPACE": workspace, "INPUT_LOG": log, "INPUT_TOKEN": hub.Token("", nil), "INPUT_KEY": "image/build"})
	command := exec.Command(program)
	command.Dir = workspace
	for key, value := range env {
		command.Env = append(command.Env, key+"="+value)
	}
	output, err := command.CombinedOutput()
	comments := hub.Comments(pull)
	if err != nil || len(comments) != 1 {
		t.Fatalf("%d comments, %v\n%s", len(comments), err, output)
	}
	return strings.ReplaceAll(comments[0].Body, hub.URL, "https://github.com")
}

// rendered is Markdown as GitHub shows it, near enough for a picture.
func rendered(t *testing.T, markdown string) []byte {
	t.Helper()
	var body, page bytes.Buffer
	github := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	if err := github.Convert([]byte(markdown), &body); err != nil {
		t.Fatal(err)
	}
	frame := template.Must(template.ParseFiles(filepath.Join("testdata", "comment.html")))
	if err := frame.Execute(&page, template.HTML(body.String())); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}
