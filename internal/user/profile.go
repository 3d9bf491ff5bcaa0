package user

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"gorm.io/gorm"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// Create makes a profile. It returns CONFLICT when the handle is taken.
func (s *Service) Create(ctx context.Context, handle, displayName string) (id.User, error) {
	u := User{ID: id.New[id.User](), Handle: handle, DisplayName: displayName, Role: RoleUser, Version: 1}
	if err := s.db.Handle(ctx).Create(&u).Error; err != nil {
		return u.ID, fmt.Errorf("create a profile: %w", database.Translate(err))
	}
	return u.ID, nil
}

// Remove takes a person out of the hub, in the transaction of ctx: name, bio,
// picture, memberships, bookmarks, follows and notifications go, and the handle is
// free. What they wrote stays.
func (s *Service) Remove(ctx context.Context, person id.User) error {
	handle := s.db.Handle(ctx)
	// The row stays, as authorships refer to it; nothing on it tells who it was.
	err := handle.Exec(`UPDATE app_user SET handle = 'deleted-' || right(CAST(id AS text), 12), display_name = 'Deleted',
		bio = NULL, avatar_url = NULL, role = 'USER', version = version + 1, updated_at = now(), deleted_at = now()
		WHERE id = ? AND deleted_at IS NULL`, person).Error
	for _, whose := range []string{
		"membership WHERE user_id", "bookmark WHERE user_id", "follow WHERE user_id", "follow WHERE followed_user_id",
		"notification WHERE user_id", "notification_preference WHERE user_id",
	} {
		if err == nil {
			err = handle.Exec(`DELETE FROM `+whose+` = ?`, person).Error
		}
	}
	if err != nil {
		return fmt.Errorf("remove a profile: %w", database.Translate(err))
	}
	return nil
}

// SetRole gives a person a role in the whole hub: for operators.
func (s *Service) SetRole(ctx context.Context, person id.User, role UserRole) error {
	err := s.db.Handle(ctx).Exec(`UPDATE app_user SET role = ?, version = version + 1, updated_at = now() WHERE id = ? AND deleted_at IS NULL`, role, person).Error
	if err != nil {
		return fmt.Errorf("give a role: %w", database.Translate(err))
	}
	return nil
}

// UpdateProfile changes the profile of the actor.
func (s *Service) UpdateProfile(ctx context.Context, input UpdateProfileInput) (*UpdateProfilePayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	changes := map[string]any{}
	err = errors.Join(
		set(changes, "handle", "handle", input.Handle, true),
		set(changes, "display_name", "displayName", input.DisplayName, true),
		set(changes, "bio", "bio", input.Bio, false),
		set(changes, "avatar_url", "avatarUrl", input.AvatarURL, false),
	)
	if err != nil {
		return nil, err
	}
	if len(changes) > 0 {
		changes["updated_at"], changes["version"] = gorm.Expr("now()"), gorm.Expr("version + 1")
		err := database.Translate(s.db.Handle(ctx).Model(&User{}).Where("id = ? AND deleted_at IS NULL", *actor.User).Updates(changes).Error)
		if errs.CodeOf(err) == errs.CodeConflict {
			return nil, errs.Conflict("The handle is taken; choose another one.").At("input", "handle").Because(err)
		}
		if err != nil {
			return nil, fmt.Errorf("update a profile: %w", err)
		}
	}
	found, err := s.ByIDs(ctx, []id.User{*actor.User})
	if err != nil {
		return nil, err
	}
	return &UpdateProfilePayload{User: found[*actor.User]}, nil
}

// set notes the new value of a column: none when it is absent, NULL for null.
func set(changes map[string]any, column, field string, value graphql.Omittable[*string], required bool) error {
	given, ok := value.ValueOK()
	if !ok {
		return nil
	}
	if given == nil && required {
		return errs.BadUserInput("This cannot be empty.").At("input", field)
	}
	changes[column] = given
	return nil
}
