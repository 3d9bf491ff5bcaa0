package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/markdown"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 39)
	tests := map[string]struct {
		text string
		want []string
	}{
		"none":                 {"Nobody.", nil},
		"one":                  {"@ada", []string{"ada"}},
		"inside":               {"Ask @ada or @eve.", []string{"ada", "eve"}},
		"each once":            {"@eve @ada @EVE", []string{"eve", "ada"}},
		"case":                 {"@Ada", []string{"ada"}},
		"punctuation":          {"(@ada), @eve! @bob? \"@joe\"; @ann: **@sue**… @kim's", []string{"ada", "eve", "bob", "joe", "ann", "sue", "kim"}},
		"handle of all":        {"@a-1_b", []string{"a-1_b"}},
		"underscores":          {"@grace_b_hopper and _@ada_", []string{"grace_b_hopper", "ada"}},
		"across lines":         {"Ask\n@ada\nor  \n@eve", []string{"ada", "eve"}},
		"heading, list, quote": {"# @ada\n\n- @eve\n\n> @bob", []string{"ada", "eve", "bob"}},
		"table":                {"|a|b|\n|-|-|\n|@ada|@eve|", []string{"ada", "eve"}},
		"text of a link":       {"[@ada](https://example.org)", []string{"ada"}},
		"code span":            {"`@ada` and ``@eve``", nil},
		"fenced code":          {"```\n@ada\n```\n@eve", []string{"eve"}},
		"unclosed fence":       {"```py\n@ada", nil},
		"indented code":        {"a\n\n    @ada", nil},
		"code next to it":      {"`x`@ada", nil},
		"raw HTML":             {"a <b title=\"@ada\">b</b> <!-- @eve -->", nil},
		"block of HTML":        {"<div>\n@ada\n</div>", nil},
		"mail":                 {"ada@example.org, <eve@example.org>, mailto:ada@example", nil},
		"twice at":             {"@ada@example.org", nil},
		"URL":                  {"https://example.org/@ada and <https://example.org/@eve>", nil},
		"target of a link":     {"[a](https://example.org/@ada)", nil},
		"package":              {"Install @babel/core", nil},
		"path":                 {"a/@ada", nil},
		"escaped":              {`\@ada`, nil},
		"alone":                {"@ @- @_ @", nil},
		"twice":                {"@@ada", nil},
		"longest":              {"@" + long, []string{long}},
		"too long":             {"@" + long + "a", nil},
		"other letters":        {"@adaé é@ada @日本", nil},
		"too costly":           {strings.Repeat("> ", 300) + "@ada", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, markdown.Mentions(test.text, 50)); diff != "" {
				t.Errorf("mentions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMentionsAreBounded(t *testing.T) {
	t.Parallel()
	var inLine, inBlocks strings.Builder
	for i := range 200 {
		fmt.Fprintf(&inLine, "@u%d ", i)
		fmt.Fprintf(&inBlocks, "@u%d\n\n", i)
	}
	for _, text := range []string{inLine.String(), inBlocks.String()} {
		if got := markdown.Mentions(text, 50); len(got) != 50 || got[49] != "u49" {
			t.Errorf("%d mentions: %v", len(got), got)
		}
	}
}
