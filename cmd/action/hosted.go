package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// mostTime bounds a run on a host, waiting for its limits of requests included: a build should not hang on the step that explains it.
const mostTime = 5 * time.Minute

// runHosted is the program as a step of a build: inputs from the environment, the verdict to the step's log and to the host.
func runHosted(w world) int {
	c := &command{world: w, masker: annotate.NewMasker(secrets(w.environ)...)}
	c.colour, c.progress = false, false
	if err := c.readInputs(); err != nil {
		c.say(err.Error())
		return misused
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	var err error
	if c.host, err = c.openHost(); err != nil {
		c.fatal(err)
		return c.status
	}
	if !c.checkRepo("input repo:") || !c.loadRules() {
		return misused
	}
	c.publish(ctx, c.diagnose(ctx))
	return c.status
}

// publish prints the verdict, writes the files that are asked for, tells the host, and sets the outputs.
func (c *command) publish(ctx context.Context, report *diagnose.Report) {
	report.Notes = append(report.Notes, c.problems...)
	if c.fail == "cause" && c.status == told && report.Cause() != nil {
		c.status = found
	}
	t := c.telling(annotate.Masked(report, c.masker))
	if err := annotate.WriteText(c.stdout, t.Report, annotate.TextOptions{}); err != nil {
		c.fatal(fmt.Errorf("printing the verdict: %w", err))
	}
	values := map[string]string{outcomeOutput: string(annotate.VerdictOf(t.Report)), causesOutput: strconv.Itoa(causes(t.Report))}
	if d := t.Report.Cause(); d != nil {
		values[ruleOutput] = d.Rule
	}
	values[reportOutput] = c.keepReport(t.Report)
	c.keepSARIF(t)
	if t.Patch == "file" {
		values[patchOutput] = c.keepPatch(t.Change)
	}
	if number := c.host.Publish(ctx, t).PullRequest; number > 0 {
		values[pullOutput] = strconv.Itoa(number)
	}
	for _, name := range []string{outcomeOutput, ruleOutput, causesOutput, reportOutput, patchOutput, pullOutput} {
		if err := c.host.Output(name, values[name]); err != nil {
			c.fatal(fmt.Errorf("setting the output %s: %w", name, err))
		}
	}
}

func causes(r *diagnose.Report) int {
	n := 0
	for i := range r.Diagnoses {
		if r.Diagnoses[i].Kind == "cause" {
			n++
		}
	}
	return n
}

// telling is what the host is to tell of a masked report.
func (c *command) telling(r *diagnose.Report) *annotate.Telling {
	t := &annotate.Telling{Settings: c.settings, Report: r}
	if c.remoteFiles {
		t.FromRepository = below(".", c.repo)
	} else {
		t.FromRepository, t.FromWorkspace = locate(c.repo, c.workspace())
	}
	allowed := func(f diagnose.Fix) bool { return f.Certainty == "safe" || c.fixes == "review" }
	t.Change.Files, t.Change.Titles = c.chosen(r, allowed)
	for i := range t.Change.Files {
		t.Change.Files[i].Path = t.InRepository(t.Change.Files[i].Path)
	}
	for _, d := range r.Diagnoses {
		if d.Kind != "cause" || len(d.Fixes) == 0 {
			continue
		}
		if f := d.Fixes[0]; allowed(f) {
			t.Change.Rules = append(t.Change.Rules, d.Rule)
		} else {
			t.Change.Left = append(t.Change.Left, f.Title)
		}
	}
	return t
}

func (c *command) workspace() string {
	for _, name := range []string{"GITHUB_WORKSPACE", "BUILD_SOURCESDIRECTORY"} {
		if dir := c.env(name); dir != "" {
			return dir
		}
	}
	return "."
}

// kept is the folder of the job that holds the report. It ignores itself, so that no later step commits it.
const kept = ".envmedic"

// keepReport writes the JSON report where later steps find it, and returns its path within the folder that the job works in: the
// one name that is right both inside and outside of the action's container.
func (c *command) keepReport(r *diagnose.Report) string {
	var b bytes.Buffer
	if err := annotate.WriteJSON(&b, r); err != nil {
		c.fatal(err)
		return ""
	}
	dir := filepath.Join(c.workspace(), kept)
	err := os.MkdirAll(dir, 0o777)
	for name, text := range map[string][]byte{".gitignore": []byte("*\n"), "report.json": b.Bytes()} {
		if err == nil {
			err = keep(filepath.Join(dir, name), text)
		}
	}
	if err != nil {
		c.fatal(fmt.Errorf("keeping the report: %w", err))
		return ""
	}
	_ = os.Chmod(dir, 0o777) // a container's root made it, and the runner's user cleans up
	return path.Join(kept, "report.json")
}

// keep writes a file that every user of the machine may replace: an action's container writes as root into the runner's folder.
func keep(name string, text []byte) error {
	if err := os.WriteFile(name, text, 0o666); err != nil {
		return err
	}
	_ = os.Chmod(name, 0o666)
	return nil
}

func (c *command) keepSARIF(t *annotate.Telling) {
	if c.sarif == "" && !t.Upload {
		return
	}
	var b bytes.Buffer
	if err := annotate.WriteSARIF(&b, t.Report, versionText()); err != nil {
		c.fatal(fmt.Errorf("writing SARIF: %w", err))
		return
	}
	t.SARIF = b.Bytes()
	if c.sarif == "" {
		return
	}
	if err := keep(c.inWorkspace(c.sarif), t.SARIF); err != nil {
		c.fatal(fmt.Errorf("writing SARIF: %w", err))
	}
}

func (c *command) inWorkspace(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(c.workspace(), name)
}

// patchFile is the name of the patch in the folder that the job works in.
const patchFile = "envmedic.patch"

// keepPatch writes the edits as one diff, and returns its path; "" where there is no edit. The patch of an earlier run does not stay.
func (c *command) keepPatch(change annotate.Change) string {
	diff, err := edit.Diff(change.Files)
	if err != nil {
		c.fatal(fmt.Errorf("making the patch: %w", err))
		return ""
	}
	name := c.inWorkspace(patchFile)
	if diff == "" {
		c.say("there is no edit to propose" + leftHint(change) + ", so no patch is written")
		_ = os.Remove(name)
		return ""
	}
	if err := keep(name, []byte(diff)); err != nil {
		c.fatal(fmt.Errorf("writing the patch: %w", err))
		return ""
	}
	c.say(fmt.Sprintf("wrote %s; in the root of the repository, git apply %s makes the edits", patchFile, patchFile))
	return patchFile
}

func leftHint(change annotate.Change) string {
	if len(change.Left) == 0 {
		return ""
	}
	return " that is safe (fixes: review takes those that a person should review)"
}
