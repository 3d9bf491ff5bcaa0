package follow

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

// What happens to follows. The events belong to no cohort: nobody hears of them.
const (
	EventCreated event.Kind = "follow.created"
	EventDeleted event.Kind = "follow.deleted"
)

// Follow has the actor follow something that they see. What they follow already
// stays as it is.
func (s *Service) Follow(ctx context.Context, input FollowInput) (*FollowPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	k, err := kindOf(input.SubjectID)
	if err != nil {
		return nil, err
	}
	if input.SubjectID == id.AnyOf(*actor.User) {
		return nil, errs.BadUserInput("Nobody can follow themselves.").At("input", "subjectId")
	}
	payload := &FollowPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		if err := edit.Sees(ctx, s.db, k.rows, input.SubjectID.UUID, "input", "subjectId"); err != nil {
			return err
		}
		fresh := id.New[id.Follow]()
		added := s.db.Handle(ctx).Exec(`INSERT INTO follow (id, user_id, `+k.column+`) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
			fresh, *actor.User, input.SubjectID.UUID)
		if added.Error != nil {
			return fmt.Errorf("add a follow: %w", database.Translate(added.Error))
		}
		if added.RowsAffected > 0 {
			if err := event.Record(ctx, s.db, event.Change{Kind: EventCreated, Subject: id.AnyOf(fresh)}); err != nil {
				return err
			}
		}
		var kept []*Follow
		err := s.db.Handle(ctx).Where("user_id = ? AND "+k.column+" = ?", *actor.User, input.SubjectID.UUID).
			Select("id", "user_id", "technology_id", "challenge_id", "followed_user_id", "created_at").Find(&kept).Error
		if err != nil {
			return fmt.Errorf("read a follow: %w", database.Translate(err))
		}
		if len(kept) == 0 {
			return errs.Conflict("The follow was removed at the same time.").At("input", "subjectId")
		}
		payload.Follow = kept[0]
		return nil
	})
	return payload, err
}

// Unfollow ends a follow of the actor, also of what they do not see
// any more. Where there is none of what they see, nothing happens.
func (s *Service) Unfollow(ctx context.Context, input UnfollowInput) (*UnfollowPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	k, err := kindOf(input.SubjectID)
	if err != nil {
		return nil, err
	}
	payload := &UnfollowPayload{SubjectID: &input.SubjectID}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		var gone []id.Follow
		err := s.db.Handle(ctx).Raw(`DELETE FROM follow WHERE user_id = ? AND `+k.column+` = ? RETURNING id`,
			*actor.User, input.SubjectID.UUID).Scan(&gone).Error
		if err != nil {
			return database.Translate(err)
		}
		if len(gone) == 0 {
			return edit.Sees(ctx, s.db, k.rows, input.SubjectID.UUID, "input", "subjectId")
		}
		payload.DeletedID = &gone[0]
		return event.Record(ctx, s.db, event.Change{Kind: EventDeleted, Subject: id.AnyOf(gone[0])})
	})
	if err != nil {
		return nil, fmt.Errorf("remove a follow: %w", err)
	}
	return payload, nil
}

// kindOf returns the kind that an id belongs to.
func kindOf(wanted id.Any) (kind, error) {
	switch wanted.Prefix {
	case id.Technology{}.Prefix():
		return kinds()[0], nil
	case id.Challenge{}.Prefix():
		return kinds()[1], nil
	case id.User{}.Prefix():
		return kinds()[2], nil
	default:
		return kind{}, errs.BadUserInput("Only a technology, a challenge or a person can be followed.").At("input", "subjectId")
	}
}
