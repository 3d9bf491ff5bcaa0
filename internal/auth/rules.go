package auth

import (
	"context"

	"gorm.io/gorm/clause"
)

// DocumentRows are the rules of the table document.
func DocumentRows() Rows {
	return Rows{Table: "document", Hidden: true, Withdrawn: true, Author: "owner_id", Cohort: true, Home: "document.cohort_id"}
}

// DocumentOfProgram returns the condition that the actor may see a row of the
// table document and that it belongs to a programme or to one of its cohorts.
// program is the SQL of the programme's id.
func DocumentOfProgram(ctx context.Context, program string) clause.Expr {
	seen := Visible(ctx, DocumentRows())
	return clause.Expr{
		SQL: "(document.program_id = " + program +
			" OR document.cohort_id IN (SELECT of_program.id FROM cohort AS of_program WHERE of_program.program_id = " + program +
			")) AND " + seen.SQL,
		Vars: seen.Vars,
	}
}

// EntryOfProgram returns the condition that a row of table belongs to a cohort
// or to a visible document of a programme. Arrays, not IN: so each side of the
// OR can use its index.
func EntryOfProgram(ctx context.Context, table, program string) clause.Expr {
	document := DocumentOfProgram(ctx, program)
	return clause.Expr{
		SQL: table + ".cohort_id = ANY(ARRAY(SELECT of_program.id FROM cohort AS of_program WHERE of_program.program_id = " + program + "))" +
			" OR " + table + ".document_id = ANY(ARRAY(SELECT document.id FROM document WHERE " + document.SQL + "))",
		Vars: document.Vars,
	}
}

// MentionedInProgram returns the condition that a visible document of a
// programme mentions a technology or a concept: that whose id the column of the
// table mention holds. LIMIT keeps it a look-up a row, which ends at the first
// mention; as a join it would read all mentions of the programme.
func MentionedInProgram(ctx context.Context, column, mentioned, program string) clause.Expr {
	document := DocumentOfProgram(ctx, program)
	return clause.Expr{
		SQL: "COALESCE((SELECT true FROM mention JOIN document ON document.id = mention.document_id WHERE mention." + column +
			" = " + mentioned + " AND " + document.SQL + " LIMIT 1), false)",
		Vars: document.Vars,
	}
}

// VisibleConcept returns the condition under which the actor may see a concept.
// It takes its title from a document, which may be for members only: it is seen
// where the actor sees a document that explains it, or where none does.
func VisibleConcept(ctx context.Context) clause.Expr {
	visible := Visible(ctx, Rows{Table: "concept"})
	if ActorOf(ctx).Admin {
		return visible
	}
	document := Visible(ctx, DocumentRows())
	return clause.Expr{
		SQL: visible.SQL + " AND (COALESCE((SELECT true FROM mention JOIN document ON document.id = mention.document_id" +
			" WHERE mention.concept_id = concept.id AND " + document.SQL + " LIMIT 1), false)" +
			" OR NOT EXISTS (SELECT FROM mention WHERE mention.concept_id = concept.id))",
		Vars: append(visible.Vars, document.Vars...),
	}
}

// ChallengeRows are the rules of the table challenge. A challenge that its
// document lacks stays visible once a person edited, answered, voted or
// commented, on it or on one of its solutions.
func ChallengeRows() Rows {
	return Rows{
		Table: "challenge", Hidden: true, Author: "author_id", Cohort: true, Home: "challenge.cohort_id",
		Missing: `challenge.edited_at IS NOT NULL
			OR EXISTS (SELECT FROM vote WHERE vote.challenge_id = challenge.id)
			OR EXISTS (SELECT FROM comment WHERE comment.challenge_id = challenge.id AND comment.deleted_at IS NULL)
			OR EXISTS (SELECT FROM solution AS kept WHERE kept.challenge_id = challenge.id AND kept.deleted_at IS NULL AND (
				kept.document_id IS NULL OR kept.edited_at IS NOT NULL
				OR EXISTS (SELECT FROM vote WHERE vote.solution_id = kept.id)
				OR EXISTS (SELECT FROM comment WHERE comment.solution_id = kept.id AND comment.deleted_at IS NULL)))`,
	}
}

// SolutionRows are the rules of the table solution, which inherits from its
// challenge.
func SolutionRows() Rows {
	return Rows{
		Table: "solution", Hidden: true, Author: "author_id",
		Home: "(SELECT home.cohort_id FROM challenge AS home WHERE home.id = solution.challenge_id)",
		Missing: `solution.edited_at IS NOT NULL
			OR EXISTS (SELECT FROM vote WHERE vote.solution_id = solution.id)
			OR EXISTS (SELECT FROM comment WHERE comment.solution_id = solution.id AND comment.deleted_at IS NULL)`,
		Through: []Through{{Key: "challenge_id", Rows: ChallengeRows()}},
	}
}

// PracticeRows are the rules of the table practice.
func PracticeRows() Rows {
	return Rows{
		Table: "practice", Hidden: true, Author: "author_id", Cohort: true, Home: "practice.cohort_id",
		Missing: `practice.edited_at IS NOT NULL
			OR EXISTS (SELECT FROM vote WHERE vote.practice_id = practice.id)
			OR EXISTS (SELECT FROM comment WHERE comment.practice_id = practice.id AND comment.deleted_at IS NULL)`,
	}
}

// TipRows are the rules of the table tip.
func TipRows() Rows { return noteRows("tip") }

// ChannelRows are the rules of the table channel.
func ChannelRows() Rows { return noteRows("channel") }

// noteRows are the rules of a table whose rows nobody answers or votes on.
func noteRows(table string) Rows {
	return Rows{
		Table: table, Hidden: true, Author: "author_id", Cohort: true, Home: table + ".cohort_id",
		Missing: table + ".edited_at IS NOT NULL",
	}
}

// CommentRows are the rules of the table comment, which inherits from its subject.
func CommentRows() Rows {
	return Rows{
		Table: "comment", Hidden: true, Author: "author_id",
		Home: `(SELECT home.cohort_id FROM challenge AS home WHERE home.id = comment.challenge_id
			UNION ALL SELECT home.cohort_id FROM solution AS s JOIN challenge AS home ON home.id = s.challenge_id WHERE s.id = comment.solution_id
			UNION ALL SELECT home.cohort_id FROM practice AS home WHERE home.id = comment.practice_id
			UNION ALL SELECT home.cohort_id FROM document AS home WHERE home.id = comment.document_id)`,
		Through: []Through{
			{Key: "challenge_id", Rows: ChallengeRows()},
			{Key: "solution_id", Rows: SolutionRows()},
			{Key: "practice_id", Rows: PracticeRows()},
			{Key: "document_id", Rows: DocumentRows()},
		},
	}
}

// VisibleEvent returns the condition under which the actor sees an entry of the
// change log: admins see all of it, the staff of a cohort what happened there.
func VisibleEvent(ctx context.Context) clause.Expr {
	actor := ActorOf(ctx)
	switch {
	case actor.Admin:
		return clause.Expr{SQL: "true"}
	case actor.User == nil:
		return clause.Expr{SQL: "false"}
	default:
		return clause.Expr{
			SQL:  "event.cohort_id IN (SELECT m.cohort_id FROM membership AS m WHERE m.user_id = ? AND m.role = 'STAFF')",
			Vars: []any{*actor.User},
		}
	}
}
