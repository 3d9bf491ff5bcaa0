package outline

import (
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// longHeading is where an underlined "heading" is taken for a paragraph above a
// rule, in characters.
const longHeading = 90

var (
	htmlHeading = regexp.MustCompile(`(?is)<h[1-6][^>]*>(.*?)</h[1-6]>`)
	htmlSummary = regexp.MustCompile(`(?is)<summary[^>]*>(.*?)</summary>`)
)

// Parse reads Markdown. It never fails; what is no Markdown is text.
func Parse(markdown string) []*Node {
	p := &reader{source: []byte(markdown), lineStarts: []int{0}}
	for i := range len(markdown) {
		if markdown[i] == '\n' {
			p.lineStarts = append(p.lineStarts, i+1)
		}
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))
	document := md.Parser().Parse(text.NewReader(p.source), parser.WithContext(parser.NewContext()))
	return arrange(p.blocks(document))
}

// reader turns goldmark's tree into nodes.
type reader struct {
	source     []byte
	lineStarts []int
	quoted     bool
}

// line returns the line of a byte offset.
func (p *reader) line(offset int) int {
	return sort.SearchInts(p.lineStarts, offset+1)
}

// blocks reads the children of a block.
func (p *reader) blocks(parent ast.Node) []*Node {
	var nodes []*Node
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		nodes = append(nodes, p.block(n)...)
	}
	return nodes
}

func (p *reader) block(n ast.Node) []*Node {
	switch n := n.(type) {
	case *ast.Heading:
		return p.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		return p.quote(logical(withoutContents(p.lines(n))))
	case *ast.List:
		return p.list(n)
	case *ast.Blockquote:
		outer := p.quoted
		p.quoted = true
		nodes := p.blocks(n)
		p.quoted = outer
		return nodes
	case *east.Table:
		return p.table(n)
	case *ast.HTMLBlock:
		return p.html(n)
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		first, last := p.span(n)
		if first == 0 {
			return nil
		}
		return []*Node{{Kind: Code, First: first, Last: last}}
	}
	return nil
}

func (p *reader) quote(nodes []*Node) []*Node {
	for _, n := range nodes {
		n.Quoted = p.quoted
	}
	return nodes
}

func (p *reader) heading(n *ast.Heading) []*Node {
	lines := p.lines(n)
	if len(lines) == 0 {
		return nil
	}
	if len(lines) > 1 || utf8.RuneCountInString(lines[0].text.raw()) > longHeading && p.isUnderlined(n) {
		return logical(lines)
	}
	return []*Node{{Kind: Heading, Level: n.Level, Text: lines[0].text, First: lines[0].line, Last: lines[0].line}}
}

func (p *reader) isUnderlined(n *ast.Heading) bool {
	start := n.Lines().At(0).Start
	return !strings.Contains(string(p.source[p.lineStarts[p.line(start)-1]:start]), "#")
}

func (p *reader) list(list *ast.List) []*Node {
	var items []*Node
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		inside := p.blocks(n)
		if len(inside) == 0 {
			continue
		}
		item := &Node{Kind: Item, Ordered: list.IsOrdered(), Quoted: p.quoted, First: inside[0].First, Last: inside[0].Last}
		if isContents(inside[0].Text) {
			continue
		}
		if inside[0].Kind == Line || inside[0].Kind == Heading {
			item.Text = inside[0].Text
			inside = inside[1:]
		}
		inside, behind := lazyNames(inside)
		item.Children = arrange(inside)
		item.Last = max(item.Last, lastOf(item.Children))
		items = append(append(items, item), behind...)
	}
	return items
}

// lazyNames takes the lines off the end of an item that name the next list:
// without a blank line before them, Markdown adds them to the item.
func lazyNames(inside []*Node) (inItem, behind []*Node) {
	last := len(inside) - 1
	if last >= 0 && inside[last].Kind == Line && namesList(inside[last].Text) {
		return inside[:last], inside[last:]
	}
	return inside, nil
}

// isContents reports whether a text is an entry of a table of contents: a link
// to a place in the document.
func isContents(in Inline) bool {
	links := 0
	for _, piece := range in {
		switch {
		case piece.Style == Link && strings.HasPrefix(piece.URL, "#"):
			links++
		case strings.ContainsFunc(piece.Text, isAlphanumeric):
			return false
		}
	}
	return links > 0
}

func (p *reader) table(table *east.Table) []*Node {
	t := &Node{Kind: Table}
	for r := table.FirstChild(); r != nil; r = r.NextSibling() {
		row := Row{}
		for c := r.FirstChild(); c != nil; c = c.NextSibling() {
			var cell Inline
			for _, l := range p.lines(c) {
				cell = append(cell, l.text...)
				row.Line = l.line
			}
			row.Cells = append(row.Cells, cell)
		}
		if row.Line > 0 {
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	t.First, t.Last = t.Rows[0].Line, t.Rows[len(t.Rows)-1].Line
	return []*Node{t}
}

// html finds headings and folded parts that are written as HTML; the rest is
// decoration.
func (p *reader) html(n *ast.HTMLBlock) []*Node {
	first, _ := p.span(n)
	if first == 0 {
		return nil
	}
	html := n.Lines().Value(p.source)
	return append(titles(htmlHeading.FindAllSubmatch(html, -1), 1, first), titles(htmlSummary.FindAllSubmatch(html, -1), BoldLevel, first)...)
}

func titles(found [][][]byte, level, line int) []*Node {
	var nodes []*Node
	for _, m := range found {
		title := Inline{{Text: stripTags(string(m[1]))}}
		if title.String() != "" {
			nodes = append(nodes, &Node{Kind: Heading, Level: level, Text: title, First: line, Last: line})
		}
	}
	return nodes
}

func stripTags(s string) string {
	inTag := false
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '<':
			inTag = true
			return ' '
		case r == '>':
			inTag = false
			return ' '
		case inTag:
			return -1
		}
		return r
	}, s)), " ")
}

// span returns the first and last line of a block; zeros when it has none.
func (p *reader) span(n ast.Node) (first, last int) {
	lines := n.Lines()
	if lines == nil || lines.Len() == 0 {
		return 0, 0
	}
	end := lines.At(lines.Len() - 1)
	return p.line(lines.At(0).Start), p.line(max(end.Start, end.Stop-1))
}

func lastOf(nodes []*Node) int {
	last := 0
	for _, n := range nodes {
		last = max(last, n.Last)
	}
	return last
}
