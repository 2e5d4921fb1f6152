package diagnose

import (
	"net/url"
	"strings"
)

var (
	curlMeter  = lazy(`^\s*(\d+)\s+(\d+\S*)\s+(\d+)\s+(\d+\S*)\s+\d+\s+\d+\S*\s+\d+\S*\s+\d+\S*\s+[-:\d]+`)
	curlTarget = lazy(`\b(?:curl|wget)\b[^|;&]*?(https?://[^\s"'|;&]+)`)
	wgetStart  = lazy(`^--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--\s+(\S+)`)
)

// readDownloadEmpty looks, from the command that is missing, back for a curl that received nothing: its meter ends with 0 bytes. It may
// stand in an earlier step, which passed: an empty installer runs without an error.
func readDownloadEmpty(f *finding) bool {
	for i := f.first - 1; i >= 0; i-- {
		if !strings.Contains(f.text(i), "Dload") || f.meterBytes(i) != "0" {
			continue
		}
		f.quoteMeter(i)
		if s := f.log.Lines[i].Step; s >= 0 {
			f.set("url", firstGroup(curlTarget, f.log.Steps[s].Command))
		}
		return true
	}
	return false
}

// meterBytes is what curl's meter below its head on line i counts at its end as received; "" where it can't be read. What a carriage return
// overwrote is gone, so that a line holds the last state.
func (f *finding) meterBytes(i int) string {
	received := ""
	for k := i; k < len(f.log.Lines) && k < i+200; k++ {
		m := curlMeter.FindStringSubmatch(f.text(k))
		switch {
		case m != nil:
			received = m[4]
		case k > i+1 && received != "":
			return received
		}
	}
	return received
}

func (f *finding) quoteMeter(i int) {
	for k := max(0, i-1); k < len(f.log.Lines) && k < i+3; k++ {
		if t := f.text(k); strings.Contains(t, "% Total") || strings.Contains(t, "Dload") || curlMeter.MatchString(t) {
			f.quote(k)
		}
	}
}

func firstGroup(re *pattern, s string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// readDownloadRefused adds the address that a server refused: the last one that wget announced, or the one in the step's command. Of a host
// with a known archive it adds the two words to exchange.
func readDownloadRefused(f *finding) bool {
	for lines := f.before(f.first, 40); len(lines) > 0; lines = lines[:len(lines)-1] {
		if m := wgetStart.FindStringSubmatch(f.text(lines[len(lines)-1])); m != nil {
			f.set("url", m[1])
			break
		}
	}
	command := ""
	if i := f.stepIndex(); i >= 0 {
		command = f.log.Steps[i].Command
	}
	written := firstGroup(curlTarget, command)
	f.set("url", written)
	f.setArchive(written)
	if f.captures["url"] == "" {
		f.set("what", "a file")
	} else {
		f.set("what", f.captures["url"])
	}
	return true
}

// setArchive adds the host of an address as the Dockerfile writes it, and the archive's to put in its place.
func (f *finding) setArchive(written string) {
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "", "$", "").Replace(written))
	if err != nil {
		return
	}
	if archive := fact("download-archives", u.Host, "archive"); archive != "" {
		f.set("old_host", u.Host+"/")
		f.set("archive_host", archive+"/")
	}
}
