package outline

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// shortLine is the length below which a line that ends without punctuation was
// hardly wrapped, in characters.
const shortLine = 60

// logical joins the lines of a paragraph that were wrapped, and keeps apart
// those that stand for themselves: labels, section names, items of a list
// without marks.
func logical(lines []rawLine) []*Node {
	var nodes []*Node
	list := isList(lines)
	for i, l := range lines {
		if bullet := bulletOf(l.text); bullet > 0 && i > 0 {
			_, text := l.text.Cut(bullet)
			nodes = append(nodes, &Node{Kind: Item, Text: text, First: l.line, Last: l.line})
			continue
		}
		fresh := i == 0 || list || l.broken && startsFresh(l.text) || startsLabel(l.text) || isSectionName(l.text) ||
			isSectionName(lines[i-1].text) || endsLabel(lines[i-1].text) || startsFresh(l.text) && namesList(l.text)
		if fresh {
			nodes = append(nodes, &Node{Kind: Line, Text: l.text, First: l.line, Last: l.line})
			continue
		}
		last := nodes[len(nodes)-1]
		last.Text = append(append(last.Text, Piece{Text: "\n"}), l.text...)
		last.Last = l.line
	}
	return nodes
}

// bulletOf returns the length of a bullet at the start of a line: one that is
// indented so far that Markdown takes it for text.
func bulletOf(in Inline) int {
	if len(in) == 0 || in[0].Style != Plain || in[0].Strong || !strings.HasPrefix(in[0].Text, "* ") && !strings.HasPrefix(in[0].Text, "- ") {
		return 0
	}
	return 2
}

// withoutContents drops lines that are tables of contents.
func withoutContents(lines []rawLine) []rawLine {
	return slices.DeleteFunc(lines, func(l rawLine) bool { return isContents(l.text) })
}

// isList reports whether every line of a paragraph starts something new.
func isList(lines []rawLine) bool {
	if len(lines) < 2 {
		return false
	}
	for _, l := range lines {
		if !startsFresh(l.text) {
			return false
		}
	}
	if len(lines) > 2 {
		return true
	}
	first := lines[0].text.raw()
	return strings.ContainsRune(".!?:;)", lastRune(first)) || utf8.RuneCountInString(first) < shortLine
}

// startsFresh reports whether a line does not look like the middle of a sentence.
func startsFresh(in Inline) bool {
	if len(in) == 0 || in[0].Strong {
		return true
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(in.raw()))
	return unicode.IsUpper(first) || first >= utf8.RuneSelf && !unicode.IsLetter(first) && !strings.ContainsRune("–—→“‘", first)
}

// startsLabel reports whether a line begins with a label that the vocabulary
// knows, or with any label in bold.
func startsLabel(in Inline) bool {
	l := in.SplitLabel()
	if len(l.Label) == 0 {
		return false
	}
	label := l.Label.String()
	return l.Explicit && in.Trim()[0].Strong && len(l.Text) > 0 || isLabel(label)
}

func isLabel(label string) bool {
	v := vocabulary.Get()
	return v.Labels(label, vocabulary.ChallengeLabel) || v.Labels(label, vocabulary.SolutionLabel) ||
		v.Labels(label, vocabulary.DetailLabel) || v.Labels(label, vocabulary.PracticeLabel) || v.Labels(label, vocabulary.TipLabel)
}

// endsLabel reports whether a line is a label with nothing behind it.
func endsLabel(in Inline) bool {
	l := in.SplitLabel()
	return len(l.Label) > 0 && len(l.Text) == 0 && isLabel(l.Label.String())
}

// isSectionName reports whether a line is the name of a section and nothing else.
func isSectionName(in Inline) bool {
	raw := in.raw()
	if len(raw) > 100 {
		return false
	}
	title := strings.TrimRight(in.Trim().String(), " :*_")
	last := lastRune(title)
	if title == "" || strings.ContainsRune(".!,;", last) || strings.ContainsAny(raw, "\t") || !startsFresh(in.Trim()) {
		return false
	}
	if vocabulary.Get().Introduces(title) {
		return false // "Solution:" stands in front of one
	}
	return vocabulary.Get().Section(title, true) != vocabulary.NoKind
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(s))
	return r
}
