package moderation

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/edit"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Restore brings back what was hidden or deleted. What is neither stays as it is.
func (s *Service) Restore(ctx context.Context, input RestoreContentInput) (*RestoreContentPayload, error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	k, ok := kinds()[input.ID.Prefix]
	if !ok {
		return nil, errs.BadUserInput("This kind of object cannot be restored.").At("input", "id")
	}
	if edit.IsBlank(input.Reason) {
		return nil, withoutReason()
	}
	err := s.db.InTx(ctx, func(ctx context.Context) error {
		if k.ofAdmins {
			return s.restoreForAdmins(ctx, k, input)
		}
		return s.restore(ctx, k, input)
	})
	return &RestoreContentPayload{ContentID: &input.ID}, err
}

func (s *Service) restore(ctx context.Context, k kind, input RestoreContentInput) error {
	t := k.all(ctx)
	row, standing, err := edit.Take[hideable](ctx, s.db, t, input.ID.UUID, "input", "id")
	if err != nil {
		return err
	}
	switch {
	case standing.Moderates() && row.DeletedAt == nil && row.HiddenAt == nil:
		return nil
	case standing.Moderates():
		err = edit.Restore(ctx, s.db, t, input.ID.UUID)
	case row.DeletedAt != nil && standing.Author:
		err = s.undelete(ctx, t, input.ID)
	default:
		err = auth.Forbidden("Only mentors and staff of its cohort may restore this.")
	}
	if err != nil {
		return taken(err)
	}
	if err := s.record(ctx, k, t, "restored", input.ID, input.Reason); err != nil {
		return err
	}
	switch {
	case input.ID.Prefix == id.Challenge{}.Prefix():
		return s.followers.Challenge(ctx, id.Of[id.Challenge](input.ID.UUID))
	case input.ID.Prefix == id.Document{}.Prefix() && row.DeletedAt != nil:
		return s.followers.Document(ctx, id.Of[id.Document](input.ID.UUID), *row.DeletedAt)
	default:
		return nil
	}
}

// undelete brings back what the actor has deleted. The change log, which goes
// back 30 days, tells whether they did.
func (s *Service) undelete(ctx context.Context, t edit.Table, subject id.Any) error {
	var own bool
	err := s.db.Handle(ctx).Raw(`SELECT COALESCE((SELECT actor_id = ? AND at > now() - interval '30 days' FROM event
		WHERE subject_id = ? AND kind = ? ORDER BY id DESC LIMIT 1), false)`,
		auth.ActorOf(ctx).User, subject.UUID, t.Rows.Table+".deleted").Scan(&own).Error
	switch {
	case err != nil:
		return fmt.Errorf("who deleted a %s: %w", t.What, database.Translate(err))
	case !own:
		return auth.Forbidden("Its author may restore this within 30 days after they deleted it.")
	}
	return edit.Undelete(ctx, s.db, t, subject.UUID)
}

// restoreForAdmins brings back what admins alone restore.
func (s *Service) restoreForAdmins(ctx context.Context, k kind, input RestoreContentInput) error {
	t := k.all(ctx)
	_, standing, err := edit.Take[struct{ Version int32 }](ctx, s.db, t, input.ID.UUID, "input", "id")
	switch {
	case err != nil:
		return err
	case !standing.Admin:
		return auth.Forbidden("Only administrators may restore this.")
	}
	var state struct{ Gone, Stuck bool }
	err = s.db.Handle(ctx).Raw("SELECT "+k.gone+" AS gone, "+k.stuck+" AS stuck FROM "+t.Rows.Table+" WHERE id = ?", input.ID.UUID).Scan(&state).Error
	switch {
	case err != nil:
		return fmt.Errorf("look at a %s: %w", t.What, database.Translate(err))
	case !state.Gone:
		return nil
	case state.Stuck:
		return errs.Conflict("%s", k.obstacle).At("input", "id")
	case t.Rows.Hidden:
		err = edit.Restore(ctx, s.db, t, input.ID.UUID)
	default:
		err = edit.Undelete(ctx, s.db, t, input.ID.UUID)
	}
	if err != nil {
		return taken(err)
	}
	return s.record(ctx, k, t, "restored", input.ID, input.Reason)
}

// taken points a CONFLICT at the id.
func taken(err error) error {
	if errs.CodeOf(err) != errs.CodeConflict {
		return err
	}
	return errs.Conflict("Its name was taken meanwhile; rename the other one first.").Because(err).At("input", "id")
}
