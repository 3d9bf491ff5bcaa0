package bench

import (
	"testing"

	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/seed"
)

// BenchmarkSeed fills an empty database at a fiftieth of the full scale.
func BenchmarkSeed(b *testing.B) {
	var rows int64
	for b.Loop() {
		b.StopTimer()
		db := dbtest.New(b)
		b.StartTimer()
		summary, err := seed.Run(b.Context(), db, seed.Options{Scale: 0.02, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		rows += summary.Rows()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
