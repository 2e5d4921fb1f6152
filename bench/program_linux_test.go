// Package bench measures the whole program, from process start to verdict, beside ripgrep with the same literals (make bench).
package bench

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/envmedic/envmedic/internal/diagnose"
)

const (
	large = 1 << 30
	small = 1 << 20
)

func BenchmarkLarge(b *testing.B) { compare(b, large) }

func BenchmarkSmall(b *testing.B) { compare(b, small) }

// compare runs both programs in turn, so that both meet the same neighbours on the machine.
func compare(b *testing.B, size int64) {
	log := logOf(b, size)
	envmedic := build(b)
	b.Run("envmedic", func(b *testing.B) { run(b, size, envmedic, "--repo", b.TempDir(), "--format", "json", log) })
	rg, err := exec.LookPath("rg")
	if err != nil {
		b.Log("ripgrep is not installed, so nothing is measured beside it")
		return
	}
	words := filepath.Join(b.TempDir(), "literals")
	if err := os.WriteFile(words, []byte(strings.Join(diagnose.Builtin().Literals(), "\n")+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	b.Run("ripgrep", func(b *testing.B) { run(b, size, rg, "-j1", "-c", "-F", "-f", words, log) })
}

// run reports the wall time, the processor time of all threads, and the peak of memory, the program's own pages included.
func run(b *testing.B, size int64, program string, args ...string) {
	b.SetBytes(size)
	var processor time.Duration
	peak := int64(0)
	for b.Loop() {
		cmd := exec.Command(program, args...)
		cmd.Stdout = io.Discard
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
		used := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		processor += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		peak = max(peak, used.Maxrss)
	}
	each := processor.Seconds() / float64(b.N)
	b.ReportMetric(each*1e3, "cpu-ms/op")
	b.ReportMetric(float64(size)/1e6/each, "MB/cpu-s")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
}

func build(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "envmedic")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/action").CombinedOutput(); err != nil {
		b.Fatalf("building the program: %v\n%s", err, out)
	}
	return program
}

// logOf returns a log of that size: the first bytes of the file that the variable LOG names, or one of writeLog.
func logOf(b *testing.B, size int64) string {
	b.Helper()
	name := filepath.Join(b.TempDir(), fmt.Sprintf("%d.log", size))
	f, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	given := os.Getenv("LOG")
	if given == "" {
		err = writeLog(f, size)
	} else {
		err = copyHead(f, given, size)
	}
	if err != nil {
		b.Fatalf("writing a log of %d bytes: %v", size, err)
	}
	return name
}

func copyHead(to io.Writer, name string, size int64) error {
	in, err := os.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.Copy(to, io.LimitReader(in, size))
	return err
}
