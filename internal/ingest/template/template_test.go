package template_test

import (
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/template"
)

func TestIsPlaceholder(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"[Describe the problem]": true, "*[your text]*": true, "<your name>": true, "TBD": true, "**TODO**: later": true,
		"(This section will be updated.)": true, "To be added": true,
		"Add caching": false, "[x] done [y]": true, "Describe errors well": false, "": false, "TODO list app": true, "[Link] and more": false,
	} {
		if got := template.IsPlaceholder(text); got != want {
			t.Errorf("IsPlaceholder(%q) = %t", text, got)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for line, column := range map[string]int{
		"é [Your name] x": 3, "- TODO: write": 3, "x TBD": 3, "a TODO app": 0, "[Your profile](https://example.org)": 0, "plain": 0,
	} {
		got, found := template.Find(line)
		if found != (column > 0) || got.Column != column {
			t.Errorf("Find(%q) = %+v, %t", line, got, found)
		}
	}
}

func TestIsAssignment(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"- Exchange ideas with peers and develop synergies":         true,
		"I learned to exchange ideas":                               false,
		"Your repository should have a README with these sections.": true,
	} {
		if got := template.IsAssignment(text); got != want {
			t.Errorf("IsAssignment(%q) = %t", text, got)
		}
	}
}
