package edit

import (
	"bytes"
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// TakeForMerge returns two rows that the actor sees, the first of which goes into
// the second: input.sourceId and input.targetId. Both are locked until the
// transaction ends, also against rows that would come to refer to them. Merges
// that meet, in whatever direction, lock in the same order and wait.
func TakeForMerge[T any](ctx context.Context, db *database.DB, t Table, source, target uuid.UUID) (from, to *T, err error) {
	if source == target {
		return nil, nil, errs.BadUserInput("A %s cannot be merged into itself.", t.What).At("input", "targetId")
	}
	first, second := source, target
	if bytes.Compare(first[:], second[:]) > 0 {
		first, second = second, first
	}
	for _, key := range []uuid.UUID{first, second} {
		if err := db.Handle(ctx).Exec("SELECT FROM "+t.Rows.Table+" WHERE id = ? FOR UPDATE", key).Error; err != nil {
			return nil, nil, fmt.Errorf("lock a %s: %w", t.What, database.Translate(err))
		}
	}
	if from, _, err = Take[T](ctx, db, t, source, "input", "sourceId"); err != nil {
		return nil, nil, err
	}
	to, _, err = Take[T](ctx, db, t, target, "input", "targetId")
	return from, to, err
}

// Reference is a column that refers to rows of a table, and the other column of
// its unique key; Beside is empty when it has none.
type Reference struct{ Table, Column, Beside string }

// Move makes rows that refer to one row refer to another, in a statement or two.
// Those that would then be there twice are deleted.
func (r Reference) Move(ctx context.Context, db *database.DB, source, target uuid.UUID) error {
	handle := db.Handle(ctx)
	update := "UPDATE " + r.Table + " SET " + r.Column + " = ? WHERE " + r.Column + " = ?"
	if r.Beside == "" {
		if err := handle.Exec(update, target, source).Error; err != nil {
			return fmt.Errorf("move rows of %s: %w", r.Table, database.Translate(err))
		}
		return nil
	}
	err := handle.Exec("DELETE FROM "+r.Table+" AS twice WHERE twice."+r.Column+" = ? AND EXISTS (SELECT FROM "+r.Table+
		" AS kept WHERE kept."+r.Column+" = ? AND kept."+r.Beside+" = twice."+r.Beside+")", source, target).Error
	if err == nil {
		err = handle.Exec(update, target, source).Error
	}
	if err != nil {
		return fmt.Errorf("move rows of %s: %w", r.Table, database.Translate(err))
	}
	return nil
}

// MoveMentions is Move for mentions, whose column is technology_id or concept_id.
// A document that mentions both says of the target then what it said of each.
func MoveMentions(ctx context.Context, db *database.DB, column string, source, target uuid.UUID) error {
	err := db.Handle(ctx).Exec(`UPDATE mention AS kept SET text = btrim(kept.text || E'\n\n' || twice.text, E'\n')
		FROM mention AS twice WHERE twice.`+column+` = ? AND kept.`+column+` = ? AND kept.document_id = twice.document_id
		AND strpos(kept.text, twice.text) = 0`, source, target).Error
	if err != nil {
		return fmt.Errorf("join mentions: %w", database.Translate(err))
	}
	return Reference{"mention", column, "document_id"}.Move(ctx, db, source, target)
}

// Retire takes the source of a merge away: it is deleted, and what was merged into
// it before counts as merged into the target.
func Retire(ctx context.Context, db *database.DB, t Table, source, target uuid.UUID) error {
	err := db.Handle(ctx).Exec("UPDATE "+t.Rows.Table+" SET merged_into_id = ? WHERE merged_into_id = ?", target, source).Error
	if err != nil {
		return fmt.Errorf("merge a %s: %w", t.What, database.Translate(err))
	}
	c := Changes{columns: map[string]any{"merged_into_id": target, "deleted_at": gorm.Expr("now()")}}
	return c.step(ctx, db, t, source)
}
