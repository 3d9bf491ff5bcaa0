package outline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/ingest/outline"
)

// draw writes a tree: kind, lines and text of each node.
func draw(nodes []*outline.Node, indent string) string {
	var b strings.Builder
	for _, n := range nodes {
		kind := [...]string{"heading", "item", "line", "table", "code"}[n.Kind]
		if n.Kind == outline.Heading {
			kind += fmt.Sprint(n.Level)
		}
		fmt.Fprintf(&b, "%s%s %d-%d %s\n", indent, kind, n.First, n.Last, strings.ReplaceAll(n.Text.Markdown(), "\n", "⏎"))
		b.WriteString(draw(n.Children, indent+"  "))
	}
	return b.String()
}

func TestParse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ markdown, want string }{
		"headings hold what stands below": {"# A\n\ntext\n\n## B\n\n- c\n\n# D\n", "heading1 1-7 A\n  line 3-3 text\n  heading2 5-7 B\n    item 7-7 c\nheading1 9-9 D\n"},
		"wrapped lines are one":           {"a long line that goes\non *here*\n", "line 1-2 a long line that goes⏎on *here*\n"},
		"lines that start anew":           {"One thing.\nTwo things.\nThree things.\n", "line 1-1 One thing.\nline 2-2 Two things.\nline 3-3 Three things.\n"},
		"labels start anew":               {"**Challenge:** a\nb\n**Solution:** c\n", "line 1-2 **Challenge:** a⏎b\nline 3-3 **Solution:** c\n"},
		"a bold line is a heading":        {"**Title:**\n\n- a\n", "heading7 1-3 **Title:**\n  item 3-3 a\n"},
		"a bold label is none":            {"**Solution:**\n\n- a\n", "line 1-1 **Solution:**\nitem 3-3 a\n"},
		"a section name is a heading":     {"Best Practices\n\nUse keys.\n", "heading7 1-3 Best Practices\n  line 3-3 Use keys.\n"},
		"a name over a list":              {"Caching:\n- a\n- b\n", "heading8 1-3 Caching:\n  item 2-2 a\n  item 3-3 b\n"},
		"a sentence over a list":          {"Here is a list:\n- a\n", "line 1-1 Here is a list:\nitem 2-2 a\n"},
		"numbers as headings":             {"1. A\n- x\n\n2. B\n- y\n", "heading8 1-2 A\n  item 2-2 x\nheading8 4-5 B\n  item 5-5 y\n"},
		"nested lists":                    {"- a\n  - b\n    c\n", "item 1-3 a\n  item 2-3 b⏎c\n"},
		"contents are left out":           {"- [A](#a)\n- b\n", "item 2-2 b\n"},
		"code has no text":                {"```\n# x\ny\n```\n", "code 2-3 \n"},
		"a rule under a paragraph":        {strings.Repeat("long ", 30) + "\n---\n", "line 1-1 " + strings.TrimSpace(strings.Repeat("long ", 30)) + "\n"},
		"marks are kept":                  {"a **b** *c* `d` [e](f) <https://example.org> \\*g\\* &amp;\n", "line 1-1 a **b** *c* `d` [e](f) https://example.org *g* &\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, draw(outline.Parse(test.markdown), "")); diff != "" {
				t.Errorf("outline (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitLabel(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"**Label:** text":                          "Label|text",
		"**Label**: text":                          "Label|text",
		"*Label* – text":                           "Label|text",
		"`Label`: text":                            "Label|text",
		"Label: text `x: y`":                       "Label|text `x: y`",
		"Label → text":                             "Label|text",
		"Label - text":                             "Label|text",
		"🔹 2. **Label** — text":                    "Label|text",
		"**Label:**":                               "Label|",
		"**Bold** words begin this":                "|**Bold** words begin this",
		"See https://example.org for more":         "|See https://example.org for more",
		"At 12:30 nothing":                         "|At 12:30 nothing",
		"word " + strings.Repeat("w ", 12) + ": x": "|word " + strings.Repeat("w ", 12) + ": x",
		"plain": "|plain",
	} {
		l := outline.Parse("x\n\n" + markdown)[1].Text.SplitLabel()
		if got := l.Label.String() + "|" + l.Text.Markdown(); got != want {
			t.Errorf("%q splits into %q, want %q", markdown, got, want)
		}
	}
}
