package ingest

import (
	"regexp"
	"strings"
)

var (
	// wholePlaceholder is a text that only says what should stand there.
	wholePlaceholder = regexp.MustCompile(`(?is)^(?:\[.{2,}\]|<.{2,}>|\{\{?.{2,}\}|\(?(?:tbd|tba|todo|n/a|fixme|lorem ipsum|coming soon|to be (?:added|updated|written|filled|completed|determined|done)|this section will be)\b.*)$`)
	// placeholder is a place in a line that waits for words of the author.
	placeholder = regexp.MustCompile(`(?i)\[(?:your|insert|describe|add|write|explain|project|replace|enter|fill|name|title|technology|concept|challenge|solution|e\.g\.|example|link|x)\b[^\]\n]*\]|\b(?:TODO|TBD|FIXME)\b|lorem ipsum|\((?:to be (?:added|updated)|this section will be)[^)\n]*\)`)
)

// isPlaceholder reports whether a text is nothing but a placeholder.
func isPlaceholder(text string) bool {
	return wholePlaceholder.MatchString(strings.Trim(text, "*_` \t\n.:-"))
}

// withoutPlaceholder drops a Markdown text that is a placeholder.
func withoutPlaceholder(markdown string) string {
	if isPlaceholder(markdown) {
		return ""
	}
	return markdown
}
