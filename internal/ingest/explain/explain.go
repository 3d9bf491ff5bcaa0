// Package explain shows an author what an extraction made of each line of a
// document. It is pure and has no errors.
package explain

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest"
)

// explainedWidth is the width of the column that says what a line became.
const explainedWidth = 34

// Lines returns the lines of a document, each with its number and what it
// became: the entries that begin there by name, those that go on by kind. A
// diagnostic stands below its line, those of the whole document at the end.
func Lines(d *ingest.Document) string {
	notes := map[int][]string{}
	for _, e := range spansOf(d) {
		notes[e.FirstLine] = append(notes[e.FirstLine], e.kind+" "+e.name)
		for line := e.FirstLine + 1; line <= e.LastLine; line++ {
			notes[line] = append(notes[line], e.kind)
		}
	}
	var b strings.Builder
	for i, text := range strings.Split(strings.TrimSuffix(d.Text, "\n"), "\n") {
		line := i + 1
		fmt.Fprintf(&b, "%5d  %s  %s\n", line, padded(strings.Join(slices.Compact(notes[line]), ", ")), text)
		writeDiagnostics(&b, d, line)
	}
	writeDiagnostics(&b, d, 0)
	return b.String()
}

// entry is an entry as Lines shows it.
type entry struct {
	kind, name string
	ingest.Span
}

// spansOf returns all entries in the order of their lines.
func spansOf(d *ingest.Document) []entry {
	var all []entry
	add := func(kind, name string, s ingest.Span) { all = append(all, entry{kind, name, s}) }
	for _, t := range d.Technologies {
		add("technology", t.Name, t.Span)
	}
	for _, c := range d.Concepts {
		add("concept", c.Title, c.Span)
	}
	for _, c := range d.Challenges {
		add("challenge", c.Title, c.Span)
		if c.Solution != nil {
			add("solution", "", c.Solution.Span)
		}
	}
	for _, p := range d.Practices {
		add("practice", p.Title, p.Span)
	}
	for _, t := range d.Tips {
		add("tip", "", t.Span)
	}
	for _, c := range d.Channels {
		add("channel", c.Name, c.Span)
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.FirstLine - b.FirstLine })
	return all
}

func writeDiagnostics(b *strings.Builder, d *ingest.Document, line int) {
	for _, found := range d.Diagnostics {
		if found.Line != line {
			continue
		}
		fmt.Fprintf(b, "%5s  %s %s: %s", "", found.Severity, found.Code, found.Message)
		if found.Expected != "" {
			fmt.Fprintf(b, " (expected: %s)", found.Expected)
		}
		b.WriteByte('\n')
	}
}

// padded pads or cuts a text to the width of the column.
func padded(text string) string {
	text = strings.TrimSpace(text)
	width := utf8.RuneCountInString(text)
	if width > explainedWidth {
		return string([]rune(text)[:explainedWidth-1]) + "…"
	}
	return text + strings.Repeat(" ", explainedWidth-width)
}
