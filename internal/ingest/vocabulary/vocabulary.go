// Package vocabulary knows the words of learners' documentation: how
// technologies are spelled, what sections are called, what marks a solution.
// The words are data files beside the code; the code only reads and looks up.
//
// A Vocabulary never changes once read, and is safe for concurrent use.
package vocabulary

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed technologies.txt
	technologiesText string
	//go:embed sections.txt
	sectionsText string
	//go:embed labels.txt
	labelsText string
)

// Vocabulary is what was read from the data files.
type Vocabulary struct {
	technologies []*Technology
	byName       map[string]*spelling
	byFirstWord  map[string][]*spelling
	wordings     []wording
	sectionWords map[string]bool
	fillers      map[string]bool
	categories   map[string]bool
	labels       map[Label]map[string]bool
}

// Get returns the vocabulary; it is read once.
//
//nolint:gochecknoglobals // a constant that needs a constructor
var Get = sync.OnceValue(read)

func read() *Vocabulary {
	v := &Vocabulary{byName: map[string]*spelling{}, byFirstWord: map[string][]*spelling{}}
	v.readTechnologies(technologiesText)
	for _, spellings := range v.byFirstWord {
		slices.SortStableFunc(spellings, func(a, b *spelling) int { return len(b.words) - len(a.words) })
	}
	v.readSections(sectionsText)
	v.readLabels(labelsText)
	return v
}

// section is a part of a data file: a name in square brackets and the lines
// below it.
type section struct {
	name  string
	lines []string
}

// sections reads a data file: blank lines and what follows "# " are left out.
func sections(text string) []section {
	var all []section
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line == "#" || strings.HasPrefix(line, "# ") {
			continue
		}
		if name, isHead := strings.CutPrefix(line, "["); isHead && strings.HasSuffix(name, "]") {
			all = append(all, section{name: strings.TrimSuffix(name, "]")})
			continue
		}
		last := &all[len(all)-1]
		last.lines = append(last.lines, line)
	}
	return all
}
