package similar

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/project-nexus/nexus/internal/ingest/fold"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

//go:embed words.txt
var wordsText string

// words is what words.txt says; every word is folded and stemmed.
type words struct {
	named []named
	same  map[string]string
	empty map[string]bool
	vague map[string]bool
}

// named is a wording of a problem that has a name.
type named struct {
	problem string
	wording []string
}

// data returns the words; they are read once.
//
//nolint:gochecknoglobals // a constant that needs a constructor
var data = sync.OnceValue(func() *words { return read(wordsText) })

func read(text string) *words {
	d := &words{same: map[string]string{}, empty: map[string]bool{}, vague: map[string]bool{}}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			d.add(section, line)
		}
	}
	for _, t := range vocabulary.Get().Technologies() {
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			if folded := strings.Fields(fold.Text(name)); len(folded) == 1 {
				d.vague[d.one(folded[0])] = true
			}
		}
	}
	return d
}

// add reads a line of a section: words, or a name and what means the same.
func (d *words) add(section, line string) {
	name, rest, _ := strings.Cut(line, ":")
	switch section {
	case "problems":
		for wording := range strings.SplitSeq(rest, ",") {
			d.named = append(d.named, named{name, stems(strings.Fields(fold.Text(wording)))})
		}
	case "same":
		for _, word := range strings.Fields(rest) {
			d.same[stem(word)] = stem(name)
		}
	case "empty", "vague":
		set := map[string]map[string]bool{"empty": d.empty, "vague": d.vague}[section]
		for _, word := range strings.Fields(line) {
			set[d.one(word)] = true
		}
	}
}

// problems returns the problems with a name that the words speak of, as one
// word that no text has; empty when there is none.
func (d *words) problems(folded []string) string {
	list := stems(folded)
	var found []string
	for _, n := range d.named {
		for i := range list {
			if hasPrefix(list[i:], n.wording) && !slices.Contains(found, n.problem) {
				found = append(found, n.problem)
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	slices.Sort(found)
	return "=" + strings.Join(found, "=")
}

func hasPrefix(list, prefix []string) bool {
	return len(list) >= len(prefix) && slices.Equal(list[:len(prefix)], prefix)
}

// saying returns the words that say something, one spelling for each meaning.
func (d *words) saying(folded []string) []string {
	var list []string
	for _, word := range folded {
		if word = d.one(word); !d.empty[word] {
			list = append(list, word)
		}
	}
	return list
}

// one returns the one spelling of what a folded word means.
func (d *words) one(word string) string {
	word = stem(word)
	if same, known := d.same[word]; known {
		return same
	}
	return word
}

// Weight returns how much a word says of a difficulty: 0 for nothing ("with"), 1
// for a field ("database"), 2 for more.
func Weight(word string) int {
	d := data()
	folded := strings.Fields(fold.Text(word))
	if len(folded) == 0 {
		return 0
	}
	switch one := d.one(folded[0]); {
	case d.empty[one]:
		return 0
	case d.vague[one]:
		return 1
	default:
		return 2
	}
}

// Likeness returns the share of all words of a and b that are words of both: 1
// for equal signatures, 0 for those that have nothing in common.
func Likeness(a, b Signature) float64 {
	common := 0
	for _, word := range a {
		if slices.Contains(b, word) {
			common++
		}
	}
	if common == 0 {
		return 0
	}
	return float64(common) / float64(len(a)+len(b)-common)
}
