package edit

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/database"
)

// Write writes the new values into the row, as the next version of it. It writes
// nothing when nothing changes, and returns Err when a value is wrong.
func (c *Changes) Write(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	if err := c.Err(); err != nil || len(c.fields) == 0 {
		return err
	}
	c.columns["edited_at"] = gorm.Expr("now()")
	return c.step(ctx, db, t, key)
}

// Hide takes the row away from readers, save its author and its moderators.
func Hide(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	c := Changes{columns: map[string]any{"hidden_at": gorm.Expr("now()")}}
	return c.step(ctx, db, t, key)
}

// Restore brings back a row that was hidden or deleted. It returns CONFLICT when
// a unique name of it is taken meanwhile.
func Restore(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	c := Changes{columns: map[string]any{"hidden_at": nil, "deleted_at": nil}}
	return c.step(ctx, db, t, key)
}

// Undelete brings back a row that was deleted, hidden if it was. It returns
// CONFLICT as Restore does.
func Undelete(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	c := Changes{columns: map[string]any{"deleted_at": nil}}
	return c.step(ctx, db, t, key)
}

// Delete marks the row as deleted: gone for readers, and kept for the record.
func Delete(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	c := Changes{columns: map[string]any{"deleted_at": gorm.Expr("now()")}}
	return c.step(ctx, db, t, key)
}

// Step writes columns that say in which state the row is: no edit of what it says.
func Step(ctx context.Context, db *database.DB, t Table, key uuid.UUID, columns map[string]any) error {
	c := Changes{columns: columns}
	return c.step(ctx, db, t, key)
}

// step writes the columns, and counts the change.
func (c *Changes) step(ctx context.Context, db *database.DB, t Table, key uuid.UUID) error {
	c.columns["version"], c.columns["updated_at"] = gorm.Expr("version + 1"), gorm.Expr("now()")
	err := db.Handle(ctx).Table(t.Rows.Table).Where("id = ?", key).Updates(c.columns).Error
	if err != nil {
		return fmt.Errorf("change a %s: %w", t.What, database.Translate(err))
	}
	return nil
}
