package outline

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// rawLine is a line of a paragraph as it stands in the source.
type rawLine struct {
	text Inline
	line int
	// broken is a line in front of which the author asked for a line break.
	broken bool
}

// lines reads the inline content of a block, line by line.
func (p *reader) lines(block ast.Node) []rawLine {
	c := &collector{reader: p}
	c.children(block, Piece{})
	c.flush()
	return c.lines
}

// collector gathers the pieces of lines.
type collector struct {
	*reader
	lines []rawLine
	text  Inline
	// last is the text of the last piece: it may be put together from thousands
	// of parts.
	last   strings.Builder
	line   int
	broken bool
}

func (c *collector) flush() {
	c.end()
	if len(c.text) > 0 && c.line > 0 {
		c.lines = append(c.lines, rawLine{c.text, c.line, c.broken})
	}
	c.text, c.line, c.broken = nil, 0, false
}

func (c *collector) add(piece Piece, text string, offset int) {
	if c.line == 0 && offset >= 0 {
		c.line = c.reader.line(offset)
	}
	if last := len(c.text) - 1; last >= 0 && c.text[last].Style == piece.Style && c.text[last].Strong == piece.Strong && c.text[last].URL == piece.URL {
		c.last.WriteString(text)
		return
	}
	c.end()
	c.last.WriteString(text)
	c.text = append(c.text, piece)
}

// end ends the last piece.
func (c *collector) end() {
	if last := len(c.text) - 1; last >= 0 {
		c.text[last].Text = c.last.String()
	}
	c.last.Reset()
}

// children reads inline nodes in the style of their parent.
func (c *collector) children(parent ast.Node, style Piece) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		c.inline(n, style)
	}
}

func (c *collector) inline(n ast.Node, style Piece) {
	switch n := n.(type) {
	case *ast.Text:
		c.add(style, plainText(n.Segment.Value(c.source), style), n.Segment.Start)
		if n.HardLineBreak() {
			c.flush()
			c.broken = true
		} else if n.SoftLineBreak() {
			c.flush()
		}
	case *ast.String:
		c.add(style, string(n.Value), -1)
	case *ast.CodeSpan:
		style.Style = CodeSpan
		c.children(n, style)
	case *ast.Emphasis:
		if n.Level >= 2 {
			style.Strong = true
		} else if style.Style == Plain {
			style.Style = Emphasis
		}
		c.children(n, style)
	case *ast.Link:
		style.Style, style.URL = Link, string(n.Destination)
		c.children(n, style)
	case *ast.AutoLink:
		style.Style, style.URL = Link, string(n.URL(c.source))
		c.add(style, string(n.Label(c.source)), -1)
	case *ast.Image:
		c.add(Piece{Style: Image, URL: string(n.Destination)}, " ", -1)
	case *ast.RawHTML:
		c.rawHTML(n)
	default:
		c.children(n, style)
	}
}

// rawHTML reads a tag inside of text: "<br>" ends a line, the rest is left out,
// unless it is a placeholder such as "<your name>".
func (c *collector) rawHTML(n *ast.RawHTML) {
	if n.Segments.Len() == 0 {
		return
	}
	tag := string(n.Segments.Value(c.source))
	switch lower := strings.ToLower(tag); {
	case strings.HasPrefix(lower, "<br"):
		if c.line == 0 {
			c.line = c.reader.line(n.Segments.At(0).Start)
		}
		line := c.line
		c.flush()
		c.broken, c.line = true, line
	default:
		c.add(Piece{Style: RawHTML}, tag, n.Segments.At(0).Start)
	}
}

// plainText resolves escapes and entities.
func plainText(raw []byte, style Piece) string {
	if style.Style == CodeSpan {
		return strings.ReplaceAll(string(raw), "\n", " ")
	}
	return string(util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(raw))))
}
