package notification

import (
	"context"
	"fmt"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// MarkRead marks a notification of the actor as read. One that was read stays as
// it is. Marks are private: the change log does not tell of them.
func (s *Service) MarkRead(ctx context.Context, input MarkNotificationReadInput) (*MarkNotificationReadPayload, error) {
	n, err := s.mark(ctx, input.ID, `COALESCE(read_at, now())`)
	return &MarkNotificationReadPayload{Notification: n}, err
}

// MarkUnread marks a notification of the actor as not read.
func (s *Service) MarkUnread(ctx context.Context, input MarkNotificationUnreadInput) (*MarkNotificationUnreadPayload, error) {
	n, err := s.mark(ctx, input.ID, `NULL`)
	return &MarkNotificationUnreadPayload{Notification: n}, err
}

func (s *Service) mark(ctx context.Context, key id.Notification, readAt string) (n *Notification, err error) {
	if _, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite); err != nil {
		return nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		seen := visible(ctx)
		marked := s.db.Handle(ctx).Exec(`UPDATE notification SET read_at = `+readAt+` WHERE id = ? AND `+seen.SQL, append([]any{key}, seen.Vars...)...)
		if marked.Error != nil {
			return fmt.Errorf("mark a notification: %w", database.Translate(marked.Error))
		}
		if marked.RowsAffected == 0 {
			return errs.NotFound("You have no notification with this id.").At("input", "id")
		}
		found, err := s.ByIDs(ctx, []id.Notification{key})
		n = found[key]
		return err
	})
	return n, err
}

// MarkAllRead marks all notifications of the actor as read, also those about what
// they do not see any more.
func (s *Service) MarkAllRead(ctx context.Context, input MarkAllNotificationsReadInput) (*MarkAllNotificationsReadPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	marked := s.db.Handle(ctx).Exec(`UPDATE notification SET read_at = now() WHERE user_id = ? AND in_app AND read_at IS NULL
		AND created_at <= COALESCE(CAST(? AS timestamptz), 'infinity')`, *actor.User, input.Before)
	if marked.Error != nil {
		return nil, fmt.Errorf("mark notifications: %w", database.Translate(marked.Error))
	}
	return &MarkAllNotificationsReadPayload{MarkedCount: new(int32(marked.RowsAffected))}, nil //nolint:gosec // nobody has that many
}
