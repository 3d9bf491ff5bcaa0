// Package invitation asks people by mail to join a cohort.
//
// The staff of a cohort and admins invite, see and revoke; nobody else learns who
// was invited. The answer to an invitation is the same whether its address has an
// account or not. Whoever is signed in with that address accepts with the code of
// the mail, once, within 14 days.
//
// Errors: NOT_FOUND for what is absent, unseen or meant for somebody else,
// FORBIDDEN to members who are no staff, RATE_LIMITED after too many mails.
package invitation

import (
	"time"

	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
	"github.com/project-nexus/nexus/internal/program"
)

// Invitation asks whoever has an address to join a cohort.
type Invitation struct {
	ID          id.Invitation
	CohortID    id.Cohort
	Email       string
	FoldedEmail string
	Role        program.MembershipRole
	InvitedByID *id.User
	CreatedAt   time.Time
	ExpiresAt   time.Time
	EndedAt     *time.Time
}

// InvitationOrderField is what invitations can be ordered by.
type InvitationOrderField string

// OrderCreatedAt orders by time.
const OrderCreatedAt InvitationOrderField = "CREATED_AT"

// InvitationOrder is an order of invitations.
type InvitationOrder = page.Order[InvitationOrderField]

// InvitationConnection is a page of invitations.
type InvitationConnection = page.Connection[*Invitation]

// InvitationEdge is one item of a page of invitations.
type InvitationEdge = page.Edge[*Invitation]
