package edit

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// HomeOf returns the cohort that a row which the actor sees belongs to, nil when
// it belongs to none. The row cannot be erased until the transaction ends; others
// may change it. path is where the input names the row.
func HomeOf(ctx context.Context, db *database.DB, t Table, key uuid.UUID, path ...string) (*id.Cohort, error) {
	var rows []struct{ CohortID *id.Cohort }
	table := t.Rows.Table
	err := db.Handle(ctx).Raw("SELECT "+t.Rows.Home+" AS cohort_id FROM "+table+" WHERE "+table+".id = ? AND (?) FOR KEY SHARE OF "+table,
		key, auth.Visible(ctx, t.Rows)).Scan(&rows).Error
	switch {
	case err != nil:
		return nil, fmt.Errorf("find a %s: %w", t.What, database.Translate(err))
	case len(rows) == 0:
		return nil, errs.NotFound("There is no %s with this id that you may see.", t.What).At(path...)
	default:
		return rows[0].CohortID, nil
	}
}
