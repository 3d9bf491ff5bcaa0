package notification_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/notification"
)

// told is what people are told.
type told = map[string][]string

func TestEachKindIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		happens func(h *hub)
		want    told
	}{
		"solution added": {func(h *hub) {
			h.record("eve", "solution.added", id.AnyOf(h.solution("eve", h.challenge("ada", ""), "Do it.")))
		}, told{"ada": {"SOLUTION_ADDED so"}}},
		"solution accepted": {func(h *hub) {
			h.record("ada", "solution.accepted", id.AnyOf(h.solution("eve", h.challenge("ada", ""), "Do it.")))
		}, told{"eve": {"SOLUTION_ACCEPTED so"}}},
		"mentioned in a challenge": {func(h *hub) {
			h.record("ada", "challenge.created", id.AnyOf(h.challenge("ada", "@EVE, @nobody, @ada, `@bob`")))
		}, told{"eve": {"MENTIONED ch"}}},
		"mentioned in a solution": {func(h *hub) {
			h.record("eve", "solution.added", id.AnyOf(h.solution("eve", h.challenge("ada", ""), "As @bob says.")))
		}, told{"ada": {"SOLUTION_ADDED so"}, "bob": {"MENTIONED so"}}},
		"mentioned in a practice": {func(h *hub) {
			h.record("ada", "practice.created", id.AnyOf(h.practice("ada", "As @bob says.")))
		}, told{"bob": {"MENTIONED pc"}}},
		"mentioned in a comment": {func(h *hub) {
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "challenge_id", h.challenge("eve", ""), "As @bob says.")))
		}, told{"bob": {"MENTIONED cm"}}},
		"technology": {func(h *hub) {
			technology, c := id.New[id.Technology](), h.challenge("ada", "")
			h.exec(`INSERT INTO technology (id, slug, name, category) VALUES (?, 'go', 'Go', 'LANGUAGE')`, technology)
			h.exec(`INSERT INTO challenge_technology (challenge_id, technology_id, created_at) VALUES (?, ?, now())`, c, technology)
			h.follow("eve", "technology_id", technology)
			h.follow("ada", "technology_id", technology)
			h.record("ada", "challenge.created", id.AnyOf(c))
		}, told{"eve": {"FOLLOWED_TECHNOLOGY ch"}}},
		"person": {func(h *hub) {
			h.follow("eve", "followed_user_id", h.people["ada"])
			h.record("ada", "challenge.created", id.AnyOf(h.challenge("ada", "")))
		}, told{"eve": {"FOLLOWED_USER ch"}}},
		"challenge answered": {func(h *hub) {
			c := h.challenge("ada", "")
			h.follow("bob", "challenge_id", c)
			h.record("eve", "solution.added", id.AnyOf(h.solution("eve", c, "Do it.")))
		}, told{"ada": {"SOLUTION_ADDED so"}, "bob": {"FOLLOWED_CHALLENGE so"}}},
		"challenge solved": {func(h *hub) {
			c := h.challenge("ada", "")
			h.follow("bob", "challenge_id", c)
			h.record("ada", "challenge.solved", id.AnyOf(c))
		}, told{"bob": {"FOLLOWED_CHALLENGE ch"}}},
		"challenge discussed": {func(h *hub) {
			c := h.challenge("ada", "")
			h.follow("bob", "challenge_id", c)
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "challenge_id", c, "Yes.")))
		}, told{"ada": {"COMMENTED cm"}, "bob": {"FOLLOWED_CHALLENGE cm"}}},
		"comment on a solution": {func(h *hub) {
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "solution_id", h.solution("bob", h.challenge("ada", ""), "Do it."), "Yes.")))
		}, told{"bob": {"COMMENTED cm"}}},
		"comment on a practice": {func(h *hub) {
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "practice_id", h.practice("bob", ""), "Yes.")))
		}, told{"bob": {"COMMENTED cm"}}},
		"comment on a document": {func(h *hub) {
			d := id.New[id.Document]()
			h.exec(`INSERT INTO document (id, owner_id, source, title) VALUES (?, ?, 'a.md', 'A')`, d, h.people["bob"])
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "document_id", d, "Yes.")))
		}, told{"bob": {"COMMENTED cm"}}},
		"the most personal reason": {func(h *hub) {
			c := h.challenge("ada", "")
			h.follow("ada", "challenge_id", c)
			h.record("eve", "comment.added", id.AnyOf(h.comment("eve", "challenge_id", c, "Yes, @ada.")))
		}, told{"ada": {"MENTIONED cm"}}},
		"one's own acts": {func(h *hub) {
			c := h.challenge("ada", "@ada")
			h.follow("ada", "challenge_id", c)
			s := h.solution("ada", c, "Do it, @ada.")
			h.record("ada", "challenge.created", id.AnyOf(c))
			h.record("ada", "solution.added", id.AnyOf(s))
			h.record("ada", "solution.accepted", id.AnyOf(s))
			h.record("ada", "challenge.solved", id.AnyOf(c))
			h.record("ada", "comment.added", id.AnyOf(h.comment("ada", "challenge_id", c, "Yes.")))
		}, told{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t, "ada", "eve", "bob")
			test.happens(h)
			h.want(test.want)
		})
	}
}

