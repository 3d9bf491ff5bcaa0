package adverse

import (
	"fmt"
	"strings"
)

// depth is how deep lists and quotes are nested, a little below the limit.
const depth = 50

// blocks are shapes of blocks: lists, quotes, headings, code, HTML.
func blocks() []Shape {
	nested := func(marker string) func(int) string {
		return func(i int) string { return strings.Repeat("  ", i%depth) + marker + " word\n" }
	}
	return []Shape{
		{"nested items", "# Key Concepts\n", nested("-")},
		{"nested labels", "# Challenges\n", nested("- **Idea:** said")},
		{"nested quotes", "", func(i int) string { return strings.Repeat("> ", i%depth) + "word\n" }},
		same("quotes in a line", "", strings.Repeat("> ", depth)+"word\n"),
		same("markers in a line", "", strings.Repeat("- ", depth)+"word\n"),
		counted("numbered items", "# Best Practices\n", "%d. word\n"),
		counted("numbers above text", "# Challenges\n", "%d. Title\n\nword\n\n"),
		same("empty items", "", "-\n"),
		same("items with blank lines", "", "- word\n\n\n"),
		{"headings", "", func(i int) string { return strings.Repeat("#", 1+i%6) + fmt.Sprintf(" Title %d\n", i) }},
		same("headings without a space", "", "##Title\n"),
		same("underlined headings", "", "word\n---\n"),
		same("bold lines", "", "**Title**\n\n"),
		same("rules", "", "***\n---\n"),
		same("fences without an end", "", "```\nword\n\n"),
		same("fences with languages", "", "```go\nword\n\n## Title\n\n"),
		same("fences that end nothing", "", "word;\n```\n"),
		same("indented code", "", "        word\n"),
		same("tabulators", "", "\t\tword\tword\n"),
		same("HTML blocks", "", "<div>\n"),
		same("HTML headings", "", "<h1>word</h1>\n"),
		same("HTML headings without an end", "", "<h1><summary>\n"),
		same("comments without an end", "", "word <!-- word\n"),
		same("link definitions", "", "[word]: word 'word'\n"),
		counted("many link definitions", "", "[word%d]: /word\n\n[word%[1]d]\n\n"),
		same("link definitions without an end", "", "[word]: word '\n"),
		same("bullets of other programs", "# Takeaways\n", "• word\n"),
		same("carriage returns", "", "word\r\n\r"),
		same("broken bytes", "", strings.Repeat("word ", 60)+"\xff\n"),
	}
}

// inlines are shapes of text within a paragraph.
func inlines() []Shape {
	return []Shape{
		every(40, same("opening brackets", "", "["), "\n"),
		every(40, same("closing brackets", "", "]"), "\n"),
		every(30, same("images without an end", "", "!["), "\n"),
		every(20, same("links without an end", "", "[a]("), "\n"),
		every(20, same("links without an end by paragraph", "", "[a](<b"), "\n\n"),
		every(9, same("links", "", "[word](/word) "), "\n"),
		every(9, same("references", "[word]: /word\n\n", "[word][word] "), "\n"),
		every(20, same("emphasis that begins", "", "*a **b "), "\n"),
		every(20, same("emphasis that ends", "", "a* b** "), "\n"),
		every(20, same("emphasis of two kinds", "", "*a_ _b* "), "\n"),
		every(60, same("stars", "", "a**"), "\n"),
		every(99, same("a run of stars", "", "*"), "\n\n"),
		every(20, same("strikes", "", "~~a ~b "), "\n"),
		{"backticks of all lengths", "", func(i int) string { return strings.Repeat("`", 1+i%80) + " word\n" }},
		every(40, same("lone backticks", "", "`a``"), "\n"),
		every(20, same("tags without an end", "", "<a <b='"), "\n"),
		every(20, same("instructions without an end", "", "<? word "), "\n"),
		every(20, same("declarations without an end", "", "<![CDATA[ <!X "), "\n"),
		every(20, same("line breaks", "", "word<br>"), "\n"),
		every(20, same("entities", "", "&amp; &#x26; &word; &"), "\n"),
		every(20, same("escapes", "", `\*\[word\]`), "\n"),
		every(20, same("autolinks", "", "<https://example.org/a> "), "\n"),
		same("a long line", "", "word "),
		same("a long word", "", "a"),
		same("a long paragraph", "", strings.Repeat("word ", 14)+"\n"),
		same("spaces", "", "word"+strings.Repeat(" ", 200)),
		every(10, same("letters with accents", "", "e\u0301\u0301\u0327 ÄÖ 漢字 "), "\n"),
	}
}

// tables are shapes of tables.
func tables() []Shape {
	wide := func(columns int) string {
		return strings.Repeat("|a", columns) + "|\n" + strings.Repeat("|-", columns) + "|\n"
	}
	return []Shape{
		every(20, same("pipes", "", "|a"), "\n"),
		same("rows", "# Challenges\n|Challenge|Solution|\n|-|-|\n", "|word|word|\n"),
		{"columns", "# Key Concepts\n", func(i int) string { return wide(1 + i) }},
		same("wide rows", "# Key Concepts\n"+wide(100), strings.Repeat("|a", 100)+"|\n"),
		same("short rows of a wide table", "# Key Concepts\n"+wide(12), "a\n"),
		same("code with escaped pipes", "|a|b|\n|-|-|\n", "|`a\\|b`|`\\|`|\n"),
		same("rows without rules", "# Challenges\n\nChallenge\tSolution\n", "word\tword\n"),
		same("rules of tables", "", "|-|-|\n"),
	}
}

// hidden are shapes whose marks stand behind what looks like the start of code
// and is none.
func hidden() []Shape {
	indented, quoted, tag := "word\n    ```\n", "> ```\n", "<div>\n```\n\n"
	return []Shape{
		every(40, same("brackets behind an indented fence", indented, "["), "\n"),
		every(40, same("brackets behind a quoted fence", quoted, "["), "\n"),
		every(20, same("emphasis behind a fence in HTML", tag, "*a _b "), "\n"),
		every(20, same("tags behind an indented fence", indented, "<a <? "), "\n"),
		every(20, same("links behind a quoted fence", quoted, "[a]("), "\n"),
		{"indented fences of all lengths", "word\n", func(i int) string { return "    " + strings.Repeat("`", 3+i%500) + "\n" }},
		same("indented fences with marks", "word\n", "    ```[[[[[[[[\n    ```\n"),
	}
}
