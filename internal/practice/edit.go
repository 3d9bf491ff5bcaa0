package practice

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

// What happens to practices.
const (
	EventCreated event.Kind = "practice.created"
	EventUpdated event.Kind = "practice.updated"
	EventDeleted event.Kind = "practice.deleted"
)

// editable are the rows of practices for package edit.
func editable() edit.Table { return edit.Table{What: "practice", Rows: auth.PracticeRows()} }

// Create notes a practice of the actor.
func (s *Service) Create(ctx context.Context, input CreatePracticeInput) (*CreatePracticePayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Title) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "title")
	}
	p := &Practice{
		ID: id.New[id.Practice](), Title: input.Title, Body: input.Body,
		AuthorID: actor.User, CohortID: input.CohortID, Version: 1,
	}
	payload := &CreatePracticePayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := edit.MayAdd(ctx, s.db, input.CohortID, "input", "cohortId"); err != nil {
			return err
		}
		if err := s.db.Handle(ctx).Create(p).Error; err != nil {
			return fmt.Errorf("create a practice: %w", database.Translate(err))
		}
		if err := s.concern(ctx, p.ID, input.TechnologyIDs); err != nil {
			return err
		}
		if err := s.record(ctx, EventCreated, p, nil); err != nil {
			return err
		}
		payload.Practice, err = s.one(ctx, p.ID)
		return err
	})
	return payload, err
}

// Update changes a practice.
func (s *Service) Update(ctx context.Context, input UpdatePracticeInput) (*UpdatePracticePayload, error) {
	payload := &UpdatePracticePayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, p *Practice) error {
		var changes edit.Changes
		edit.Required(&changes, "title", "title", input.Title)
		edit.OrEmpty(&changes, "body", "body", input.Body)
		if technologies, ok := input.TechnologyIDs.ValueOK(); ok {
			if err := s.concern(ctx, p.ID, technologies); err != nil {
				return err
			}
			changes.Touch("technologyIds")
		}
		if err := changes.Write(ctx, s.db, editable(), p.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := s.record(ctx, EventUpdated, p, changes.Fields()); err != nil {
				return err
			}
		}
		var err error
		payload.Practice, err = s.one(ctx, p.ID)
		return err
	})
	return payload, err
}

// Delete takes a practice away from readers; its comments are kept for the record.
func (s *Service) Delete(ctx context.Context, input DeletePracticeInput) (*DeletePracticePayload, error) {
	payload := &DeletePracticePayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, p *Practice) error {
		payload.DeletedID = &p.ID
		if err := edit.Delete(ctx, s.db, editable(), p.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, p, nil)
	})
	return payload, err
}

// change runs work on a practice that the actor may edit, in a transaction in
// which nobody else changes it.
func (s *Service) change(ctx context.Context, key id.Practice, ifVersion *int32, work func(context.Context, *Practice) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		p, standing, err := edit.Take[Practice](ctx, s.db, editable(), key.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Edits():
			return auth.Forbidden("Only its author may change this practice.")
		}
		if err := edit.Unchanged(p.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, p)
	})
}

// concern makes these the technologies of a practice.
func (s *Service) concern(ctx context.Context, key id.Practice, technologies []id.Technology) error {
	handle := s.db.Handle(ctx)
	err := handle.Exec(`DELETE FROM practice_technology WHERE practice_id = ? AND technology_id <> ALL(CAST(? AS uuid[]))`,
		key, database.UUIDs(technologies)).Error
	if err != nil {
		return fmt.Errorf("technologies of a practice: %w", database.Translate(err))
	}
	if err := edit.Exist(ctx, s.db, edit.Technologies(), technologies, "input", "technologyIds"); err != nil {
		return err
	}
	err = handle.Exec(`INSERT INTO practice_technology (practice_id, technology_id, created_at)
		SELECT p.id, t.id, p.created_at FROM practice AS p, technology AS t
		WHERE p.id = ? AND t.id = ANY(CAST(? AS uuid[])) ON CONFLICT DO NOTHING`, key, database.UUIDs(technologies)).Error
	if err != nil {
		return fmt.Errorf("technologies of a practice: %w", database.Translate(err))
	}
	return nil
}

// record writes what happened to a practice into the change log.
func (s *Service) record(ctx context.Context, kind event.Kind, p *Practice, fields []string) error {
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(p.ID), Cohort: p.CohortID, Fields: fields})
}

// one returns a practice as the actor sees it now.
func (s *Service) one(ctx context.Context, key id.Practice) (*Practice, error) {
	found, err := s.ByIDs(ctx, []id.Practice{key})
	return found[key], err
}
