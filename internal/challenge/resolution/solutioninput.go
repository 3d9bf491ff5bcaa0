package resolution

import (
	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// AddSolutionInput is what Add takes.
type AddSolutionInput struct {
	ChallengeID id.Challenge
	Body        string
}

// AddSolutionPayload is the answer of Add.
type AddSolutionPayload struct {
	Solution   *challenge.Solution
	UserErrors []*errs.UserError
}

// UpdateSolutionInput is what Update takes: what is absent stays.
type UpdateSolutionInput struct {
	ID        id.Solution
	Body      graphql.Omittable[*string]
	IfVersion *int32
}

// UpdateSolutionPayload is the answer of Update.
type UpdateSolutionPayload struct {
	Solution   *challenge.Solution
	UserErrors []*errs.UserError
}

// DeleteSolutionInput is what Delete takes.
type DeleteSolutionInput struct {
	ID        id.Solution
	IfVersion *int32
}

// DeleteSolutionPayload is the answer of Delete.
type DeleteSolutionPayload struct {
	DeletedID  *id.Solution
	UserErrors []*errs.UserError
}

// AcceptSolutionInput is what Accept takes.
type AcceptSolutionInput struct {
	ID        id.Solution
	IfVersion *int32
}

// AcceptSolutionPayload is the answer of Accept.
type AcceptSolutionPayload struct {
	Solution   *challenge.Solution
	UserErrors []*errs.UserError
}

// UnacceptSolutionInput is what Unaccept takes.
type UnacceptSolutionInput struct {
	ID        id.Solution
	IfVersion *int32
}

// UnacceptSolutionPayload is the answer of Unaccept.
type UnacceptSolutionPayload struct {
	Solution   *challenge.Solution
	UserErrors []*errs.UserError
}
