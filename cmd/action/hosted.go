package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
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
	if !c.findFiles(ctx) || !c.loadRules() {
		return misused
	}
	c.publish(ctx, c.diagnose(ctx))
	return c.status
}

// findFiles settles where the definition files are: in the checkout, or on the host where what is checked out is not what was built.
// Without a permission to read them there, the log is told all the same.
func (c *command) findFiles(ctx context.Context) bool {
	remote, err := c.host.Files(ctx)
	if err == nil && remote != nil {
		if _, folder := locate(c.repo, c.workspace()); folder != "" {
			remote, err = fs.Sub(remote, folder)
		}
		c.remote = remote
	}
	if err != nil {
		c.problem(fmt.Errorf("reading the definition files of the commit that was built: %w", err))
		return true
	}
	return c.remote != nil || c.checkRepo("input repo:")
}

// publish prints the verdict, writes the files that are asked for, tells the host, and sets the outputs.
func (c *command) publish(ctx context.Context, report *diagnose.Report) {
	report.Notes = append(report.Notes, c.problems...)
	if c.fail == "cause" && c.status == told && report.Cause() != nil {
		c.status = found
	}
	t := c.telling(annotate.Masked(report, c.masker))
	if err := c.print(t.Report); err != nil {
		c.fatal(fmt.Errorf("printing the verdict: %w", err))
	}
	values := map[string]string{outcomeOutput: string(annotate.VerdictOf(t.Report)), causesOutput: strconv.Itoa(causes(t.Report))}
	if d := t.Report.Cause(); d != nil {
		values[ruleOutput] = d.Rule
	}
	values[reportOutput] = c.keepReport(t.Report)
	c.keepSARIF(t)
	if t.Patch == "file" {
		values[patchOutput] = c.keepPatch(t)
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

// unmatched is text for the log of a step, which problem matchers read on GitHub, and on no other host.
func (c *command) unmatched(text string) string {
	if c.host == nil || c.onAzure() {
		return text
	}
	return annotate.Unmatched(text)
}

// print writes the verdict to the step's log.
func (c *command) print(r *diagnose.Report) error {
	var b strings.Builder
	if err := annotate.WriteText(&b, r, annotate.TextOptions{}); err != nil {
		return err
	}
	_, err := io.WriteString(c.stdout, c.unmatched(b.String()))
	return err
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
	t.FromRepository, t.FromWorkspace = locate(c.repo, c.workspace())
	if c.remote != nil { // what is checked out, if anything, is no matter
		t.FromRepository = t.FromWorkspace
	}
	t.Change = c.change(r)
	for i := range t.Change.Files {
		t.Change.Files[i].Path = t.InRepository(t.Change.Files[i].Path)
	}
	return t
}

// change is the edits of a report that may be proposed, with the report's paths.
func (c *command) change(r *diagnose.Report) annotate.Change {
	allowed := func(f diagnose.Fix) bool { return len(f.Files) > 0 && (f.Certainty == "safe" || c.fixes == "review") }
	var change annotate.Change
	change.Files, change.Titles = c.chosen(r, allowed)
	for _, d := range r.Diagnoses {
		switch {
		case d.Kind == "advice" || len(d.Fixes) == 0:
		case slices.ContainsFunc(d.Fixes, allowed):
			change.Rules = append(change.Rules, d.Rule)
		default:
			change.Left = append(change.Left, d.Fixes[0].Title)
		}
	}
	return change
}

func (c *command) workspace() string {
	for _, name := range []string{"GITHUB_WORKSPACE", "BUILD_SOURCESDIRECTORY"} {
		if dir := c.env(name); dir != "" {
			return dir
		}
	}
	return "."
}
