package moderation

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// kind is a kind of rows that are hidden and restored.
type kind struct {
	rows auth.Rows
	// visible is the condition for those that auth.Visible of rows does not know.
	visible func(ctx context.Context) clause.Expr
	// ofAdmins: nobody hides it, and admins alone restore it.
	ofAdmins bool
	// gone and stuck are the SQL of whether there is anything to restore of a row of
	// admins, and whether something is in the way: the obstacle.
	gone, stuck, obstacle string
	// parents are the columns that may name what a row belongs to, by the prefix of
	// their ids.
	parents map[string]string
}

// kinds are all kinds, by the prefix of their ids.
func kinds() map[string]kind {
	challenge, solution := id.Challenge{}.Prefix(), id.Solution{}.Prefix()
	practice, document := id.Practice{}.Prefix(), id.Document{}.Prefix()
	return map[string]kind{
		challenge:                {rows: auth.ChallengeRows()},
		solution:                 {rows: auth.SolutionRows(), parents: map[string]string{challenge: "challenge_id"}},
		practice:                 {rows: auth.PracticeRows()},
		document:                 {rows: auth.DocumentRows()},
		id.Tip{}.Prefix():        {rows: auth.TipRows()},
		id.Channel{}.Prefix():    {rows: auth.ChannelRows()},
		id.Program{}.Prefix():    {rows: auth.ProgramRows(), ofAdmins: true, gone: "deleted_at IS NOT NULL OR hidden_at IS NOT NULL", stuck: "false"},
		id.Technology{}.Prefix(): merged("technology", nil),
		id.Concept{}.Prefix():    merged("concept", auth.VisibleConcept),
		id.Cohort{}.Prefix(): {
			rows: auth.Rows{Table: "cohort", Hidden: true}, ofAdmins: true, gone: "deleted_at IS NOT NULL OR hidden_at IS NOT NULL",
			stuck:    "EXISTS (SELECT FROM program WHERE program.id = cohort.program_id AND program.deleted_at IS NOT NULL)",
			obstacle: "Its programme is deleted; restore that first.",
			visible:  func(ctx context.Context) clause.Expr { return auth.VisibleCohort(ctx, "cohort") },
		},
		id.Comment{}.Prefix(): {rows: auth.CommentRows(), parents: map[string]string{
			challenge: "challenge_id", solution: "solution_id", practice: "practice_id", document: "document_id",
		}},
	}
}

// merged is a kind whose rows are merged into one another.
func merged(table string, visible func(context.Context) clause.Expr) kind {
	return kind{
		rows: auth.Rows{Table: table}, visible: visible, ofAdmins: true,
		gone: "deleted_at IS NOT NULL", stuck: "merged_into_id IS NOT NULL", obstacle: "It was merged into another one.",
	}
}

// live are the rows that are not deleted.
func (k kind) live() edit.Table {
	return edit.Table{What: k.rows.Table, Rows: k.rows, Visible: k.visible}
}

// all are the rows that the actor sees, with deleted ones that they would see
// hidden.
func (k kind) all(ctx context.Context) edit.Table {
	t := k.live()
	if !k.ofAdmins || auth.ActorOf(ctx).Admin {
		t.Rows.Deleted, t.Visible = true, nil
	}
	return t
}

// happened is the kind of an event: the noun and what happened to it.
func (k kind) happened(verb string) event.Kind { return event.Kind(k.rows.Table + "." + verb) }
