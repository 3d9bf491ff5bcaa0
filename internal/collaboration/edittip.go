package collaboration

import (
	"context"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

// What happens to tips.
const (
	EventTipCreated event.Kind = "tip.created"
	EventTipUpdated event.Kind = "tip.updated"
	EventTipDeleted event.Kind = "tip.deleted"
)

func editableTips() edit.Table { return edit.Table{What: "tip", Rows: auth.TipRows()} }

func (t *Tip) subject() id.Any  { return id.AnyOf(t.ID) }
func (t *Tip) home() *id.Cohort { return t.CohortID }
func (t *Tip) revision() int32  { return t.Version }

// CreateTip adds a tip of the actor.
func (s *Service) CreateTip(ctx context.Context, input CreateTipInput) (*CreateTipPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	if edit.IsBlank(input.Body) {
		return nil, errs.BadUserInput("This cannot be empty.").At("input", "body")
	}
	row := &Tip{ID: id.New[id.Tip](), Body: input.Body, AuthorID: actor.User, CohortID: input.CohortID, Version: 1}
	payload := &CreateTipPayload{}
	return payload, create(ctx, s.db, EventTipCreated, row, func(ctx context.Context) (err error) {
		payload.Tip, err = s.oneTip(ctx, row.ID)
		return err
	})
}

// UpdateTip changes a tip.
func (s *Service) UpdateTip(ctx context.Context, input UpdateTipInput) (*UpdateTipPayload, error) {
	payload := &UpdateTipPayload{}
	return payload, change(ctx, s.db, editableTips(), input.ID.UUID, input.IfVersion, func(ctx context.Context, row *Tip) (err error) {
		var changes edit.Changes
		edit.Required(&changes, "body", "body", input.Body)
		if err := changes.Write(ctx, s.db, editableTips(), row.ID.UUID); err != nil {
			return err
		}
		if len(changes.Fields()) > 0 {
			if err := record(ctx, s.db, EventTipUpdated, row, changes.Fields()); err != nil {
				return err
			}
		}
		payload.Tip, err = s.oneTip(ctx, row.ID)
		return err
	})
}

// DeleteTip takes a tip away from readers.
func (s *Service) DeleteTip(ctx context.Context, input DeleteTipInput) (*DeleteTipPayload, error) {
	payload := &DeleteTipPayload{}
	return payload, change(ctx, s.db, editableTips(), input.ID.UUID, input.IfVersion, func(ctx context.Context, row *Tip) error {
		payload.DeletedID = &row.ID
		if err := edit.Delete(ctx, s.db, editableTips(), row.ID.UUID); err != nil {
			return err
		}
		return record(ctx, s.db, EventTipDeleted, row, nil)
	})
}

// oneTip returns a tip as the actor sees it now.
func (s *Service) oneTip(ctx context.Context, key id.Tip) (*Tip, error) {
	found, err := s.TipsByIDs(ctx, []id.Tip{key})
	return found[key], err
}
