// Package vote counts what people think of challenges, solutions and practices.
//
// A person has one vote on each, never on what they wrote themselves. Invariant:
// the score of a subject is the sum of its votes; a vote and the score change in
// one transaction that has locked the subject. A vote is no new version of its
// subject.
//
// Errors: NOT_FOUND at input.subjectId for what is absent or unseen,
// BAD_USER_INPUT there for what takes no vote of the actor.
package vote

import (
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to votes; the subject of the event is that of the vote.
const (
	EventCast      event.Kind = "vote.cast"
	EventWithdrawn event.Kind = "vote.withdrawn"
)

// VoteValue is for or against.
type VoteValue string

// The values.
const (
	Up   VoteValue = "UP"
	Down VoteValue = "DOWN"
)

// points are what a vote adds to the score.
func (v VoteValue) points() int32 {
	if v == Down {
		return -1
	}
	return 1
}

// valueOf is the vote that adds these points.
func valueOf(points int32) VoteValue {
	if points < 0 {
		return Down
	}
	return Up
}

// VoteSubject is what can be voted on.
type VoteSubject interface{ IsVoteSubject() }

// CastVoteInput is what Cast takes.
type CastVoteInput struct {
	SubjectID id.Any
	Value     VoteValue
}

// CastVotePayload is the answer of Cast; the edge loads the subject.
type CastVotePayload struct {
	SubjectID  *id.Any
	UserErrors []*errs.UserError
}

// WithdrawVoteInput is what Withdraw takes.
type WithdrawVoteInput struct {
	SubjectID id.Any
}

// WithdrawVotePayload is the answer of Withdraw; the edge loads the subject.
type WithdrawVotePayload struct {
	SubjectID  *id.Any
	UserErrors []*errs.UserError
}

// Service counts votes.
type Service struct{ db *database.DB }

// New returns a Service on db.
func New(db *database.DB) *Service { return &Service{db} }

// subjects are the rows of one kind of subject, and the column of vote that
// refers to them.
type subjects struct {
	edit.Table

	column string
}

// subjectsOf returns the rows that an id is of, false when they take no votes.
func subjectsOf(subject id.Any) (subjects, bool) {
	switch subject.Prefix {
	case id.Challenge{}.Prefix():
		return subjects{edit.Table{What: "challenge", Rows: auth.ChallengeRows()}, "challenge_id"}, true
	case id.Solution{}.Prefix():
		return subjects{edit.Table{What: "solution", Rows: auth.SolutionRows()}, "solution_id"}, true
	case id.Practice{}.Prefix():
		return subjects{edit.Table{What: "practice", Rows: auth.PracticeRows()}, "practice_id"}, true
	default:
		return subjects{}, false
	}
}
