package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/errs"
)

// plan is one checked query: what the statements of a page are written from.
type plan[T any] struct {
	window
	print      string
	direction  Direction
	key        Key[T]
	columns    []column // the sort keys, the id last
	join       string
	conditions []clause.Expr
	after      []*string
	before     []*string
}

func newPlan[T, F any](ctx context.Context, l List[T, F], via Via, q Query[F], defaultSize int) (*plan[T], error) {
	w, err := q.window(defaultSize)
	if err != nil {
		return nil, err
	}
	field, direction := l.Field, l.Direction
	if q.Field != "" {
		field, direction = q.Field, q.Direction
	}
	key, ok := l.Orders[field]
	if !ok {
		return nil, errs.BadUserInput("%s cannot be ordered by %s", l.Name, field).At("orderBy", "field")
	}
	if direction == "" {
		direction = key.usual
	}
	p := &plan[T]{window: w, direction: direction, key: key}
	p.columns = []column{key.column, {name: l.Table + ".id", kind: kindUUID}}
	var narrowed Via
	if l.Narrow != nil {
		narrowed = l.Narrow(q.Filter)
	}
	stands := via.Columns
	if stands == nil {
		stands = narrowed.Columns
	}
	for i, c := range p.columns {
		if stored, ok := stands[c.name]; ok {
			p.columns[i].name = stored
		}
	}
	if p.print, err = fingerprint(l.Name+"."+via.Name, field, direction, q.Filter); err != nil {
		return nil, err
	}
	if err := p.decode(); err != nil {
		return nil, err
	}
	p.conditions = []clause.Expr{l.Visible(ctx)}
	if l.Where != nil {
		p.conditions = append(p.conditions, l.Where(ctx, q.Filter)...)
	}
	for _, v := range []Via{via, narrowed} {
		p.join += " " + v.Join
		if v.On.SQL != "" {
			p.conditions = append(p.conditions, v.On)
		}
	}
	return p, nil
}

func (p *plan[T]) decode() (err error) {
	if p.window.after != nil {
		if p.after, err = decodeCursor("after", *p.window.after, p.print, p.columns); err != nil {
			return err
		}
	}
	if p.window.before != nil {
		p.before, err = decodeCursor("before", *p.window.before, p.print, p.columns)
	}
	return err
}

// statement collects SQL and its parameters.
type statement struct {
	strings.Builder
	vars []any
}

func (s *statement) add(sql string, vars ...any) {
	s.WriteString(sql)
	s.vars = append(s.vars, vars...)
}

// where writes the conditions that every row of the list fulfils.
func (p *plan[T]) where(s *statement) {
	for i, c := range p.conditions {
		if i == 0 {
			s.add(" WHERE (")
		} else {
			s.add(" AND (")
		}
		s.add(c.SQL, c.Vars...)
		s.add(")")
	}
}

// rows writes what follows the conditions: the window of the page. One row more
// than wanted tells whether there is another page.
func (p *plan[T]) rows(s *statement) {
	if p.after != nil {
		p.beyond(s, p.after, p.direction)
	}
	if p.before != nil {
		p.beyond(s, p.before, p.direction.reverse())
	}
	s.add(" ORDER BY ")
	for i, c := range p.columns {
		if i > 0 {
			s.add(", ")
		}
		direction := p.direction
		if p.backward {
			direction = direction.reverse()
		}
		s.add(c.name + " " + string(direction))
		switch {
		case !c.nullable:
		case p.backward:
			s.add(" NULLS FIRST")
		default:
			s.add(" NULLS LAST")
		}
	}
	s.add(fmt.Sprintf(" LIMIT %d", p.size+1))
}

// beyond writes the condition that a row lies beyond the keys in a direction.
// toward is the list's direction for what follows the keys, its reverse for
// what comes before them; nulls are last in the list in either case.
func (p *plan[T]) beyond(s *statement, keys []*string, toward Direction) {
	compare := ">"
	if toward == Desc {
		compare = "<"
	}
	following := toward == p.direction
	first, last := p.columns[0], p.columns[1]
	value := func(c column) string { return "CAST(? AS " + string(c.kind) + ")" }
	if !first.nullable {
		// One comparison of rows is what an index on both columns can seek.
		s.add(fmt.Sprintf(" AND (%s, %s) %s (%s, %s)", first.name, last.name, compare, value(first), value(last)),
			*keys[0], *keys[1])
		return
	}
	switch {
	case keys[0] == nil && following:
		s.add(fmt.Sprintf(" AND (%s IS NULL AND %s %s %s)", first.name, last.name, compare, value(last)), *keys[1])
	case keys[0] == nil:
		s.add(fmt.Sprintf(" AND (%s IS NOT NULL OR %s %s %s)", first.name, last.name, compare, value(last)), *keys[1])
	default:
		s.add(fmt.Sprintf(" AND ((%s, %s) %s (%s, %s)", first.name, last.name, compare, value(first), value(last)),
			*keys[0], *keys[1])
		if following {
			s.add(fmt.Sprintf(" OR %s IS NULL", first.name))
		}
		s.add(")")
	}
}

func (d Direction) reverse() Direction {
	if d == Asc {
		return Desc
	}
	return Asc
}

// connection makes the page of the rows that a statement returned.
func (p *plan[T]) connection(rows []*T, id func(*T) string) *Connection[*T] {
	more := len(rows) > p.size
	if more {
		rows = rows[:p.size]
	}
	if p.backward {
		slices.Reverse(rows)
	}
	c := &Connection[*T]{Edges: make([]Edge[*T], len(rows))}
	for i, row := range rows {
		key := id(row)
		c.Edges[i] = Edge[*T]{Cursor: encodeCursor(p.print, []*string{p.key.value(row), &key}), Node: row}
	}
	// The row at a given cursor was there when the client got it, so there is
	// something on its other side: the answer that costs no statement.
	c.PageInfo.HasNextPage = more
	c.PageInfo.HasPreviousPage = p.after != nil
	if p.backward {
		c.PageInfo.HasNextPage, c.PageInfo.HasPreviousPage = p.before != nil, more
	}
	if len(rows) > 0 {
		c.PageInfo.StartCursor = &c.Edges[0].Cursor
		c.PageInfo.EndCursor = &c.Edges[len(rows)-1].Cursor
	}
	return c
}
