package bench

import (
	"runtime"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest"
)

// BenchmarkExtract extracts every document of the corpus once an iteration, on
// one core. Files that are no text, as real folders hold them, are "refused".
func BenchmarkExtract(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	list := documents(b)
	var size int64
	for _, content := range list {
		size += int64(len(content))
	}
	b.SetBytes(size)
	extracted := 0
	for b.Loop() {
		for _, content := range list {
			if _, err := ingest.Extract(content); err == nil {
				extracted++
			}
		}
	}
	b.ReportMetric(float64(extracted)/b.Elapsed().Seconds(), "READMEs/s")
	b.ReportMetric(float64(len(list)-extracted/b.N), "refused")
}
