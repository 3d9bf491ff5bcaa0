package document

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// Source is the source key of a document: its owner, or nobody, and where it
// comes from.
type Source struct {
	Owner *id.User
	Name  string
}

// Stored is what an import has to know of a document before it changes it.
type Stored struct {
	Document

	Number      int32  // of the latest revision
	ContentHash string // of the latest revision
	// ImportedHash is that of the latest revision that was imported: the file as it
	// was then.
	ImportedHash string
}

// Lock makes other imports of the same source wait until the transaction of
// ctx ends.
func (s *Service) Lock(ctx context.Context, source Source) error {
	key := "nexus document "
	if source.Owner != nil {
		key += source.Owner.String()
	}
	err := s.db.Handle(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", key+" "+source.Name).Error
	return wrap("lock a source", err)
}

// BySource returns the document of a source; false when there is none. It is
// for imports: the actor does not matter.
func (s *Service) BySource(ctx context.Context, source Source) (Stored, bool, error) {
	return s.stored(ctx, "d.owner_id IS NOT DISTINCT FROM ? AND d.source = ?", source.Owner, source.Name)
}

// Stored returns a document with what an import has to know of it; false when
// there is none. The actor does not matter.
func (s *Service) Stored(ctx context.Context, key id.Document) (Stored, bool, error) {
	return s.stored(ctx, "d.id = ?", key)
}

func (s *Service) stored(ctx context.Context, which string, vars ...any) (Stored, bool, error) {
	var rows []Stored
	err := s.db.Handle(ctx).Raw(`SELECT d.id, d.owner_id, d.cohort_id, d.program_id, d.source, d.title, d.overview, d.status,
			d.version, d.created_at, d.updated_at, d.hidden_at, d.edited_at, d.withdrawn_at, r.number, r.content_hash,
			COALESCE((SELECT i.content_hash FROM document_revision AS i
				WHERE i.document_id = d.id AND i.author_id IS NULL ORDER BY i.number DESC LIMIT 1), '') AS imported_hash
		FROM document AS d JOIN LATERAL (SELECT number, content_hash FROM document_revision
			WHERE document_id = d.id ORDER BY number DESC LIMIT 1) AS r ON true
		WHERE d.deleted_at IS NULL AND `+which, vars...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Stored{}, false, wrap("look up a document", err)
	}
	return rows[0], true, nil
}

// Any reports whether there is any document, whoever may see it.
func (s *Service) Any(ctx context.Context) (bool, error) {
	var found bool
	err := s.db.Handle(ctx).Raw("SELECT EXISTS (SELECT FROM document)").Scan(&found).Error
	return found, wrap("look for documents", err)
}

// Text returns the Markdown of one revision.
func (s *Service) Text(ctx context.Context, document id.Document, number int32) (string, error) {
	var text string
	err := s.db.Handle(ctx).Raw("SELECT markdown FROM document_revision WHERE document_id = ? AND number = ?", document, number).Scan(&text).Error
	return text, wrap("read a revision", err)
}

// Create stores a new document and its first revision, in the transaction of
// ctx.
func (s *Service) Create(ctx context.Context, d *Document, r *DocumentRevision) error {
	if err := s.db.Handle(ctx).Create(d).Error; err != nil {
		return wrap("store a document", err)
	}
	return s.AddRevision(ctx, r)
}

// Update writes what an import changed in a document, in the transaction of ctx.
func (s *Service) Update(ctx context.Context, d *Document) error {
	err := s.db.Handle(ctx).Model(d).
		Select("title", "overview", "program_id", "cohort_id", "version", "updated_at").UpdateColumns(d).Error
	return wrap("update a document", err)
}

// AddRevision stores a version of a document's text, in the transaction of ctx.
func (s *Service) AddRevision(ctx context.Context, r *DocumentRevision) error {
	return wrap("store a revision", s.db.Handle(ctx).Create(r).Error)
}

// Undiagnose removes the diagnostics of a document, in the transaction of ctx.
func (s *Service) Undiagnose(ctx context.Context, document id.Document) error {
	return wrap("remove diagnostics", s.db.Handle(ctx).Exec("DELETE FROM document_diagnostic WHERE document_id = ?", document).Error)
}

// Diagnose stores the diagnostics of a document that has none, in the
// transaction of ctx.
func (s *Service) Diagnose(ctx context.Context, document id.Document, diagnostics []Diagnostic) error {
	if len(diagnostics) == 0 {
		return nil
	}
	for i := range diagnostics {
		diagnostics[i].DocumentID, diagnostics[i].Position = document, int32(i+1)
	}
	return wrap("store diagnostics", s.db.Handle(ctx).CreateInBatches(diagnostics, 2000).Error)
}

// ImportMentions makes the mentions of a document those of its newest revision,
// in the transaction of ctx. Each technology and each concept is mentioned
// once, and its mention keeps its id. A mention that vanished is deleted, which
// counts as missing.
func (s *Service) ImportMentions(ctx context.Context, o entry.Origin, fresh []*Mention) (entry.Changes, error) {
	var c entry.Changes
	var stored []*Mention
	if !o.New {
		err := s.db.Handle(ctx).Raw(`SELECT id, document_id, technology_id, concept_id, text, first_line, last_line, created_at
			FROM mention WHERE document_id = ?`, o.Document).Scan(&stored).Error
		if err != nil {
			return c, wrap("look up mentions", err)
		}
	}
	bySubject := make(map[string]*Mention, len(stored))
	for _, m := range stored {
		bySubject[m.subject()] = m
	}
	var write []*Mention
	for _, m := range fresh {
		old, known := bySubject[m.subject()]
		delete(bySubject, m.subject())
		m.DocumentID, m.CreatedAt = o.Document, o.At
		if !known {
			m.ID = id.New[id.Mention]()
			c.Created++
			write = append(write, m)
			continue
		}
		m.ID, m.CreatedAt = old.ID, old.CreatedAt
		if m.Text != old.Text {
			c.Updated++
		}
		if m.Text != old.Text || m.FirstLine != old.FirstLine || m.LastLine != old.LastLine {
			write = append(write, m)
		}
	}
	var lost []id.Mention
	for _, m := range bySubject {
		lost = append(lost, m.ID)
	}
	c.Missing = len(lost)
	return c, wrap("store mentions", s.writeMentions(ctx, write, lost))
}

func (s *Service) writeMentions(ctx context.Context, write []*Mention, lost []id.Mention) error {
	handle := s.db.Handle(ctx)
	if len(lost) > 0 {
		if err := handle.Exec("DELETE FROM mention WHERE id = ANY(CAST(? AS uuid[]))", database.UUIDs(lost)).Error; err != nil {
			return err
		}
	}
	if len(write) == 0 {
		return nil
	}
	upsert := clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{"text", "first_line", "last_line"}),
	}
	return handle.Clauses(upsert).CreateInBatches(write, 2000).Error
}

// subject names what is mentioned.
func (m *Mention) subject() string {
	if m.TechnologyID != nil {
		return m.TechnologyID.String()
	}
	return m.ConceptID.String()
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, database.Translate(err))
}
