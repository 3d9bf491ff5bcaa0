package notification_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/notification"
)

func (h *hub) mention(who string, times int) {
	h.Helper()
	for range times {
		h.record("ada", "challenge.created", id.AnyOf(h.challenge("ada", "@"+who)))
		h.drain()
	}
}

func (h *hub) markRead(as context.Context, key id.Notification) error {
	_, err := h.s.MarkRead(as, notification.MarkNotificationReadInput{ID: key})
	return err
}

func wantCode(t *testing.T, err error, code errs.Code) {
	t.Helper()
	if errs.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestNotificationsAreMarked(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve", "bob")
	h.mention("eve", 3)
	h.mention("bob", 1)
	all := h.list("eve", notification.NotificationFilter{})
	first, err := h.s.MarkRead(h.as("eve"), notification.MarkNotificationReadInput{ID: all[0].ID})
	if err != nil || first.Notification.ReadAt == nil || h.unread("eve") != 2 {
		t.Fatalf("marked: %+v, %v", first.Notification, err)
	}
	again, err := h.s.MarkRead(h.as("eve"), notification.MarkNotificationReadInput{ID: all[0].ID})
	if err != nil || !again.Notification.ReadAt.Equal(*first.Notification.ReadAt) {
		t.Errorf("marked again: %+v, %v", again.Notification, err)
	}
	for unread, want := range map[bool]int{true: 2, false: 1} {
		if got := h.list("eve", notification.NotificationFilter{Unread: &unread}); len(got) != want {
			t.Errorf("unread %t: %d, want %d", unread, len(got), want)
		}
	}
	for kind, want := range map[notification.NotificationKind]int{notification.Mentioned: 3, notification.Commented: 0} {
		if got := h.list("eve", notification.NotificationFilter{Kinds: []notification.NotificationKind{kind}}); len(got) != want {
			t.Errorf("%s: %d, want %d", kind, len(got), want)
		}
	}
	wantCode(t, h.markRead(h.as("bob"), all[1].ID), errs.CodeNotFound)
	wantCode(t, h.markRead(t.Context(), all[1].ID), errs.CodeUnauthenticated)
	wantCode(t, h.markRead(h.as("eve"), id.New[id.Notification]()), errs.CodeNotFound)
	back, err := h.s.MarkUnread(h.as("eve"), notification.MarkNotificationUnreadInput{ID: all[0].ID})
	if err != nil || back.Notification.ReadAt != nil || h.unread("eve") != 3 {
		t.Errorf("marked as unread: %+v, %v", back.Notification, err)
	}
	some, err := h.s.MarkAllRead(h.as("eve"), notification.MarkAllNotificationsReadInput{Before: &all[1].CreatedAt})
	if err != nil || *some.MarkedCount != 2 || h.unread("eve") != 1 {
		t.Errorf("marked until the second: %v, %v", some, err)
	}
	rest, err := h.s.MarkAllRead(h.as("eve"), notification.MarkAllNotificationsReadInput{})
	if err != nil || *rest.MarkedCount != 1 || h.unread("eve") != 0 || h.unread("bob") != 1 {
		t.Errorf("marked all: %v, %v", rest, err)
	}
}

// Counts are right however many marks come at once, the same ones included.
func TestMarksAtOnceAreCounted(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve")
	h.mention("eve", 20)
	var all sync.WaitGroup
	for i, n := range h.list("eve", notification.NotificationFilter{}) {
		for range 3 {
			all.Go(func() {
				if i < 15 {
					if err := h.markRead(h.as("eve"), n.ID); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	if got := h.unread("eve"); got != 5 {
		t.Errorf("%d are unread, want 5", got)
	}
	marked := make([]int32, 10)
	for i := range marked {
		all.Go(func() {
			payload, err := h.s.MarkAllRead(h.as("eve"), notification.MarkAllNotificationsReadInput{})
			if err != nil {
				t.Error(err)
				return
			}
			marked[i] = *payload.MarkedCount
		})
	}
	all.Wait()
	sum := int32(0)
	for _, n := range marked {
		sum += n
	}
	if sum != 5 || h.unread("eve") != 0 {
		t.Errorf("%d were marked, %d are unread", sum, h.unread("eve"))
	}
}

func (h *hub) prefer(who string, wishes ...*notification.NotificationPreferenceInput) map[notification.NotificationKind]notification.NotificationPreference {
	h.Helper()
	payload, err := h.s.UpdatePreferences(h.as(who), notification.UpdateNotificationPreferencesInput{Preferences: wishes})
	if err != nil {
		h.Fatal(err)
	}
	all := map[notification.NotificationKind]notification.NotificationPreference{}
	for _, p := range payload.NotificationPreferences {
		all[p.Kind] = *p
	}
	return all
}

func wish(kind notification.NotificationKind, inApp *bool, email *notification.NotificationEmail) *notification.NotificationPreferenceInput {
	return &notification.NotificationPreferenceInput{Kind: kind, InApp: graphql.OmittableOf(inApp), Email: graphql.OmittableOf(email)}
}

func TestPreferencesDecide(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve", "bob")
	defaults := h.prefer("eve")
	for kind, email := range map[notification.NotificationKind]notification.NotificationEmail{
		notification.SolutionAdded: "NOW", notification.SolutionAccepted: "NOW", notification.Mentioned: "NOW", notification.Commented: "NONE",
		notification.FollowedChallenge: "NONE", notification.FollowedUser: "NONE", notification.FollowedTechnology: "NONE",
	} {
		if p := defaults[kind]; !p.InApp || p.Email != email {
			t.Errorf("by default: %+v, want %s", p, email)
		}
	}
	h.mention("eve", 1)
	if len(h.letters) != 1 || h.letters[0].To != "eve@example.org" {
		t.Fatalf("mails: %v", h.letters)
	}
	text := h.letters[0].Text
	key := h.list("eve", notification.NotificationFilter{})[0].SubjectID().String()
	if !strings.Contains(text, "    Port is taken\n") || !strings.Contains(text, "@ada") || !strings.Contains(text, "https://nexus.example.org/#/node?id="+key) ||
		h.letters[0].Subject != "You were mentioned on Nexus" {
		t.Errorf("the mail is %q:\n%s", h.letters[0].Subject, text)
	}

	// Nothing in the list, a mail now and again.
	if p := h.prefer("eve", wish(notification.Mentioned, new(false), new(notification.EmailDigest)))[notification.Mentioned]; p.InApp || p.Email != "DIGEST" {
		t.Errorf("chosen: %+v", p)
	}
	h.mention("eve", 1)
	if h.unread("eve") != 1 || len(h.letters) != 1 || h.count(`SELECT count(*) FROM notification WHERE email = 'DIGEST' AND NOT in_app`) != 1 {
		t.Errorf("unread: %d, mails: %d", h.unread("eve"), len(h.letters))
	}
	// Absent leaves, null is the default again.
	if p := h.prefer("eve", &notification.NotificationPreferenceInput{Kind: notification.Mentioned, InApp: graphql.OmittableOf[*bool](nil)})[notification.Mentioned]; !p.InApp || p.Email != "DIGEST" {
		t.Errorf("the list by default: %+v", p)
	}
	if p := h.prefer("eve", &notification.NotificationPreferenceInput{Kind: notification.Mentioned, Email: graphql.OmittableOf[*notification.NotificationEmail](nil)})[notification.Mentioned]; !p.InApp || p.Email != "NOW" {
		t.Errorf("all by default: %+v", p)
	}
	// Who wants nothing for one reason may hear for another.
	h.prefer("eve", wish(notification.Mentioned, new(false), new(notification.EmailNone)))
	h.follow("eve", "followed_user_id", h.people["ada"])
	h.mention("eve", 1)
	if got := h.list("eve", notification.NotificationFilter{}); len(got) != 2 || got[1].Kind != notification.FollowedUser {
		t.Errorf("the list is %v", got)
	}
	_, err := h.s.UpdatePreferences(h.as("eve"), notification.UpdateNotificationPreferencesInput{Preferences: []*notification.NotificationPreferenceInput{
		wish(notification.Commented, new(false), nil), wish(notification.Commented, new(true), nil),
	}})
	wantCode(t, err, errs.CodeBadUserInput)
	if p := h.prefer("eve")[notification.Commented]; !p.InApp {
		t.Errorf("refused input is kept: %+v", p)
	}
	if p := h.prefer("bob")[notification.Mentioned]; !p.InApp || p.Email != "NOW" {
		t.Errorf("somebody else's: %+v", p)
	}
}

// A mail waits: what its receiver may not see any more stays out of it.
func TestNoMailTellsOfWhatIsUnseen(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve")
	h.mention("eve", 1)
	var n id.Notification
	if err := h.db.Handle(t.Context()).Raw(`SELECT id FROM notification`).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE challenge SET hidden_at = now()`, `UPDATE challenge SET hidden_at = NULL, deleted_at = now()`} {
		h.exec(sql)
		if err := h.s.SendMail(t.Context(), notification.MailArguments{Notification: n}); err != nil || len(h.letters) != 1 {
			t.Errorf("%s: %d mails, %v", sql, len(h.letters), err)
		}
	}
}
