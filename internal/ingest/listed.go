package ingest

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// point is one of the things that a section lists.
type point struct {
	title, body string
	node        *outline.Node
	first, last int
}

// pointsOf lists the things in a section: one for each item, sub-heading, row
// or labelled paragraph. Grouped says that items below a sub-heading are what
// counts, not the sub-heading.
func pointsOf(nodes []*outline.Node, kind vocabulary.Kind, grouped bool) []point {
	var points []point
	structured := isStructured(nodes)
	for _, n := range nodes {
		switch n.Kind {
		case outline.Item:
			points = append(points, itemPoints(n, grouped)...)
		case outline.Heading:
			points = append(points, headingPoints(n, kind, grouped)...)
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

func isStructured(nodes []*outline.Node) bool {
	for _, n := range nodes {
		if n.Kind != outline.Line && n.Kind != outline.Code {
			return true
		}
	}
	return false
}

func itemPoints(n *outline.Node, grouped bool) []point {
	l := n.Text.SplitLabel()
	if grouped && (len(l.Label) == 0 || len(l.Text) == 0) && namesGroup(n) {
		return pointsOf(n.Children, vocabulary.NoKind, false)
	}
	p := point{node: n, first: n.First, last: n.Last, title: n.Text.Trim().String(), body: childText(n)}
	if len(l.Label) > 0 {
		p.title = l.Label.String()
		p.body = strings.TrimSpace(l.Text.Markdown() + "\n" + p.body)
	}
	return []point{p}
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

func headingPoints(n *outline.Node, kind vocabulary.Kind, grouped bool) []point {
	name := section.Title(n.Text)
	same := vocabulary.Get().Section(name, false) == kind && kind != vocabulary.NoKind
	if same || grouped && isStructured(n.Children) {
		return pointsOf(n.Children, kind, grouped)
	}
	if name == "" {
		return nil
	}
	return []point{{title: name, body: childText(n), node: n, first: n.First, last: n.Last}}
}

// rowPoints reads a table: the first column names, the others explain.
func rowPoints(t *outline.Node) []point {
	var points []point
	for _, row := range t.Rows[1:] {
		p := point{first: row.Line, last: row.Line, node: &outline.Node{Kind: outline.Table, First: row.Line, Last: row.Line}}
		for i, cell := range row.Cells {
			if i == 0 {
				p.title = cell.Trim().String()
				p.node.Text = cell
				continue
			}
			p.body = strings.TrimSpace(p.body + "\n" + cell.Markdown())
		}
		points = append(points, p)
	}
	return points
}

// linePoint reads a paragraph: one with a label, or with bold words in front;
// beside lists others only introduce them.
func linePoint(n *outline.Node, structured bool) (point, bool) {
	p := point{node: n, first: n.First, last: n.Last}
	l := n.Text.SplitLabel()
	text := n.Text.Trim()
	switch {
	case n.Quoted:
		return p, false
	case len(l.Label) > 0 && len(l.Text) > 0 && (!structured || l.Explicit):
		p.title, p.body = l.Label.String(), l.Text.Markdown()
	case structured:
		return p, false
	case len(text) > 1 && text[0].Strong:
		p.title, p.body = text[:1].String(), text.Markdown()
	default:
		first, rest := sentenceOf(text)
		p.title, p.body = first, rest
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
