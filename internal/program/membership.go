package program

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// MembershipRole is what somebody is in a cohort.
type MembershipRole string

// The roles.
const (
	Learner MembershipRole = "LEARNER"
	Mentor  MembershipRole = "MENTOR"
	Staff   MembershipRole = "STAFF"
)

// Membership says that a person takes part in a cohort.
type Membership struct {
	ID       id.Membership
	CohortID id.Cohort
	UserID   id.User
	Role     MembershipRole
	JoinedAt time.Time
}

// IsNode marks a GraphQL Node.
func (*Membership) IsNode() {}

// MembershipFilter says which memberships to list.
type MembershipFilter struct {
	Roles []MembershipRole
}

// MembershipOrderField is what memberships can be ordered by.
type MembershipOrderField string

// OrderJoinedAt orders by the time of joining.
const OrderJoinedAt MembershipOrderField = "JOINED_AT"

// MembershipOrder is an order of memberships.
type MembershipOrder = page.Order[MembershipOrderField]

// MembershipConnection is a page of memberships.
type MembershipConnection = page.Connection[*Membership]

// MembershipEdge is one item of a page of memberships.
type MembershipEdge = page.Edge[*Membership]
