package auth

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"
)

// Rows tells which columns of a table decide who may see a row. The columns
// have the same names in every table; deleted_at is always there.
type Rows struct {
	// Table is the table or the alias that qualifies the columns.
	Table string
	// Hidden: rows have hidden_at and are unseen while it is set, except by
	// their author and by those who moderate their cohort.
	Hidden bool
	// Withdrawn: rows have status, and are unseen as if hidden while it is WITHDRAWN.
	Withdrawn bool
	// Deleted: deleted rows count as well, for restoring them; they are seen by
	// those who would see them hidden.
	Deleted bool
	// Author is the column of the row's author; empty when it has none.
	Author string
	// Cohort: rows have cohort_id and are seen only where that is null, public,
	// or a cohort of the actor.
	Cohort bool
	// Home is the SQL of the cohort whose mentors and staff moderate the row;
	// empty when nobody but admins does.
	Home string
	// Missing is set when rows have missing_at: the condition under which a row
	// stays visible although the newest revision of its document lacks it.
	Missing string
	// Through are rows of other tables that must be visible as well.
	Through []Through
}

// Through names a row that another row's visibility depends on.
type Through struct {
	// Key is the column with the other row's id; where it is null, nothing is
	// asked of the other table.
	Key string
	// Rows are the rules of the other table.
	Rows Rows
}

// ProgramRows are the rules of the table program.
func ProgramRows() Rows { return Rows{Table: "program", Hidden: true} }

// Visible returns the condition under which the actor of ctx may see a row.
func Visible(ctx context.Context, r Rows) clause.Expr {
	var c condition
	c.rows(ActorOf(ctx), r)
	return clause.Expr{SQL: c.String(), Vars: c.vars}
}

// VisibleCohort returns the condition under which the actor of ctx may see the
// cohort whose columns table qualifies.
func VisibleCohort(ctx context.Context, table string) clause.Expr {
	var c condition
	c.cohort(ActorOf(ctx), table)
	return clause.Expr{SQL: c.String(), Vars: c.vars}
}

// InVisibleCohort returns the condition under which the actor of ctx may see what
// belongs to the cohort that column names, as far as the cohort decides.
func InVisibleCohort(ctx context.Context, column string) clause.Expr {
	var c condition
	if a := ActorOf(ctx); a.Admin {
		c.add("true")
	} else {
		c.belongs(a, column)
	}
	return clause.Expr{SQL: c.String(), Vars: c.vars}
}

// condition collects SQL and its parameters.
type condition struct {
	strings.Builder
	vars []any
}

func (c *condition) add(sql string, vars ...any) {
	c.WriteString(sql)
	c.vars = append(c.vars, vars...)
}

func (c *condition) rows(a Actor, r Rows) {
	switch {
	case !r.Deleted:
		c.add(r.Table + ".deleted_at IS NULL")
	case a.Admin:
		c.add("true")
	default:
		c.unless(a, r, r.Table+".deleted_at IS NULL")
	}
	if r.Hidden && !a.Admin {
		shown := r.Table + ".hidden_at IS NULL"
		if r.Withdrawn {
			shown += " AND " + r.Table + ".status <> 'WITHDRAWN'"
		}
		c.add(" AND ")
		c.unless(a, r, shown)
	}
	if r.Missing != "" {
		c.add(" AND (" + r.Table + ".missing_at IS NULL OR " + r.Missing + ")")
	}
	if r.Cohort && !a.Admin {
		c.add(" AND (")
		c.belongs(a, r.Table+".cohort_id")
		c.add(")")
	}
	for _, t := range r.Through {
		c.add(" AND (" + r.Table + "." + t.Key + " IS NULL OR EXISTS (SELECT FROM " + t.Rows.Table +
			" WHERE " + t.Rows.Table + ".id = " + r.Table + "." + t.Key + " AND ")
		c.rows(a, t.Rows)
		c.add("))")
	}
}

// belongs writes that column names no cohort or one that the actor sees.
func (c *condition) belongs(a Actor, column string) {
	// An uncorrelated IN is hashed once a statement, not looked up a row.
	c.add(column + " IS NULL OR " + column + " IN (SELECT seen.id FROM cohort AS seen WHERE ")
	c.cohort(a, "seen")
	c.add(")")
}

// unless writes that a row is shown, or that the actor is its author or one of
// those who moderate its cohort.
func (c *condition) unless(a Actor, r Rows, shown string) {
	c.add("(" + shown)
	if a.User != nil && r.Author != "" {
		c.add(" OR "+r.Table+"."+r.Author+" = ?", *a.User)
	}
	if a.User != nil && r.Home != "" {
		c.add(" OR "+r.Home+" IN (SELECT m.cohort_id FROM membership AS m WHERE m.user_id = ? AND m.role IN ('MENTOR', 'STAFF'))", *a.User)
	}
	c.add(")")
}

func (c *condition) cohort(a Actor, table string) {
	c.add(table + ".deleted_at IS NULL")
	if a.Admin {
		return
	}
	c.add(" AND (" + table + ".hidden_at IS NULL")
	if a.User != nil {
		c.add(" OR "+table+".id IN (SELECT m.cohort_id FROM membership AS m WHERE m.user_id = ? AND m.role IN ('MENTOR', 'STAFF'))", *a.User)
	}
	c.add(") AND (" + table + ".visibility = 'PUBLIC'")
	if a.User != nil {
		c.add(" OR "+table+".id IN (SELECT m.cohort_id FROM membership AS m WHERE m.user_id = ?)", *a.User)
	}
	c.add(")")
}
