package pair

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// nodes reads siblings. In is the pair that they belong to; nil at the top.
func (f *finder) nodes(nodes []*outline.Node, in *draft) {
	current := in
	for i, n := range nodes {
		switch n.Kind {
		case outline.Table:
			f.table(n)
		case outline.Code:
		default:
			current = f.node(nodes, i, current, in)
		}
	}
}

// node reads one of siblings and returns the pair that the next may continue.
func (f *finder) node(siblings []*outline.Node, i int, current, in *draft) *draft {
	n := siblings[i]
	l, m := labelOf(n)
	switch m {
	case vocabulary.ChallengeLabel:
		return f.challenge(n, l, current, in)
	case vocabulary.SolutionLabel:
		if current != nil && (len(l.Text) > 0 || !f.isListOfSolutions(n)) {
			current.add(vocabulary.SolutionLabel, withChildren(l.Text, n), n)
			return current
		}
		f.solutions(items(n))
		return current
	case vocabulary.DetailLabel:
		if current != nil {
			current.add(vocabulary.DetailLabel, "**"+oneLine(l.Label)+":** "+withChildren(l.Text, n), n)
			return current
		}
	}
	return f.unlabelled(siblings, i, current, in)
}

// labelOf splits a node's text at its label and tells what the label says. A
// text that is a label and nothing else has no text behind it.
func labelOf(n *outline.Node) (outline.Labelled, vocabulary.Label) {
	l := n.Text.SplitLabel()
	if isHead(l) {
		return l, vocabulary.NoLabel
	}
	if len(l.Label) == 0 {
		if m := meaning(strings.TrimRight(l.Text.String(), " :?")); m != vocabulary.NoLabel {
			return outline.Labelled{Label: l.Text}, m
		}
		return l, vocabulary.NoLabel
	}
	return l, meaning(l.Label.String())
}

// isHead reports whether a text is the head of a table without rules:
// "Challenge", a tabulator, "Solution".
func isHead(l outline.Labelled) bool {
	return len(l.Label) > 0 && meaning(l.Label.String()) == vocabulary.ChallengeLabel &&
		vocabulary.Get().Labels(l.Text.String(), vocabulary.SolutionLabel)
}

func meaning(label string) vocabulary.Label {
	v := vocabulary.Get()
	for _, m := range []vocabulary.Label{vocabulary.ChallengeLabel, vocabulary.SolutionLabel, vocabulary.DetailLabel} {
		if v.Labels(label, m) {
			return m
		}
	}
	return vocabulary.NoLabel
}

// challenge reads a node labelled as one.
func (f *finder) challenge(n *outline.Node, l outline.Labelled, current, in *draft) *draft {
	label := strings.Trim(l.Label.String(), " 0123456789#.:")
	more := current != nil && len(current.solution) == 0 && current.label != "" && current.label != label && len(current.body) == 0
	if current != nil && current == in && current.named && current.open != vocabulary.SolutionLabel || more {
		f.describe(current, l.Text, n)
		f.nodes(n.Children, current)
		return current
	}
	if len(l.Text) == 0 && !hasLabels(n.Children) && len(items(n)) > 1 {
		labels := f.labels
		f.labels = false
		f.nodes(n.Children, nil) // a list of challenges below its name
		f.labels = labels
		return nil
	}
	d := f.begin(l.Text, n)
	d.label = label
	d.named = n.Kind == outline.Heading && d.Title != ""
	if before, after, split := cutAtLabel(l.Text.Markdown()); split {
		d.Title = plainLine(before)
		d.add(vocabulary.SolutionLabel, after, n)
	}
	d.open = vocabulary.ChallengeLabel
	f.inside(d, n)
	return d
}

// describe adds the description of a challenge, with the solution when that is
// labelled in the same text.
func (f *finder) describe(d *draft, text outline.Inline, n *outline.Node) {
	before, after, split := cutAtLabel(text.Trim().Markdown())
	d.add(vocabulary.ChallengeLabel, before, n)
	if split {
		d.add(vocabulary.SolutionLabel, after, n)
	}
}

// inside reads what stands below the title of a pair.
func (f *finder) inside(d *draft, n *outline.Node) {
	if hasLabels(n.Children) {
		f.nodes(n.Children, d)
		return
	}
	if d.Title == "" {
		d.add(vocabulary.ChallengeLabel, outline.Markdown(n.Children), n)
		return
	}
	d.add(vocabulary.SolutionLabel, outline.Markdown(n.Children), n)
}

