package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/envmedic/envmedic/internal/annotate"
	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

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
	files := map[string][]byte{".gitignore": []byte("*\n"), "report.json": b.Bytes()}
	if c.summary != "" {
		files[filepath.Base(c.summary)] = []byte(annotate.Markdown(r, 0))
	}
	var err error
	for name, text := range files {
		err = errors.Join(err, c.keep(path.Join(kept, name), text))
	}
	if err != nil {
		c.fatal(fmt.Errorf("keeping the report: %w", err))
		return ""
	}
	return path.Join(kept, "report.json")
}

// keep writes a file that every user of the machine may replace: an action's container writes as root into the runner's folder. What
// is checked out may be a stranger's, so a symbolic link is not followed to where root may write and they may not; a name that the
// user has given may lead out of the workspace.
func (c *command) keep(name string, text []byte) error {
	if !filepath.IsLocal(name) {
		return os.WriteFile(c.inWorkspace(name), text, 0o666)
	}
	root, err := os.OpenRoot(c.workspace())
	if err != nil {
		return err
	}
	defer root.Close()
	folder := filepath.Dir(name)
	if err := root.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if folder == kept {
		_ = root.Chmod(folder, 0o777) // a container's root made it, and the runner's user cleans up
	}
	if err := ignoreMissing(root.Remove(name)); err != nil { // a link, perhaps
		return err
	}
	if err := root.WriteFile(name, text, 0o666); err != nil {
		return err
	}
	_ = root.Chmod(name, 0o666)
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
	if err := c.keep(c.sarif, t.SARIF); err != nil {
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
func (c *command) keepPatch(t *annotate.Telling) string {
	diff, err := edit.Diff(t.Change.Files)
	if err != nil {
		c.fatal(fmt.Errorf("making the patch: %w", err))
		return ""
	}
	if diff == "" {
		c.say("there is no edit to propose" + leftHint(t.Change) + ", so no patch is written")
		_ = os.Remove(c.inWorkspace(patchFile))
		return ""
	}
	if err := c.keep(patchFile, []byte(diff)); err != nil {
		c.fatal(fmt.Errorf("writing the patch: %w", err))
		return ""
	}
	c.say(fmt.Sprintf("wrote %s; %s makes the edits", patchFile, applying(t)))
	return patchFile
}

// applying is the command that makes the edits of the patch, in the folder that the job works in. git takes the paths of a patch
// from the root of the repository, which may be checked out in a folder of that one.
func applying(t *annotate.Telling) string {
	root := strings.Trim(strings.TrimSuffix(t.FromWorkspace, t.FromRepository), "/")
	if root == "" {
		return "git apply " + patchFile
	}
	return "git -C " + root + " apply " + strings.Repeat("../", strings.Count(root, "/")+1) + patchFile
}

func leftHint(change annotate.Change) string {
	if len(change.Left) == 0 {
		return ""
	}
	return " that is safe (fixes: review takes those that a person should review)"
}
