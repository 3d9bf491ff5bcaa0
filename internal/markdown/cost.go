package markdown

import "strings"

// A parser's time grows with the square of some things that a text may hold,
// and a table is filled up to its widest row. These bounds are far beyond what
// people write; a text at all of them renders in about a second.
const (
	maxNesting = 200         // lists and quotes inside one another
	maxCells   = 200_000     // cells of all tables, with those that rows leave out
	maxLinking = 300_000_000 // openers of links times bytes of their paragraph, summed
)

// cost estimates, in one pass over the lines, what a text costs to render. It
// may say too much, never too little.
type cost struct {
	cells, linking  int
	columns         int // of the table that the lines may belong to
	openers, length int // of the paragraph so far
	nests           bool
}

func isCostly(text string) bool {
	var c cost
	for line := range strings.Lines(text) {
		c.line(line)
		if c.nests || c.cells > maxCells || c.linking+c.openers*c.length > maxLinking {
			return true
		}
	}
	return false
}

func (c *cost) line(line string) {
	rest := strings.TrimLeft(line, " \t>")
	if strings.TrimSpace(rest) == "" {
		c.columns = 0
		c.paragraph()
		return
	}
	c.nests = c.nests || nesting(line) > maxNesting
	if isDelimiterRow(rest) {
		c.columns = max(c.columns, strings.Count(rest, "|")+1)
	}
	c.cells += c.columns
	if startsItem(line) {
		c.paragraph()
	}
	c.openers += strings.Count(line, "[")
	c.length += len(line)
}

// paragraph ends a paragraph: the next one is read by itself.
func (c *cost) paragraph() {
	c.linking += c.openers * c.length
	c.openers, c.length = 0, 0
}

// isDelimiterRow reports whether a line could be the second row of a table.
func isDelimiterRow(line string) bool {
	return strings.Contains(line, "-") && strings.Trim(line, "|-:+*0123456789.) \t\r\n") == ""
}

// startsItem reports whether a line ends the paragraph before it as an item of
// a list; numbers, and what is indented like code, might not.
func startsItem(line string) bool {
	item := strings.TrimLeft(line, " ")
	return len(line)-len(item) < 4 && len(item) > 2 && strings.IndexByte("-*+", item[0]) >= 0 && item[1] == ' ' && strings.TrimSpace(item[2:]) != ""
}

// nesting returns how deep a line can be at most: a level takes a marker, or
// two columns of indentation below a marker of a line before.
func nesting(line string) int {
	levels, spaces := 0, 0
	for i := range len(line) {
		switch line[i] {
		case ' ':
			spaces++
		case '\t':
			spaces += 4
		case '>', '-', '*', '+', '.', ')':
			levels++
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		default:
			return levels + spaces/2
		}
	}
	return 0 // a rule, a row of dashes or a blank line holds nothing
}
