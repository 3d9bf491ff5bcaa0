package publish

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/document"
	"github.com/project-nexus/nexus/internal/entry"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// kind is a table of entries; parent is the column of what they belong to besides
// their document.
type kind struct{ table, prefix, parent string }

// kinds are the tables of entries, in the order in which imports lock them.
func kinds() []kind {
	return []kind{
		{"challenge", id.Challenge{}.Prefix(), "CAST(NULL AS uuid)"},
		{"solution", id.Solution{}.Prefix(), "challenge_id"},
		{"practice", id.Practice{}.Prefix(), "CAST(NULL AS uuid)"},
		{"tip", id.Tip{}.Prefix(), "CAST(NULL AS uuid)"},
		{"channel", id.Channel{}.Prefix(), "CAST(NULL AS uuid)"},
	}
}

// lose makes the entries of a document go missing, since now: the moment that its
// row has as well.
func (s *Service) lose(ctx context.Context, d *document.Document) ([]event.Change, error) {
	return s.step(ctx, d, entry.Missing, "now()", "missing_at IS NULL")
}

// find makes those entries of a document return that are missing since then.
func (s *Service) find(ctx context.Context, d *document.Document, since time.Time) ([]event.Change, error) {
	return s.step(ctx, d, entry.Returned, "NULL", "missing_at = ?", since)
}

func (s *Service) step(ctx context.Context, d *document.Document, h entry.Happening, missing, which string, vars ...any) ([]event.Change, error) {
	var changes []event.Change
	for _, k := range kinds() {
		var rows []struct {
			ID     uuid.UUID
			Parent *uuid.UUID
		}
		err := s.DB.Handle(ctx).Raw("UPDATE "+k.table+" SET missing_at = "+missing+", version = version + 1, updated_at = now()"+
			" WHERE document_id = ? AND deleted_at IS NULL AND "+which+" RETURNING id, "+k.parent+" AS parent", append([]any{d.ID}, vars...)...).Scan(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("the entries of a document: %w", database.Translate(err))
		}
		for _, row := range rows {
			change := event.Change{Kind: event.Kind(k.table + "." + string(h)), Subject: id.Any{Prefix: k.prefix, UUID: row.ID}, Cohort: d.CohortID}
			if row.Parent != nil {
				change.Parent = &id.Any{Prefix: id.Challenge{}.Prefix(), UUID: *row.Parent}
			}
			changes = append(changes, change)
		}
	}
	return changes, nil
}

// Follow makes the entries return that went with a document when it was deleted.
// It is the last step of a transaction that has restored the document.
func (s *Service) Follow(ctx context.Context, key id.Document, deletedAt time.Time) error {
	d := &document.Document{ID: key}
	err := s.DB.Handle(ctx).Raw("SELECT cohort_id FROM document WHERE id = ?", key).Scan(&d.CohortID).Error
	if err != nil {
		return fmt.Errorf("the cohort of a document: %w", database.Translate(err))
	}
	entries, err := s.find(ctx, d, deletedAt)
	if err != nil {
		return err
	}
	if err := event.RecordAll(ctx, s.DB, entries); err != nil {
		return err
	}
	return s.Challenges.LinkDocument(ctx, key)
}
