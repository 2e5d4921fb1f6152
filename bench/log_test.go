package bench

import (
	"bufio"
	"fmt"
	"io"
	"math/rand"
	"strings"
)

var (
	bar  = strings.Repeat("━", 40)
	pads = []string{"core", "io", "lab", "tools", "net", "plot", "data", "async"}
)

// writeLog writes the log of a long image build of about size bytes: what pip, apt, conda, compilers and BuildKit print while all is
// well, with what looks like a failure and is none, and one failure near the end. The same size gives the same log.
func writeLog(out io.Writer, size int64) error {
	w := bufio.NewWriterSize(out, 1<<20)
	r := rand.New(rand.NewSource(1))
	written := int64(0)
	for clock := 0.1; written < size-600; clock += 0.01 {
		prefix := ""
		if r.Intn(10) < 7 {
			prefix = fmt.Sprintf("#%d %.3f ", 4+written>>22, clock)
		}
		n, err := fmt.Fprintf(w, "%s%s\n", prefix, healthyLine(r))
		if err != nil {
			return err
		}
		written += int64(n)
	}
	_, err := io.WriteString(w, `ERROR: Could not find a version that satisfies the requirement lab-data==99.1.0 (from versions: 4.10.8, 4.11.4, 5.1.6)
ERROR: No matching distribution found for lab-data==99.1.0
ERROR: failed to solve: process "/bin/sh -c pip install -r /requirements.txt" did not complete successfully: exit code: 1
`)
	if err != nil {
		return err
	}
	return w.Flush()
}

func healthyLine(r *rand.Rand) string {
	name := pads[r.Intn(len(pads))] + "-" + pads[r.Intn(len(pads))]
	version := fmt.Sprintf("%d.%d.%d", r.Intn(9), r.Intn(30), r.Intn(12))
	hash := fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())
	if r.Intn(1000) == 0 {
		return "INFO: pip is looking at multiple versions of " + name + " to determine which version is compatible with other requirements. This could take a while."
	}
	switch r.Intn(16) {
	case 0, 1:
		return "Collecting " + name + "==" + version
	case 2:
		return fmt.Sprintf("  Downloading %s-%s-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl (%d.3 MB)", name, version, r.Intn(90))
	case 3, 4:
		return fmt.Sprintf("     %s %d.2/64.1 MB 8.5 MB/s eta 0:00:01", bar, r.Intn(64))
	case 5:
		return fmt.Sprintf("Requirement already satisfied: %s>=%s in /opt/env/lib/python3.11/site-packages (from %s->-r /requirements.txt (line %d)) (%s)", name, version, name, r.Intn(80), version)
	case 6:
		return "  Created wheel for " + name + ": filename=" + name + "-" + version + "-py3-none-any.whl size=41230 sha256=" + hash + hash
	case 7:
		return fmt.Sprintf("Get:%d http://archive.example/debian bookworm/main amd64 lib%s-dev amd64 %s-1 [%d kB]", r.Intn(400), name, version, r.Intn(9000))
	case 8:
		return "Unpacking lib" + name + ":amd64 (" + version + "-1) ..."
	case 9:
		return fmt.Sprintf("\r%-28s | 12.1 MB    | %-10s | %3d%% ", name+"-"+version, "########"[:r.Intn(9)], r.Intn(100))
	case 10:
		return "  " + name + "  conda-forge/linux-64::" + name + "-" + version + "-py311h" + hash[:7] + "_0"
	case 11:
		return "sha256:" + hash + hash + " 12.5MB / 31.4MB 0.5s"
	case 12, 13:
		return "gcc -pthread -B /opt/env/compiler_compat -Wsign-compare -DNDEBUG -fwrapv -O2 -Wall -fPIC -I/tmp/pip-install-" + hash[:8] + "/" + name + "/include -c src/" + name + "/error_handlers.c -o build/temp/src/error_handlers.o"
	case 14:
		return "-- Looking for " + name + "_create in " + name + " - not found"
	}
	return "\x1b[2K   \x1b[90m" + bar + "\x1b[0m \x1b[32m" + version + "\x1b[0m/" + version
}
