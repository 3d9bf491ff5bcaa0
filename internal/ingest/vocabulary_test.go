package ingest_test

import (
	"slices"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest"
)

func TestKnownTechnology(t *testing.T) {
	t.Parallel()
	category, aliases := ingest.KnownTechnology("postgres")
	if category != "DATABASE" || !slices.Contains(aliases, "PostgreSQL DB") {
		t.Errorf("postgres is %s, also called %v", category, aliases)
	}
	if category, aliases := ingest.KnownTechnology("Frobnicate"); category != "OTHER" || aliases != nil {
		t.Errorf("an unknown one is %s, also called %v", category, aliases)
	}
}

// The table of aliases is filled from the vocabulary: a spelling that two
// technologies share could belong to one only.
func TestVocabularyFoldsEachSpellingOnce(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, known := range ingest.Vocabulary() {
		for _, name := range append([]string{known.Name}, known.Aliases...) {
			folded := ingest.Fold(name)
			if folded == "" || seen[folded] != "" {
				t.Errorf("%q of %s folds to %q, as does one of %s", name, known.Name, folded, seen[folded])
			}
			seen[folded] = known.Name
		}
	}
	if len(seen) < 700 {
		t.Errorf("only %d spellings", len(seen))
	}
}
