package invitation

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/page"
)

// Revoke takes an invitation back; the staff of its cohort may.
func (s *Service) Revoke(ctx context.Context, input RevokeInvitationInput) (*RevokeInvitationPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	absent := errs.NotFound("There is no open invitation with this id that you may see.").At("input", "id")
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		found, err := page.ByIDs(ctx, s.db, s.invitations(), []id.Invitation{input.ID})
		if err != nil {
			return err
		}
		i := found[input.ID]
		if i == nil {
			return absent
		}
		ended, err := s.end(ctx, i)
		if err != nil {
			return err
		}
		if !ended { // accepted at the same moment
			return absent
		}
		return s.record(ctx, EventRevoked, i)
	})
	if err != nil {
		return nil, err
	}
	return &RevokeInvitationPayload{DeletedID: &input.ID}, nil
}

// end closes an open invitation, and returns false when it is closed already.
func (s *Service) end(ctx context.Context, i *Invitation) (bool, error) {
	ended := s.db.Handle(ctx).Exec(`UPDATE invitation SET ended_at = ? WHERE id = ? AND ended_at IS NULL`, s.now(), i.ID)
	if ended.Error != nil {
		return false, fmt.Errorf("end an invitation: %w", database.Translate(ended.Error))
	}
	return ended.RowsAffected == 1, nil
}

func (s *Service) record(ctx context.Context, kind event.Kind, i *Invitation) error {
	parent := id.AnyOf(i.CohortID)
	return event.Record(ctx, s.db, event.Change{Kind: kind, Subject: id.AnyOf(i.ID), Parent: &parent, Cohort: &i.CohortID})
}
