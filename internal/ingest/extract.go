package ingest

import (
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/source"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// Extract reads a document: bytes are decoded and repaired (package source),
// parsed into a tree (outline), cut into sections by what their headings say
// (section), and each section is read for its entries.
func Extract(raw []byte) (*Document, error) {
	if len(raw) > MaxSize {
		return nil, errs.New(errs.CodePayloadTooLarge, "is larger than %d MiB", MaxSize>>20)
	}
	text, err := source.Read(raw)
	if err != nil {
		return nil, err
	}
	nodes := outline.Parse(text.Markdown)
	x := &extraction{
		words: vocabulary.Get(), document: &Document{Text: text.Whole},
		nodes: nodes, sections: section.Split(nodes), lines: strings.Split(text.Whole, "\n"),
	}
	x.readOverview()
	x.readTechnologies()
	x.readConcepts()
	x.readChallenges()
	x.readPractices()
	x.readCollaboration()
	x.diagnose(text.Findings)
	return x.document, nil
}

// extraction is one document in the making.
type extraction struct {
	words    *vocabulary.Vocabulary
	document *Document
	nodes    []*outline.Node
	sections []*section.Section
	lines    []string
	// listed are technologies by name that the document lists as such.
	listed map[string]bool
}

// of returns the sections of a kind.
func (x *extraction) of(kind vocabulary.Kind) []*section.Section {
	var found []*section.Section
	for _, s := range x.sections {
		if s.Kind == kind {
			found = append(found, s)
		}
	}
	return found
}

// spanOf returns the lines of a node, within the text.
func (x *extraction) span(first, last int) Span {
	first = min(max(first, 1), len(x.lines))
	return Span{FirstLine: first, LastLine: min(max(last, first), len(x.lines))}
}

// mentioned returns the canonical names of the technologies in texts.
func (x *extraction) mentioned(texts ...string) []string {
	var names []string
	for _, t := range x.words.Spot(strings.Join(texts, "\n\n"), x.isListed) {
		names = append(names, t.Name)
	}
	return names
}

func (x *extraction) isListed(name string) bool { return x.listed[name] }

// title makes a title of at most limit characters out of a text; the rest of it
// is returned too, empty when nothing was cut.
func title(text string, limit int) (short, rest string) {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= limit {
		return text, ""
	}
	cut := strings.LastIndexByte(string(runes[:limit-1]), ' ')
	if cut < limit/2 {
		cut = len(string(runes[:limit-1]))
	}
	return strings.TrimSpace(text[:cut]) + "…", text
}
