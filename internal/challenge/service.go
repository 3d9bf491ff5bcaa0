package challenge

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
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
