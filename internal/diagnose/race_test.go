//go:build race

package diagnose

// sparse is how many cases of a long list one is taken of. What these tests count is the same with the race detector, which makes
// them ten times slower; .ci/run runs all cases without it.
const sparse = 12
