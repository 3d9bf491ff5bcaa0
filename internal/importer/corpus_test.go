package importer_test

import (
	"os"
	"testing"

	"github.com/project-nexus/nexus/examples"
	"github.com/project-nexus/nexus/internal/importer"
	"github.com/project-nexus/nexus/internal/importer/source"
)

// corpus is the folder of real documents that NEXUS_CORPUS_DIR names, else the
// samples.
func corpus() source.Input {
	if dir := os.Getenv("NEXUS_CORPUS_DIR"); dir != "" {
		return source.Path(dir)
	}
	return source.FS(examples.HubName, examples.Hub())
}

func TestTheSecondImportOfTheCorpusChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.imports(importer.Options{Create: true}, corpus())
	second := b.imports(importer.Options{Create: true}, corpus())
	if first.Changed() == 0 || second.Changed() != 0 || second.Counts[importer.Unchanged] != first.Changed() {
		t.Errorf("the first import: %v, the second: %v", first.Counts, second.Counts)
	}
}

// Every document is written anew with one more line; no entry may be lost,
// doubled or rewritten by that.
func TestMovedEntriesOfTheCorpusStayTheSame(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.imports(importer.Options{Create: true}, corpus())
	before := b.everything()
	batches := source.Collect([]source.Input{corpus()})
	defer func() { _ = batches.Close() }()
	var longer []source.Input
	for _, f := range batches[0].Files {
		content, err := f.Read()
		if err != nil {
			t.Fatal(err)
		}
		longer = append(longer, source.Bytes(f.Source, append(content, "\n\n<!-- the end -->\n"...)))
	}
	b.exec("UPDATE document SET owner_id = NULL, cohort_id = NULL")
	b.exec("UPDATE challenge SET cohort_id = NULL")
	b.exec("UPDATE practice SET cohort_id = NULL")
	b.exec("UPDATE tip SET cohort_id = NULL")
	b.exec("UPDATE channel SET cohort_id = NULL")
	summary := b.imports(importer.Options{}, longer...)
	if !summary.Changes.None() {
		t.Errorf("changes: %+v", summary.Changes)
	}
	after := b.everything()
	for _, table := range []string{"challenge", "solution", "practice", "tip", "channel", "mention", "technology", "concept"} {
		if before[table] != after[table] {
			t.Errorf("%s: %s rows before, %s after", table, before[table], after[table])
		}
	}
}
