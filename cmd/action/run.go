package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/buildlog"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/manifest"
)

// A world is what the command knows of the process it runs in.
type world struct {
	args           []string
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	colour         bool // standard output is a terminal
	progress       bool // standard error is one
}

// Exit statuses, as CONVENTIONS.md has them.
const (
	told     = 0
	found    = 1
	misused  = 2
	couldNot = 3
)

// A command is one call of the program.
type command struct {
	world
	options
	rules    *diagnose.Rules
	masker   *annotate.Masker
	problems []string // what could not be read, one sentence each
	held     int64    // bytes of the logs that are read, see readOne
	status   int
	step     // what only a step of a build host has
}

// A step is the program's part of a job on GitHub or Azure Pipelines; all of it is empty on a terminal.
type step struct {
	host     host
	settings annotate.Settings
	token    string
	sarif    string // file to write
	summary  string // file to write for the tab of a run on Azure Pipelines
	fixes    string // safe | review: which edits a patch holds
	remote   fs.FS  // the definition files over the host's API; nil where the checkout has them
}

func run(w world) int {
	if w.hosted() {
		return runHosted(w)
	}
	o, err := parseArgs(w.args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = io.WriteString(w.stdout, help)
		return told
	}
	c := &command{world: w, options: o, masker: annotate.NewMasker(secrets(w.environ)...)}
	if err != nil {
		c.say(err.Error() + " (envmedic --help tells more)")
		return misused
	}
	if done, status := c.about(); done {
		return status
	}
	if !c.checkRepo("--repo") || !c.loadRules() {
		return misused
	}
	c.tell(c.diagnose(context.Background()))
	return c.status
}

func (c *command) checkRepo(option string) bool {
	info, err := os.Stat(c.repo)
	if err != nil || !info.IsDir() {
		c.say(fmt.Sprintf("%s %s is no directory; name the checkout that the build was made from", option, c.repo))
		return false
	}
	return true
}

// diagnose is the path of the data: logs and definition files in, the report out.
func (c *command) diagnose(ctx context.Context) *diagnose.Report {
	loaded := c.loadDefinitions()
	var logs []*buildlog.Log
	if !c.check {
		logs = c.readLogs(ctx, buildlog.NewFinder(c.rules.Literals()))
	}
	files := <-loaded
	if files.fault != nil {
		panic(files.fault)
	}
	c.unreadable(files.errs)
	if c.check {
		if len(files.errs) > 0 {
			c.status = couldNot
		}
		return diagnose.Check(c.rules, files.set)
	}
	return diagnose.Run(c.rules, logs, files.set)
}

// tell writes the report in all the ways that are asked for and settles the exit status.
func (c *command) tell(report *diagnose.Report) {
	report.Notes = append(report.Notes, c.problems...)
	if c.fail == "cause" && c.status == told && report.Cause() != nil {
		c.status = found
	}
	safe := annotate.Masked(report, c.masker)
	out := c.stdout
	if c.patch == "-" {
		out = c.stderr
	}
	if err := c.write(out, safe); err != nil {
		c.fatal(fmt.Errorf("writing the verdict: %w", err))
	}
	if c.patch != "" {
		c.writePatch(safe)
	}
	if c.apply != "" {
		c.applyFixes(report)
	}
}

func (c *command) write(w io.Writer, r *diagnose.Report) error {
	switch c.format {
	case "json":
		return annotate.WriteJSON(w, r)
	case "markdown":
		return annotate.WriteMarkdown(w, r, 0)
	case "sarif":
		return annotate.WriteSARIF(w, r, versionText())
	case "rdjson":
		return annotate.WriteRDJSON(w, r)
	}
	colour := c.colour && c.env("NO_COLOR") == "" && c.env("TERM") != "dumb"
	return annotate.WriteText(w, r, annotate.TextOptions{Colour: colour})
}

// mostUnreadable bounds how many definition files are said to be unreadable one by one: a checkout may hold folders of others.
const mostUnreadable = 5

func (c *command) unreadable(errs []error) {
	for i, err := range errs {
		if i == mostUnreadable && len(errs) > i+1 {
			c.problem(fmt.Errorf("%d more definition files or folders could not be read; --definitions narrows where they are looked for", len(errs)-i))
			return
		}
		c.problem(err)
	}
}

type definitions struct {
	set   *manifest.Set
	errs  []error
	fault any // a panic of reading them
}

// loadDefinitions reads the definition files beside the logs: walking a large checkout takes as long as reading a log.
func (c *command) loadDefinitions() <-chan definitions {
	files := c.remote
	if files == nil {
		files = os.DirFS(c.repo)
	}
	done := make(chan definitions, 1)
	go func() {
		var d definitions
		defer func() {
			d.fault = recover()
			done <- d
		}()
		d.set, d.errs = manifest.Load(files, c.definitions)
	}()
	return done
}

// loadRules adds the user's own rules to the built-in ones. A bad rule is said and left out; a folder that is none is misuse.
func (c *command) loadRules() bool {
	c.rules = diagnose.Builtin()
	for _, dir := range c.ruleDirs {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			c.say(fmt.Sprintf("--rule-dir %s is no directory; name a folder that holds rule folders", dir))
			return false
		}
		more, errs := c.rules.With(os.DirFS(dir))
		c.rules = more
		for _, err := range errs {
			c.problem(fmt.Errorf("reading --rule-dir %s: %w", dir, err))
			c.status = couldNot
		}
	}
	return true
}

// problem notes what could not be read: people are told at once, and the report repeats it.
func (c *command) problem(err error) {
	text := sentence(err)
	c.problems = append(c.problems, text)
	c.say(text)
}

// fatal is a problem that leaves the work undone.
func (c *command) fatal(err error) {
	c.problem(err)
	c.status = couldNot
}

// say writes one line to standard error. It may quote names and texts from outside.
func (c *command) say(text string) {
	fmt.Fprintln(c.stderr, "envmedic: "+c.unmatched(annotate.Plain(c.masker.Mask(text))))
}

// sentence is an error on one line. The operation of an fs.PathError ("open", "stat") tells users nothing, nor does its path
// where it was said before.
func sentence(err error) string {
	text := err.Error()
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		said, operation := pathErr.Path+": ", pathErr.Op+" "+pathErr.Path+": "
		if before, _, _ := strings.Cut(text, operation); strings.Contains(before, pathErr.Path) {
			said = ""
		}
		text = strings.Replace(text, operation, said, 1)
	}
	return strings.Join(strings.Fields(text), " ")
}

// env is the value of a variable, "" where it is not set.
func (c *command) env(name string) string {
	value, _ := c.lookupEnv(name)
	return value
}

// secrets are the values of variables whose names say that they hold one. Build hosts hand tokens to steps this way.
func secrets(environ []string) []string {
	var values []string
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		if len(value) >= 8 && secretName(strings.ToUpper(name)) {
			values = append(values, value)
		}
	}
	return values
}

func secretName(name string) bool {
	for _, end := range []string{"TOKEN", "PASSWORD", "PASSWD", "SECRET", "_KEY", "_PAT", "ACCESSTOKEN", "APIKEY"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return strings.HasPrefix(name, "SECRET_") || strings.HasPrefix(name, "ENDPOINT_AUTH_")
}
