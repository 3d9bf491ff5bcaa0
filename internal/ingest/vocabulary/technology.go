package vocabulary

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

// Technology is a technology that the vocabulary knows.
type Technology struct {
	// Name is the usual spelling.
	Name string
	// Category is a TechnologyCategory of the schema.
	Category string
	// Aliases are other spellings, as people write them.
	Aliases []string
}

// Use says where a spelling names its technology.
type Use int

// The uses, from the widest.
const (
	// Anywhere is a spelling that means nothing else.
	Anywhere Use = iota
	// Capitalised is a spelling that is a common word unless it has a capital.
	Capitalised
	// Listed is a spelling that means the technology in lists of technologies alone.
	Listed
)

// spelling is one way to write a technology, as words without marks.
type spelling struct {
	words      []string
	use        Use
	technology *Technology
}

// readTechnologies reads the lines of technologies.txt: a name, an equals sign,
// other spellings; each may have a mark. A plain repetition of a name narrows
// or widens how the name itself is read.
func (v *Vocabulary) readTechnologies(text string) {
	for _, s := range sections(text) {
		for _, line := range s.lines {
			name, others, _ := strings.Cut(line, " = ")
			name, use := marked(name)
			technology := &Technology{Name: name, Category: s.name}
			v.technologies = append(v.technologies, technology)
			first := v.spell(name, use, technology)
			for other := range strings.SplitSeq(others, ";") {
				alias, use := marked(other)
				switch folded := fold.Text(alias); {
				case folded == "":
				case folded == fold.Text(name):
					first.use = use
				default:
					technology.Aliases = append(technology.Aliases, alias)
					v.spell(alias, use, technology)
				}
			}
		}
	}
}

// spell adds a spelling.
func (v *Vocabulary) spell(name string, use Use, technology *Technology) *spelling {
	folded := fold.Text(name)
	words := strings.Fields(folded)
	s := &spelling{words: words, use: use, technology: technology}
	if _, taken := v.byName[folded]; !taken {
		v.byName[folded] = s
	}
	v.byFirstWord[words[0]] = append(v.byFirstWord[words[0]], s)
	return s
}

// marked takes the mark off a spelling.
func marked(s string) (string, Use) {
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "~"):
		return s[1:], Capitalised
	case strings.HasPrefix(s, "?"):
		return s[1:], Listed
	}
	return s, Anywhere
}

// Technologies lists what the vocabulary knows, in its own order.
func (v *Vocabulary) Technologies() []Technology {
	all := make([]Technology, len(v.technologies))
	for i, t := range v.technologies {
		all[i] = *t
	}
	return all
}

// IsCommon reports whether a spelling is also a common word, which names a
// technology in lists of them alone.
func (v *Vocabulary) IsCommon(name string) bool {
	s, known := v.byName[fold.Text(name)]
	return known && s.use == Listed
}

// Technology finds a technology by any of its spellings.
func (v *Vocabulary) Technology(name string) (Technology, bool) {
	if s, known := v.byName[fold.Text(name)]; known {
		return *s.technology, true
	}
	return Technology{}, false
}
