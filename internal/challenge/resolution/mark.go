package resolution

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// MarkSolved marks a challenge as solved, with or without an accepted solution.
// It stays so whatever becomes of its solutions, until it is reopened or marked
// otherwise.
func (s *Service) MarkSolved(ctx context.Context, input MarkChallengeSolvedInput) (*MarkChallengeSolvedPayload, error) {
	marked, err := s.mark(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *challenge.Challenge) error {
		return s.set(ctx, c, EventSolved, state{status: challenge.Solved, marked: true})
	})
	return &MarkChallengeSolvedPayload{Challenge: marked}, err
}

// MarkDuplicate marks a challenge as the same as another one that the actor sees.
func (s *Service) MarkDuplicate(ctx context.Context, input MarkChallengeDuplicateInput) (*MarkChallengeDuplicatePayload, error) {
	marked, err := s.mark(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *challenge.Challenge) error {
		if err := s.mayDuplicate(ctx, c.ID, input.DuplicateOfID); err != nil {
			return err
		}
		return s.set(ctx, c, EventMarkedDuplicate, state{status: challenge.Duplicate, duplicateOf: &input.DuplicateOfID})
	}, s.lockDuplicates)
	return &MarkChallengeDuplicatePayload{Challenge: marked}, err
}

// Reopen makes a challenge open again: it is no duplicate any more, and its
// accepted solution, if it has one, is not accepted any more.
func (s *Service) Reopen(ctx context.Context, input ReopenChallengeInput) (*ReopenChallengePayload, error) {
	marked, err := s.mark(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *challenge.Challenge) error {
		if err := s.takeBack(ctx, c); err != nil {
			return err
		}
		return s.set(ctx, c, EventReopened, state{status: challenge.Open})
	})
	return &ReopenChallengePayload{Challenge: marked}, err
}

// mark runs work on a challenge that the actor may mark, in a transaction in
// which nobody else changes it, and returns it as it is then. The locks come
// before that of the challenge.
func (s *Service) mark(ctx context.Context, key id.Challenge, ifVersion *int32,
	work func(context.Context, *challenge.Challenge) error, locks ...func(context.Context) error,
) (marked *challenge.Challenge, err error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		for _, lock := range locks {
			if err := lock(ctx); err != nil {
				return err
			}
		}
		c, standing, err := edit.Take[challenge.Challenge](ctx, s.db, challenges(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Decides():
			return auth.Forbidden("Only its author and the mentors and staff of its cohort may mark this challenge.")
		}
		if err := edit.Unchanged(c.Version, ifVersion); err != nil {
			return err
		}
		if err := work(ctx, c); err != nil {
			return err
		}
		marked, err = s.challenge(ctx, c.ID)
		return err
	})
	return marked, err
}

// state is how far a challenge has come.
type state struct {
	status      challenge.ChallengeStatus
	duplicateOf *id.Challenge
	// marked: a person marked it solved; it needs no accepted solution.
	marked bool
}

// set gives a locked challenge a state, unless it is in it already.
func (s *Service) set(ctx context.Context, c *challenge.Challenge, kind event.Kind, to state) error {
	fields := []string{"status"}
	same := c.DuplicateOfID == nil && to.duplicateOf == nil ||
		c.DuplicateOfID != nil && to.duplicateOf != nil && *c.DuplicateOfID == *to.duplicateOf
	if !same {
		fields = append(fields, "duplicateOf")
	}
	if same && c.Status == to.status && c.MarkedSolved == to.marked {
		return nil
	}
	var changes edit.Changes
	changes.Set("status", "status", to.status)
	changes.Set("duplicateOf", "duplicate_of_id", to.duplicateOf)
	changes.Set("status", "marked_solved", to.marked)
	if err := changes.Write(ctx, s.db, challenges(), c.ID.UUID); err != nil {
		return err
	}
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(c.ID), Cohort: c.CohortID, Fields: fields})
}
