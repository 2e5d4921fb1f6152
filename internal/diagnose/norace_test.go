//go:build !race

package diagnose

const sparse = 1
