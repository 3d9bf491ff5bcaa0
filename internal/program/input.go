package program

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// CreateProgramInput is what Create takes.
type CreateProgramInput struct {
	Title    string
	Slug     *string
	Provider *string
	Overview *string
}

// CreateProgramPayload is the answer of Create.
type CreateProgramPayload struct {
	Program    *Program
	UserErrors []*errs.UserError
}

// UpdateProgramInput is what Update takes: what is absent stays, null clears.
type UpdateProgramInput struct {
	ID        id.Program
	Title     graphql.Omittable[*string]
	Provider  graphql.Omittable[*string]
	Overview  graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateProgramPayload is the answer of Update.
type UpdateProgramPayload struct {
	Program    *Program
	UserErrors []*errs.UserError
}

// DeleteProgramInput is what Delete takes.
type DeleteProgramInput struct {
	ID        id.Program
	IfVersion *int32
}

// DeleteProgramPayload is the answer of Delete.
type DeleteProgramPayload struct {
	DeletedID  *id.Program
	UserErrors []*errs.UserError
}

// CreateCohortInput is what CreateCohort takes.
type CreateCohortInput struct {
	ProgramID  id.Program
	Name       string
	StartsOn   *time.Time
	EndsOn     *time.Time
	Visibility CohortVisibility
	StaffIDs   []id.User
}

// CreateCohortPayload is the answer of CreateCohort.
type CreateCohortPayload struct {
	Cohort     *Cohort
	UserErrors []*errs.UserError
}

// UpdateCohortInput is what UpdateCohort takes: what is absent stays, null clears.
type UpdateCohortInput struct {
	ID         id.Cohort
	Name       graphql.Omittable[*string]
	StartsOn   graphql.Omittable[*time.Time]
	EndsOn     graphql.Omittable[*time.Time]
	Visibility graphql.Omittable[*CohortVisibility]
	IfVersion  *int32
}

// UpdateCohortPayload is the answer of UpdateCohort.
type UpdateCohortPayload struct {
	Cohort     *Cohort
	UserErrors []*errs.UserError
}

// DeleteCohortInput is what DeleteCohort takes.
type DeleteCohortInput struct {
	ID        id.Cohort
	IfVersion *int32
}

// DeleteCohortPayload is the answer of DeleteCohort.
type DeleteCohortPayload struct {
	DeletedID  *id.Cohort
	UserErrors []*errs.UserError
}

// JoinCohortInput is what Join takes.
type JoinCohortInput struct{ CohortID id.Cohort }

// JoinCohortPayload is the answer of Join.
type JoinCohortPayload struct {
	Membership *Membership
	UserErrors []*errs.UserError
}

// LeaveCohortInput is what Leave takes.
type LeaveCohortInput struct{ CohortID id.Cohort }

// LeaveCohortPayload is the answer of Leave.
type LeaveCohortPayload struct {
	DeletedID  *id.Membership
	UserErrors []*errs.UserError
}

// ChangeMembershipRoleInput is what ChangeRole takes.
type ChangeMembershipRoleInput struct {
	ID   id.Membership
	Role MembershipRole
}

// ChangeMembershipRolePayload is the answer of ChangeRole.
type ChangeMembershipRolePayload struct {
	Membership *Membership
	UserErrors []*errs.UserError
}

// RemoveMemberInput is what RemoveMember takes.
type RemoveMemberInput struct{ ID id.Membership }

// RemoveMemberPayload is the answer of RemoveMember.
type RemoveMemberPayload struct {
	DeletedID  *id.Membership
	UserErrors []*errs.UserError
}
