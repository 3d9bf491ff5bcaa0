package program

import (
	"context"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Service serves programmes, cohorts and memberships.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// ByIDs returns the programmes with these ids.
func (s *Service) ByIDs(ctx context.Context, ids []id.Program) (map[id.Program]*Program, error) {
	return page.ByIDs(ctx, s.db, programs(), ids)
}

// BySlug returns the programme with this slug.
func (s *Service) BySlug(ctx context.Context, slug string) (*Program, error) {
	return page.One(ctx, s.db, programs(), "program", page.On("program.slug = lower(?)", slug))
}

// List returns a page of programmes.
func (s *Service) List(ctx context.Context, q page.Query[ProgramFilter]) (*ProgramConnection, error) {
	return page.Fetch(ctx, s.db, programs(), q)
}

// CohortsByIDs returns the cohorts with these ids.
func (s *Service) CohortsByIDs(ctx context.Context, ids []id.Cohort) (map[id.Cohort]*Cohort, error) {
	return page.ByIDs(ctx, s.db, cohorts(), ids)
}

// ListCohorts returns a page of cohorts.
func (s *Service) ListCohorts(ctx context.Context, q page.Query[CohortFilter]) (*CohortConnection, error) {
	return page.Fetch(ctx, s.db, cohorts(), q)
}

// CohortsOf returns a page of the cohorts of each programme.
func (s *Service) CohortsOf(ctx context.Context, ids []id.Program, q page.Query[CohortFilter]) (map[id.Program]*CohortConnection, error) {
	return page.FetchEach(ctx, s.db, cohorts(), page.Via{Name: "CohortsOf", On: page.On("cohort.program_id = parent.key")}, ids, q)
}

// MembershipsByIDs returns the memberships with these ids.
func (s *Service) MembershipsByIDs(ctx context.Context, ids []id.Membership) (map[id.Membership]*Membership, error) {
	return page.ByIDs(ctx, s.db, memberships(), ids)
}

// MembershipsOfCohorts returns a page of the memberships of each cohort.
func (s *Service) MembershipsOfCohorts(ctx context.Context, ids []id.Cohort, q page.Query[MembershipFilter]) (map[id.Cohort]*MembershipConnection, error) {
	return page.FetchEach(ctx, s.db, memberships(), page.Via{Name: "MembershipsOfCohorts", On: page.On("membership.cohort_id = parent.key")}, ids, q)
}

// MembershipsOfUsers returns a page of the memberships of each person.
func (s *Service) MembershipsOfUsers(ctx context.Context, ids []id.User, q page.Query[MembershipFilter]) (map[id.User]*MembershipConnection, error) {
	return page.FetchEach(ctx, s.db, memberships(), page.Via{Name: "MembershipsOfUsers", On: page.On("membership.user_id = parent.key")}, ids, q)
}
