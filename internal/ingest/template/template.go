// Package template knows texts that are not the author's own: placeholders of a
// template that wait to be filled, and the words of the assignment.
package template

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/fold"
)

//go:embed assignment.txt
var assignmentText string

var (
	// whole is a text that only says what should stand there.
	whole = regexp.MustCompile(`(?is)^(?:\[.{2,}\]|<.{2,}>|\{\{?.{2,}\}|\(?(?:tbd|tba|todo|n/a|fixme|lorem ipsum|coming soon|to be (?:added|updated|written|filled|completed|determined|done)|this section will be)\b.*)$`)
	// place is a place in a line that waits for words of the author.
	place = regexp.MustCompile(`(?i)(\[(?:your|insert|describe|add|write|explain|project|replace|enter|fill|name|title|technology|concept|challenge|solution|e\.g\.|example)\b[^\]\n]*\])(?:[^(]|$)|` +
		`(\bTBD\b|\bFIXME\b|lorem ipsum|\((?:to be (?:added|updated)|this section will be)[^)\n]*\))|(?:^|[-*>:]\s*)(TODO)(?::|\s*$)`)
)

// IsPlaceholder reports whether a text is nothing but a placeholder.
func IsPlaceholder(text string) bool {
	return whole.MatchString(strings.Trim(text, "*_` \t\n.:-"))
}

// Without returns a Markdown text, or nothing when it is a placeholder.
func Without(markdown string) string {
	if IsPlaceholder(markdown) {
		return ""
	}
	return markdown
}

// Place is a placeholder in a line.
type Place struct {
	// Column counts characters from 1.
	Column int
	Text   string
}

// Find returns the first placeholder in a line.
func Find(line string) (Place, bool) {
	if !strings.ContainsAny(line, "[(") && !strings.Contains(line, "TODO") && !strings.Contains(line, "TBD") &&
		!strings.Contains(line, "FIXME") && !strings.Contains(line, "orem") {
		return Place{}, false // a quick look, since nearly all lines are none
	}
	at := place.FindStringSubmatchIndex(line)
	if at == nil {
		return Place{}, false
	}
	for group := 2; group < len(at); group += 2 {
		if start := at[group]; start >= 0 {
			return Place{Column: utf8.RuneCountInString(line[:start]) + 1, Text: line[start:at[group+1]]}, true
		}
	}
	return Place{}, false
}

// assignment is what was read from the data file: words that together are those
// of an assignment, not of a learner.
//
//nolint:gochecknoglobals // a constant that needs a constructor
var assignment = sync.OnceValue(func() [][]string {
	var all [][]string
	for line := range strings.Lines(assignmentText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, strings.Fields(line))
		}
	}
	return all
})

// IsAssignment reports whether a text has the words of an assignment.
func IsAssignment(text string) bool {
	if len(text) > 2000 {
		return false
	}
	words := strings.Fields(fold.Text(text))
	return slices.ContainsFunc(assignment(), func(set []string) bool {
		return !slices.ContainsFunc(set, func(word string) bool { return !slices.Contains(words, word) })
	})
}
