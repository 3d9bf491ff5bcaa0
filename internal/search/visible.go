package search

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
)

// ruled is a kind of rows with the rules of their own table.
type ruled struct {
	kind    SearchType
	table   string
	visible clause.Expr
}

func rules(ctx context.Context) []ruled {
	return []ruled{
		{TypeConcept, "concept", auth.VisibleConcept(ctx)},
		{TypeChallenge, "challenge", auth.Visible(ctx, auth.ChallengeRows())},
		{TypeSolution, "solution", auth.Visible(ctx, auth.SolutionRows())},
		{TypePractice, "practice", auth.Visible(ctx, auth.PracticeRows())},
		{TypeDocument, "document", auth.Visible(ctx, auth.DocumentRows())},
	}
}

// visible returns the condition under which the actor may see a row of
// search_entry, which is called e. A row that is shown is seen by all who see
// its cohort: the cheap case, and by far the most. For every other one the rules
// of its own table decide. Technologies are always shown.
func visible(ctx context.Context) clause.Expr { return visibleBy(ctx, rules(ctx)) }

// visibleBy is visible with the rules of some tables; rows of others that are not
// shown are left out.
func visibleBy(ctx context.Context, rules []ruled) clause.Expr {
	var sql strings.Builder
	cohort := auth.InVisibleCohort(ctx, "e.cohort_id")
	vars := cohort.Vars
	sql.WriteString("CASE WHEN e.shown THEN " + cohort.SQL)
	for _, r := range rules {
		// LIMIT keeps it a look-up a row; as an EXISTS it may be made a hash of the
		// whole table.
		sql.WriteString(" WHEN e.kind = '" + string(r.kind) + "' THEN COALESCE((SELECT true FROM " + r.table +
			" WHERE " + r.table + ".id = e.id AND " + r.visible.SQL + " LIMIT 1), false)")
		vars = append(vars, r.visible.Vars...)
	}
	sql.WriteString(" ELSE false END")
	return clause.Expr{SQL: sql.String(), Vars: vars}
}

// tiers are the marks of search_tier, from the best: rows of one after the other
// are looked at until there are enough. Neighbours go together where each look
// costs more than the rows that it saves.
const tiers = "(VALUES ('''^5'' | ''^4'''), ('''^3'''), ('''^2'' | ''^1'''), ('''^0''')) AS tier(mark)"

// seen returns the condition that something that the actor may see has the
// lexeme which the SQL names. It knows of what is shown and of concepts: words
// that only hidden rows have correct nobody's spelling.
func seen(ctx context.Context, lexeme string) clause.Expr {
	v := visibleBy(ctx, []ruled{{TypeConcept, "concept", auth.VisibleConcept(ctx)}})
	return clause.Expr{
		SQL: "EXISTS (SELECT FROM " + tiers + " CROSS JOIN LATERAL (SELECT FROM search_entry AS e WHERE e.words @@ (plainto_tsquery('simple', " + lexeme +
			") && CAST(tier.mark AS tsquery)) AND " + v.SQL + " LIMIT 1) AS one)",
		Vars: v.Vars,
	}
}
