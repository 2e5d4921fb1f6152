package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

const help = `Envmedic reads the log of a failed build of an environment image (pip, conda, Docker, Azure ML, ...) and says what broke, why,
at which line of which file, and which edit mends it. It needs no network and no token.

usage:
  envmedic [flags] LOG...          diagnose a build
  envmedic check [flags]           read the definition files alone, without a log

LOG is a file, a glob, "-" for standard input, a .gz, or a .zip of logs.

where to look:
  --repo DIR               the checkout with the definition files (default ".")
  --definitions GLOB,...   which files define the environment (default: found by their usual names)
  --rule-dir DIR           a folder of your own rules, loaded beside the built-in ones; may be repeated

what to print:
  --format FORMAT          text (default), json, markdown, sarif or rdjson
  --fail never|cause       with "cause", exit with status 1 when the cause of a failure was found (default "never")

what to mend:
  --patch FILE             write the first edit of each cause as a unified diff for git apply; "-" prints it, and the verdict
                           goes to standard error
  --apply                  write the edits that are safe to the checkout
  --apply=review           also those that a person should review: do that with git diff

about the rules:
  --rules                  list them
  --explain RULE           print a rule's page

  --schema                 print the JSON Schema of --format json
  --version                print the version
  --help                   print this

exit status: 0 told, or nothing to tell; 1 a cause was found and --fail cause was given; 2 misused; 3 something could not be
read or written (the rest is still reported).
`

// options are what the command line asks for.
type options struct {
	check       bool
	logs        []string
	repo        string
	definitions list
	ruleDirs    list
	format      string
	fail        string
	patch       string
	apply       applyMode
	explain     string
	rules       bool
	schema      bool
	version     bool
}

var formats = []string{"text", "json", "markdown", "sarif", "rdjson"}

// parseArgs reads the command line. Flags may stand behind LOG arguments too; "--" ends them.
func parseArgs(args []string) (options, error) {
	var o options
	fs := flag.NewFlagSet("envmedic", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	fs.StringVar(&o.repo, "repo", ".", "")
	fs.Var(&o.definitions, "definitions", "")
	fs.Var((*dirs)(&o.ruleDirs), "rule-dir", "")
	fs.StringVar(&o.format, "format", "text", "")
	fs.StringVar(&o.fail, "fail", "never", "")
	fs.StringVar(&o.patch, "patch", "", "")
	fs.Var(&o.apply, "apply", "")
	fs.StringVar(&o.explain, "explain", "", "")
	fs.BoolVar(&o.rules, "rules", false, "")
	fs.BoolVar(&o.schema, "schema", false, "")
	fs.BoolVar(&o.version, "version", false, "")
	if len(args) > 0 && args[0] == "check" {
		o.check, args = true, args[1:]
	}
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			return o, err
		}
		rest := fs.Args()
		if ended := len(rest) < len(args) && args[len(args)-len(rest)-1] == "--"; ended {
			o.logs = append(o.logs, rest...)
			break
		}
		if len(rest) == 0 {
			break
		}
		o.logs, args = append(o.logs, rest[0]), rest[1:]
	}
	return o, o.validate()
}

func (o *options) validate() error {
	switch {
	case !slices.Contains(formats, o.format):
		return fmt.Errorf("--format is %q, must be one of %s", o.format, strings.Join(formats, ", "))
	case o.fail != "never" && o.fail != "cause":
		return fmt.Errorf(`--fail is %q, must be "never" or "cause"`, o.fail)
	case o.rules || o.schema || o.version || o.explain != "":
		return nil
	case o.check && len(o.logs) > 0:
		return fmt.Errorf("check reads the definition files alone and takes no log, but %q is given; leave out one of them", o.logs[0])
	case !o.check && len(o.logs) == 0:
		return errors.New(`no log is given; name a file, or "-" to read standard input`)
	}
	return nil
}

// A list is a flag with values separated by commas, which may be repeated.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			*l = append(*l, part)
		}
	}
	return nil
}

// dirs is a flag with one path, which may be repeated. A path may hold commas.
type dirs list

func (d *dirs) String() string { return strings.Join(*d, ",") }

func (d *dirs) Set(s string) error {
	*d = append(*d, s)
	return nil
}

// applyMode is which edits are written to the checkout: none, the safe ones, or also those to review.
type applyMode string

func (m *applyMode) String() string { return string(*m) }

// IsBoolFlag lets --apply stand without a value.
func (m *applyMode) IsBoolFlag() bool { return true }

func (m *applyMode) Set(s string) error {
	switch s {
	case "true", "safe":
		*m = "safe"
	case "review":
		*m = "review"
	case "false":
		*m = ""
	default:
		return errors.New(`must be --apply or --apply=review`)
	}
	return nil
}
