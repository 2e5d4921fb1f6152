package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"github.com/envmedic/envmedic/internal/diagnose"
	"github.com/envmedic/envmedic/internal/edit"
)

// chosen are the edits of the first fix of each cause that may be made, joined. `check` has no causes to tell from advice: there
// every finding counts. A fix that clashes with an earlier one is left out, and said.
func (c *command) chosen(r *diagnose.Report, may func(diagnose.Fix) bool) (files []edit.File, titles []string) {
	for _, d := range r.Diagnoses {
		if d.Kind == "advice" && !c.check {
			continue
		}
		for _, f := range d.Fixes {
			if !may(f) || len(f.Files) == 0 {
				continue
			}
			joined, err := edit.Join(files, f.Files)
			if err != nil {
				c.say(fmt.Sprintf("the edit %q is left out because it clashes with another one; run again when that is made", f.Title))
				break
			}
			files, titles = joined, append(titles, f.Title)
			break
		}
	}
	return files, titles
}

// writePatch writes the first fix of each cause, be it safe or not: whoever applies a patch has seen it. The file is written also
// when there is no edit, and is empty then, so that the patch of an earlier run is not taken for this one's.
func (c *command) writePatch(r *diagnose.Report) {
	files, _ := c.chosen(r, func(diagnose.Fix) bool { return true })
	diff, err := edit.Diff(files)
	if err != nil {
		c.fatal(fmt.Errorf("making the patch: %w", err))
		return
	}
	if diff == "" {
		c.say("there is no edit to propose, so the patch is empty")
	}
	if c.patch == "-" {
		_, err = io.WriteString(c.stdout, diff)
	} else {
		err = os.WriteFile(c.patch, []byte(diff), 0o644)
	}
	if err != nil {
		c.fatal(fmt.Errorf("writing the patch to %s: %w", c.patch, err))
	}
}

// applyFixes writes edits to the checkout: the first safe fix of each cause or, with --apply=review, the first of any certainty.
// It works on the report before masking, since files keep their secrets.
func (c *command) applyFixes(r *diagnose.Report) {
	files, titles := c.chosen(r, func(f diagnose.Fix) bool { return f.Certainty == "safe" || c.apply == "review" })
	if len(files) == 0 {
		c.say("there is no edit to apply" + c.reviewHint(r))
		return
	}
	root, err := os.OpenRoot(c.repo)
	if err != nil {
		c.fatal(fmt.Errorf("applying the edits: %w", err))
		return
	}
	defer root.Close()
	if err := writeAll(root, files); err != nil {
		c.fatal(fmt.Errorf("applying the edits: %w", err))
		return
	}
	for _, t := range titles {
		c.say("applied: " + t)
	}
}

func (c *command) reviewHint(r *diagnose.Report) string {
	if c.apply == "review" {
		return ""
	}
	if files, _ := c.chosen(r, func(f diagnose.Fix) bool { return f.Certainty == "review" }); len(files) > 0 {
		return " that is safe; --apply=review applies those to review"
	}
	return ""
}

// A swap is a new version of a file that waits under another name beside it.
type swap struct{ wait, path string }

// writeAll replaces files by their new versions. All of them are written under other names first, so that a full disk or a file
// that has changed leaves the checkout as it was. A path cannot leave the root, by a symbolic link neither.
func writeAll(root *os.Root, files []edit.File) (err error) {
	var swaps []swap
	defer func() {
		for _, s := range swaps {
			err = errors.Join(err, ignoreMissing(root.Remove(s.wait)))
		}
	}()
	for i, f := range files {
		s := swap{path.Join(path.Dir(f.Path), ".envmedic-"+strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(i)), f.Path}
		swaps = append(swaps, s)
		if err := writeNew(root, f, s.wait); err != nil {
			return fmt.Errorf("writing %s: %w", f.Path, err)
		}
	}
	for _, s := range swaps {
		if err := root.Rename(filepath.FromSlash(s.wait), filepath.FromSlash(s.path)); err != nil {
			return fmt.Errorf("replacing %s: %w", s.path, err)
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// writeNew writes the new version of f under the name wait, with the permissions of the old one.
func writeNew(root *os.Root, f edit.File, wait string) error {
	mode, err := unchanged(root, f)
	if err != nil {
		return err
	}
	after, err := f.Apply()
	if err != nil {
		return err
	}
	if err := root.WriteFile(filepath.FromSlash(wait), after, mode); err != nil {
		return err
	}
	return root.Chmod(filepath.FromSlash(wait), mode)
}

// unchanged makes sure that the file is still the one that the edits were made for (a new file: that there is none), and returns
// its permissions.
func unchanged(root *os.Root, f edit.File) (fs.FileMode, error) {
	name := filepath.FromSlash(f.Path)
	info, err := root.Lstat(name)
	switch {
	case f.Base == nil && errors.Is(err, fs.ErrNotExist):
		return 0o644, nil
	case f.Base == nil && err == nil:
		return 0, errors.New("there is such a file by now; run again")
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, errors.New("it is a symbolic link or a device; edit what it leads to")
	}
	now, err := root.ReadFile(name)
	if err == nil && !bytes.Equal(now, f.Base) {
		err = errors.New("it has changed since it was read; run again")
	}
	return info.Mode().Perm(), err
}
