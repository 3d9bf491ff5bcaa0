package ingest

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/listing"
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/template"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// maxConceptWords is how long an item without a label may be to name a concept
// in a list of technologies.
const maxConceptWords = 4

// readConcepts finds the concepts: what the sections on them list, and what
// sections on technologies list that is none.
func (x *extraction) readConcepts() {
	seen := map[string]bool{}
	for _, s := range x.of(vocabulary.Concepts) {
		points := listing.Points(s.Nodes, vocabulary.Concepts, false)
		if len(points) == 1 {
			points = enumerated(points[0])
		}
		for _, p := range points {
			x.addConcept(seen, p)
		}
	}
	if len(x.of(vocabulary.Concepts))+len(x.of(vocabulary.Challenges))+len(x.of(vocabulary.Practices)) == 0 {
		return // a manual, whose features are none
	}
	for _, s := range x.of(vocabulary.Technologies) {
		outline.Walk(s.Nodes, func(n *outline.Node) {
			if n.Kind == outline.Item && x.isConcept(n) {
				for _, p := range listing.Points([]*outline.Node{n}, vocabulary.Technologies, false) {
					x.addConcept(seen, p)
				}
			}
		})
	}
}

// enumerated cuts a text that is a list in a line: "Caching, Queues, Locks".
func enumerated(p listing.Point) []listing.Point {
	parts := strings.Split(p.Title, ", ")
	if len(parts) < 3 || p.Body != "" {
		return []listing.Point{p}
	}
	var points []listing.Point
	for _, part := range parts {
		part = strings.TrimSuffix(strings.TrimPrefix(part, "and "), ".")
		if words := len(strings.Fields(part)); words == 0 || words > maxConceptWords || strings.ContainsAny(part, "().:;") {
			return []listing.Point{p}
		}
		points = append(points, listing.Point{Title: part, First: p.First, Last: p.Last})
	}
	return points
}

func (x *extraction) addConcept(seen map[string]bool, p listing.Point) {
	name, rest := title(p.Title, maxConceptTitle)
	key := Fold(name)
	if key == "" || seen[key] || template.IsPlaceholder(name) || isAddress(strings.TrimSpace(p.Body)) {
		return
	}
	seen[key] = true
	x.document.Concepts = append(x.document.Concepts, Concept{
		Title: name, Text: strings.TrimSpace(rest + "\n" + template.Without(p.Body)), Span: x.span(p.First, p.Last),
	})
}

// isConcept reports whether an item of a list of technologies is none: it names
// no technology and no kind of technologies, and has a label in bold.
func (x *extraction) isConcept(n *outline.Node) bool {
	l := n.Text.SplitLabel()
	if !l.Explicit || len(l.Text) == 0 || x.isOnlyTechnologies(l.Text) {
		return false
	}
	name := l.Label.String()
	words := len(strings.Fields(name))
	return words <= maxConceptWords && len(x.listedIn(l.Label)) == 0 && len(x.words.Spot(name, x.isListed)) == 0 &&
		x.words.Section(name, false) == vocabulary.NoKind && !x.words.IsCategory(name)
}

// isOnlyTechnologies reports whether a text names technologies and says nothing
// else; a label in front of it names their kind, as in "Containers: Docker".
func (x *extraction) isOnlyTechnologies(text outline.Inline) bool {
	for _, part := range between.Split(strings.TrimRight(text.String(), " ."), -1) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if _, known := x.named(part); !known {
			return false
		}
	}
	return true
}

// isAddress reports whether a text is an address and nothing else: what it
// stands behind is a link to elsewhere.
func isAddress(text string) bool {
	return len(strings.Fields(text)) == 1 && (strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") ||
		strings.HasPrefix(text, "<http") || strings.HasPrefix(text, "[http"))
}

// readPractices finds best practices and takeaways.
func (x *extraction) readPractices() {
	seen := map[string]bool{}
	for _, s := range x.of(vocabulary.Practices) {
		for _, p := range listing.Points(s.Nodes, vocabulary.Practices, true) {
			x.addPractice(seen, p)
		}
	}
}

func (x *extraction) addPractice(seen map[string]bool, p listing.Point) {
	name, rest := title(p.Title, maxEntryTitle)
	body := strings.TrimSpace(rest + "\n" + template.Without(p.Body))
	key := Fold(name + " " + body)
	if Fold(name) == "" || seen[key] || template.IsPlaceholder(name) || isAddress(body) {
		return
	}
	seen[key] = true
	x.document.Practices = append(x.document.Practices, Practice{
		Title: name, Body: body, Technologies: x.mentioned(name, body), Span: x.span(p.First, p.Last),
	})
}
