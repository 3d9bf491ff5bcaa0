package challenge

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/ingest"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves challenges and solutions.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the challenges with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Challenge) (map[id.Challenge]*Challenge, error) {
	return page.ByIDs(ctx, s.db, challenges(), ids)
}

// Matching returns those of the challenges that a filter lets through.
func (s *Service) Matching(ctx context.Context, ids []id.Challenge, filter ChallengeFilter) (map[id.Challenge]*Challenge, error) {
	return page.Matching(ctx, s.db, challenges(), ids, filter)
}

// List returns a page of challenges.
func (s *Service) List(ctx context.Context, q page.Query[ChallengeFilter]) (*ChallengeConnection, error) {
	return page.Fetch(ctx, s.db, challenges(), q)
}

// OfUsers returns a page of the challenges of each author.
func (s *Service) OfUsers(ctx context.Context, ids []id.User, q page.Query[ChallengeFilter]) (map[id.User]*ChallengeConnection, error) {
	return page.FetchEach(ctx, s.db, challenges(), page.Via{Name: "OfUsers", On: page.On("challenge.author_id = parent.key")}, ids, q)
}

// OfCohorts returns a page of the challenges of each cohort.
func (s *Service) OfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[ChallengeFilter]) (map[id.Cohort]*ChallengeConnection, error) {
	return page.FetchEach(ctx, s.db, challenges(), page.Via{Name: "OfCohorts", On: page.On("challenge.cohort_id = parent.key")}, ids, q)
}

// OfDocuments returns a page of the challenges that each document tells of.
func (s *Service) OfDocuments(ctx context.Context, ids []id.Document, q page.Query[ChallengeFilter]) (map[id.Document]*ChallengeConnection, error) {
	return page.FetchEach(ctx, s.db, challenges(), page.Via{Name: "OfDocuments", On: page.On("challenge.document_id = parent.key")}, ids, q)
}

// OfPrograms returns a page of the challenges of each programme: those of its
// cohorts and of its visible documents.
func (s *Service) OfPrograms(ctx context.Context, ids []id.Program, q page.Query[ChallengeFilter]) (map[id.Program]*ChallengeConnection, error) {
	return page.FetchEach(ctx, s.db, challenges(), page.Via{Name: "OfPrograms", On: auth.EntryOfProgram(ctx, "challenge", "parent.key")}, ids, q)
}

// OfTechnologies returns a page of the challenges that concern each technology.
func (s *Service) OfTechnologies(ctx context.Context, ids []id.Technology, q page.Query[ChallengeFilter]) (map[id.Technology]*ChallengeConnection, error) {
	return page.FetchEach(ctx, s.db, challenges(), page.Via{
		Name:    "OfTechnologies",
		Join:    "JOIN challenge_technology AS of_technology ON of_technology.challenge_id = challenge.id",
		On:      page.On("of_technology.technology_id = parent.key"),
		Columns: map[string]string{"challenge.created_at": "of_technology.created_at", "challenge.id": "of_technology.challenge_id"},
	}, ids, q)
}

// SolutionsByIDs returns the solutions with these ids.
func (s *Service) SolutionsByIDs(ctx context.Context, ids []id.Solution) (map[id.Solution]*Solution, error) {
	return page.ByIDs(ctx, s.db, solutions(), ids)
}

// SolutionsOf returns a page of the solutions of each challenge.
func (s *Service) SolutionsOf(ctx context.Context, ids []id.Challenge, q page.Query[page.NoFilter]) (map[id.Challenge]*SolutionConnection, error) {
	return page.FetchEach(ctx, s.db, solutions(), page.Via{Name: "SolutionsOf", On: page.On("solution.challenge_id = parent.key")}, ids, q)
}

// SolutionsOfUsers returns a page of the solutions of each author.
func (s *Service) SolutionsOfUsers(ctx context.Context, ids []id.User, q page.Query[page.NoFilter]) (map[id.User]*SolutionConnection, error) {
	return page.FetchEach(ctx, s.db, solutions(), page.Via{Name: "SolutionsOfUsers", On: page.On("solution.author_id = parent.key")}, ids, q)
}

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
