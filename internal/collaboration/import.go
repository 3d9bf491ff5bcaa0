package collaboration

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/id"
)

// ImportedTip is a tip as a document gives it.
type ImportedTip struct {
	Body   string
	Source string
	Span   entry.Span
}

// ImportedChannel is a channel as a document names it.
type ImportedChannel struct {
	Name   string
	Kind   ChannelKind
	URL    *string
	Source string
	Span   entry.Span
}

// Import brings the tips and channels of a document in step with its newest
// revision, in the transaction of ctx.
func (s *Service) Import(ctx context.Context, o entry.Origin, tips []ImportedTip, channels []ImportedChannel) (entry.Changes, error) {
	changes, err := importOf(ctx, s.db, o, tipKind(o), tips, "body", "missing_at")
	if err != nil {
		return changes, fmt.Errorf("store tips: %w", database.Translate(err))
	}
	more, err := importOf(ctx, s.db, o, channelKind(o), channels, "name", "kind", "url", "missing_at")
	if err != nil {
		return changes, fmt.Errorf("store channels: %w", database.Translate(err))
	}
	changes.Add(more)
	return changes, nil
}

// batch is the greatest number of rows of one statement; the columns of each
// must stay below the 65,535 parameters of the protocol.
const batch = 2000

// importOf stores entries of one kind. Stored rows are locked until the
// transaction ends: a person who edits at the same time waits, and nothing is
// overwritten.
func importOf[R, F any](ctx context.Context, db *database.DB, o entry.Origin, k entry.Kind[R, F], fresh []F, columns ...string) (entry.Changes, error) {
	handle := db.Handle(ctx)
	var stored []*R
	if !o.New {
		err := handle.Session(&gorm.Session{QueryFields: true}).Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).
			Where("document_id = ?", o.Document).Order("first_line, id").Find(&stored).Error
		if err != nil {
			return entry.Changes{}, err
		}
	}
	synced := entry.Sync(o, k, stored, fresh)
	if len(synced.Write) == 0 {
		return synced.Changes, nil
	}
	upsert := clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns(append(columns, "cohort_id", "first_line", "last_line", "version", "updated_at")),
	}
	return synced.Changes, handle.Clauses(upsert).CreateInBatches(synced.Write, batch).Error
}

func tipKind(o entry.Origin) entry.Kind[Tip, ImportedTip] {
	return entry.Kind[Tip, ImportedTip]{
		Row: func(t *Tip) entry.Row {
			return entry.Row{
				Subject:  t.subject(),
				CohortID: &t.CohortID, FirstLine: &t.FirstLine, LastLine: &t.LastLine,
				Version: &t.Version, UpdatedAt: &t.UpdatedAt,
				EditedAt: &t.EditedAt, MissingAt: &t.MissingAt, DeletedAt: t.DeletedAt,
				Title: t.Body,
			}
		},
		Fresh: func(f ImportedTip) entry.Fresh { return entry.Fresh{Title: f.Body, Source: f.Source, Span: f.Span} },
		Create: func(f ImportedTip) *Tip {
			return &Tip{
				ID: id.New[id.Tip](), Body: f.Body,
				AuthorID: o.Author, CohortID: o.Cohort, DocumentID: &o.Document,
				FirstLine: &f.Span.First, LastLine: &f.Span.Last,
				Version: 1, CreatedAt: o.At, UpdatedAt: o.At,
			}
		},
		Same:    func(t *Tip, f ImportedTip) bool { return t.Body == f.Body },
		Rewrite: func(t *Tip, f ImportedTip) { t.Body = f.Body },
	}
}

func channelKind(o entry.Origin) entry.Kind[Channel, ImportedChannel] {
	return entry.Kind[Channel, ImportedChannel]{
		Row: func(c *Channel) entry.Row {
			return entry.Row{
				Subject:  c.subject(),
				CohortID: &c.CohortID, FirstLine: &c.FirstLine, LastLine: &c.LastLine,
				Version: &c.Version, UpdatedAt: &c.UpdatedAt,
				EditedAt: &c.EditedAt, MissingAt: &c.MissingAt, DeletedAt: c.DeletedAt,
				Title: c.Name,
			}
		},
		Fresh: func(f ImportedChannel) entry.Fresh { return entry.Fresh{Title: f.Name, Source: f.Source, Span: f.Span} },
		Create: func(f ImportedChannel) *Channel {
			return &Channel{
				ID: id.New[id.Channel](), Name: f.Name, Kind: f.Kind, URL: f.URL,
				AuthorID: o.Author, CohortID: o.Cohort, DocumentID: &o.Document,
				FirstLine: &f.Span.First, LastLine: &f.Span.Last,
				Version: 1, CreatedAt: o.At, UpdatedAt: o.At,
			}
		},
		Same: func(c *Channel, f ImportedChannel) bool {
			return c.Name == f.Name && c.Kind == f.Kind && sameText(c.URL, f.URL)
		},
		Rewrite: func(c *Channel, f ImportedChannel) { c.Name, c.Kind, c.URL = f.Name, f.Kind, f.URL },
	}
}

func sameText(a, b *string) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
