package importer

import (
	"context"

	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/program"
)

// storeDocument stores the document itself and its text.
func (s *storing) storeDocument(ctx context.Context, programID *id.Program) error {
	if s.exists {
		return s.updateDocument(ctx, programID)
	}
	s.document = document.Document{
		ID: id.New[id.Document](), OwnerID: s.place.owner, CohortID: s.place.cohortID(), ProgramID: programID,
		Source: s.file.Source, Title: s.title(), Overview: optional(s.text.Overview), Status: document.Published,
		Version: 1, CreatedAt: s.at, UpdatedAt: s.at,
	}
	if err := s.Documents.Create(ctx, &s.document, s.revision(1)); err != nil {
		return err
	}
	return s.describeProgram(ctx)
}

func (s *storing) updateDocument(ctx context.Context, programID *id.Program) error {
	s.document = s.stored.Document
	d := &s.document
	if d.EditedAt == nil {
		d.Title, d.Overview = s.title(), optional(s.text.Overview)
		if s.revised == nil {
			d.CohortID, d.ProgramID = s.place.cohortID(), programID
		}
	} else if d.Title != s.title() || !same(d.Overview, optional(s.text.Overview)) {
		s.diagnostics = append(s.diagnostics, editedDocument())
	}
	d.Version++
	d.UpdatedAt = s.at
	if err := s.Documents.Update(ctx, d); err != nil {
		return err
	}
	if s.stored.ContentHash == s.hash {
		return nil // only its place has changed
	}
	if err := s.Documents.AddRevision(ctx, s.revision(s.stored.Number+1)); err != nil {
		return err
	}
	if s.revised != nil {
		return nil // a programme is described by imports
	}
	return s.describeProgram(ctx)
}

func (s *storing) title() string {
	const longest = 500
	return entry.Shorten(titleOf(s.text.Title, s.file.Source), longest)
}

func (s *storing) revision(number int32) *document.DocumentRevision {
	r := &document.DocumentRevision{
		ID: id.New[id.DocumentRevision](), DocumentID: s.document.ID, Number: number,
		Markdown: s.text.Text, ContentHash: s.hash, CreatedAt: s.at,
	}
	if s.revised != nil {
		r.AuthorID = &s.revised.author
	}
	return r
}

// describeProgram lends the document's overview to a programme that has none,
// if the text is about that programme and everybody may read it.
func (s *storing) describeProgram(ctx context.Context) error {
	d := s.document
	public := s.place.cohort == nil || s.place.cohort.Visibility == program.Public
	if d.ProgramID == nil || s.described[*d.ProgramID] || s.text.Overview == "" || !public || ingest.Fold(s.text.Program) == "" || d.EditedAt != nil {
		return nil
	}
	named, exists, err := s.Programs.Find(ctx, entry.Shorten(s.text.Program, maxTitle))
	if err != nil || !exists || named != *d.ProgramID {
		return err
	}
	s.described[named] = true
	return s.Programs.Describe(ctx, named, s.text.Overview, s.at)
}

// record writes into the change log what became of the document and its entries,
// in one statement.
func (s *storing) record(ctx context.Context) error {
	d := s.document
	change := event.Change{Kind: document.EventImported, Subject: id.AnyOf(d.ID), Cohort: d.CohortID}
	if s.exists {
		change.Kind, change.Fields = document.EventUpdated, s.changedFields()
	}
	return event.RecordAll(ctx, s.DB, append([]event.Change{change}, happenings(d, s.changes.Touched)...))
}

// changedFields names the fields of the document that have another value now.
func (s *storing) changedFields() (fields event.Fields) {
	if s.revised != nil {
		fields = append(fields, s.revised.fields...)
	}
	old, now := s.stored, s.document
	for _, field := range []struct {
		name    string
		changed bool
	}{
		{"title", old.Title != now.Title},
		{"overview", !same(old.Overview, now.Overview)},
		{"cohort", !same(old.CohortID, now.CohortID)},
		{"program", !same(old.ProgramID, now.ProgramID)},
		{"markdown", old.ContentHash != s.hash},
	} {
		if field.changed {
			fields = append(fields, field.name)
		}
	}
	return fields
}

// nouns are those of the entries of documents, by the prefix of their ids.
func nouns() map[string]string {
	return map[string]string{
		id.Challenge{}.Prefix(): "challenge", id.Solution{}.Prefix(): "solution", id.Practice{}.Prefix(): "practice",
		id.Tip{}.Prefix(): "tip", id.Channel{}.Prefix(): "channel",
	}
}

// happenings are the events of entries of a document.
func happenings(d document.Document, touched []entry.Touched) []event.Change {
	changes := make([]event.Change, len(touched))
	for i, t := range touched {
		verb := string(t.Happening)
		if t.Happening == entry.Created && t.Parent != nil {
			verb = "added"
		}
		changes[i] = event.Change{Kind: event.Kind(nouns()[t.Subject.Prefix] + "." + verb), Subject: t.Subject, Parent: t.Parent, Cohort: d.CohortID}
	}
	return changes
}
