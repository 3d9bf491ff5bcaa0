// Package resolution decides how far challenges have come: people add solutions,
// accept one, and mark challenges as solved or as duplicates.
//
// At most one solution of a challenge is accepted, and accepting another one
// moves the acceptance. The first acceptance solves an open challenge; when the
// accepted solution is taken back or deleted, the challenge is open again unless
// somebody has marked it solved as well. A challenge that is reopened has no
// accepted solution. Duplicates lead to other challenges and never in a circle.
//
// Whatever is decided here is locked by the challenge: first its row, then those
// of its solutions, as in an import. Rows that change count as edited, so that
// imports leave the decision alone.
//
// Errors: NOT_FOUND at its input path for what is absent or unseen, FORBIDDEN for
// who may see but not decide, CONFLICT at input.ifVersion.
package resolution

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to challenges and to their solutions, whose parent is the challenge.
const (
	EventSolved          event.Kind = "challenge.solved"
	EventMarkedDuplicate event.Kind = "challenge.marked_duplicate"
	EventReopened        event.Kind = "challenge.reopened"

	EventSolutionAdded      event.Kind = "solution.added"
	EventSolutionUpdated    event.Kind = "solution.updated"
	EventSolutionDeleted    event.Kind = "solution.deleted"
	EventSolutionAccepted   event.Kind = "solution.accepted"
	EventSolutionUnaccepted event.Kind = "solution.unaccepted"
)

// Service decides how far challenges have come.
type Service struct {
	db         *database.DB
	challenges *challenge.Service
}

// New returns a Service on db; challenges reads what it has written.
func New(db *database.DB, challenges *challenge.Service) *Service { return &Service{db, challenges} }

func challenges() edit.Table { return edit.Table{What: "challenge", Rows: auth.ChallengeRows()} }

func solutions() edit.Table { return edit.Table{What: "solution", Rows: auth.SolutionRows()} }

// challenge returns a challenge as the actor sees it now.
func (s *Service) challenge(ctx context.Context, key id.Challenge) (*challenge.Challenge, error) {
	found, err := s.challenges.ByIDs(ctx, []id.Challenge{key})
	return found[key], err
}

// solution returns a solution as the actor sees it now.
func (s *Service) solution(ctx context.Context, key id.Solution) (*challenge.Solution, error) {
	found, err := s.challenges.SolutionsByIDs(ctx, []id.Solution{key})
	return found[key], err
}

// record writes what happened to a solution into the change log.
func (s *Service) record(ctx context.Context, kind event.Kind, key id.Solution, of *challenge.Challenge, fields ...string) error {
	parent := id.AnyOf(of.ID)
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Parent: &parent, Cohort: of.CohortID, Fields: fields})
}
