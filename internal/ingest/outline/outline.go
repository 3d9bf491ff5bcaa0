// Package outline reads Markdown into a tree that follows what a reader sees
// rather than the grammar: headings hold what stands below them, a bold line
// or a known section name alone in its line is a heading too, the lines of a
// paragraph that is really a list are lines of their own.
//
// Texts keep their style in pieces, so that a label can be cut off and the rest
// be written as Markdown again. Lines count from 1.
package outline

// Kind tells nodes apart.
type Kind int

// The kinds of nodes.
const (
	// Heading holds what stands below it, up to the next heading of its level.
	Heading Kind = iota
	// Item is an item of a list; its children are further lines and lists in it.
	Item
	// Line is a paragraph, or a line of one that stands for itself.
	Line
	// Table has rows.
	Table
	// Code is a block of code; it has no text.
	Code
)

// Levels of headings that are no headings in Markdown.
const (
	// BoldLevel is a line in bold, or a section name alone in its line.
	BoldLevel = 7
	// GroupLevel is a line or a single numbered item above a list.
	GroupLevel = 8
)

// Node is a part of a document.
type Node struct {
	Kind Kind
	// Level is 1 to 6 for headings of Markdown, else BoldLevel or GroupLevel.
	Level int
	// Ordered is an item of a numbered list.
	Ordered bool
	// Quoted is a line of a block quote.
	Quoted bool
	Text   Inline
	// Rows of a table; the first is its head.
	Rows []Row
	// First and Last are the lines of the node with its children.
	First, Last int
	Children    []*Node
}

// Row is a row of a table.
type Row struct {
	Cells []Inline
	Line  int
}

// Walk visits nodes and all below them, parents first.
func Walk(nodes []*Node, visit func(*Node)) {
	for _, n := range nodes {
		visit(n)
		Walk(n.Children, visit)
	}
}
