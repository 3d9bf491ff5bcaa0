package auth

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/errs"
)

// Standing is what the actor is to a row that they see. It answers what they may
// do with it, as the table of rights in docs/permissions.md has it.
type Standing struct {
	// Admin: they see and may do everything.
	Admin bool
	// Author: they wrote the row, or it is theirs.
	Author bool
	// Orphan: the row has no author.
	Orphan bool
	// Role is their role in the row's cohort: LEARNER, MENTOR or STAFF; "" when
	// they are no member, or when the row has no cohort.
	Role string
}

// Moderates reports whether the actor is a mentor or staff of the row's cohort:
// they hide and restore, accept solutions and mark challenges.
func (s Standing) Moderates() bool {
	return s.Admin || s.Role == "MENTOR" || s.Role == "STAFF"
}

// Edits reports whether the actor may change or delete the row: its author, and
// the moderators of its cohort where it has no author.
func (s Standing) Edits() bool {
	return s.Admin || s.Author || s.Orphan && s.Moderates()
}

// Decides reports whether the actor may accept a solution of the row or mark it,
// where the row is a challenge: its author and the moderators of its cohort.
func (s Standing) Decides() bool { return s.Author || s.Moderates() }

// Manages reports whether the actor may change the cohort that the row is or
// belongs to, and who is in it.
func (s Standing) Manages() bool { return s.Admin || s.Role == "STAFF" }

// Forbidden is the answer to an actor who may see an object but not do this.
func Forbidden(format string, args ...any) error {
	return errs.New(errs.CodeForbidden, format, args...)
}

// StandingColumns are the columns of Standing, but for Admin, in a SELECT from
// the table of r: author, orphan and role.
func StandingColumns(ctx context.Context, r Rows) clause.Expr {
	var c condition
	user := ActorOf(ctx).User
	if r.Author == "" {
		c.add("false AS author, true AS orphan")
	} else {
		c.add("COALESCE("+r.Table+"."+r.Author+" = ?, false) AS author, "+r.Table+"."+r.Author+" IS NULL AS orphan", user)
	}
	if r.Home == "" {
		c.add(", '' AS role")
	} else {
		c.add(", COALESCE((SELECT m.role FROM membership AS m WHERE m.user_id = ? AND m.cohort_id = "+r.Home+"), '') AS role", user)
	}
	return clause.Expr{SQL: c.String(), Vars: c.vars}
}
