package concept

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to concepts.
const (
	EventCreated event.Kind = "concept.created"
	EventUpdated event.Kind = "concept.updated"
	EventDeleted event.Kind = "concept.deleted"
	EventMerged  event.Kind = "concept.merged"
)

// Update changes the title. The former one stays as an alias, and the slug as it
// is.
func (s *Service) Update(ctx context.Context, input UpdateConceptInput) (*UpdateConceptPayload, error) {
	payload := &UpdateConceptPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, c *Concept) error {
		var changes edit.Changes
		edit.Required(&changes, "title", "title", input.Title)
		if err := changes.Err(); err != nil {
			return err
		}
		if title, ok := input.Title.ValueOK(); ok {
			if err := s.rename(ctx, c, *title); err != nil {
				return err
			}
		}
		var err error
		payload.Concept, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// Delete takes a concept away. Its titles stay its own, so that no import brings
// it back.
func (s *Service) Delete(ctx context.Context, input DeleteConceptInput) (*DeleteConceptPayload, error) {
	payload := &DeleteConceptPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, _ *Concept) error {
		payload.DeletedID = &input.ID
		if err := edit.Delete(ctx, s.db, editable(), input.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, input.ID, nil)
	})
	return payload, err
}

// editable are the rows of concepts for package edit.
func editable() edit.Table {
	return edit.Table{What: "concept", Rows: auth.Rows{Table: "concept"}, Visible: auth.VisibleConcept}
}

// alone runs work in a transaction in which no other one gives out titles: that
// each belongs to one concept is a matter of two tables.
func (s *Service) alone(ctx context.Context, work func(context.Context) error) error {
	return s.db.InTx(ctx, func(ctx context.Context) error {
		if err := s.db.Handle(ctx).Exec(`SELECT pg_advisory_xact_lock(hashtextextended('titles of concepts', 0))`).Error; err != nil {
			return fmt.Errorf("wait for the titles of concepts: %w", database.Translate(err))
		}
		return work(ctx)
	})
}

// change runs work on a concept, for admins, in a transaction in which nobody
// else changes it.
func (s *Service) change(ctx context.Context, key id.Concept, ifVersion *int32, work func(context.Context, *Concept) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return err
	}
	return s.alone(ctx, func(ctx context.Context) error {
		t, _, err := edit.Take[Concept](ctx, s.db, editable(), key.UUID, "input", "id")
		if err != nil {
			return err
		}
		if err := edit.Unchanged(t.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, t)
	})
}

// write writes and records changes, and returns the concept as it is then.
func (s *Service) write(ctx context.Context, key id.Concept, changes edit.Changes) (*Concept, error) {
	if err := changes.Write(ctx, s.db, editable(), key.UUID); err != nil {
		return nil, err
	}
	if err := s.record(ctx, EventUpdated, key, changes.Fields()); err != nil {
		return nil, err
	}
	return s.one(ctx, key)
}

func (s *Service) record(ctx context.Context, kind event.Kind, key id.Concept, fields []string) error {
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Fields: fields})
}

func (s *Service) one(ctx context.Context, key id.Concept) (*Concept, error) {
	found, err := s.ByIDs(ctx, []id.Concept{key})
	return found[key], err
}
