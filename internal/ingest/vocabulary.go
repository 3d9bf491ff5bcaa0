package ingest

import (
	"github.com/project-nexus/nexus/internal/ingest/fold"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// Known is a technology that the vocabulary knows, whatever a text says.
type Known struct {
	// Name is the usual spelling.
	Name string
	// Category is a TechnologyCategory of the schema.
	Category string
	// Aliases are other spellings.
	Aliases []string
}

// Fold returns a name or text as it is compared: without case, accents and
// punctuation. It keeps C, C++, C# and .NET apart. Empty means that nothing of
// the name can be compared.
func Fold(s string) string { return fold.Text(s) }

// Vocabulary lists the technologies that are known by name, for the look-up of
// aliases. No two of them share a folded spelling.
func Vocabulary() []Known {
	technologies := vocabulary.Get().Technologies()
	known := make([]Known, len(technologies))
	for i, t := range technologies {
		known[i] = Known(t)
	}
	return known
}

// KnownTechnology tells the category and the other spellings of a technology,
// given by any of its spellings. One that the vocabulary does not know is in
// the category OTHER.
func KnownTechnology(name string) (category string, aliases []string) {
	t, known := vocabulary.Get().Technology(name)
	if !known {
		return "OTHER", nil
	}
	return t.Category, t.Aliases
}
