package outline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxGroupWords is how long a line above a list may be to name the list.
const maxGroupWords = 6

// arrange finds headings that are no headings in Markdown, and puts under each
// heading what stands below it.
func arrange(nodes []*Node) []*Node {
	lone := loneNumbers(nodes)
	icons := iconTitles(nodes)
	numbered := numberedSections(nodes)
	for i, n := range nodes {
		var next *Node
		if i+1 < len(nodes) {
			next = nodes[i+1]
		}
		if numbered && isNumberedSection(n) {
			n.Kind, n.Level = Heading, BoldLevel
			continue
		}
		promote(n, next, lone[i] || icons[i])
	}
	return nest(nodes)
}

// promote makes a heading of a line or an item that is used as one. Above says
// that its siblings show that it is.
func promote(n, next *Node, above bool) {
	switch {
	case n.Kind == Line && isSectionName(n.Text):
		n.Kind, n.Level = Heading, BoldLevel
	case n.Kind == Line && isBoldTitle(n.Text):
		n.Kind, n.Level = Heading, BoldLevel
	case n.Kind == Line && next != nil && next.Kind == Item && namesList(n.Text):
		n.Kind, n.Level = Heading, GroupLevel
	case above:
		n.Kind, n.Level = Heading, GroupLevel
	case n.Kind == Item && isSectionName(n.Text) && holdsItems(n):
		n.Kind, n.Level = Heading, BoldLevel
	}
}

// isBoldTitle reports whether a line is short, in bold and no label.
func isBoldTitle(in Inline) bool {
	if !in.IsBold() || len(in.raw()) > longHeading {
		return false
	}
	text := strings.TrimRight(in.String(), " :")
	return !isLabel(text) && !strings.ContainsRune(".!,;", lastRune(text))
}

// namesList reports whether a line ends in a colon and is short enough to be
// the name of the list below it.
func namesList(in Inline) bool {
	text := in.String()
	return strings.HasSuffix(text, ":") && len(strings.Fields(text)) <= maxGroupWords && !isLabel(strings.TrimRight(text, " :")) &&
		!startsSentence(text)
}

// startsSentence reports whether a text begins as sentences do that introduce a
// list rather than name it.
func startsSentence(text string) bool {
	first, _, _ := strings.Cut(strings.ToLower(text), " ")
	switch first {
	case "here", "here's", "some", "these", "those", "this", "below", "the", "throughout", "during", "i", "i've", "we", "among", "as", "to", "in", "there", "you":
		return true
	}
	return false
}

// loneNumbers finds numbered items that stand above other text, as headings do:
// "1. Title", text, "2. Title", text.
func loneNumbers(nodes []*Node) map[int]bool {
	lone := map[int]bool{}
	others := 0
	for i, n := range nodes {
		if n.Kind != Item || !n.Ordered {
			continue
		}
		if len(n.Children) > 0 || i+1 == len(nodes) || nodes[i+1].Kind == Heading || nodes[i+1].Kind == Item && nodes[i+1].Ordered {
			others++
		} else {
			lone[i] = true
		}
	}
	if len(lone) < 2 || len(lone) < others {
		return nil
	}
	return lone
}

// numberedSections reports whether a numbered list is an outline of sections,
// with text in some of them: "1. Key technologies:", text, "2. Concepts:", text.
func numberedSections(nodes []*Node) bool {
	names, filled := 0, 0
	for _, n := range nodes {
		if isNumberedSection(n) {
			names++
			if len(n.Children) > 0 {
				filled++
			}
		}
	}
	return names >= 3 && filled >= 2
}

func isNumberedSection(n *Node) bool {
	return n.Kind == Item && n.Ordered && isSectionName(n.Text)
}

func holdsItems(n *Node) bool {
	return slices.ContainsFunc(n.Children, func(c *Node) bool { return c.Kind == Item })
}

// checkMarks are pictures that start items of a list, not titles.
const checkMarks = "✅✔☑✓❌✖👉➡🔹🔸🔷🔶⭐✨▶►"

// iconTitles finds short lines that start with pictures of their own, which is
// how titles are set in text without marks.
func iconTitles(nodes []*Node) map[int]bool {
	titles := map[int]bool{}
	uses := map[rune]int{}
	for i, n := range nodes {
		text := strings.TrimSpace(n.Text.raw())
		icon, _ := utf8.DecodeRuneInString(text)
		if n.Kind != Line || icon < 0x2190 || !unicode.IsSymbol(icon) || strings.ContainsRune(checkMarks, icon) ||
			i+1 == len(nodes) || nodes[i+1].Kind == Heading {
			continue
		}
		if uses[icon]++; len(strings.Fields(text)) <= maxGroupWords+1 && !strings.ContainsRune(".!,;", lastRune(text)) {
			titles[i] = true
		}
	}
	if len(uses) < 2 || len(titles) > 2*len(uses) {
		return nil
	}
	return titles
}

// nest puts nodes below the headings before them.
func nest(nodes []*Node) []*Node {
	var top []*Node
	var open []*Node
	for _, n := range nodes {
		if n.Kind == Heading {
			for len(open) > 0 && open[len(open)-1].Level >= n.Level {
				open = open[:len(open)-1]
			}
		}
		if len(open) == 0 {
			top = append(top, n)
		} else {
			parent := open[len(open)-1]
			parent.Children = append(parent.Children, n)
		}
		for _, heading := range open {
			heading.Last = max(heading.Last, n.Last)
		}
		if n.Kind == Heading {
			open = append(open, n)
		}
	}
	return top
}
