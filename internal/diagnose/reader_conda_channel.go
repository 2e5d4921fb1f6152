package diagnose

import (
	"strings"
)

var (
	channelTail = lazy(`/(?:linux|osx|win|noarch)(?:-\w+)?(?:/(?:current_)?repodata\.json\S*)?/?$`)
	credentials = lazy(`//[^/@\s]+@`)
)

// readChannel makes the name by which a definition file would call the channel of a captured URL.
func readChannel(f *finding) bool {
	url := credentials.ReplaceAllString(strings.TrimRight(f.captures["url"], ">/"), "//")
	url = channelTail.ReplaceAllString(url, "")
	if url == "" {
		return true
	}
	f.set("base", url)
	f.set("channel", channelName(url))
	return true
}

// channelName is what a definition file calls the channel at an address: the name on the server that plain names stand for, defaults, or
// the address.
func channelName(url string) string {
	url = channelTail.ReplaceAllString(url, "")
	if m := plainChannelURL.FindStringSubmatch(url); m != nil {
		return m[1]
	}
	if defaultChannel.MatchString(url) {
		return "defaults"
	}
	return url
}

var plainChannelURL = lazy(`^https?://conda\.anaconda\.org/(\S+)$`)

var defaultChannel = lazy(`://(?:repo\.anaconda\.com|repo\.continuum\.io)/pkgs/`)
