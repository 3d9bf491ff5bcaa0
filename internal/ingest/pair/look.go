package pair

import (
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// hasLabels reports whether some of the nodes, or of those in them, are
// labelled as a challenge or as a solution.
func hasLabels(nodes []*outline.Node) bool {
	for _, n := range nodes {
		if n.Kind == outline.Table || n.Kind == outline.Code {
			continue
		}
		switch _, m := labelOf(n); m {
		case vocabulary.ChallengeLabel, vocabulary.SolutionLabel:
			return true
		}
		if hasLabels(n.Children) {
			return true
		}
	}
	return false
}

// listsTitled reports whether the nodes are a list of challenges of their own
// rather than steps: most items have a title in front, or labels below.
func listsTitled(nodes []*outline.Node) bool {
	titled, all := 0, 0
	for _, n := range nodes {
		switch n.Kind {
		case outline.Table:
			return true
		case outline.Item, outline.Heading:
			all++
			l, m := labelOf(n)
			switch {
			case m == vocabulary.SolutionLabel || m == vocabulary.DetailLabel:
			case m == vocabulary.ChallengeLabel && len(l.Text) > 0 && n.Kind == outline.Item && solutionFollows(n):
				titled++
			case m == vocabulary.ChallengeLabel:
			case hasLabels(n.Children) || len(l.Label) > 0 && len(l.Text) > 0 && (l.Explicit || l.Arrow):
				titled++
			}
		}
	}
	return all > 1 && 2*titled > all
}

// solutionFollows reports whether an item holds its own solution.
func solutionFollows(n *outline.Node) bool {
	for _, c := range n.Children {
		if _, m := labelOf(c); m == vocabulary.SolutionLabel {
			return true
		}
	}
	return false
}

// allLabelled reports whether most of the lines among siblings have a label. It
// is asked for each of them, and counts once.
func (f *finder) allLabelled(siblings []*outline.Node) bool {
	if known, found := f.labelled[siblings[0]]; found {
		return known
	}
	labelled, all := 0, 0
	for _, n := range siblings {
		if n.Kind != outline.Line {
			continue
		}
		all++
		if l := n.Text.SplitLabel(); len(l.Label) > 0 && len(l.Text) > 0 {
			labelled++
		}
	}
	if f.labelled == nil {
		f.labelled = map[*outline.Node]bool{}
	}
	f.labelled[siblings[0]] = labelled > 1 && 3*labelled >= 2*all
	return f.labelled[siblings[0]]
}

// items are the items below a node.
func items(n *outline.Node) []*outline.Node {
	var found []*outline.Node
	for _, c := range n.Children {
		if c.Kind == outline.Item {
			found = append(found, c)
		}
	}
	return found
}

// isListOfSolutions reports whether a node labelled "Solutions" stands above
// the solutions of several challenges before it.
func (f *finder) isListOfSolutions(n *outline.Node) bool {
	return n.Kind == outline.Heading && len(f.pairs) > 1 && f.answered == 0 && len(items(n)) > 1
}

// solutions gives the challenges before them their solutions, one to one; when
// their numbers differ nobody can tell which belongs where.
func (f *finder) solutions(solutions []*outline.Node) {
	if len(f.pairs)-f.answered != len(solutions) {
		return
	}
	open := f.withoutSolution()
	for i, n := range solutions {
		open[i].add(vocabulary.SolutionLabel, withChildren(n.Text, n), n)
	}
}

func (f *finder) withoutSolution() []*draft {
	var open []*draft
	for _, d := range f.pairs {
		if len(d.solution) == 0 {
			open = append(open, d)
		}
	}
	return open
}

// withChildren is a text and what stands below it, as Markdown.
func withChildren(text outline.Inline, n *outline.Node) string {
	return withLabelled(text, n.Children)
}

func withLabelled(text outline.Inline, children []*outline.Node) string {
	own := text.Trim().Markdown()
	below := outline.Markdown(children)
	if own == "" || below == "" {
		return own + below
	}
	return own + "\n" + below
}
