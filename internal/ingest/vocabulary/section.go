package vocabulary

import (
	"slices"
	"strings"
	"unicode"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

// Kind is what a section is about.
type Kind string

// The kinds of sections.
const (
	NoKind        Kind = ""
	Overview      Kind = "overview"
	Technologies  Kind = "technologies"
	Concepts      Kind = "concepts"
	Challenges    Kind = "challenges"
	Solutions     Kind = "solutions"
	Practices     Kind = "practices"
	Collaboration Kind = "collaboration"
	Learnings     Kind = "learnings" // holds others
	Closing       Kind = "closing"   // ends what stands before
	Other         Kind = "other"     // of a manual
)

// The longest titles that can name a section, in words.
const (
	maxTitle  = 12
	maxStrict = 9
)

// wording is words that a heading of a kind holds, or must not hold.
type wording struct {
	kind     Kind
	words    []string
	excludes bool
}

func (v *Vocabulary) readSections(text string) {
	v.sectionWords, v.fillers, v.categories = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, s := range sections(text) {
		for _, line := range s.lines {
			line, excludes := strings.CutPrefix(line, "!")
			words := strings.Fields(line)
			set := v.sectionWords
			switch s.name {
			case "filler":
				set = v.fillers
			case "category":
				set = v.categories
			default:
				v.wordings = append(v.wordings, wording{Kind(s.name), words, excludes})
			}
			for _, word := range words {
				set[word] = set[word] || !excludes
			}
		}
	}
}

// Section tells what a heading is about. Strict asks for a title that is a
// section name and nothing else; it is for lines that need not be headings.
func (v *Vocabulary) Section(title string, strict bool) Kind {
	words := strings.Fields(fold.Text(title))
	if len(words) == 0 || len(words) > maxTitle || strict && len(words) > maxStrict {
		return NoKind
	}
	if strict && !v.isSectionName(words) {
		return NoKind
	}
	excluded := map[Kind]bool{}
	for _, w := range v.wordings {
		if w.excludes && w.in(words) {
			excluded[w.kind] = true
		}
	}
	kind, first := NoKind, len(words)
	for _, w := range v.wordings {
		if w.excludes || excluded[w.kind] || !w.in(words) || kind != NoKind && !isSubject(w.kind) {
			continue
		}
		if !isSubject(w.kind) {
			return w.kind
		}
		if at := slices.Index(words, w.words[0]); at < first {
			kind, first = w.kind, at
		}
	}
	return kind
}

// isSubject reports whether of several such kinds in a heading the one that is
// named first counts.
func isSubject(kind Kind) bool {
	return kind == Practices || kind == Concepts || kind == Technologies
}

// BeginsWith reports whether a title begins with the wording of a kind, beside
// filler words: "Key concepts in testing", but not "Testing concepts".
func (v *Vocabulary) BeginsWith(title string, kind Kind) bool {
	words := strings.Fields(fold.Text(title))
	at := slices.IndexFunc(words, func(word string) bool { return !v.fillers[word] && !isNumber(word) })
	return at < 0 || slices.ContainsFunc(v.wordings, func(w wording) bool {
		return w.kind == kind && !w.excludes && slices.Contains(w.words, words[at])
	})
}

func (v *Vocabulary) isSectionName(words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		return !v.fillers[word] && !v.sectionWords[word] && !isNumber(word)
	})
}

func (w wording) in(words []string) bool {
	return !slices.ContainsFunc(w.words, func(word string) bool { return !slices.Contains(words, word) })
}

func isNumber(word string) bool {
	return strings.TrimFunc(word, unicode.IsDigit) == ""
}

// Label is what the text behind a label is.
type Label string

// The labels.
const (
	NoLabel        Label = ""
	ChallengeLabel Label = "challenge"
	SolutionLabel  Label = "solution"
	DetailLabel    Label = "detail"
	PracticeLabel  Label = "practice"
	TipLabel       Label = "tip"
)

func (v *Vocabulary) readLabels(text string) {
	v.labels = map[Label]map[string]bool{}
	for _, s := range sections(text) {
		known := map[string]bool{}
		for _, line := range s.lines {
			known[line] = true
		}
		v.labels[Label(s.name)] = known
	}
}

// Labels reports whether a text is a label of this meaning.
func (v *Vocabulary) Labels(text string, meaning Label) bool {
	if len(text) > 60 {
		return false
	}
	folded := fold.Text(text)
	known := v.labels[meaning]
	if known[folded] {
		return true
	}
	core := v.core(folded)
	return core != "" && known[core]
}

// core is a folded text without numbers and filler words.
func (v *Vocabulary) core(folded string) string {
	words := slices.DeleteFunc(strings.Fields(folded), func(word string) bool { return v.fillers[word] || isNumber(word) })
	return strings.Join(words, " ")
}

// Introduces reports whether a text is a label for one thing, such as
// "Solution", and not the name of a section, such as "Solutions".
func (v *Vocabulary) Introduces(text string) bool {
	if strings.HasSuffix(v.core(fold.Text(text)), "s") {
		return false
	}
	for _, known := range []Label{ChallengeLabel, SolutionLabel, DetailLabel, PracticeLabel, TipLabel} {
		if v.Labels(text, known) {
			return true
		}
	}
	return false
}

// IsChallenge reports whether a label in front of a text makes that text a
// challenge: not so when the text is a label too, as in "Challenges → Solutions".
func (v *Vocabulary) IsChallenge(label, text string) bool {
	return text != "" && v.Labels(label, ChallengeLabel) && !v.Labels(text, SolutionLabel)
}

// NamesSolutions reports whether a title speaks of solutions, beside whatever
// else it speaks of.
func (v *Vocabulary) NamesSolutions(title string) bool {
	words := strings.Fields(fold.Text(title))
	return slices.ContainsFunc(v.wordings, func(w wording) bool { return w.kind == Solutions && w.in(words) }) ||
		slices.Contains(words, "solved") || slices.Contains(words, "overcame") || slices.Contains(words, "resolved") ||
		slices.Contains(words, "helped")
}

// IsCategory reports whether a name is that of a kind of technologies, such as
// "Databases", rather than of something in it.
func (v *Vocabulary) IsCategory(name string) bool {
	return !slices.ContainsFunc(strings.Fields(fold.Text(name)), func(word string) bool { return !v.categories[word] && !v.fillers[word] })
}
