package notification_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/job"
	"github.com/project-nexus/nexus/internal/mail"
	"github.com/project-nexus/nexus/internal/notification"
	"github.com/project-nexus/nexus/internal/page"
)

// hub is a database with some people and a mailbox.
type hub struct {
	*testing.T
	db      *database.DB
	s       *notification.Service
	runner  *job.Runner
	people  map[string]id.User
	mu      sync.Mutex
	letters []mail.Message
}

func (h *hub) Send(_ context.Context, m mail.Message) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letters = append(h.letters, m)
	return nil
}

func open(t *testing.T, handles ...string) *hub {
	t.Helper()
	h := &hub{T: t, db: dbtest.New(t), people: map[string]id.User{}}
	h.s = notification.New(h.db, notification.Options{Mail: h, PublicURL: "https://nexus.example.org"})
	h.runner = job.NewRunner(h.db, map[job.Kind]job.Handler{
		event.JobNotify: job.Handle(h.s.Write), notification.JobMail: job.Handle(h.s.SendMail),
	}, job.Options{Log: slog.New(slog.DiscardHandler)})
	for _, handle := range handles {
		u := id.New[id.User]()
		h.people[handle] = u
		h.exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, ?, ?)`, u, handle, handle)
		h.exec(`INSERT INTO credential (user_id, email, folded_email, password_hash) VALUES (?, ?, lower(?), 'x')`, u, handle+"@example.org", handle+"@example.org")
	}
	return h
}

func (h *hub) exec(sql string, args ...any) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Exec(sql, args...).Error; err != nil {
		h.Fatal(err)
	}
}

func (h *hub) as(handle string) context.Context {
	u := h.people[handle]
	return auth.WithActor(h.Context(), auth.Actor{User: &u, Scope: auth.ScopeAccount})
}

// record says that a person did something, as the domains do.
func (h *hub) record(who, kind string, subject id.Any, fields ...string) {
	h.Helper()
	if err := event.Record(h.as(who), h.db, event.Change{Kind: event.Kind(kind), Subject: subject, Fields: fields}); err != nil {
		h.Fatal(err)
	}
}

func (h *hub) drain() {
	h.Helper()
	if err := h.runner.Drain(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func (h *hub) challenge(author, body string) id.Challenge {
	h.Helper()
	c := id.New[id.Challenge]()
	h.exec(`INSERT INTO challenge (id, title, body, author_id) VALUES (?, 'Port is
		taken', ?, ?)`, c, body, h.people[author])
	return c
}

func (h *hub) solution(author string, of id.Challenge, body string) id.Solution {
	h.Helper()
	s := id.New[id.Solution]()
	h.exec(`INSERT INTO solution (id, challenge_id, body, author_id) VALUES (?, ?, ?, ?)`, s, of, body, h.people[author])
	return s
}

func (h *hub) practice(author, body string) id.Practice {
	h.Helper()
	p := id.New[id.Practice]()
	h.exec(`INSERT INTO practice (id, title, body, author_id) VALUES (?, 'Test first', ?, ?)`, p, body, h.people[author])
	return p
}

func (h *hub) comment(author, column string, of any, body string) id.Comment {
	h.Helper()
	c := id.New[id.Comment]()
	h.exec(`INSERT INTO comment (id, `+column+`, body, author_id) VALUES (?, ?, ?, ?)`, c, of, body, h.people[author])
	return c
}

func (h *hub) follow(who, column string, what any) {
	h.Helper()
	h.exec(`INSERT INTO follow (id, user_id, `+column+`) VALUES (?, ?, ?)`, id.New[id.Follow](), h.people[who], what)
}

func (h *hub) cohort(members ...string) id.Cohort {
	h.Helper()
	p, c := id.New[id.Program](), id.New[id.Cohort]()
	h.exec(`INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'go', 'Go', 'go')`, p)
	h.exec(`INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'spring', 'MEMBERS')`, c, p)
	for _, handle := range members {
		h.exec(`INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, 'LEARNER')`, id.New[id.Membership](), c, h.people[handle])
	}
	return c
}

// list returns the notifications of a person as they see them, from the oldest.
func (h *hub) list(who string, f notification.NotificationFilter) []*notification.Notification {
	h.Helper()
	u := h.people[who]
	pages, err := h.s.OfUsers(h.as(who), []id.User{u}, page.Query[notification.NotificationFilter]{
		Filter: f, Field: string(notification.OrderCreatedAt), Direction: page.Asc, Args: page.Args{First: new(int32(100))},
	})
	if err != nil {
		h.Fatal(err)
	}
	return pages[u].Nodes()
}

// unread returns the unread count of a person.
func (h *hub) unread(who string) int32 {
	h.Helper()
	counts, err := h.s.UnreadCounts(h.as(who), []id.User{h.people[who]})
	if err != nil {
		h.Fatal(err)
	}
	return *counts[h.people[who]]
}

// want runs the jobs and checks what each person is told, as "KIND prefix"; those
// who are not named are told nothing.
func (h *hub) want(want map[string][]string) {
	h.Helper()
	h.drain()
	got := map[string][]string{}
	for handle := range h.people {
		for _, n := range h.list(handle, notification.NotificationFilter{}) {
			got[handle] = append(got[handle], string(n.Kind)+" "+n.SubjectID().Prefix)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("people are told (-want +got):\n%s", diff)
	}
}

// count returns the number that a statement selects.
func (h *hub) count(sql string, args ...any) (n int) {
	h.Helper()
	if err := h.db.Handle(h.Context()).Raw(sql, args...).Scan(&n).Error; err != nil {
		h.Fatal(err)
	}
	return n
}
