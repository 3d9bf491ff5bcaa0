package adverse

import "strings"

// sections are shapes of what sections hold.
func sections() []Shape {
	return []Shape{
		same("sections again and again", "", "# Overview\n\nword\n\n## Challenges\n\n- word\n\n## Key Technologies\n\n- Redis\n\n"),
		same("section names", "", "Challenges\n\nConcepts\n\n"),
		counted("lines with labels", "# Challenges\n", "Idea %d: word\n\n"),
		counted("lines with labels in a paragraph", "# Challenges\n", "Idea %d: word\n"),
		counted("one label among lines", "# Challenges\n", "word %d\n\nIdea: word\n\nword\n\n"),
		counted("bold labels", "# Challenges\n", "**Challenge:** word %d\n**Solution:** word\n"),
		counted("challenges without a solution", "# Challenges\n", "**Challenge %d:** word\n\n"),
		counted("names of lists of solutions", "# Challenges\n", "## Challenge: word %d\n\n# Challenges\n### Solutions\n"),
		counted("solutions of nothing", "# Challenges\n", "- Challenge: word %d\n\n\n**Solutions**\n\n"),
		counted("sections on solutions", "# Challenges\n- word\n- other\n", "\n# Solutions\n- word %d\n"),
		counted("challenges as headings", "# Challenges\n", "## Title %d\n\nIt was slow. We solved it by waiting.\n\n"),
		counted("groups of challenges", "# Challenges\n", "## Title %d\n- **A**: b\n- **C**: d\n"),
		counted("titles with arrows", "# Challenges\n", "- word %d -> word\n"),
		same("labels in a text", "# Challenges\n", "Title Challenge: word Solution: word "+"\n"),
		same("sentences that solve", "# Challenges\n", "Word was slow. Finally we solved it by waiting; "),
		counted("concepts", "# Key Concepts\n", "- **Title %d**: word\n  - word\n"),
		counted("concepts as headings", "# Key Concepts\n", "## Title %d\n\nword\n\n"),
		counted("practices in groups", "# Best Practices\n", "- Group %d\n  - word\n  - word\n"),
		counted("names of lists", "", "Title %d:\n- word\n\n"),
		same("pictures above text", "", "🔥 Title\n\nword\n\n🚀 Title\n\nword\n\n"),
		counted("tips", "# Collaboration\n", "- Tip: word %d\n"),
		counted("channels", "# Collaboration\n", "- #channel%d on Discord, Slack #other%[1]d\n"),
		same("channels in a text", "# Collaboration\n", "#channel discord "+strings.Repeat("word ", 3)+"#other slack\n"),
	}
}

// words are shapes of words that the vocabulary looks for.
func words() []Shape {
	return []Shape{
		every(9, same("technologies", "# Key Technologies\n- ", "React, Vue & Redis, "), "\n- "),
		every(9, same("technologies in a paragraph", "", "react with Django and node "), "\n"),
		counted("technologies with labels", "# Key Technologies\n", "- **Title %d**: Redis\n"),
		counted("unknown products", "# Key Technologies\n", "- Name%dDB\n"),
		every(9, same("words that may be names", "", "with Flower, Render and Go "), "\n"),
		every(9, same("code of names", "# Key Technologies\n", "`redis` `next`, "), "\n"),
		every(9, same("addresses", "", "www.example.org/a "), "\n"),
		every(9, same("addresses of files", "", "see http://a /api/b node.js "), "\n"),
		every(9, same("dots and signs", "", ".net C++ C# a.b "), "\n"),
		every(9, same("programmes", "", "The Great Learning Program of Words and "), "\n"),
		every(9, same("names without a programme", "", "Great Learning Of Words And program "), "\n"),
		every(9, same("placeholders", "", "[Your name] TODO (to be added "), "\n"),
		every(9, same("placeholders without an end", "", "[your (to be added "), "\n"),
		same("words of an assignment", "", "Write a README that describes challenges and solutions of the programme\n"),
		every(30, same("sentences", "# Takeaways\n", "Word. Word! "), "\n"),
	}
}
