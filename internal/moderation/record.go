package moderation

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// record writes into the change log what happened to a row, and why.
func (s *Service) record(ctx context.Context, k kind, t edit.Table, verb string, subject id.Any, reason string) error {
	change := event.Change{Kind: k.happened(verb), Subject: subject, Reason: reason}
	var err error
	switch {
	case subject.Prefix == id.Cohort{}.Prefix():
		cohort := id.Of[id.Cohort](subject.UUID)
		change.Cohort = &cohort
	case t.Rows.Home != "":
		if change.Cohort, err = edit.HomeOf(ctx, s.db, t, subject.UUID, "input", "id"); err != nil {
			return err
		}
	}
	for prefix, column := range k.parents {
		var parents []uuid.UUID
		err := s.db.Handle(ctx).Raw("SELECT "+column+" FROM "+k.rows.Table+" WHERE id = ? AND "+column+" IS NOT NULL", subject.UUID).Scan(&parents).Error
		if err != nil {
			return fmt.Errorf("what a %s belongs to: %w", k.rows.Table, database.Translate(err))
		}
		for _, parent := range parents {
			change.Parent = &id.Any{Prefix: prefix, UUID: parent}
		}
	}
	return event.Record(ctx, s.db, change)
}
