package moderation

import (
	"context"
	"time"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
)

// hideable is what matters of a row that can be hidden.
type hideable struct {
	HiddenAt  *time.Time
	DeletedAt *time.Time
}

// Hide takes something away from readers, but for its author and those who
// moderate it. What is hidden already stays as it is.
func (s *Service) Hide(ctx context.Context, input HideContentInput) (*HideContentPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	k, ok := kinds()[input.ID.Prefix]
	if !ok || k.ofAdmins {
		return nil, errs.BadUserInput("This kind of object cannot be hidden.").At("input", "id")
	}
	if edit.IsBlank(input.Reason) {
		return nil, withoutReason()
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		row, standing, err := edit.Take[hideable](ctx, s.db, k.live(), input.ID.UUID, "input", "id")
		switch {
		case err != nil:
			return err
		case !standing.Moderates():
			return auth.Forbidden("Only mentors and staff of its cohort may hide this.")
		case row.HiddenAt != nil:
			return nil
		}
		if err := edit.Hide(ctx, s.db, k.live(), input.ID.UUID); err != nil {
			return err
		}
		return s.record(ctx, k, k.live(), "hidden", input.ID, input.Reason)
	})
	return &HideContentPayload{ContentID: &input.ID}, err
}

func withoutReason() error {
	return errs.BadUserInput("This cannot be empty.").At("input", "reason")
}