// A job may run again, also at the same time: nobody is told twice.
func TestAJobThatRunsAgainDoublesNothing(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve", "bob")
	c := h.challenge("ada", "")
	h.follow("bob", "challenge_id", c)
	h.record("eve", "solution.added", id.AnyOf(h.solution("eve", c, "Do it.")))
	var key id.Event
	if err := h.db.Handle(t.Context()).Raw(`SELECT id FROM event`).Scan(&key).Error; err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := h.s.Write(t.Context(), event.NotifyArguments{Event: key}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	h.want(told{"ada": {"SOLUTION_ADDED so"}, "bob": {"FOLLOWED_CHALLENGE so"}})
	if got := h.count(`SELECT count(*) FROM event WHERE kind = 'notification.created' AND actor_id = ? AND cohort_id IS NULL`, h.people["eve"]); got != 2 {
		t.Errorf("%d events of new notifications, want 2", got)
	}
	if len(h.letters) != 1 {
		t.Errorf("%d mails, want 1: %v", len(h.letters), h.letters)
	}
}

// A change that is undone tells nobody, and neither does what the server does.
func TestOnlyWhatPeopleDidIsTold(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve")
	c := h.challenge("ada", "@eve")
	if err := event.Record(t.Context(), h.db, event.Change{Kind: "challenge.created", Subject: id.AnyOf(c)}); err != nil {
		t.Fatal(err)
	}
	h.record("ada", "challenge.updated", id.AnyOf(c), "title")
	h.record("ada", "challenge.deleted", id.AnyOf(c))
	if got := h.count(`SELECT count(*) FROM job`); got != 0 {
		t.Errorf("%d jobs, want none", got)
	}
}

func TestAnEditTellsThoseWhoAreNew(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve", "bob")
	c := h.challenge("ada", "@eve")
	h.record("ada", "challenge.created", id.AnyOf(c))
	h.drain()
	for range 2 {
		h.exec(`UPDATE challenge SET body = '@eve @bob' WHERE id = ?`, c)
		h.record("ada", "challenge.updated", id.AnyOf(c), "body")
	}
	h.want(told{"eve": {"MENTIONED ch"}, "bob": {"MENTIONED ch"}})
}

func TestOneTextTellsFiftyPeople(t *testing.T) {
	t.Parallel()
	h := open(t, "ada")
	var body strings.Builder
	for i := range 60 {
		h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, 'x')`, id.New[id.User](), fmt.Sprintf("u%d", i))
		fmt.Fprintf(&body, "@u%d ", i)
	}
	h.record("ada", "challenge.created", id.AnyOf(h.challenge("ada", body.String())))
	h.drain()
	if got := h.count(`SELECT count(*) FROM notification`); got != 50 {
		t.Errorf("%d people are told, want 50", got)
	}
}

func TestNobodyIsToldOfWhatTheyMayNotSee(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve", "bob", "joe", "gone")
	cohort := h.cohort("ada", "eve")
	h.exec(`UPDATE app_user SET role = 'ADMIN' WHERE handle = 'joe'`)
	h.exec(`UPDATE app_user SET deleted_at = now() WHERE handle = 'gone'`)
	c := h.challenge("ada", "@eve @bob @joe @gone")
	h.exec(`UPDATE challenge SET cohort_id = ? WHERE id = ?`, cohort, c)
	h.follow("bob", "followed_user_id", h.people["ada"])
	h.follow("gone", "followed_user_id", h.people["ada"])
	h.record("ada", "challenge.created", id.AnyOf(c))
	h.drain()
	if got := h.count(`SELECT count(*) FROM notification WHERE user_id NOT IN (?, ?)`, h.people["eve"], h.people["joe"]); got != 0 {
		t.Errorf("%d notifications of what is unseen", got)
	}
	if h.unread("eve") != 1 || len(h.letters) != 2 {
		t.Errorf("eve has %d, %d mails", h.unread("eve"), len(h.letters))
	}

	// What is seen no more is listed no more, and comes back.
	n := h.list("eve", notification.NotificationFilter{})[0]
	for _, step := range []struct {
		sql  string
		seen bool
	}{
		{`UPDATE challenge SET hidden_at = now() WHERE id = ?`, false},
		{`UPDATE challenge SET hidden_at = NULL WHERE id = ?`, true},
		{`UPDATE challenge SET deleted_at = now() WHERE id = ?`, false},
	} {
		h.exec(step.sql, c)
		found, err := h.s.ByIDs(h.as("eve"), []id.Notification{n.ID})
		listed := len(h.list("eve", notification.NotificationFilter{})) == 1
		if err != nil || (found[n.ID] != nil) != step.seen || listed != step.seen || (h.unread("eve") == 1) != step.seen {
			t.Errorf("%s: %v, listed: %t, unread: %d, %v", step.sql, found, listed, h.unread("eve"), err)
		}
	}

	// What is deleted before the job runs is no news.
	later := h.challenge("ada", "@bob")
	h.record("ada", "challenge.created", id.AnyOf(later))
	h.exec(`UPDATE challenge SET deleted_at = now() WHERE id = ?`, later)
	h.drain()
	if got := h.count(`SELECT count(*) FROM notification WHERE challenge_id = ?`, later); got != 0 {
		t.Errorf("%d notifications of what is deleted", got)
	}
}

func TestNotificationsArePrivate(t *testing.T) {
	t.Parallel()
	h := open(t, "ada", "eve")
	h.record("ada", "challenge.created", id.AnyOf(h.challenge("ada", "@eve")))
	h.drain()
	n := h.list("eve", notification.NotificationFilter{})[0]
	other := h.people["ada"]
	admin := auth.WithActor(t.Context(), auth.Actor{User: &other, Admin: true, Scope: auth.ScopeAccount})
	if found, err := h.s.ByIDs(admin, []id.Notification{n.ID}); err != nil || len(found) != 0 {
		t.Errorf("an admin sees %v, %v", found, err)
	}
	if found, err := h.s.ByIDs(t.Context(), []id.Notification{n.ID}); err != nil || len(found) != 0 {
		t.Errorf("a visitor sees %v, %v", found, err)
	}
}
