package buildlog

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What is read of an archive. Archives come from artifacts, which the author of a pull request can fill.
const (
	maxEntries  = 2000
	maxUnpacked = 4 << 30  // bytes, over all entries
	maxRatio    = 500      // of unpacked to packed bytes, for an entry of more than …
	ratioFrom   = 64 << 20 // … so many bytes unpacked; logs pack to a tenth or a fiftieth
)

// A Source is one log of a file: the file itself, or an entry of a zip.
type Source struct {
	Name string
	size int64 // in bytes, as far as it is known; what is packed unpacks to more
	open func() (io.Reader, error)
}

// Read reads the log of the source. See the function Read.
func (s Source) Read(f *Finder) (*Log, error) {
	r, err := s.open()
	if err != nil {
		return Read(failing{err}, s.Name, f)
	}
	return read(r, s.Name, f, pieceSize, s.size)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Stream is the log in r, unpacked if it is gzip. A zip has to be opened as a file, see IsZip and Open.
func Stream(name string, r io.Reader) Source {
	budget := int64(maxUnpacked)
	return Source{Name: name, open: func() (io.Reader, error) { return gunzip(r, &budget) }}
}

// IsZip tells whether head, the first bytes of a file, begins a zip.
func IsZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

// Open returns the logs in a file of that size: each log in a zip under its own name, else the file. The error says
// what of a zip is left out; the sources beside it can be read.
func Open(name string, r io.ReaderAt, size int64) ([]Source, error) {
	head := make([]byte, 4)
	n, _ := r.ReadAt(head, 0)
	if !IsZip(head[:n]) {
		s := Stream(name, io.NewSectionReader(r, 0, size))
		s.size = size
		return []Source{s}, nil
	}
	z, err := zip.NewReader(r, size)
	if err != nil && z == nil || errors.Is(err, zip.ErrFormat) {
		return nil, fmt.Errorf("%s is a broken zip (%v): download it again", name, err)
	}
	return entries(name, z)
}

func entries(name string, z *zip.Reader) ([]Source, error) {
	budget := int64(maxUnpacked)
	jobs := jobLogs(z)
	var sources []Source
	for i, e := range z.File {
		if i == maxEntries {
			return sources, fmt.Errorf("%s holds %d files, of which the first %d are read: give the log that failed by itself", name, len(z.File), maxEntries)
		}
		if e.FileInfo().IsDir() || ofStep(e.Name, jobs) || !isText(e) {
			continue
		}
		sources = append(sources, Source{Name: name + "/" + e.Name, size: int64(min(e.UncompressedSize64, bufferSize)), open: func() (io.Reader, error) { return entry(e, &budget) }})
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("%s holds no log: give the zip of the run's logs", name)
	}
	return sources, nil
}

// jobLogs are the names of the jobs whose whole log stands at the top of GitHub's zip, as "3_build.txt".
func jobLogs(z *zip.Reader) map[string]bool {
	jobs := map[string]bool{}
	for _, e := range z.File[:min(len(z.File), maxEntries)] {
		number, job, ok := strings.Cut(e.Name, "_")
		if ok && digits(number) == len(number) && !strings.Contains(e.Name, "/") {
			jobs[plainName(strings.TrimSuffix(job, ".txt"))] = true
		}
	}
	return jobs
}

// ofStep tells whether an entry repeats a part of a job's log: GitHub adds "build/2_Run tests.txt" to "3_build.txt".
func ofStep(entry string, jobs map[string]bool) bool {
	job, _, ok := strings.Cut(entry, "/")
	return ok && jobs[plainName(job)]
}

// plainName leaves out what GitHub replaces in the names of files, not everywhere alike.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(` /\:*?"<>|_.,()-`, r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

func isText(e *zip.File) bool {
	r, err := e.Open()
	if err != nil {
		return true // reading it tells what is wrong
	}
	defer r.Close()
	head := make([]byte, 1024)
	n, _ := io.ReadFull(r, head)
	head = head[:n]
	return zeros(head, 0) || zeros(head, 1) || bytes.HasPrefix(head, []byte{0x1f, 0x8b}) || !isBinary(head)
}

func entry(e *zip.File, budget *int64) (io.Reader, error) {
	r, err := e.Open()
	if err != nil {
		return nil, fmt.Errorf("opening the entry: %w", err)
	}
	return gunzip(&guard{in: r, budget: budget, packed: int64(e.CompressedSize64)}, budget)
}

// gunzip returns the text in r, unpacked if it is packed.
func gunzip(r io.Reader, budget *int64) (io.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if head, _ := in.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("opening the gzip: %w", err)
	}
	return &guard{in: z, budget: budget}, nil
}

// A guard stops what unpacks to more than a log can be.
type guard struct {
	in     io.Reader
	budget *int64
	packed int64 // 0 where it is not known
	read   int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.in.Read(p)
	g.read += int64(n)
	*g.budget -= int64(n)
	switch {
	case *g.budget < 0:
		return 0, fmt.Errorf("it unpacks to more than %d GiB, so its rest is not read: give the log that failed by itself", maxUnpacked>>30)
	case g.packed > 0 && g.read > ratioFrom && g.read/maxRatio > g.packed:
		return 0, fmt.Errorf("it unpacks to more than %d times its size, which no log does, so its rest is not read", maxRatio)
	}
	return n, err
}
