package pair

import (
	"regexp"
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// solves marks where a text turns from the difficulty to the way out of it.
var solves = regexp.MustCompile(`(?i)\b(?:` +
	`(?:i|we|they|was|were|is|finally|which i|which we)\s+(?:\w+\s+)?(?:solved|fixed|resolved|overcame|addressed|tackled|mitigated|handled)\b|` +
	`(?:solved|fixed|resolved|overcome|addressed|tackled|mitigated|handled)\s+(?:it\s+|this\s+|these\s+|that\s+)?(?:by|with|using|via|through|when|after)\b|` +
	`(?:the|my|our)\s+(?:solution|fix|answer|workaround)\s+(?:was|is)\b|` +
	`to\s+(?:solve|fix|address|overcome|resolve|mitigate)\s+(?:this|it|that|these)\b|` +
	`(?:i|we)\s+(?:then\s+|eventually\s+|finally\s+|had to\s+|decided to\s+|ended up\s+)?(?:implement(?:ed|ing)?|adopt(?:ed)?|introduced|switched|moved|added|configured|refactored|migrated|started using|learned to|optimi[sz]ed)\b|` +
	`learning\s+(?:about|to|how)\b|(?:solved|fixed|resolved)\s+(?:it|this|that)\b` +
	`)`)

// sentence ends where the next one may begin.
var sentence = regexp.MustCompile(`[.!?;]["”’)*]*\s+`)

// solutionLabel is a label in the middle of a text.
var solutionLabel = regexp.MustCompile(`(?i)[\s.]\**(?:solution|fix|resolution)s?\**\s*:\**\s*`)

// cutAtLabel cuts a text at a label of a solution in its middle.
func cutAtLabel(text string) (before, after string, found bool) {
	at := solutionLabel.FindStringIndex(text)
	if at == nil || at[0] == 0 || strings.TrimSpace(text[at[1]:]) == "" {
		return text, "", false
	}
	return strings.TrimSpace(text[:at[0]+1]), strings.TrimSpace(text[at[1]:]), true
}

// splitAtSolution cuts a text before the sentence, or the clause, that tells
// the solution.
func splitAtSolution(text string) (before, after string, found bool) {
	if before, after, found = cutAtLabel(text); found {
		return before, after, true
	}
	at := solves.FindStringIndex(text)
	if at == nil {
		return text, "", false
	}
	start := 0
	for _, end := range sentence.FindAllStringIndex(text[:at[0]], -1) {
		start = end[1]
	}
	if start == 0 {
		start = at[0]
		if comma := strings.LastIndexAny(text[:at[0]], ",;:–—("); comma > 0 && start-comma < 30 {
			start = comma
		}
	}
	before = strings.TrimSpace(text[:start])
	after = strings.TrimLeft(text[start:], " ,;:–—(")
	return before, after, after != ""
}

// prose reads paragraphs: each tells of a difficulty when it says how it ended,
// or when others beside it do.
func (f *finder) prose(nodes []*outline.Node) {
	var drafts []*draft
	solved := 0
	for _, n := range paragraphs(nodes) {
		if inlineLabels(f, n) {
			continue
		}
		text := n.Text.Markdown()
		first, rest := firstSentence(text)
		if _, _, found := splitAtSolution(rest); found && isIntroduction(first) {
			first, rest = firstSentence(rest)
		}
		d := f.draft(plainLine(first), n.First, n.Last)
		before, after, found := splitAtSolution(rest)
		if found {
			solved++
			d.add(vocabulary.ChallengeLabel, before, n)
			d.add(vocabulary.SolutionLabel, after, n)
		} else {
			d.add(vocabulary.ChallengeLabel, rest, n)
		}
		if rest != "" && !isIntroduction(first) {
			drafts = append(drafts, d)
		}
	}
	if solved > 0 {
		f.pairs = append(f.pairs, drafts...)
	}
}

// paragraphs are the lines of a section, also of those below sub-headings.
func paragraphs(nodes []*outline.Node) []*outline.Node {
	var found []*outline.Node
	outline.Walk(nodes, func(n *outline.Node) {
		if n.Kind == outline.Line {
			found = append(found, n)
		}
	})
	return found
}

// isIntroduction reports whether a sentence speaks of challenges in general.
func isIntroduction(s string) bool {
	return strings.Contains(strings.ToLower(s), "challenges")
}

// firstSentence cuts a text behind its first sentence.
func firstSentence(text string) (first, rest string) {
	text = strings.Join(strings.Fields(text), " ")
	at := sentence.FindStringIndex(text)
	if at == nil {
		return text, ""
	}
	return text[:at[1]], text[at[1]:]
}

// inlineLabels reads a paragraph that holds labels in its middle: "Title
// Challenge: text Solution: text".
func inlineLabels(f *finder, n *outline.Node) bool {
	text := n.Text.Markdown()
	challenge := strings.Index(text, "Challenge: ")
	solution := strings.Index(text, "Solution: ")
	if challenge < 0 || solution < challenge {
		return false
	}
	title := strings.TrimSpace(text[:challenge])
	body := strings.TrimSpace(text[challenge+len("Challenge: ") : solution])
	d := f.draft(plainLine(title), n.First, n.Last)
	d.add(vocabulary.ChallengeLabel, body, n)
	d.add(vocabulary.SolutionLabel, text[solution+len("Solution: "):], n)
	f.pairs = append(f.pairs, d)
	return true
}

// FindInline returns the pairs of paragraphs that hold the labels in their
// middle. It is for text outside of sections on challenges.
func FindInline(nodes []*outline.Node) []Pair {
	f := finder{}
	for _, n := range paragraphs(nodes) {
		inlineLabels(&f, n)
	}
	var pairs []Pair
	for _, d := range f.pairs {
		if d.settle() {
			pairs = append(pairs, d.Pair)
		}
	}
	return pairs
}
