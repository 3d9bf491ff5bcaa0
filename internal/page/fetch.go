package page

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/database"
)

// Fetch returns one page of a list at the root: one statement, and one more
// where the total is wanted.
func Fetch[T, F any](ctx context.Context, db *database.DB, l List[T, F], q Query[F]) (*Connection[*T], error) {
	p, err := newPlan(ctx, l, Via{}, q, DefaultSize)
	if err != nil {
		return nil, err
	}
	handle := db.Handle(ctx)
	c := p.connection(nil, nil)
	if !q.Only {
		columns, err := columnsOf[T](handle, l.Table)
		if err != nil {
			return nil, err
		}
		var s statement
		s.add("SELECT " + columns + " FROM " + l.Table + p.join)
		p.where(&s)
		p.rows(&s)
		var rows []*T
		if err := handle.Raw(s.String(), s.vars...).Scan(&rows).Error; err != nil {
			return nil, fmt.Errorf("page of %s: %w", l.Name, database.Translate(err))
		}
		c = p.connection(rows, func(t *T) string { return l.ID(t).String() })
	}
	if q.Count {
		var s statement
		s.add("SELECT count(*) FROM " + l.Table + p.join)
		p.where(&s)
		var total int32
		if err := handle.Raw(s.String(), s.vars...).Scan(&total).Error; err != nil {
			return nil, fmt.Errorf("total of %s: %w", l.Name, database.Translate(err))
		}
		c.Total = &total
	}
	return c, nil
}

// ID is what a parent is known by.
type ID interface {
	comparable
	driver.Valuer
}

// FetchEach returns one page of a list for each parent, in one statement for
// all of them, and one more where totals are wanted. Every parent is in the
// map; a list without rows is an empty page.
func FetchEach[K ID, T, F any](ctx context.Context, db *database.DB, l List[T, F], via Via, parents []K, q Query[F]) (map[K]*Connection[*T], error) {
	p, err := newPlan(ctx, l, via, q, DefaultNestedSize)
	if err != nil {
		return nil, err
	}
	handle := db.Handle(ctx)
	byParent := make(map[K][]*T, len(parents))
	if !q.Only {
		if byParent, err = rowsOfEach[K](handle, l, p, parents); err != nil {
			return nil, fmt.Errorf("pages of %s: %w", l.Name, database.Translate(err))
		}
	}
	totals := map[K]int32{}
	if q.Count {
		if totals, err = totalOfEach(handle, l, p, parents); err != nil {
			return nil, fmt.Errorf("totals of %s: %w", l.Name, database.Translate(err))
		}
	}
	pages := make(map[K]*Connection[*T], len(parents))
	for _, parent := range parents {
		c := p.connection(byParent[parent], func(t *T) string { return l.ID(t).String() })
		if q.Count {
			total := totals[parent]
			c.Total = &total
		}
		pages[parent] = c
	}
	return pages, nil
}

// child is a row together with the parent it was found for.
type child[K, T any] struct {
	PageParent K
	Row        T `gorm:"embedded"`
}

// parentsTable makes rows of the ids; LATERAL then takes the first rows of each.
const parentsTable = " FROM unnest(CAST(? AS uuid[])) AS parent(key)"

func rowsOfEach[K ID, T, F any](handle *gorm.DB, l List[T, F], p *plan[T], parents []K) (map[K][]*T, error) {
	columns, err := columnsOf[T](handle, l.Table)
	if err != nil {
		return nil, err
	}
	var s statement
	s.add("SELECT parent.key AS page_parent, row.*"+parentsTable, database.UUIDs(parents))
	s.add(" CROSS JOIN LATERAL (SELECT " + columns + " FROM " + l.Table + p.join)
	p.where(&s)
	p.rows(&s)
	s.add(") AS row")
	var rows []child[K, T]
	if err := handle.Raw(s.String(), s.vars...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	byParent := make(map[K][]*T, len(parents))
	for i := range rows {
		byParent[rows[i].PageParent] = append(byParent[rows[i].PageParent], &rows[i].Row)
	}
	return byParent, nil
}

func totalOfEach[K ID, T, F any](handle *gorm.DB, l List[T, F], p *plan[T], parents []K) (map[K]int32, error) {
	var s statement
	s.add("SELECT parent.key AS page_parent, counted.total"+parentsTable, database.UUIDs(parents))
	s.add(" CROSS JOIN LATERAL (SELECT count(*) AS total FROM " + l.Table + p.join)
	p.where(&s)
	s.add(") AS counted")
	var rows []struct {
		PageParent K
		Total      int32
	}
	if err := handle.Raw(s.String(), s.vars...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	totals := make(map[K]int32, len(parents))
	for _, row := range rows {
		totals[row.PageParent] = row.Total
	}
	return totals, nil
}

// columnsOf returns the columns of T, so that a column that is added later
// neither breaks a cached plan nor travels unasked.
func columnsOf[T any](handle *gorm.DB, table string) (string, error) {
	s := &gorm.Statement{DB: handle}
	if err := s.Parse(new(T)); err != nil {
		return "", fmt.Errorf("columns of %s: %w", table, err)
	}
	names := make([]string, len(s.Schema.DBNames))
	for i, name := range s.Schema.DBNames {
		names[i] = table + "." + name
	}
	return strings.Join(names, ", "), nil
}
