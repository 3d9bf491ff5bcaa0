// Package edit changes rows for people: it finds a row that the actor sees,
// locks it, tells what they may do with it, and writes exactly the columns that
// they gave.
//
// All of it happens in the transaction of the context, which the caller opens:
//
//	row, standing, err := edit.Take[Challenge](ctx, db, table, id, "input", "id")
//	…standing.Edits(), edit.Unchanged(row.Version, input.IfVersion)…
//	var c edit.Changes
//	edit.Required(&c, "title", "title", input.Title)
//	err = c.Write(ctx, db, table, id)
//
// Errors: NOT_FOUND at the given path for what is absent or unseen, CONFLICT at
// input.ifVersion for a row that has changed, BAD_USER_INPUT for null where there
// must be a value.
package edit

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
)

// Table describes rows that people change.
type Table struct {
	// What names a row to people, as in "challenge".
	What string
	// Rows say whose a row is and who moderates it; Rows.Table is the table.
	Rows auth.Rows
	// Visible is the condition under which the actor sees a row; nil takes
	// auth.Visible of Rows.
	Visible func(ctx context.Context) clause.Expr
}

// Take returns the row with this id that the actor sees, locked until the
// transaction ends, and their standing. path is where the input names the row.
func Take[T any](ctx context.Context, db *database.DB, t Table, key uuid.UUID, path ...string) (*T, auth.Standing, error) {
	seen := auth.Visible(ctx, t.Rows)
	if t.Visible != nil {
		seen = t.Visible(ctx)
	}
	standing, found, err := lock(ctx, db, t, key, seen)
	if err != nil {
		return nil, standing, err
	}
	if !found {
		return nil, standing, errs.NotFound("There is no %s with this id that you may see.", t.What).At(path...)
	}
	row := new(T)
	handle := db.Handle(ctx).Session(&gorm.Session{QueryFields: true})
	if err := handle.Table(t.Rows.Table).Where("id = ?", key).Limit(1).Find(row).Error; err != nil {
		return nil, standing, fmt.Errorf("read a %s: %w", t.What, database.Translate(err))
	}
	return row, standing, nil
}

// lock locks the row under condition and returns the actor's standing.
func lock(ctx context.Context, db *database.DB, t Table, key uuid.UUID, seen clause.Expr) (auth.Standing, bool, error) {
	var rows []struct {
		Author bool
		Orphan bool
		Role   string
	}
	table := t.Rows.Table
	err := db.Handle(ctx).Raw("SELECT ? FROM "+table+" WHERE "+table+".id = ? AND (?) FOR NO KEY UPDATE OF "+table,
		auth.StandingColumns(ctx, t.Rows), key, seen).Scan(&rows).Error
	if err != nil {
		return auth.Standing{}, false, fmt.Errorf("lock a %s: %w", t.What, database.Translate(err))
	}
	standing := auth.Standing{Admin: auth.ActorOf(ctx).Admin}
	if len(rows) == 0 {
		return standing, false, nil
	}
	standing.Author, standing.Orphan, standing.Role = rows[0].Author, rows[0].Orphan, rows[0].Role
	return standing, true, nil
}

// Unchanged returns CONFLICT with the present version when a client changes
// another one; ifVersion is nil when it does not care.
func Unchanged(version int32, ifVersion *int32) error {
	if ifVersion == nil || *ifVersion == version {
		return nil
	}
	return errs.Conflict("It has changed since you read it: its version is %d, not %d.", version, *ifVersion).
		AtVersion(version).At("input", "ifVersion")
}
