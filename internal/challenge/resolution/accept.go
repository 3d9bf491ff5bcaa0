package resolution

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/id"
)

// Accept makes a solution the accepted one of its challenge, instead of that
// which was. It solves the challenge when it is open.
func (s *Service) Accept(ctx context.Context, input AcceptSolutionInput) (*AcceptSolutionPayload, error) {
	payload := &AcceptSolutionPayload{}
	err := s.judge(ctx, input.ID, input.IfVersion, func(ctx context.Context, t *taken) error {
		if !t.Accepted {
			if err := s.accept(ctx, t); err != nil {
				return err
			}
		}
		var err error
		payload.Solution, err = s.solution(ctx, t.ID)
		return err
	})
	return payload, err
}

// Unaccept takes the acceptance of a solution back. The challenge is open again,
// unless somebody has marked it.
func (s *Service) Unaccept(ctx context.Context, input UnacceptSolutionInput) (*UnacceptSolutionPayload, error) {
	payload := &UnacceptSolutionPayload{}
	err := s.judge(ctx, input.ID, input.IfVersion, func(ctx context.Context, t *taken) error {
		if t.Accepted {
			if err := s.unaccept(ctx, t); err != nil {
				return err
			}
		}
		var err error
		payload.Solution, err = s.solution(ctx, t.ID)
		return err
	})
	return payload, err
}

// judge runs work on a solution whose challenge the actor decides on.
func (s *Service) judge(ctx context.Context, key id.Solution, ifVersion *int32, work func(context.Context, *taken) error) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		t, err := s.take(ctx, key)
		switch {
		case err != nil:
			return err
		case !t.inChallenge.Decides():
			return auth.Forbidden("Only the author of its challenge and the mentors and staff of the cohort may accept this solution.")
		}
		if err := edit.Unchanged(t.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, t)
	})
}

func (s *Service) accept(ctx context.Context, t *taken) error {
	if err := s.takeBack(ctx, t.of); err != nil {
		return err
	}
	if err := s.write(ctx, t.ID, true); err != nil {
		return err
	}
	if err := s.record(ctx, EventSolutionAccepted, t.ID, t.of, "accepted"); err != nil {
		return err
	}
	if t.of.Status != challenge.Open {
		return nil
	}
	return s.set(ctx, t.of, EventSolved, state{status: challenge.Solved})
}

func (s *Service) unaccept(ctx context.Context, t *taken) error {
	if err := s.takeBack(ctx, t.of); err != nil {
		return err
	}
	if t.of.Status != challenge.Solved || t.of.MarkedSolved {
		return nil
	}
	return s.set(ctx, t.of, EventReopened, state{status: challenge.Open})
}

// takeBack leaves a locked challenge without an accepted solution.
func (s *Service) takeBack(ctx context.Context, c *challenge.Challenge) error {
	var accepted []id.Solution
	err := s.db.Handle(ctx).Raw(`SELECT id FROM solution WHERE challenge_id = ? AND accepted AND deleted_at IS NULL FOR NO KEY UPDATE`, c.ID).Scan(&accepted).Error
	if err != nil {
		return fmt.Errorf("find the accepted solution: %w", database.Translate(err))
	}
	for _, key := range accepted {
		if err := s.write(ctx, key, false); err != nil {
			return err
		}
		if err := s.record(ctx, EventSolutionUnaccepted, key, c, "accepted"); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) write(ctx context.Context, key id.Solution, accepted bool) error {
	var changes edit.Changes
	changes.Set("accepted", "accepted", accepted)
	return changes.Write(ctx, s.db, solutions(), key.UUID)
}
