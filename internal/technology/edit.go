package technology

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to technologies.
const (
	EventCreated event.Kind = "technology.created"
	EventUpdated event.Kind = "technology.updated"
	EventDeleted event.Kind = "technology.deleted"
	EventMerged  event.Kind = "technology.merged"
)

// Update changes name or category. The former name stays as an alias, and the
// slug as it is.
func (s *Service) Update(ctx context.Context, input UpdateTechnologyInput) (*UpdateTechnologyPayload, error) {
	payload := &UpdateTechnologyPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, _ *Technology) error {
		var changes edit.Changes
		edit.Required(&changes, "name", "name", input.Name)
		edit.Required(&changes, "category", "category", input.Category)
		if err := changes.Err(); err != nil {
			return err
		}
		if name, ok := input.Name.ValueOK(); ok {
			if err := s.claim(ctx, input.ID, *name, "input", "name"); err != nil {
				return err
			}
		}
		var err error
		payload.Technology, err = s.write(ctx, input.ID, changes)
		return err
	})
	return payload, err
}

// Delete takes a technology away. Its spellings stay its own, so that no import
// brings it back.
func (s *Service) Delete(ctx context.Context, input DeleteTechnologyInput) (*DeleteTechnologyPayload, error) {
	payload := &DeleteTechnologyPayload{}
	err := s.change(ctx, input.ID, input.IfVersion, func(ctx context.Context, _ *Technology) error {
		payload.DeletedID = &input.ID
		if err := edit.Delete(ctx, s.db, edit.Technologies(), input.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, EventDeleted, input.ID, nil)
	})
	return payload, err
}

// change runs work on a technology, for admins, in a transaction in which nobody
// else changes it.
func (s *Service) change(ctx context.Context, key id.Technology, ifVersion *int32, work func(context.Context, *Technology) error) error {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		t, _, err := edit.Take[Technology](ctx, s.db, edit.Technologies(), key.UUID, "input", "id")
		if err != nil {
			return err
		}
		if err := edit.Unchanged(t.Version, ifVersion); err != nil {
			return err
		}
		return work(ctx, t)
	})
}

// write writes and records changes, and returns the technology as it is then.
func (s *Service) write(ctx context.Context, key id.Technology, changes edit.Changes) (*Technology, error) {
	if err := changes.Write(ctx, s.db, edit.Technologies(), key.UUID); err != nil {
		return nil, err
	}
	if err := s.record(ctx, EventUpdated, key, changes.Fields()); err != nil {
		return nil, err
	}
	return s.one(ctx, key)
}

func (s *Service) record(ctx context.Context, kind event.Kind, key id.Technology, fields []string) error {
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(key), Fields: fields})
}

func (s *Service) one(ctx context.Context, key id.Technology) (*Technology, error) {
	found, err := s.ByIDs(ctx, []id.Technology{key})
	return found[key], err
}
