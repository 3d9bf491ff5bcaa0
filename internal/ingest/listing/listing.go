// Package listing reads sections that list things, one by one: items, rows,
// sub-headings, or paragraphs with a label in front.
package listing

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// Point is one of the things that a section lists.
type Point struct {
	// Title is its name or first sentence without marks; Body is what more is
	// said of it, as Markdown.
	Title, Body string
	// Text is all of it as Markdown.
	Text string
	// First and Last are its lines.
	First, Last int
}

// Points lists the things in a section: one for each item, sub-heading, row
// or labelled paragraph. Grouped says that items below a sub-heading are what
// counts, not the sub-heading.
func Points(nodes []*outline.Node, kind vocabulary.Kind, grouped bool) []Point {
	var points []Point
	structured := isStructured(nodes)
	among := namesOthers(nodes, kind)
	for _, n := range nodes {
		switch n.Kind {
		case outline.Item:
			points = append(points, itemPoints(n, grouped)...)
		case outline.Heading:
			points = append(points, headingPoints(n, kind, grouped, among)...)
		case outline.Table:
			points = append(points, rowPoints(n)...)
		case outline.Line:
			if p, ok := linePoint(n, structured); ok {
				points = append(points, p)
			}
		}
	}
	return points
}

// namesOthers reports whether most headings name things of their own, so that
// one among them which sounds like the section may do so too: "Deployment
// concepts" after "Authentication" and "Roles".
func namesOthers(nodes []*outline.Node, kind vocabulary.Kind) bool {
	others, all := 0, 0
	for _, n := range nodes {
		if n.Kind == outline.Heading {
			all++
			if vocabulary.Get().Section(section.Title(n.Text), false) != kind {
				others++
			}
		}
	}
	return others >= 2 && 2*others > all
}

func isStructured(nodes []*outline.Node) bool {
	for _, n := range nodes {
		if n.Kind != outline.Line && n.Kind != outline.Code {
			return true
		}
	}
	return false
}

func itemPoints(n *outline.Node, grouped bool) []Point {
	l := n.Text.SplitLabel()
	if grouped && (len(l.Label) == 0 || len(l.Text) == 0) && namesGroup(n) {
		return Points(n.Children, vocabulary.NoKind, false)
	}
	p := Point{First: n.First, Last: n.Last, Title: n.Text.Trim().String(), Body: outline.Markdown(n.Children), Text: textOf(n)}
	if len(l.Label) > 0 {
		p.Title = l.Label.String()
		p.Body = strings.TrimSpace(l.Text.Markdown() + "\n" + p.Body)
	}
	return []Point{p}
}

func textOf(n *outline.Node) string {
	return strings.TrimSpace(n.Text.Trim().Markdown() + "\n" + outline.Markdown(n.Children))
}

// namesGroup reports whether an item or a heading is the name of the list below
// it: short, with several items.
func namesGroup(n *outline.Node) bool {
	items := 0
	for _, c := range n.Children {
		if c.Kind == outline.Item {
			items++
		}
	}
	return items >= 2 && len(strings.Fields(section.Title(n.Text))) <= 5
}

// headingPoints reads a sub-heading. Among others that name things of their own
// it repeats the section's name only when it begins with it.
func headingPoints(n *outline.Node, kind vocabulary.Kind, grouped, among bool) []Point {
	name := section.Title(n.Text)
	v := vocabulary.Get()
	same := v.Section(name, false) == kind && kind != vocabulary.NoKind && (grouped || !among || v.BeginsWith(name, kind))
	if same || grouped && isStructured(n.Children) {
		return Points(n.Children, kind, grouped)
	}
	if name == "" {
		return nil
	}
	return []Point{{Title: name, Body: outline.Markdown(n.Children), Text: textOf(n), First: n.First, Last: n.Last}}
}

// rowPoints reads a table: the first column names, the others explain.
func rowPoints(t *outline.Node) []Point {
	var points []Point
	for _, row := range t.Rows[1:] {
		name, others := row.Cells[0], row.Cells[1:]
		var said []string
		for _, cell := range others {
			if text := cell.Markdown(); text != "" {
				said = append(said, text)
			}
		}
		p := Point{Title: name.Trim().String(), Body: strings.Join(said, "\n"), First: row.Line, Last: row.Line}
		p.Text = strings.TrimSpace(name.Markdown() + "\n" + p.Body)
		points = append(points, p)
	}
	return points
}

// linePoint reads a paragraph: one with a label, or with bold words in front;
// beside lists others only introduce them.
func linePoint(n *outline.Node, structured bool) (Point, bool) {
	p := Point{First: n.First, Last: n.Last, Text: textOf(n)}
	l := n.Text.SplitLabel()
	text := n.Text.Trim()
	switch {
	case n.Quoted:
		return p, false
	case len(l.Label) > 0 && len(l.Text) > 0 && (!structured || l.Explicit):
		p.Title, p.Body = l.Label.String(), l.Text.Markdown()
	case structured:
		return p, false
	case len(text) > 1 && text[0].Strong:
		p.Title, p.Body = text[:1].String(), text.Markdown()
	default:
		first, rest := sentenceOf(text)
		p.Title, p.Body = first, rest
	}
	return p, true
}

// sentenceOf cuts a text behind its first sentence; the rest is Markdown.
func sentenceOf(text outline.Inline) (first, rest string) {
	whole := strings.Join(strings.Fields(text.String()), " ")
	for _, end := range []string{". ", "! ", "? "} {
		if i := strings.Index(whole, end); i > 0 && (first == "" || i < len(first)) {
			first = whole[:i+1]
		}
	}
	if first == "" {
		return whole, ""
	}
	return first, text.Markdown()
}
