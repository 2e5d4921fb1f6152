package diagnose

import (
	"slices"
	"strconv"
	"strings"
)

var (
	multipleVersions = hinted(`looking at multiple versions of (\S+) to determine`, "looking at multiple versions")
	downloadedFile   = hinted(`^\s+(?:Downloading|Using cached) (?:https?://\S+/)?([A-Za-z0-9][\w.]*?)-\d[\w.!+]*(?:-[\w.-]+)?(?:\.tar\.gz|\.zip|\.whl|\.tar\.bz2)`, "Downloading ", "Using cached ")
	finishedPip      = hinted(`^\s*(?:Installing collected packages|Successfully installed)\b`, "Installing collected packages", "Successfully installed")
)

// manyDownloads of one package in one run are not progress any more.
const manyDownloads = 8

// readBacktracking is readDownloads where the resolver went on and on: pip says so itself, or the downloads do.
func readBacktracking(f *finding) bool {
	if !readDownloads(f) {
		return false
	}
	n, _ := strconv.Atoi(f.captures["downloads"])
	return n >= manyDownloads || strings.Contains(f.text(f.first), "taking longer than usual")
}

// readDownloads reads what the resolver went through: the packages of which it says that it looks at multiple versions, and how often it downloaded
// the one that it downloaded most. Captures: packages, package (that one), downloads. It refuses where the resolver came to an end.
func readDownloads(f *finding) bool {
	if len(f.mentionedAfter(finishedPip, -1)) > 0 {
		return false
	}
	for _, m := range slices.Concat(f.mentionedBefore(multipleVersions, lookBack), f.mentionedAfter(multipleVersions, lookBack)) {
		f.add("packages", m.what)
		f.quote(m.line)
	}
	count := map[string]int{}
	for _, m := range slices.Concat(f.mentionedBefore(downloadedFile, lookBack), f.mentionedAfter(downloadedFile, lookBack)) {
		count[normalName(m.what)]++
	}
	name, most := "", 1
	for n, c := range count {
		if c > most || c == most && n < name {
			name, most = n, c
		}
	}
	if name != "" {
		f.set("package", name)
		f.set("downloads", strconv.Itoa(most))
	}
	return true
}
