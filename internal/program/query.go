package program

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

func programs() page.List[Program, ProgramFilter] {
	return page.List[Program, ProgramFilter]{
		Name: "programs", Table: "program",
		Field: string(OrderTitle), Direction: page.Asc,
		Orders: map[string]page.Key[Program]{
			string(OrderTitle):            page.ByText("program.title", func(p *Program) string { return p.Title }),
			string(OrderProgramCreatedAt): page.ByTime("program.created_at", func(p *Program) time.Time { return p.CreatedAt }),
		},
		ID: func(p *Program) uuid.UUID { return p.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			return auth.Visible(ctx, auth.ProgramRows())
		},
		Where: programConditions,
	}
}

func programConditions(ctx context.Context, f ProgramFilter) []clause.Expr {
	if f.Technology == nil {
		return nil
	}
	mentioned := auth.MentionedInProgram(ctx, "technology_id", "(SELECT technology_by_name(?, lower(?)))", "program.id")
	return []clause.Expr{page.On(mentioned.SQL, append([]any{ingest.Fold(*f.Technology), *f.Technology}, mentioned.Vars...)...)}
}

func cohorts() page.List[Cohort, CohortFilter] {
	return page.List[Cohort, CohortFilter]{
		Name: "cohorts", Table: "cohort",
		Field: string(OrderStartsOn), Direction: page.Desc,
		Orders: map[string]page.Key[Cohort]{
			string(OrderStartsOn):        page.ByDate("cohort.starts_on", func(c *Cohort) *time.Time { return c.StartsOn }),
			string(OrderName):            page.ByText("cohort.name", func(c *Cohort) string { return c.Name }),
			string(OrderCohortCreatedAt): page.ByTime("cohort.created_at", func(c *Cohort) time.Time { return c.CreatedAt }),
		},
		ID:      func(c *Cohort) uuid.UUID { return c.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr { return auth.VisibleCohort(ctx, "cohort") },
		Where: func(_ context.Context, f CohortFilter) []clause.Expr {
			var conditions []clause.Expr
			if f.Program != nil {
				conditions = append(conditions, page.On("cohort.program_id = ?", *f.Program))
			}
			if f.Visibility != nil {
				conditions = append(conditions, page.On("cohort.visibility = ?", *f.Visibility))
			}
			return conditions
		},
	}
}

func memberships() page.List[Membership, MembershipFilter] {
	return page.List[Membership, MembershipFilter]{
		Name: "memberships", Table: "membership",
		Field: string(OrderJoinedAt), Direction: page.Desc,
		Orders: map[string]page.Key[Membership]{
			string(OrderJoinedAt): page.ByTime("membership.joined_at", func(m *Membership) time.Time { return m.JoinedAt }),
		},
		ID: func(m *Membership) uuid.UUID { return m.ID.UUID },
		Visible: func(ctx context.Context) clause.Expr {
			seen := auth.VisibleCohort(ctx, "c")
			return page.On("membership.cohort_id IN (SELECT c.id FROM cohort AS c WHERE "+seen.SQL+")", seen.Vars...)
		},
		Where: func(_ context.Context, f MembershipFilter) []clause.Expr {
			if f.Roles == nil {
				return nil
			}
			return []clause.Expr{page.On("membership.role = ANY(CAST(? AS text[]))", database.Texts(f.Roles))}
		},
	}
}
