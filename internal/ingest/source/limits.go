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
	// maxRunMarks is how many marks a paragraph may hold to be read as Markdown;
	// a parser's time grows with their square.
	maxRunMarks = 4000
)

// marks are the characters that cost a Markdown parser time or memory.
const marks = "[]*_`<>!|~&\\-+#"

// checkLimits returns an error for text that is beyond a limit.
func checkLimits(lines []string) error {
	var f fence
	var d depth
	total, size, outside := 0, 0, 0
	for i, line := range lines {
		if len(line) > maxLine {
			return errs.BadUserInput("line %d is longer than %d KiB", i+1, maxLine>>10)
		}
		if f.step(line) {
			continue
		}
		outside++
		if size += len(line) + 1; size > maxText {
			return errs.BadUserInput("holds more than %d KiB of text outside of code", maxText>>10)
		}
		if total += countMarks(line); total > maxMarks {
			return errs.BadUserInput("holds more than %d Markdown marks", maxMarks)
		}
		if d.step(line) > maxDepth {
			return errs.BadUserInput("line %d nests lists or quotes deeper than %d levels", i+1, maxDepth)
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
