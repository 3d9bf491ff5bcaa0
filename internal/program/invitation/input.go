package invitation

import (
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/program"
)

// InviteToCohortInput is what Invite takes.
type InviteToCohortInput struct {
	CohortID id.Cohort
	Email    string
	Role     program.MembershipRole
}

// InviteToCohortPayload is the answer of Invite.
type InviteToCohortPayload struct {
	Invitation *Invitation
	UserErrors []*errs.UserError
}

// AcceptInvitationInput is what Accept takes.
type AcceptInvitationInput struct{ Token string }

// AcceptInvitationPayload is the answer of Accept.
type AcceptInvitationPayload struct {
	Membership *program.Membership
	UserErrors []*errs.UserError
}

// RevokeInvitationInput is what Revoke takes.
type RevokeInvitationInput struct{ ID id.Invitation }

// RevokeInvitationPayload is the answer of Revoke.
type RevokeInvitationPayload struct {
	DeletedID  *id.Invitation
	UserErrors []*errs.UserError
}
