package section_test

import (
	"strings"
	"testing"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/section"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ markdown, want string }{
		"kinds":                    {"# Overview\n# Key Technologies\n# Concepts\n# Problems and fixes\n# Lessons\n# Community\n# License\n", " overview technologies concepts challenges practices collaboration closing"},
		"the title is no section":  {"# My challenges and tools\n\n## Tools\n\n## Challenges\n", "  technologies challenges"},
		"below an umbrella":        {"## Major Learnings\n\n### Tools\n\n### Concepts\n", " learnings technologies concepts"},
		"sub-headings are items":   {"## Challenges\n\n### Docker tools\n\n### Solution\n", " challenges"},
		"a section below another":  {"## Best Practices\n\n### Collaboration\n", " practices collaboration"},
		"what closes":              {"## Challenges\n\n### Next Steps\n", " challenges closing"},
		"a challenge as a heading": {"## Challenge 1: slow pages\n", " challenges"},
		"other languages":          {"# Tecnologías clave\n# Herausforderungen\n# Bonnes pratiques\n# Conceitos\n", " technologies challenges practices concepts"},
		"not every problem":        {"# Problem Statement\n# Known problems\n", "  "},
		"the first of several":     {"# Concepts & Practices\n# Best practices for tools\n", " concepts practices"},
	} {
		var kinds []string
		for _, s := range section.Split(outline.Parse(test.markdown)) {
			kinds = append(kinds, string(s.Kind))
		}
		if got := strings.Join(kinds, " "); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
