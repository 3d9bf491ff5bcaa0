package collaboration

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// note is what the changes of tips and channels have in common.
type note interface {
	subject() id.Any
	home() *id.Cohort
	revision() int32
}

// create stores row as a note of the actor, who may add to its cohort.
func create(ctx context.Context, db *database.DB, kind event.Kind, row note, read func(context.Context) error) error {
	return db.InTx(ctx, func(ctx context.Context) error {
		if err := edit.MayAdd(ctx, db, row.home(), "input", "cohortId"); err != nil {
			return err
		}
		if err := db.Handle(ctx).Create(row).Error; err != nil {
			return fmt.Errorf("record %s: %w", kind, database.Translate(err))
		}
		if err := record(ctx, db, kind, row, nil); err != nil {
			return err
		}
		return read(ctx)
	})
}

// change runs work on a row that the actor may edit, in a transaction in which
// nobody else changes it.
func change[T any, N interface {
	*T
	note
}](ctx context.Context, db *database.DB, t edit.Table, key uuid.UUID, ifVersion *int32, work func(context.Context, N) error,
) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return db.InTx(ctx, func(ctx context.Context) error {
		row, standing, err := edit.Take[T](ctx, db, t, key, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Edits():
			return auth.Forbidden("Only its author may change this %s.", t.What)
		}
		if err := edit.Unchanged(N(row).revision(), ifVersion); err != nil {
			return err
		}
		return work(ctx, row)
	})
}

// record writes what happened to a row into the change log.
func record(ctx context.Context, db *database.DB, kind event.Kind, row note, fields []string) error {
	return event.Record(ctx, db, event.Change{Kind: kind, Subject: row.subject(), Cohort: row.home(), Fields: fields})
}
