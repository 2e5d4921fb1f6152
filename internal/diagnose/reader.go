package diagnose

import "maps"

// A reader reads on from the line that a shape found, where signs line by line can't describe what stands there: it adds captures
// and quotes lines. It refuses (false) where the block is not what it looked like.
type reader func(*finding) bool

// readers are all that rules may name under read:. Each file reader_*.go holds those of one tool.
var readers = joined(pipReaders, buildReaders, condaReaders, dockerReaders, aptReaders, lockReaders, azureReaders)

func joined[V any](sets ...map[string]V) map[string]V {
	all := map[string]V{}
	for _, s := range sets {
		maps.Copy(all, s)
	}
	return all
}
