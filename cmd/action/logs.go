package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/envmedic/envmedic/internal/buildlog"
)

// readLogs reads all logs that the arguments name. One that cannot be read is a problem, and the others are read all the same.
func (c *command) readLogs(ctx context.Context, finder *buildlog.Finder) []*buildlog.Log {
	var logs []*buildlog.Log
	for _, arg := range c.logs {
		if arg == "-" && c.host == nil {
			logs = append(logs, c.readStdin(finder)...)
			continue
		}
		names, err := expand(arg)
		switch {
		case errors.Is(err, fs.ErrNotExist) && c.host != nil:
			logs = append(logs, c.readStored(ctx, arg, finder)...)
		case err != nil:
			c.fatal(fmt.Errorf("reading %s: %w", arg, reason(err)))
		}
		for _, name := range names {
			logs = append(logs, c.readFile(name, finder)...)
		}
	}
	return logs
}

// noMatch is what a glob without a file ends in. It is fs.ErrNotExist, too.
type noMatch struct{}

func (noMatch) Error() string        { return "no file matches; see where the log is" }
func (noMatch) Is(target error) bool { return target == fs.ErrNotExist }

// expand is the files that an argument names: itself, or what it matches where it is a glob that no shell has expanded.
func expand(arg string) ([]string, error) {
	_, err := os.Lstat(arg)
	if err == nil {
		return []string{arg}, nil
	}
	if !strings.ContainsAny(arg, "*?[{") {
		return nil, err
	}
	names, err := doublestar.FilepathGlob(arg, doublestar.WithFilesOnly())
	if err == nil && len(names) == 0 {
		err = noMatch{}
	}
	return names, err
}

// readStored reads the artifacts of that name, which earlier jobs of a host have stored.
func (c *command) readStored(ctx context.Context, name string, finder *buildlog.Finder) []*buildlog.Log {
	stored, err := c.host.Artifacts(ctx, name)
	if err != nil {
		c.fatal(fmt.Errorf("reading %s: there is no such file, and looking for an artifact of that name: %w", name, err))
		return nil
	}
	if len(stored) == 0 {
		c.fatal(fmt.Errorf("reading %s: there is neither such a file nor an artifact of that name; see where the log is (command 2>&1 | tee %s)", name, name))
	}
	var logs []*buildlog.Log
	for _, a := range stored {
		logs = append(logs, c.readStream(a, a.Name, finder)...)
		_ = a.Close()
	}
	return logs
}

func (c *command) readFile(name string, finder *buildlog.Finder) []*buildlog.Log {
	f, err := os.Open(name)
	if err != nil {
		c.fatal(fmt.Errorf("reading %s: %w", name, reason(err)))
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		c.fatal(fmt.Errorf("reading %s: %w", name, reason(err)))
		return nil
	case info.IsDir():
		c.fatal(fmt.Errorf("reading %s: it is a directory; name the logs in it, for instance %s", name, filepath.Join(name, "*.log")))
		return nil
	case !info.Mode().IsRegular(): // a pipe such as <(command)
		return c.readStream(f, name, finder)
	}
	return c.readAll(filepath.ToSlash(name), f, info.Size(), finder)
}

// reason says what a person can do about an error of opening a file.
func reason(err error) error {
	switch {
	case errors.Is(err, noMatch{}):
		return noMatch{}
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file; see where the log is")
	case errors.Is(err, fs.ErrPermission):
		return errors.New("it may not be read; change its permissions")
	}
	return err
}

func (c *command) readStdin(finder *buildlog.Finder) []*buildlog.Log {
	return c.readStream(c.stdin, "standard input", finder)
}

// readStream reads a log that comes once and in order. An archive has its table at its end, so it is written to a file before.
func (c *command) readStream(in io.Reader, name string, finder *buildlog.Finder) []*buildlog.Log {
	r := bufio.NewReaderSize(in, 64<<10)
	if head, _ := r.Peek(4); !buildlog.IsZip(head) {
		p := c.watch(name, 0)
		defer p.clear()
		return c.readOne(buildlog.Stream(name, p.reader(r)), finder)
	}
	f, err := os.CreateTemp("", "envmedic-*.zip")
	if err != nil {
		c.fatal(fmt.Errorf("reading %s: %w", name, err))
		return nil
	}
	defer os.Remove(f.Name())
	defer f.Close()
	size, err := io.Copy(f, io.LimitReader(r, maxSpooled))
	if err != nil {
		c.fatal(fmt.Errorf("reading %s: %w", name, err))
		return nil
	}
	return c.readAll(name, f, size, finder)
}

// maxSpooled bounds what an archive from a pipe may take of the disk.
const maxSpooled = 4 << 30

// readAll reads a file: one log, or an archive of logs.
func (c *command) readAll(name string, f io.ReaderAt, size int64, finder *buildlog.Finder) []*buildlog.Log {
	p := c.watch(name, size)
	defer p.clear()
	sources, err := buildlog.Open(name, p.readerAt(f), size)
	if err != nil {
		c.fatal(err)
	}
	var logs []*buildlog.Log
	for _, s := range sources {
		logs = append(logs, c.readOne(s, finder)...)
	}
	return logs
}

// Of a log that is read, up to mostHeld bytes stay, and reading a further one takes oneLog, however large it is. The garbage
// collector is told so. Below that it hardly runs (see main): an ordinary log is read before it would have been of use.
const (
	mostHeld = 8 << 20
	oneLog   = 24 << 20
)

func (c *command) readOne(s buildlog.Source, finder *buildlog.Finder) []*buildlog.Log {
	debug.SetMemoryLimit(oneLog + 2*c.held)
	log, err := s.Read(finder)
	if log != nil {
		c.held += min(log.Bytes, mostHeld)
	}
	if err != nil {
		c.fatal(err)
	}
	if log == nil || log.Bytes == 0 {
		if err == nil {
			c.fatal(fmt.Errorf("reading %s: the log is empty; see that the build's output was written to it (command > build.log 2>&1)", s.Name))
		}
		return nil
	}
	return []*buildlog.Log{log}
}
