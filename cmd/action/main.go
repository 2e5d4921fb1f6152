// Envmedic reads the log of a failed build of an environment image and says what broke, why, at which line of which file, and
// which edit mends it.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/envmedic/envmedic/internal/annotate"
)

// version is set by the linker in a release.
var version = ""

func main() {
	debug.SetGCPercent(400) // what a large log may take is bounded by readOne
	os.Exit(guarded(world{
		args:     os.Args[1:],
		environ:  os.Environ(),
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		colour:   terminal(os.Stdout),
		progress: terminal(os.Stderr),
	}))
}

// guarded is run, with a fault of the program told in a sentence: Go's own exit status for it, 2, would say that the program was misused.
func guarded(w world) (status int) {
	defer func() {
		if fault := recover(); fault != nil {
			fmt.Fprintf(w.stderr, "envmedic: a fault of its own stopped it (%s); please report it with the log\n", annotate.Plain(fmt.Sprint(fault)))
			status = couldNot
		}
	}()
	return run(w)
}

// terminal tells whether f is one. A device like /dev/null counts too: nobody sees what goes there.
func terminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// versionText is the release, or what the Go toolchain knows of the source.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
