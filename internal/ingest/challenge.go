package ingest

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/listing"
	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/pair"
	"github.com/project-nexus/nexus/internal/ingest/section"
	"github.com/project-nexus/nexus/internal/ingest/template"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// readChallenges finds the challenges with their solutions.
func (x *extraction) readChallenges() {
	seen := map[string]bool{}
	var unsolved []int
	for _, s := range x.sections {
		var pairs []pair.Pair
		switch s.Kind {
		case vocabulary.Challenges:
			pairs = pair.Find(challengeNodes(s), x.namesSolutions(s.Title()))
		case vocabulary.Solutions:
			x.solve(unsolved, s)
		case vocabulary.NoKind, vocabulary.Overview, vocabulary.Learnings, vocabulary.Technologies:
			pairs = pair.FindInline(s.Nodes)
		}
		if s.Kind == vocabulary.Challenges {
			unsolved = nil
		}
		for _, p := range pairs {
			if i, added := x.addChallenge(seen, p); added && x.document.Challenges[i].Solution == nil {
				unsolved = append(unsolved, i)
			}
		}
	}
}

func (x *extraction) addChallenge(seen map[string]bool, p pair.Pair) (int, bool) {
	name, rest := title(p.Title, maxEntryTitle)
	key := Fold(name)
	if key == "" || seen[key] || template.IsPlaceholder(name) {
		return 0, false
	}
	seen[key] = true
	c := Challenge{
		Title: name, Body: strings.TrimSpace(rest + "\n" + template.Without(p.Body)), Span: x.span(p.First, p.Last),
		Technologies: x.mentioned(p.Title, p.Body, p.Solution),
	}
	if body := template.Without(p.Solution); Fold(body) != "" {
		c.Solution = &Solution{Body: body, Span: x.span(p.SolutionFirst, p.SolutionLast)}
	}
	x.document.Challenges = append(x.document.Challenges, c)
	return len(x.document.Challenges) - 1, true
}

// solve gives the challenges of the section before their solutions, when there
// are as many of these.
func (x *extraction) solve(challenges []int, s *section.Section) {
	points := listing.Points(s.Nodes, vocabulary.Solutions, false)
	if len(challenges) == 1 && len(points) > 1 {
		points = []listing.Point{{Text: outline.Markdown(s.Nodes), First: points[0].First, Last: points[len(points)-1].Last}}
	}
	if len(points) != len(challenges) {
		return
	}
	for i, p := range points {
		if template.IsPlaceholder(p.Text) || Fold(p.Text) == "" {
			continue
		}
		c := &x.document.Challenges[challenges[i]]
		c.Solution = &Solution{Body: p.Text, Span: x.span(p.First, p.Last)}
		c.Technologies = x.mentioned(c.Title, c.Body, p.Text)
	}
}

// namesSolutions reports whether the name of a section on challenges promises
// solutions too.
func (x *extraction) namesSolutions(title string) bool {
	return x.words.Section(title, false) == vocabulary.Challenges && x.words.NamesSolutions(title)
}

// challengeNodes returns what a section on challenges holds; one below a
// heading such as "Challenge 1: slow pages" holds that challenge.
func challengeNodes(s *section.Section) []*outline.Node {
	if s.Heading == nil {
		return s.Nodes
	}
	l := s.Heading.Text.SplitLabel()
	if !vocabulary.Get().IsChallenge(l.Label.String(), l.Text.String()) {
		return s.Nodes
	}
	heading := *s.Heading
	heading.Children = s.Nodes
	return []*outline.Node{&heading}
}
