package page

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// On returns a condition of a Via or a filter.
func On(sql string, vars ...any) clause.Expr { return clause.Expr{SQL: sql, Vars: vars} }

// ByIDs returns those of the rows that the actor may see, by id, in one
// statement. Absent and invisible rows are not in the map.
func ByIDs[K id.Typed, T, F any](ctx context.Context, db *database.DB, l List[T, F], ids []K) (map[K]*T, error) {
	return byIDs(ctx, db, l, Via{}, nil, ids)
}

// Matching is ByIDs for those of the rows that a filter lets through.
func Matching[K id.Typed, T, F any](ctx context.Context, db *database.DB, l List[T, F], ids []K, filter F) (map[K]*T, error) {
	var via Via
	if l.Narrow != nil {
		via = l.Narrow(filter)
	}
	var conditions []clause.Expr
	if l.Where != nil {
		conditions = l.Where(ctx, filter)
	}
	if via.On.SQL != "" {
		conditions = append(conditions, via.On)
	}
	return byIDs(ctx, db, l, via, conditions, ids)
}

func byIDs[K id.Typed, T, F any](ctx context.Context, db *database.DB, l List[T, F], via Via, conditions []clause.Expr, ids []K) (map[K]*T, error) {
	keys := make([]uuid.UUID, len(ids))
	for i, key := range ids {
		keys[i] = struct{ uuid.UUID }(key).UUID
	}
	conditions = append(conditions, On(l.Table+".id = ANY(CAST(? AS uuid[]))", database.UUIDs(keys)))
	rows, err := visibleRows(ctx, db, l, via, conditions...)
	if err != nil {
		return nil, err
	}
	byID := make(map[K]*T, len(rows))
	for _, row := range rows {
		byID[id.Of[K](l.ID(row))] = row
	}
	return byID, nil
}

// One returns the row under condition that the actor may see. It returns
// NOT_FOUND, naming what, when there is none.
func One[T, F any](ctx context.Context, db *database.DB, l List[T, F], what string, condition clause.Expr) (*T, error) {
	rows, err := visibleRows(ctx, db, l, Via{}, condition)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.NotFound("There is no %s that you may see.", what)
	}
	return rows[0], nil
}

func visibleRows[T, F any](ctx context.Context, db *database.DB, l List[T, F], via Via, conditions ...clause.Expr) ([]*T, error) {
	handle := db.Handle(ctx)
	columns, err := columnsOf[T](handle, l.Table)
	if err != nil {
		return nil, err
	}
	visible := l.Visible(ctx)
	var s statement
	s.add("SELECT " + columns + " FROM " + l.Table + " " + via.Join)
	s.add(" WHERE ("+visible.SQL+")", visible.Vars...)
	for _, condition := range conditions {
		s.add(" AND ("+condition.SQL+")", condition.Vars...)
	}
	var rows []*T
	if err := handle.Raw(s.String(), s.vars...).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("rows of %s: %w", l.Name, database.Translate(err))
	}
	return rows, nil
}
