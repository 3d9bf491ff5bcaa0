package bench

import (
	"testing"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// BenchmarkImport imports the corpus into an empty database, and once more
// into one that has it already. Files that fail are not counted.
func BenchmarkImport(b *testing.B) {
	b.Run("new", func(b *testing.B) {
		documents := 0
		for b.Loop() {
			b.StopTimer()
			db := dbtest.New(b)
			b.StartTimer()
			documents += importCorpus(b, db).Counts[importer.Created]
		}
		b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
	})
	b.Run("unchanged", func(b *testing.B) {
		db := dbtest.New(b)
		importCorpus(b, db)
		documents := 0
		for b.Loop() {
			summary := importCorpus(b, db)
			if summary.Changed() > 0 {
				b.Errorf("the second import changed %d documents", summary.Changed())
			}
			documents += summary.Counts[importer.Unchanged]
		}
		b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
	})
}

func importCorpus(b *testing.B, db *database.DB) importer.Summary {
	b.Helper()
	im := importer.New(importer.NewServices(db))
	summary, err := im.Import(b.Context(), []source.Input{source.FS("corpus", corpus())}, importer.Options{Create: true})
	if err != nil {
		b.Fatal(err)
	}
	if summary.Counts[importer.Failed] > len(summary.Files)/10 {
		b.Fatalf("%d of %d files failed", summary.Counts[importer.Failed], len(summary.Files))
	}
	return summary
}
