package challenge

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

func challenges() page.List[Challenge, ChallengeFilter] {
	return page.List[Challenge, ChallengeFilter]{
		Name: "challenges", Table: "challenge",
		Field: string(OrderCreatedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Challenge]{
			string(OrderCreatedAt): page.ByTime("challenge.created_at", func(c *Challenge) time.Time { return c.CreatedAt }),
			string(OrderUpdatedAt): page.ByTime("challenge.updated_at", func(c *Challenge) time.Time { return c.UpdatedAt }),
			string(OrderScore):     page.ByInt("challenge.score", func(c *Challenge) int32 { return c.Score }),
		},
		ID: func(c *Challenge) uuid.UUID { return c.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.ChallengeRows())
		},
		Narrow: narrowChallenges,
		Where:  challengeConditions,
	}
}

// narrowChallenges reads the challenges of a technology by their join rows,
// whose index has the default order.
func narrowChallenges(f ChallengeFilter) page.Via {
	if f.Technology == nil {
		return page.Via{}
	}
	return page.Via{
		Join:    "JOIN challenge_technology AS named ON named.challenge_id = challenge.id",
		On:      page.On("named.technology_id = (SELECT technology_by_name(?, lower(?)))", ingest.Fold(*f.Technology), *f.Technology),
		Columns: map[string]string{"challenge.created_at": "named.created_at", "challenge.id": "named.challenge_id"},
	}
}

func challengeConditions(_ context.Context, f ChallengeFilter) []clause.Expr {
	var conditions []clause.Expr
	add := func(sql string, vars ...any) { conditions = append(conditions, page.On(sql, vars...)) }
	if f.Statuses != nil {
		add("challenge.status = ANY(CAST(? AS text[]))", database.Texts(f.Statuses))
	}
	if f.Author != nil {
		add("challenge.author_id = ?", *f.Author)
	}
	if f.Cohort != nil {
		add("challenge.cohort_id = ?", *f.Cohort)
	}
	if f.Document != nil {
		add("challenge.document_id = ?", *f.Document)
	}
	if f.Text != nil && strings.TrimSpace(*f.Text) != "" {
		add("challenge.search @@ websearch_to_tsquery('simple', fold_text(?))", *f.Text)
	}
	if f.CreatedSince != nil {
		add("challenge.created_at >= ?", *f.CreatedSince)
	}
	return conditions
}

func solutions() page.List[Solution, page.NoFilter] {
	return page.List[Solution, page.NoFilter]{
		Name: "solutions", Table: "solution",
		Field: string(OrderSolutionScore), Direction: page.Desc,
		Orders: map[string]page.Key[Solution]{
			string(OrderSolutionScore):     page.ByInt("solution.score", func(s *Solution) int32 { return s.Score }),
			string(OrderSolutionCreatedAt): page.ByTime("solution.created_at", func(s *Solution) time.Time { return s.CreatedAt }),
		},
		ID: func(s *Solution) uuid.UUID { return s.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.SolutionRows())
		},
	}
}
