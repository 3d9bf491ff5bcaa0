package resolution

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Add gives a solution to a challenge that the actor sees; in a cohort its
// members do.
func (s *Service) Add(ctx context.Context, input AddSolutionInput) (*AddSolutionPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Body) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "body")
	}
	added := &challenge.Solution{
		ID: id.New[id.Solution](), ChallengeID: input.ChallengeID, AuthorID: actor.User, Body: input.Body, Version: 1,
	}
	payload := &AddSolutionPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		home, err := edit.HomeOf(ctx, s.db, challenges(), input.ChallengeID.UUID, "input", "challengeId")
		if err != nil {
			return err
		}
		if !actor.Admin { // who sees it even when its cohort is gone
			if err := edit.MayAdd(ctx, s.db, home, "input", "challengeId"); err != nil {
				return err
			}
		}
		if err := s.db.Handle(ctx).Create(added).Error; err != nil {
			return fmt.Errorf("add a solution: %w", database.Translate(err))
		}
		of := &challenge.Challenge{ID: input.ChallengeID, CohortID: home}
		if err := s.record(ctx, EventSolutionAdded, added.ID, of); err != nil {
			return err
		}
		payload.Solution, err = s.solution(ctx, added.ID)
		return err
	})
	return payload, err
}

// Update changes the text of a solution.
func (s *Service) Update(ctx context.Context, input UpdateSolutionInput) (*UpdateSolutionPayload, error) {
	payload := &UpdateSolutionPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, t *taken) error {
		var changes edit.Changes
		edit.Required(&changes, "body", "body", input.Body)
		if err := changes.Write(ctx, s.db, solutions(), t.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := s.record(ctx, EventSolutionUpdated, t.ID, t.of, changes.Fields()...); err != nil {
				return err
			}
		}
		var err error
		payload.Solution, err = s.solution(ctx, t.ID)
		return err
	})
	return payload, err
}

// Delete takes a solution away. When it is the accepted one it is that no more,
// even if it is restored, and its challenge is open again unless somebody has
// marked it solved.
func (s *Service) Delete(ctx context.Context, input DeleteSolutionInput) (*DeleteSolutionPayload, error) {
	payload := &DeleteSolutionPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, t *taken) error {
		payload.DeletedID = &t.ID
		if t.Accepted {
			if err := s.unaccept(ctx, t); err != nil {
				return err
			}
		}
		if err := edit.Delete(ctx, s.db, solutions(), t.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventSolutionDeleted, t.ID, t.of)
	})
	return payload, err
}

// change runs work on a solution that the actor may edit, in a transaction in
// which nobody else changes it or its challenge.
func (s *Service) change(ctx context.Context, key id.Solution, ifVersion *int32, work func(context.Context, *taken) error) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		t, err := s.take(ctx, key)
		switch {
		case err != nil:
			return err
		case !t.standing.Edits():
			return auth.Forbidden("Only its author may change this solution.")
		}
		if err := edit.Unchanged(t.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, t)
	})
}
