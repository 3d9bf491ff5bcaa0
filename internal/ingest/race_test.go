//go:build race

package ingest_test

// The race detector makes pools forget what they hold now and then, so that more
// is allocated anew; how memory grows stays the same.
const (
	raceFactor = 6
	raceMore   = 2
)
