package diagnose

import (
	"strings"
)

var keyID = lazy(`(?:NO_PUBKEY|EXPKEYSIG|REVKEYSIG|KEYEXPIRED|Missing key|BADSIG) ([0-9A-F]{8,40})`)

// readAptKey lists the keys that are missing or expired, and whose the first known one is.
func readAptKey(f *finding) bool {
	f.captures["repo"] = strings.TrimSuffix(strings.Join(strings.Fields(f.captures["repo"]), " "), " InRelease")
	for _, i := range append([]int{f.first}, append(f.before(f.first, 30), f.after(f.first, 6)...)...) {
		for _, m := range keyID.FindAllStringSubmatch(f.text(i), -1) {
			f.quote(i)
			f.add("keyid", m[1])
		}
	}
	for id := range strings.SplitSeq(f.captures["keyid"], ", ") {
		if row, ok := tables["apt-keys"]().get(id[max(0, len(id)-16):]); ok {
			f.set("owner", row["owner"])
			f.setKeyring(row)
			return true
		}
	}
	return true
}

var cudaRepo = lazy(`/repos/([a-z0-9]+/(?:x86_64|sbsa))`)

// setKeyring adds what renews a key: the archive of NVIDIA's keyring package is of the distribution's release, which the repository's address names.
func (f *finding) setKeyring(row map[string]string) {
	f.set("fingerprint", row["fingerprint"])
	f.set("former", row["former"])
	if row["keyring"] != "cuda-keyring" {
		return
	}
	repo := cudaRepo.FindStringSubmatch(f.captures["repo"])
	if repo != nil {
		f.set("cuda_repo", repo[1])
	}
}
