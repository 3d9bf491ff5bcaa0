package ingest

import (
	"regexp"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

var (
	// between cuts a list in a line: "Docker & Compose", "Celery + RabbitMQ".
	between = regexp.MustCompile(`[,;|()•\n]|\s[&+/–—-]\s|[/+&]|\s(?:and|or|und|y|et|e|ou|with|via|using|by|through)\s`)
	// version is what may stand behind a name without being part of it.
	version = regexp.MustCompile(`(?i)\s*(?:v?\d+(?:\.\d+)*(?:\.x)?\+?|\(.*\))\s*$`)
	// product is a name that is written as only products are.
	product = regexp.MustCompile(`^(?:@[\w-]+/[\w-]+|(?:django|drf|react|next|vue|vite|python|node|express|nest|pytest|flask)-[a-z0-9-]+|[A-Z][A-Za-z]*\.(?:js|io|py|dev)|[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:DB|SQL|MQ|ORM|UI|JS))$`)
)

// readTechnologies finds the technologies: those of the sections on them first,
// then what the rest of the text names.
func (x *extraction) readTechnologies() {
	x.listed = map[string]bool{}
	seen := map[string]bool{}
	for _, s := range x.of(vocabulary.Technologies) {
		x.eachText(s, func(text outline.Inline, _ *outline.Node) {
			for _, t := range x.listedIn(text) {
				x.listed[t.Name] = true
			}
		})
		x.eachText(s, func(text outline.Inline, n *outline.Node) {
			x.addTechnologies(seen, append(x.listedIn(text), x.namedIn(text)...), text, n)
		})
	}
	for _, s := range x.sections {
		x.eachText(s, func(text outline.Inline, n *outline.Node) {
			x.addTechnologies(seen, x.namedIn(text), text, n)
		})
	}
}

// namedIn finds the technologies that any text names.
func (x *extraction) namedIn(text outline.Inline) []vocabulary.Technology {
	found := x.words.Spot(searchable(text), x.isListed)
	return append(append(found, x.inCode(text)...), x.besides(text)...)
}

// eachText visits the texts of a section: headings, lines, items and cells.
func (x *extraction) eachText(s *section.Section, visit func(outline.Inline, *outline.Node)) {
	if s.Heading != nil {
		visit(s.Heading.Text, s.Heading)
	}
	outline.Walk(s.Nodes, func(n *outline.Node) {
		if len(n.Text) > 0 {
			visit(n.Text, n)
		}
		for _, row := range n.Rows {
			for _, cell := range row.Cells {
				visit(cell, &outline.Node{Kind: outline.Table, First: row.Line, Last: row.Line})
			}
		}
	})
}

// addTechnologies adds technologies with what the text says of them.
func (x *extraction) addTechnologies(seen map[string]bool, found []vocabulary.Technology, text outline.Inline, n *outline.Node) {
	for _, t := range found {
		if !seen[t.Name] {
			seen[t.Name] = true
			x.addTechnology(t, text, n)
		}
	}
}

func (x *extraction) addTechnology(t vocabulary.Technology, text outline.Inline, n *outline.Node) {
	name, _ := title(t.Name, maxTechnologyName)
	said := text.Trim().Markdown()
	if l := text.SplitLabel(); len(l.Label) > 0 {
		said = l.Text.Markdown()
	}
	if only, known := x.words.Technology(said); known && only.Name == t.Name {
		said = ""
	}
	if below := outline.Markdown(n.Children); below != "" && n.Kind != outline.Heading {
		said = strings.TrimSpace(said + "\n" + below)
	}
	x.document.Technologies = append(x.document.Technologies, Technology{
		Name: name, Category: t.Category, Text: said, Span: x.span(n.First, max(n.First, n.Last)),
	})
}

// listedIn finds the technologies that an entry of a list of technologies
// names, also those whose names are common words, and products that the
// vocabulary does not know.
func (x *extraction) listedIn(text outline.Inline) []vocabulary.Technology {
	l := text.SplitLabel()
	if len(l.Label) == 0 {
		return x.candidates(l.Text, true)
	}
	return append(x.candidates(l.Label, true), x.candidates(l.Text, false)...)
}

// candidates finds technologies in a list within a line. A common word is one
// only where most of the list is known; a product only in front.
func (x *extraction) candidates(text outline.Inline, inFront bool) []vocabulary.Technology {
	whole := text.String()
	parts := between.Split(whole, -1)
	var found, common []vocabulary.Technology
	for _, part := range append([]string{whole}, parts...) {
		part = strings.Trim(part, " .:*_\t\"'")
		t, known := x.named(part)
		switch {
		case known && x.words.IsCommon(part) && part != whole:
			common = append(common, t)
		case known:
			found = append(found, t)
		case inCapitals(part) != "":
			if t, known := x.named(inCapitals(part)); known {
				found = append(found, t)
			}
		case inFront && product.MatchString(part):
			found = append(found, vocabulary.Technology{Name: part, Category: "OTHER"})
		}
	}
	if 2*(len(found)+len(common)) >= len(parts) {
		found = append(found, common...)
	}
	return found
}

// inCapitals returns the word of two that is an abbreviation in capitals, as in
// "semantic HTML" or "SQL basics"; empty without one.
func inCapitals(part string) string {
	words := strings.Fields(part)
	if len(words) != 2 {
		return ""
	}
	for _, word := range words {
		if len(word) >= 3 && strings.ToUpper(word) == word {
			return word
		}
	}
	return ""
}

// besides finds technologies that stand next to others, as in "Git & GitHub",
// where even a common word is a name; of a common phrase its first word may be one.
func (x *extraction) besides(text outline.Inline) []vocabulary.Technology {
	plain := searchable(text)
	if !strings.ContainsAny(plain, ",;|(&+/•") && !strings.Contains(plain, " and ") {
		return nil
	}
	parts := between.Split(plain, -1)
	if len(parts) < 2 {
		return nil
	}
	var found []vocabulary.Technology
	var last vocabulary.Technology
	afterKnown := false
	for _, part := range parts {
		if part = strings.Trim(part, " .:*_\t\"'"); part == "" {
			continue // between a comma and "or"
		}
		if x.words.IsCommon(part) {
			part, _, _ = strings.Cut(part, " ")
		}
		t, known := x.named(part)
		if known && afterKnown {
			found = append(found, last, t)
		}
		if !known {
			t, known = x.words.Technology(part[strings.LastIndexByte(part, ' ')+1:])
			known = known && !x.words.IsCommon(t.Name)
		}
		last, afterKnown = t, known
	}
	return found
}

// named finds a technology by its whole name, with a version or without.
func (x *extraction) named(candidate string) (vocabulary.Technology, bool) {
	if candidate == "" || len(candidate) > 60 {
		return vocabulary.Technology{}, false
	}
	if t, known := x.words.Technology(candidate); known {
		return t, true
	}
	if last := candidate[len(candidate)-1]; last != ')' && last != '+' && last != 'x' && (last < '0' || last > '9') {
		return vocabulary.Technology{}, false
	}
	return x.words.Technology(version.ReplaceAllString(candidate, ""))
}

// searchable is the text without code, links to elsewhere and tags.
func searchable(text outline.Inline) string {
	var b strings.Builder
	for _, p := range text {
		switch p.Style {
		case outline.CodeSpan, outline.Image, outline.RawHTML:
			b.WriteString(" | ")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// inCode finds technologies in code spans that are names and nothing else.
func (x *extraction) inCode(text outline.Inline) []vocabulary.Technology {
	var found []vocabulary.Technology
	for _, p := range text {
		if p.Style != outline.CodeSpan || strings.ContainsAny(p.Text, "=()<>{}$:") || len(p.Text) > 60 {
			continue
		}
		parts := strings.FieldsFunc(p.Text, func(r rune) bool { return strings.ContainsRune(",/&+", r) })
		for _, part := range append([]string{p.Text}, parts...) {
			if t, known := x.words.Technology(part); known && strings.TrimSpace(part) != "" {
				found = append(found, t)
			}
		}
	}
	return found
}
