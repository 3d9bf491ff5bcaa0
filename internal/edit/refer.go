package edit

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Technologies are the rows of technologies, which other rows concern.
func Technologies() Table {
	return Table{What: "technology", Rows: auth.Rows{Table: "technology"}}
}

// MayAdd returns nil when the actor may add something to a cohort: its members
// may, and everybody who is signed in where there is none. path is where the
// input names the cohort.
func MayAdd(ctx context.Context, db *database.DB, cohort *id.Cohort, path ...string) error {
	actor := auth.ActorOf(ctx)
	if cohort == nil {
		return nil
	}
	var rows []struct{ Member bool }
	err := db.Handle(ctx).Raw(`SELECT EXISTS (SELECT FROM membership AS m WHERE m.cohort_id = cohort.id AND m.user_id = ?) AS member
		FROM cohort WHERE cohort.id = ? AND (?) FOR KEY SHARE OF cohort`, actor.User, *cohort, auth.VisibleCohort(ctx, "cohort")).Scan(&rows).Error
	switch {
	case err != nil:
		return fmt.Errorf("may add to a cohort: %w", database.Translate(err))
	case len(rows) == 0:
		return errs.NotFound("There is no cohort with this id that you may see.").At(path...)
	case !rows[0].Member && !actor.Admin:
		return auth.Forbidden("Only its members add to this cohort.")
	default:
		return nil
	}
}

// key is an id as a column takes it.
type key interface {
	id.Typed
	driver.Valuer
}

// Exist returns NOT_FOUND at path and the index when one of these ids, which the
// input refers to, is not that of a visible row of a table.
func Exist[K key](ctx context.Context, db *database.DB, t Table, keys []K, path ...string) error {
	seen := auth.Visible(ctx, t.Rows)
	if t.Visible != nil {
		seen = t.Visible(ctx)
	}
	var found []uuid.UUID
	table := t.Rows.Table
	err := db.Handle(ctx).Raw("SELECT "+table+".id FROM "+table+" WHERE "+table+".id = ANY(CAST(? AS uuid[])) AND (?) FOR KEY SHARE OF "+table,
		database.UUIDs(keys), seen).Scan(&found).Error
	if err != nil {
		return fmt.Errorf("look up what is referred to: %w", database.Translate(err))
	}
	var missing []error
	for i, k := range keys {
		if !slices.Contains(found, struct{ uuid.UUID }(k).UUID) {
			at := append(slices.Clone(path), strconv.Itoa(i))
			missing = append(missing, errs.NotFound("There is no %s with this id that you may see.", t.What).At(at...))
		}
	}
	return errors.Join(missing...)
}

// Sees returns NOT_FOUND at path when the actor does not see the row with this id,
// and else keeps it from being erased until the transaction ends.
func Sees(ctx context.Context, db *database.DB, r auth.Rows, key uuid.UUID, path ...string) error {
	var found []uuid.UUID
	err := db.Handle(ctx).Raw("SELECT "+r.Table+".id FROM "+r.Table+" WHERE "+r.Table+".id = ? AND (?) FOR KEY SHARE OF "+r.Table,
		key, auth.Visible(ctx, r)).Scan(&found).Error
	if err != nil {
		return fmt.Errorf("look up a subject: %w", database.Translate(err))
	}
	if len(found) == 0 {
		return errs.NotFound("There is nothing with this id that you may see.").At(path...)
	}
	return nil
}
