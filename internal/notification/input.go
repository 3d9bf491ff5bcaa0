package notification

import (
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// MarkNotificationReadInput is what MarkRead takes.
type MarkNotificationReadInput struct{ ID id.Notification }

// MarkNotificationReadPayload is the answer of MarkRead.
type MarkNotificationReadPayload struct {
	Notification *Notification
	UserErrors   []*errs.UserError
}

// MarkNotificationUnreadInput is what MarkUnread takes.
type MarkNotificationUnreadInput struct{ ID id.Notification }

// MarkNotificationUnreadPayload is the answer of MarkUnread.
type MarkNotificationUnreadPayload struct {
	Notification *Notification
	UserErrors   []*errs.UserError
}

// MarkAllNotificationsReadInput is what MarkAllRead takes.
type MarkAllNotificationsReadInput struct{ Before *time.Time }

// MarkAllNotificationsReadPayload is the answer of MarkAllRead.
type MarkAllNotificationsReadPayload struct {
	MarkedCount *int32
	UserErrors  []*errs.UserError
}

// NotificationPreferenceInput is how a person wants to hear of one kind.
type NotificationPreferenceInput struct {
	Kind  NotificationKind
	InApp graphql.Omittable[*bool]
	Email graphql.Omittable[*NotificationEmail]
}

// UpdateNotificationPreferencesInput is what UpdatePreferences takes.
type UpdateNotificationPreferencesInput struct {
	Preferences []*NotificationPreferenceInput
}

// UpdateNotificationPreferencesPayload is the answer of UpdatePreferences.
type UpdateNotificationPreferencesPayload struct {
	NotificationPreferences []*NotificationPreference
	UserErrors              []*errs.UserError
}
