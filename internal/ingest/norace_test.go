//go:build !race

package ingest_test

const (
	raceFactor = 1
	raceMore   = 0
)
