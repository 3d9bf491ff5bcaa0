package vote

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// Cast makes this the actor's vote on a subject. The same vote again changes
// nothing.
func (s *Service) Cast(ctx context.Context, input CastVoteInput) (*CastVotePayload, error) {
	if err := s.change(ctx, input.SubjectID, EventCast, input.Value.points()); err != nil {
		return nil, err
	}
	return &CastVotePayload{SubjectID: &input.SubjectID}, nil
}

// Withdraw takes the actor's vote on a subject back, if there is one. A subject
// that was seen for the sake of this vote alone, as its document lacks it, is
// unseen afterwards.
func (s *Service) Withdraw(ctx context.Context, input WithdrawVoteInput) (*WithdrawVotePayload, error) {
	if err := s.change(ctx, input.SubjectID, EventWithdrawn, 0); err != nil {
		return nil, err
	}
	return &WithdrawVotePayload{SubjectID: &input.SubjectID}, nil
}

// change gives the actor's vote on a subject these points; 0 is no vote.
func (s *Service) change(ctx context.Context, subject id.Any, kind event.Kind, points int32) error {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return err
	}
	table, ok := subjectsOf(subject)
	if !ok {
		return errs.BadUserInput("Votes are for challenges, solutions and practices.").At("input", "subjectId")
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		// The lock puts the votes on a subject in a row: each sees those before it.
		_, standing, err := edit.Take[struct{ ID uuid.UUID }](ctx, s.db, table.Table, subject.UUID, "input", "subjectId")
		switch {
		case err != nil:
			return err
		case standing.Author:
			return errs.BadUserInput("Votes on what you wrote yourself do not count.").At("input", "subjectId")
		}
		before, err := s.points(ctx, table, subject, *actor.User)
		if err != nil || before == points {
			return err
		}
		// Asked for now: without this vote the subject may be unseen.
		home, err := edit.HomeOf(ctx, s.db, table.Table, subject.UUID, "input", "subjectId")
		if err != nil {
			return err
		}
		if err := s.write(ctx, table, subject, *actor.User, points); err != nil {
			return err
		}
		if err := s.score(ctx, table, subject, points-before); err != nil {
			return err
		}
		return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: subject, Cohort: home, Fields: []string{"score"}})
	})
}

// points returns what the vote of a person on a subject is worth, 0 without one.
func (s *Service) points(ctx context.Context, table subjects, subject id.Any, person id.User) (int32, error) {
	var points int32
	err := s.db.Handle(ctx).Raw(`SELECT COALESCE((SELECT value FROM vote WHERE `+table.column+` = ? AND user_id = ?), 0)`, subject.UUID, person).Scan(&points).Error
	if err != nil {
		return 0, fmt.Errorf("read a vote: %w", database.Translate(err))
	}
	return points, nil
}

func (s *Service) write(ctx context.Context, table subjects, subject id.Any, person id.User, points int32) error {
	handle := s.db.Handle(ctx)
	var err error
	if points == 0 {
		err = handle.Exec(`DELETE FROM vote WHERE `+table.column+` = ? AND user_id = ?`, subject.UUID, person).Error
	} else {
		err = handle.Exec(`INSERT INTO vote (id, user_id, `+table.column+`, value) VALUES (?, ?, ?, ?)
			ON CONFLICT (`+table.column+`, user_id) WHERE `+table.column+` IS NOT NULL DO UPDATE SET value = excluded.value`,
			uuid.Must(uuid.NewV7()), person, subject.UUID, points).Error
	}
	if err != nil {
		return fmt.Errorf("write a vote: %w", database.Translate(err))
	}
	return nil
}

// score adds points to the score of a subject, and touches nothing else of it:
// a vote is no edit.
func (s *Service) score(ctx context.Context, table subjects, subject id.Any, points int32) error {
	name := table.Rows.Table
	if err := s.db.Handle(ctx).Exec(`UPDATE `+name+` SET score = score + ? WHERE id = ?`, points, subject.UUID).Error; err != nil {
		return fmt.Errorf("score a %s: %w", table.What, database.Translate(err))
	}
	return nil
}