// unlabelled reads a node without a label that says what it is.
func (f *finder) unlabelled(siblings []*outline.Node, i int, current, in *draft) *draft {
	n := siblings[i]
	switch {
	case isHead(n.Text.SplitLabel()):
		return nil
	case hasLabels(n.Children) && n.Kind == outline.Heading && listsTitled(n.Children):
		f.nodes(n.Children, nil) // a group of challenges
		return nil
	case hasLabels(n.Children):
		l := n.Text.SplitLabel()
		title := n.Text
		d := f.begin(title, n)
		if l.Explicit && len(l.Text) > 0 {
			d.Title = oneLine(l.Label)
			d.add(vocabulary.ChallengeLabel, l.Text.Markdown(), n)
		}
		d.named = true
		f.nodes(n.Children, d)
		return d
	case in != nil || current != nil && current.open != vocabulary.NoLabel && n.Kind == outline.Line && (f.labels || !f.isPairLine(siblings, n)):
		f.continues(n, current, in)
		return current
	case n.Kind == outline.Heading && !f.labels:
		return f.heading(n)
	case n.Kind == outline.Item && (!f.labels || isTitled(n)):
		return f.item(n)
	case !f.labels && n.Kind == outline.Line:
		return f.line(siblings, n)
	}
	return current
}

// continues adds a text without a label to what stands above it.
func (f *finder) continues(n *outline.Node, current, in *draft) {
	if current == nil {
		current = in
	}
	part := current.open
	if part == vocabulary.NoLabel {
		part = vocabulary.ChallengeLabel
	}
	current.add(part, withChildren(n.Text, n), n)
}

// heading reads a sub-heading without labels below it: a group of challenges
// when its items have titles, else a challenge with its solution.
func (f *finder) heading(n *outline.Node) *draft {
	list := items(n)
	titled := len(list) == 1 && f.grouped && isTitled(list[0])
	if titled || listsTitled(n.Children) || vocabulary.Get().Section(n.Text.String(), false) == vocabulary.Challenges && len(list) > 1 {
		f.grouped = true
		f.nodes(n.Children, nil)
		return nil
	}
	text := outline.Markdown(n.Children)
	if text == "" {
		return nil
	}
	d := f.begin(n.Text, n)
	if before, after, split := splitAtSolution(text); split {
		d.add(vocabulary.ChallengeLabel, before, n)
		d.add(vocabulary.SolutionLabel, after, n)
		return d
	}
	part := vocabulary.SolutionLabel
	if !f.solved {
		part = vocabulary.ChallengeLabel
	}
	d.add(part, text, n)
	return d
}

// item reads an item of a list: its text is the title, what follows a label or
// stands below is the solution.
func (f *finder) item(n *outline.Node) *draft {
	l := n.Text.SplitLabel()
	if len(l.Label) > 0 && len(l.Text) > 0 && (l.Explicit || l.Arrow || len(strings.Fields(l.Label.String())) <= 10) {
		d := f.begin(l.Label, n)
		f.split(d, withChildren(l.Text, n), n)
		return d
	}
	if len(n.Children) > 0 {
		d := f.begin(n.Text, n)
		f.split(d, outline.Markdown(n.Children), n)
		return d
	}
	before, after, split := splitAtSolution(n.Text.Markdown())
	d := f.begin(n.Text, n)
	if split {
		d.Title = plainLine(strings.TrimRight(before, " .,;:–—-"))
		d.add(vocabulary.SolutionLabel, after, n)
	}
	return d
}

// isTitled reports whether an item has a title in front of its text.
func isTitled(n *outline.Node) bool {
	l := n.Text.SplitLabel()
	return len(l.Label) > 0 && len(l.Text) > 0 && (l.Explicit || l.Arrow)
}

// split adds what stands behind the title of an item.
func (f *finder) split(d *draft, text string, n *outline.Node) {
	if before, after, split := splitAtSolution(text); split {
		d.add(vocabulary.ChallengeLabel, before, n)
		d.add(vocabulary.SolutionLabel, after, n)
		return
	}
	d.add(vocabulary.SolutionLabel, text, n)
}

// line reads a paragraph that stands beside others: only those with a title in
// front are challenges.
func (f *finder) line(siblings []*outline.Node, n *outline.Node) *draft {
	if !f.isPairLine(siblings, n) {
		return nil
	}
	l := n.Text.SplitLabel()
	d := f.begin(l.Label, n)
	f.split(d, l.Text.Markdown(), n)
	return d
}

func (f *finder) isPairLine(siblings []*outline.Node, n *outline.Node) bool {
	l := n.Text.SplitLabel()
	return len(l.Label) > 0 && len(l.Text) > 0 && (l.Explicit || l.Arrow || f.allLabelled(siblings))
}
