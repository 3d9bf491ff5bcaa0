package importer

import (
	"context"
	"strings"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/collaboration"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/practice"
)

// What columns take, in characters.
const (
	maxEntryTitle  = 1000
	maxChannelName = 300
)

// storeMentions stores what the document says of technologies and concepts. It
// returns all technologies that the document names, by folded name.
func (s *storing) storeMentions(ctx context.Context, o entry.Origin) (map[string]id.Technology, error) {
	technologies, err := s.Technologies.Ensure(ctx, named(s.text), s.at)
	if err != nil {
		return nil, err
	}
	titles := make([]string, len(s.text.Concepts))
	for i, c := range s.text.Concepts {
		titles[i] = entry.Shorten(c.Title, maxTitle)
	}
	concepts, err := s.Concepts.Ensure(ctx, titles, s.at)
	if err != nil {
		return nil, err
	}
	var m mentions
	for _, t := range s.text.Technologies {
		if found, exists := technologies[ingest.Fold(t.Name)]; exists {
			m.add(found.String(), &document.Mention{TechnologyID: &found}, t.Text, t.Span)
		}
	}
	for i, c := range s.text.Concepts {
		if found, exists := concepts[ingest.Fold(titles[i])]; exists {
			m.add(found.String(), &document.Mention{ConceptID: &found}, c.Text, c.Span)
		}
	}
	changes, err := s.Documents.ImportMentions(ctx, o, m.list)
	s.changes.Add(changes)
	return technologies, err
}

// mentions collects one mention for each subject: two spellings of one thing
// are one mention with both texts.
type mentions struct {
	list      []*document.Mention
	bySubject map[string]*document.Mention
}

func (m *mentions) add(subject string, fresh *document.Mention, text string, at ingest.Span) {
	old, known := m.bySubject[subject]
	if known {
		if text != "" && !strings.Contains(old.Text, text) {
			old.Text = strings.TrimSpace(old.Text + "\n\n" + text)
		}
		return
	}
	if m.bySubject == nil {
		m.bySubject = map[string]*document.Mention{}
	}
	span := entry.SpanOf(at)
	fresh.Text, fresh.FirstLine, fresh.LastLine = text, span.First, span.Last
	m.bySubject[subject] = fresh
	m.list = append(m.list, fresh)
}

// storeEntries stores the entries of the text in the services of their domains.
func (s *storing) storeEntries(ctx context.Context, o entry.Origin, technologies map[string]id.Technology) error {
	t := texts{lines: entry.LinesOf(s.text.Text), technologies: technologies}
	imports := []func() (entry.Changes, error){
		func() (entry.Changes, error) { return s.Challenges.Import(ctx, o, t.challenges(s.text.Challenges)) },
		func() (entry.Changes, error) { return s.Practices.Import(ctx, o, t.practices(s.text.Practices)) },
		func() (entry.Changes, error) {
			return s.Collaboration.Import(ctx, o, t.tips(s.text.Tips), t.channels(s.text.Channels))
		},
	}
	for _, imported := range imports {
		changes, err := imported()
		if err != nil {
			return err
		}
		s.changes.Add(changes)
	}
	return nil
}

// texts turns entries of the extraction into those of the domains.
type texts struct {
	lines        entry.Lines
	technologies map[string]id.Technology
}

// fresh is an entry with a title that fits its column; a title that had to be
// cut is kept whole in the body.
func (t texts) fresh(title, body string, at ingest.Span) entry.Fresh {
	span := entry.SpanOf(at)
	cut := entry.Shorten(title, maxEntryTitle)
	if cut != title {
		body = strings.TrimSpace(title + "\n\n" + body)
	}
	return entry.Fresh{Title: cut, Body: body, Source: t.lines.Span(span), Span: span}
}

func (t texts) challenges(found []ingest.Challenge) []challenge.Imported {
	var fresh []challenge.Imported
	for _, c := range found {
		if c.Title == "" {
			continue
		}
		f := challenge.Imported{Fresh: t.fresh(c.Title, c.Body, c.Span), Technologies: t.ids(c.Technologies)}
		if c.Solution != nil && c.Solution.Body != "" {
			f.Solution = &challenge.ImportedSolution{Body: c.Solution.Body, Span: entry.SpanOf(c.Solution.Span)}
		}
		fresh = append(fresh, f)
	}
	return fresh
}

func (t texts) practices(found []ingest.Practice) []practice.Imported {
	var fresh []practice.Imported
	for _, p := range found {
		if p.Title != "" {
			fresh = append(fresh, practice.Imported{Fresh: t.fresh(p.Title, p.Body, p.Span), Technologies: t.ids(p.Technologies)})
		}
	}
	return fresh
}

func (t texts) tips(found []ingest.Tip) []collaboration.ImportedTip {
	var fresh []collaboration.ImportedTip
	for _, tip := range found {
		if span := entry.SpanOf(tip.Span); tip.Body != "" {
			fresh = append(fresh, collaboration.ImportedTip{Body: tip.Body, Source: t.lines.Span(span), Span: span})
		}
	}
	return fresh
}

func (t texts) channels(found []ingest.Channel) []collaboration.ImportedChannel {
	var fresh []collaboration.ImportedChannel
	for _, c := range found {
		if span := entry.SpanOf(c.Span); c.Name != "" {
			fresh = append(fresh, collaboration.ImportedChannel{
				Name: entry.Shorten(c.Name, maxChannelName), Kind: collaboration.ChannelKind(c.Kind), URL: optional(c.URL),
				Source: t.lines.Span(span), Span: span,
			})
		}
	}
	return fresh
}

// ids returns the technologies of these names; a deleted one has none.
func (t texts) ids(names []string) []id.Technology {
	var ids []id.Technology
	for _, name := range names {
		if found, exists := t.technologies[ingest.Fold(name)]; exists {
			ids = append(ids, found)
		}
	}
	return ids
}
