package notification

import (
	"context"
	"fmt"
	"slices"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
)

// NotificationPreference is how a person wants to hear of one kind of news.
type NotificationPreference struct {
	Kind  NotificationKind
	InApp bool
	Email NotificationEmail
}

// mailedByDefault are the kinds that people get mails of unless they choose
// otherwise. All kinds are in their list by default.
func mailedByDefault() []NotificationKind {
	return []NotificationKind{SolutionAccepted, Mentioned, SolutionAdded}
}

// Preferences returns the preferences of the actor, one for each kind; none for
// others.
func (s *Service) Preferences(ctx context.Context, _ []id.User) (map[id.User][]*NotificationPreference, error) {
	actor := auth.ActorOf(ctx)
	if actor.User == nil {
		return map[id.User][]*NotificationPreference{}, nil
	}
	var chosen []struct {
		Kind  NotificationKind
		InApp *bool
		Email *NotificationEmail
	}
	err := s.db.Handle(ctx).Raw(`SELECT kind, in_app, email FROM notification_preference WHERE user_id = ?`, *actor.User).Scan(&chosen).Error
	if err != nil {
		return nil, fmt.Errorf("read preferences: %w", database.Translate(err))
	}
	var all []*NotificationPreference
	for _, kind := range kinds() {
		p := &NotificationPreference{Kind: kind, InApp: true, Email: EmailNone}
		if slices.Contains(mailedByDefault(), kind) {
			p.Email = EmailNow
		}
		for _, c := range chosen {
			if c.Kind == kind && c.InApp != nil {
				p.InApp = *c.InApp
			}
			if c.Kind == kind && c.Email != nil {
				p.Email = *c.Email
			}
		}
		all = append(all, p)
	}
	return map[id.User][]*NotificationPreference{*actor.User: all}, nil
}

// UpdatePreferences changes preferences of the actor: what is absent stays, null
// is the default again.
func (s *Service) UpdatePreferences(ctx context.Context, input UpdateNotificationPreferencesInput) (*UpdateNotificationPreferencesPayload, error) {
	actor, err := auth.Require(ctx, auth.PrincipalUser, auth.ScopeWrite)
	if err != nil {
		return nil, err
	}
	seen := map[NotificationKind]bool{}
	for i, p := range input.Preferences {
		if seen[p.Kind] {
			return nil, errs.BadUserInput("This kind is there twice.").At("input", "preferences", fmt.Sprint(i), "kind")
		}
		seen[p.Kind] = true
	}
	payload := &UpdateNotificationPreferencesPayload{}
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		for _, p := range input.Preferences {
			inApp, givenInApp := p.InApp.ValueOK()
			email, givenEmail := p.Email.ValueOK()
			err := s.db.Handle(ctx).Exec(`INSERT INTO notification_preference AS old (user_id, kind, in_app, email) VALUES (?, ?, ?, ?)
				ON CONFLICT (user_id, kind) DO UPDATE SET
					in_app = CASE WHEN ? THEN excluded.in_app ELSE old.in_app END,
					email = CASE WHEN ? THEN excluded.email ELSE old.email END`,
				*actor.User, p.Kind, inApp, email, givenInApp, givenEmail).Error
			if err != nil {
				return fmt.Errorf("write preferences: %w", database.Translate(err))
			}
		}
		all, err := s.Preferences(ctx, []id.User{*actor.User})
		payload.NotificationPreferences = all[*actor.User]
		return err
	})
	return payload, err
}
