package challenge

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to challenges.
const (
	EventCreated event.Kind = "challenge.created"
	EventUpdated event.Kind = "challenge.updated"
	EventDeleted event.Kind = "challenge.deleted"
)

// editable are the rows of challenges for package edit.
func editable() edit.Table { return edit.Table{What: "challenge", Rows: auth.ChallengeRows()} }

// Create posts a challenge of the actor.
func (s *Service) Create(ctx context.Context, input CreateChallengeInput) (*CreateChallengePayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Title) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "title")
	}
	c := &Challenge{
		ID: id.New[id.Challenge](), Title: input.Title, Body: input.Body, Status: Open,
		AuthorID: actor.User, CohortID: input.CohortID, Version: 1,
	}
	payload := &CreateChallengePayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := edit.MayAdd(ctx, s.db, input.CohortID, "input", "cohortId"); err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(c).Error; err != nil {
			return fmt.Errorf("create a challenge: %w", database.Translate(err))
		}
		if err := s.concern(ctx, c.ID, input.TechnologyIDs); err != nil {
			return err
		}
		if err := s.record(ctx, EventCreated, c, nil); err != nil {
			return err
		}
		payload.Challenge, err = s.one(ctx, c.ID)
		return err
	})
	return payload, err
}

// Update changes a challenge.
func (s *Service) Update(ctx context.Context, input UpdateChallengeInput) (*UpdateChallengePayload, error) {
	payload := &UpdateChallengePayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Challenge) error {
		var changes edit.Changes
		edit.Required(&changes, "title", "title", input.Title)
		edit.OrEmpty(&changes, "body", "body", input.Body)
		if technologies, ok := input.TechnologyIDs.ValueOK(); ok {
			if err := s.concern(ctx, c.ID, technologies); err != nil {
				return err
			}
			changes.Touch("technologyIds")
		}
		if err := changes.Write(ctx, s.db, editable(), c.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := s.record(ctx, EventUpdated, c, changes.Fields()); err != nil {
				return err
			}
		}
		var err error
		payload.Challenge, err = s.one(ctx, c.ID)
		return err
	})
	return payload, err
}

// Delete takes a challenge away from readers; its comments and solutions are kept
// for the record.
func (s *Service) Delete(ctx context.Context, input DeleteChallengeInput) (*DeleteChallengePayload, error) {
	payload := &DeleteChallengePayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Challenge) error {
		payload.DeletedID = &c.ID
		if err := edit.Delete(ctx, s.db, editable(), c.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, c, nil)
	})
	return payload, err
}

// change runs work on a challenge that the actor may edit, in a transaction in
// which nobody else changes it.
func (s *Service) change(ctx context.Context, key id.Challenge, ifVersion *int32, work func(context.Context, *Challenge) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		c, standing, err := edit.Take[Challenge](ctx, s.db, editable(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Edits():
			return auth.Forbidden("Only its author may change this challenge.")
		}
		if err := edit.Unchanged(c.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, c)
	})
}

// concern makes these the technologies of a challenge.
func (s *Service) concern(ctx context.Context, key id.Challenge, technologies []id.Technology) error {
	handle := s.db.Handle(ctx)
	err := handle.Exec(`DELETE FROM challenge_technology WHERE challenge_id = ? AND technology_id <> ALL(CAST(? AS uuid[]))`,
		key, database.UUIDs(technologies)).Error
	if err != nil {
		return fmt.Errorf("technologies of a challenge: %w", database.Translate(err))
	}
	if err := edit.Exist(ctx, s.db, edit.Technologies(), technologies, "input", "technologyIds"); err != nil {
		return err
	}
	err = handle.Exec(`INSERT INTO challenge_technology (challenge_id, technology_id, created_at)
		SELECT c.id, t.id, c.created_at FROM challenge AS c, technology AS t
		WHERE c.id = ? AND t.id = ANY(CAST(? AS uuid[])) ON CONFLICT DO NOTHING`, key, database.UUIDs(technologies)).Error
	if err != nil {
		return fmt.Errorf("technologies of a challenge: %w", database.Translate(err))
	}
	return nil
}

// record writes what happened to a challenge into the change log, and links it
// with those that it is like now: the last that a transaction writes.
func (s *Service) record(ctx context.Context, kind event.Kind, c *Challenge, fields []string) error {
	if err := event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(c.ID), Cohort: c.CohortID, Fields: fields}); err != nil {
		return err
	}
	return s.LinkChallenge(ctx, c.ID)
}

// one returns a challenge as the actor sees it now.
func (s *Service) one(ctx context.Context, key id.Challenge) (*Challenge, error) {
	found, err := s.ByIDs(ctx, []id.Challenge{key})
	return found[key], err
}
