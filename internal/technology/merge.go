package technology

import (
	"context"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// references are the columns, besides that of mentions, that refer to technologies.
// A test compares them with the foreign keys of the database.
func references() []edit.Reference {
	return []edit.Reference{
		{Table: "technology_alias", Column: "technology_id"},
		{Table: "challenge_technology", Column: "technology_id", Beside: "challenge_id"},
		{Table: "practice_technology", Column: "technology_id", Beside: "practice_id"},
		{Table: "follow", Column: "technology_id", Beside: "user_id"},
	}
}

// Merge makes one technology of two: whatever refers to the source refers to the
// target from then on, all spellings and slugs of the source find the target, and
// the source is deleted.
func (s *Service) Merge(ctx context.Context, input MergeTechnologiesInput) (*MergeTechnologiesPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalAdmin, auth.ScopeWrite); err != nil {
		return nil, err
	}
	payload := &MergeTechnologiesPayload{}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		source, target, err := edit.TakeForMerge[Technology](ctx, s.db, edit.Technologies(), input.SourceID.UUID, input.TargetID.UUID)
		if err != nil {
			return err
		}
		if err := edit.Unchanged(target.Version, input.IfVersion); err != nil {
			return err
		}
		if err := move(ctx, s.db, source.ID.UUID, target.ID.UUID); err != nil {
			return err
		}
		into := id.AnyOf(target.ID)
		if err := event.Record(ctx, s.db, event.Change{Kind: EventMerged, Subject: id.AnyOf(source.ID), Parent: &into}); err != nil {
			return err
		}
		payload.DeletedID = &source.ID
		var changes edit.Changes
		changes.Touch("aliases")
		payload.Technology, err = s.write(ctx, target.ID, changes)
		return err
	})
	return payload, err
}

func move(ctx context.Context, db *database.DB, source, target uuid.UUID) error {
	if err := edit.MoveMentions(ctx, db, "technology_id", source, target); err != nil {
		return err
	}
	for _, reference := range references() {
		if err := reference.Move(ctx, db, source, target); err != nil {
			return err
		}
	}
	return edit.Retire(ctx, db, edit.Technologies(), source, target)
}
