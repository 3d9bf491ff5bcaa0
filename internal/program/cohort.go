package program

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// CohortVisibility says who sees a cohort and what belongs to it.
type CohortVisibility string

// The visibilities.
const (
	Public      CohortVisibility = "PUBLIC"
	MembersOnly CohortVisibility = "MEMBERS"
)

// Cohort is one run of a programme.
type Cohort struct {
	ID         id.Cohort
	ProgramID  id.Program
	Name       string
	StartsOn   *time.Time
	EndsOn     *time.Time
	Visibility CohortVisibility
	Version    int32
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DeletedAt  *time.Time
	HiddenAt   *time.Time
	EditedAt   *time.Time
}

// IsNode marks a GraphQL Node.
func (*Cohort) IsNode() {}

// IsModerationSubject marks something that is hidden or restored.
func (*Cohort) IsModerationSubject() {}

// CohortFilter says which cohorts to list.
type CohortFilter struct {
	Program    *id.Program
	Visibility *CohortVisibility
}

// CohortOrderField is what cohorts can be ordered by.
type CohortOrderField string

// The fields of an order of cohorts.
const (
	OrderStartsOn        CohortOrderField = "STARTS_ON"
	OrderName            CohortOrderField = "NAME"
	OrderCohortCreatedAt CohortOrderField = "CREATED_AT"
)

// CohortOrder is an order of cohorts.
type CohortOrder = page.Order[CohortOrderField]

// CohortConnection is a page of cohorts.
type CohortConnection = page.Connection[*Cohort]

// CohortEdge is one item of a page of cohorts.
type CohortEdge = page.Edge[*Cohort]
