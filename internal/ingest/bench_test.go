package ingest_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/ingest"
)

// BenchmarkExtract reads the documents of NEXUS_CORPUS_DIR, or the samples, one
// after the other on one core.
func BenchmarkExtract(b *testing.B) {
	folder, pattern := examples.Hub(), "*/*.md"
	if dir := os.Getenv("NEXUS_CORPUS_DIR"); dir != "" {
		folder, pattern = os.DirFS(dir), "*.md"
	}
	names, err := fs.Glob(folder, pattern)
	if err != nil || len(names) == 0 {
		b.Fatalf("no documents (%v)", err)
	}
	var documents [][]byte
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			b.Fatal(err)
		}
		documents = append(documents, text)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range documents {
			if _, err := ingest.Extract(text); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(documents))/b.Elapsed().Seconds(), "documents/s")
}
