// Package pair finds difficulties and the ways out of them in a section that
// tells of them, in whatever form: tables, labels, arrows, sub-headings, nested
// lists, separate lists of both, or plain paragraphs.
package pair

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// Pair is a difficulty, with a solution or without.
type Pair struct {
	// Title is the difficulty in one line, without marks.
	Title string
	// Body and Solution are Markdown; both may be empty.
	Body, Solution string
	// First and Last are the lines of all, the others those of the solution.
	First, Last, SolutionFirst, SolutionLast int
}

// Find returns the pairs in the nodes of a section, in their order. Solved says
// that the section tells of solutions too, by its name.
func Find(nodes []*outline.Node, solved bool) []Pair {
	f := finder{solved: solved}
	f.labels = hasLabels(nodes)
	f.nodes(nodes, nil)
	if len(f.pairs) == 0 {
		f.prose(nodes)
	}
	var pairs []Pair
	for _, p := range f.pairs {
		if p.settle() {
			pairs = append(pairs, p.Pair)
		}
	}
	return pairs
}

// draft is a pair in the making.
type draft struct {
	Pair
	body, solution []string
	// named is a title that stands above: a label "Challenge" is its description.
	named bool
	// label is the word that introduced the pair: "Problem" behind "Challenge 2"
	// tells more of the same.
	label string
	// open is the part that text without a label continues.
	open vocabulary.Label
	in   *finder
}

type finder struct {
	pairs []*draft
	// labels: the section labels its challenges, so that text without a label is
	// no challenge.
	labels bool
	solved bool
	// grouped: sub-headings before were groups of challenges.
	grouped bool
	// answered is how many pairs have a solution.
	answered int
	// labelled tells of siblings, by the first of them, whether most of their
	// lines have a label.
	labelled map[*outline.Node]bool
}

// draft makes a pair that is not yet among the others.
func (f *finder) draft(title string, first, last int) *draft {
	return &draft{Pair: Pair{Title: title, First: first, Last: last}, in: f}
}

// begin starts a pair.
func (f *finder) begin(title outline.Inline, n *outline.Node) *draft {
	d := f.draft(oneLine(title), n.First, n.Last)
	f.pairs = append(f.pairs, d)
	return d
}

// add adds a text to a part of the pair.
func (d *draft) add(part vocabulary.Label, text string, n *outline.Node) {
	d.open = part
	d.Last = max(d.Last, n.Last)
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if part != vocabulary.SolutionLabel {
		d.body = append(d.body, text)
		return
	}
	if len(d.solution) == 0 {
		d.in.answered++
	}
	d.solution = append(d.solution, text)
	if d.SolutionFirst == 0 {
		d.SolutionFirst = n.First
	}
	d.SolutionLast = max(d.SolutionLast, n.Last)
}

// settle joins the parts; it reports whether there is anything to tell.
func (d *draft) settle() bool {
	if d.Title == "" && len(d.body) > 0 {
		d.Title, d.body = plainLine(d.body[0]), d.body[1:]
	}
	d.Body = strings.Join(d.body, "\n\n")
	d.Solution = strings.Join(d.solution, "\n")
	if strings.Count("\n"+d.Solution, "\n- ") == 1 {
		d.Solution = strings.TrimPrefix(d.Solution, "- ")
	}
	return d.Title != ""
}

// oneLine is a text in one line without marks, decoration and end punctuation
// that only introduces.
func oneLine(in outline.Inline) string {
	return strings.TrimRight(strings.Join(strings.Fields(in.Trim().String()), " "), " :")
}

// plainLine is the first line of Markdown without marks.
func plainLine(markdown string) string {
	first, _, _ := strings.Cut(markdown, "\n")
	first = strings.NewReplacer("**", "", "`", "").Replace(strings.TrimLeft(first, "-*0123456789. "))
	return strings.TrimSpace(first)
}
