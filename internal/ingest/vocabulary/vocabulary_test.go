package vocabulary_test

import (
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/fold"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

func TestEverySpellingBelongsToOneTechnology(t *testing.T) {
	t.Parallel()
	owners := map[string]string{}
	for _, technology := range vocabulary.Get().Technologies() {
		for _, name := range append([]string{technology.Name}, technology.Aliases...) {
			folded := fold.Text(name)
			if owner, taken := owners[folded]; taken && owner != technology.Name {
				t.Errorf("%q belongs to %s and to %s", name, owner, technology.Name)
			} else if taken {
				t.Errorf("%s has the spelling %q twice", technology.Name, name)
			}
			owners[folded] = technology.Name
		}
	}
}
