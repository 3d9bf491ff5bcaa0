package ingest_test

import (
	"runtime"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/ingest/adverse"
)

const (
	// Four times the text takes about four times the memory, with some room for
	// slices that grow in steps. Where memory grows with the square of the text,
	// it is sixteen times.
	small   = 8 << 10
	times   = 4
	maxMore = 6 + raceMore
	// What a document may take in all: the most of any shape is a third of it.
	perDocument = raceFactor << 20
	perByte     = raceFactor * 2000
)

// TestMemoryGrowsWithSize counts the bytes that are allocated, which are the same
// in every run. Times are measured by the benchmarks. A document beyond the
// limits is refused before much is allocated.
//
//nolint:paralleltest // it counts what the whole process allocates
func TestMemoryGrowsWithSize(t *testing.T) {
	for _, shape := range adverse.Shapes() {
		little, large := shape.Document(small), shape.Document(times*small)
		_, less, err := allocated(little)
		if err != nil {
			t.Errorf("%s: %v", shape.Name, err)
		}
		if _, more, _ := allocated(large); more > maxMore*less || more > allowed(large) {
			t.Errorf("%s: %d bytes of text take %d bytes of memory, and %d take %d", shape.Name, len(little), less, len(large), more)
		}
	}
}

// allowed is how many bytes may be allocated for a document.
func allowed(document []byte) uint64 { return perDocument + perByte*uint64(len(document)) }

// allocated extracts a document and counts the bytes that this allocates.
func allocated(document []byte) (*ingest.Document, uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	d, err := ingest.Extract(document)
	runtime.ReadMemStats(&after)
	return d, after.TotalAlloc - before.TotalAlloc, err
}
