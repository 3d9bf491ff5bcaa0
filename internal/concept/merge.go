package concept

import (
	"context"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// Merge makes one concept of two: whatever refers to the source refers to the
// target from then on, all titles and slugs of the source find the target, and the
// source is deleted.
func (s *Service) Merge(ctx context.Context, input MergeConceptsInput) (*MergeConceptsPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	payload := &MergeConceptsPayload{}
	err := s.alone(ctx, func(ctx context.Context) error {
		source, target, err := edit.TakeForMerge[Concept](ctx, s.db, editable(), input.SourceID.UUID, input.TargetID.UUID)
		if err != nil {
			return err
		}
		if err := edit.Unchanged(target.Version, input.IfVersion); err != nil {
			return err
		}
		if err := move(ctx, s.db, source.ID.UUID, target.ID.UUID); err != nil {
			return err
		}
		if err := s.addAlias(ctx, target.ID, source.Title); err != nil {
			return err
		}
		into := id.AnyOf(target.ID)
		if err := event.Record(ctx, s.db, event.Change{Kind: EventMerged, Subject: id.AnyOf(source.ID), Parent: &into}); err != nil {
			return err
		}
		payload.DeletedID = &source.ID
		var changes edit.Changes
		changes.Touch("aliases")
		payload.Concept, err = s.write(ctx, target.ID, changes)
		return err
	})
	return payload, err
}

func move(ctx context.Context, db *database.DB, source, target uuid.UUID) error {
	if err := edit.MoveMentions(ctx, db, "concept_id", source, target); err != nil {
		return err
	}
	if err := (edit.Reference{Table: "concept_alias", Column: "concept_id"}).Move(ctx, db, source, target); err != nil {
		return err
	}
	return edit.Retire(ctx, db, editable(), source, target)
}
