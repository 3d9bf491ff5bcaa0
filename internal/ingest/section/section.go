// Package section finds the sections of a document: what stands under a heading
// whose name tells what it is about, at whatever level it stands.
package section

import (
	"strings"

	"github.com/project-nexus/nexus/internal/ingest/outline"
	"github.com/project-nexus/nexus/internal/ingest/vocabulary"
)

// Section is a part of a document with one subject.
type Section struct {
	Kind vocabulary.Kind
	// Heading is nil for what stands before the first heading.
	Heading *outline.Node
	// Nodes stand in the section, without the sections below it.
	Nodes []*outline.Node
}

// Title is the heading without decoration; empty without one.
func (s *Section) Title() string {
	if s.Heading == nil {
		return ""
	}
	return Title(s.Heading.Text)
}

// Title is a heading's text without numbers, pictures and a colon at its end.
func Title(text outline.Inline) string {
	return strings.TrimRight(strings.Join(strings.Fields(text.Trim().String()), " "), " :")
}

// Split finds the sections of a document, in their order.
func Split(nodes []*outline.Node) []*Section {
	root := &Section{}
	s := splitter{sections: []*Section{root}, title: titleOf(nodes)}
	s.fill(root, nodes)
	return s.sections
}

// titleOf returns the heading that is the title of the whole document: the
// first one, when others stand below it.
func titleOf(nodes []*outline.Node) *outline.Node {
	for _, n := range nodes {
		if n.Kind != outline.Heading {
			continue
		}
		below := 0
		for _, child := range n.Children {
			if child.Kind == outline.Heading && child.Level < outline.BoldLevel {
				below++
			}
		}
		if n.Level == 1 && below >= 2 {
			return n
		}
		return nil
	}
	return nil
}

type splitter struct {
	sections []*Section
	title    *outline.Node
}

// fill adds nodes to a section; headings that begin another become sections.
func (s *splitter) fill(to *Section, nodes []*outline.Node) {
	for _, n := range nodes {
		if n.Kind != outline.Heading {
			to.Nodes = append(to.Nodes, n)
			continue
		}
		kind, begins := kindOf(n, to.Kind)
		if n == s.title {
			kind, begins = vocabulary.NoKind, true
		}
		if !begins {
			to.Nodes = append(to.Nodes, s.withoutSections(n, to.Kind))
			continue
		}
		sub := &Section{Kind: kind, Heading: n}
		s.sections = append(s.sections, sub)
		s.fill(sub, n.Children)
	}
}

// withoutSections returns a heading that belongs to the section around it,
// after the sections below the heading were taken out.
func (s *splitter) withoutSections(n *outline.Node, kind vocabulary.Kind) *outline.Node {
	inside := &Section{Kind: kind, Heading: n}
	s.fill(inside, n.Children)
	if len(inside.Nodes) == len(n.Children) {
		return n
	}
	kept := *n
	kept.Children = inside.Nodes
	return &kept
}

// kindOf tells whether a heading begins a section below one of kind around.
func kindOf(n *outline.Node, around vocabulary.Kind) (vocabulary.Kind, bool) {
	v := vocabulary.Get()
	title := Title(n.Text)
	label := n.Text.SplitLabel()
	if v.IsChallenge(label.Label.String(), label.Text.String()) {
		return vocabulary.Challenges, !holds(around)
	}
	if !holds(around) {
		kind := v.Section(title, n.Level == outline.GroupLevel)
		return kind, kind != vocabulary.NoKind || n.Level < outline.BoldLevel
	}
	kind := v.Section(title, true)
	switch {
	case kind == vocabulary.Closing:
		return kind, true
	case kind == vocabulary.NoKind || kind == around || kind == vocabulary.Learnings || n.Level == outline.GroupLevel:
		return around, false
	case around == vocabulary.Challenges && (kind == vocabulary.Solutions || kind == vocabulary.Overview):
		return around, false
	case kind == vocabulary.Overview || kind == vocabulary.Other:
		return kind, n.Level == outline.BoldLevel && !n.Text.IsBold()
	}
	return kind, true
}

// holds reports whether headings below one of this kind are rather items of it.
func holds(kind vocabulary.Kind) bool {
	switch kind {
	case vocabulary.Technologies, vocabulary.Concepts, vocabulary.Challenges, vocabulary.Solutions,
		vocabulary.Practices, vocabulary.Collaboration:
		return true
	}
	return false
}
