package resolution

import (
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// MarkChallengeSolvedInput is what MarkSolved takes.
type MarkChallengeSolvedInput struct {
	ID        id.Challenge
	IfVersion *int32
}

// MarkChallengeSolvedPayload is the answer of MarkSolved.
type MarkChallengeSolvedPayload struct {
	Challenge  *challenge.Challenge
	UserErrors []*errs.UserError
}

// MarkChallengeDuplicateInput is what MarkDuplicate takes.
type MarkChallengeDuplicateInput struct {
	ID            id.Challenge
	DuplicateOfID id.Challenge
	IfVersion     *int32
}

// MarkChallengeDuplicatePayload is the answer of MarkDuplicate.
type MarkChallengeDuplicatePayload struct {
	Challenge  *challenge.Challenge
	UserErrors []*errs.UserError
}

// ReopenChallengeInput is what Reopen takes.
type ReopenChallengeInput struct {
	ID        id.Challenge
	IfVersion *int32
}

// ReopenChallengePayload is the answer of Reopen.
type ReopenChallengePayload struct {
	Challenge  *challenge.Challenge
	UserErrors []*errs.UserError
}
