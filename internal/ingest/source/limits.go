package source

import (
	"strings"

	"github.com/project-nexus/nexus/internal/errs"
)

// The limits. Each is far beyond what people write by hand.
const (
	maxLine  = 64 << 10  // bytes of a line
	maxLines = 100_000   // lines in all
	maxText  = 512 << 10 // bytes that are not code
	maxProse = 20_000    // lines that are not code
	maxDepth = 60        // lists and quotes inside one another
	maxMarks = 60_000    // characters that may mean something in Markdown
	maxCells = 60_000    // cells of tables, also those that a row leaves out
	// maxAllMarks is how many marks code and text may hold together. What looks
	// like a fence may be none to a parser: one that is indented, or in HTML.
	maxAllMarks = 300_000
	// maxRunMarks is how many marks a paragraph may hold to be read as Markdown;
	// a parser's time grows with their square.
	maxRunMarks = 4000
)

// marks are the characters that cost a Markdown parser time or memory.
const marks = "[]*_`<>!|~&\\-+#"

// checkLimits returns an error for text that is beyond a limit.
func checkLimits(lines []string) error {
	var f fence
	var text, code depth
	var t table
	total, all, size, outside := 0, 0, 0, 0
	for i, line := range lines {
		if len(line) > maxLine {
			return errs.BadUserInput("line %d is longer than %d KiB", i+1, maxLine>>10)
		}
		if all += countMarks(line); all > maxAllMarks {
			return errs.BadUserInput("holds more than %d Markdown marks, those in code included", maxAllMarks)
		}
		if t.step(line) > maxCells {
			return errs.BadUserInput("holds tables of more than %d cells", maxCells)
		}
		isCode := f.step(line)
		if isCode && code.step(line) > maxDepth || !isCode && text.step(line) > maxDepth {
			return errs.BadUserInput("line %d nests lists or quotes deeper than %d levels", i+1, maxDepth)
		}
		if isCode {
			continue
		}
		outside++
		if size += len(line) + 1; size > maxText {
			return errs.BadUserInput("holds more than %d KiB of text outside of code", maxText>>10)
		}
		if total += countMarks(line); total > maxMarks {
			return errs.BadUserInput("holds more than %d Markdown marks", maxMarks)
		}
	}
	if outside > maxProse {
		return errs.BadUserInput("has more than %d lines outside of code", maxProse)
	}
	return nil
}

func countMarks(line string) int {
	n := 0
	for i := range len(line) {
		if strings.IndexByte(marks, line[i]) >= 0 {
			n++
		}
	}
	return n
}

// table follows how many cells tables have: a row of a few characters has as
// many as the rule below the head has columns.
type table struct{ columns, cells int }

// step adds a line and returns the cells so far.
func (t *table) step(line string) int {
	line = strings.Trim(line, " \t>")
	switch {
	case line == "":
		t.columns = 0
	case strings.Trim(line, "-:| \t") == "":
		t.columns = max(t.columns, strings.Count(line, "|")+1)
	case t.columns > 1:
		t.cells += t.columns
	}
	return t.cells
}

// depth follows how deep lists and quotes are nested.
type depth struct{ indents []int }

// step returns the depth of a line, from the markers that start it and the
// lists before that it may belong to.
func (d *depth) step(line string) int {
	indent, markers := 0, 0
	for i := 0; i < len(line); {
		switch n := markerLength(line[i:]); {
		case line[i] == ' ':
			indent++
			i++
		case line[i] == '\t':
			indent += 4
			i++
		case n == 0:
			return len(d.indents) + markers
		default:
			if markers == 0 {
				d.open(indent)
			}
			markers++
			i += n
		}
	}
	return len(d.indents) + markers
}

// open notes a marker at a column; those to the right of it have ended.
func (d *depth) open(indent int) {
	for len(d.indents) > 0 && d.indents[len(d.indents)-1] >= indent {
		d.indents = d.indents[:len(d.indents)-1]
	}
	d.indents = append(d.indents, indent)
}

// markerLength returns the length of the list or quote marker that s starts with.
func markerLength(s string) int {
	switch s[0] {
	case '>':
		return 1
	case '-', '*', '+':
		if len(s) == 1 || s[1] == ' ' || s[1] == '\t' {
			return 1
		}
		return 0
	}
	digits := 0
	for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits > 9 || digits == len(s) || s[digits] != '.' && s[digits] != ')' {
		return 0
	}
	return digits + 1
}
