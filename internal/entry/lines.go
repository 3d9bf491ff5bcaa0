package entry

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest"
)

// Lines is a text by lines.
type Lines []string

// LinesOf splits a text.
func LinesOf(text string) Lines { return strings.Split(text, "\n") }

// Span returns the lines of s; lines that the text does not have are left out.
func (l Lines) Span(s Span) string {
	first, last := max(int(s.First)-1, 0), min(int(s.Last), len(l))
	if first >= last {
		return ""
	}
	return strings.Join(l[first:last], "\n")
}

// SpanOf returns a span of the extraction as the database takes it.
func SpanOf(s ingest.Span) Span {
	first := max(s.FirstLine, 1)
	return Span{int32(first), int32(max(s.LastLine, first))} //nolint:gosec // a document has fewer lines than bytes, and these are few
}

// Shorten cuts a title to what a column takes, and says so with an ellipsis:
// a title beyond any use is not worth a failed import.
func Shorten(title string, most int) string {
	runes := []rune(title)
	if len(runes) <= most {
		return title
	}
	return string(runes[:most-1]) + "…"
}
