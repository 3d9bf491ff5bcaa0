package event_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/errs"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

const happened event.Kind = "challenge.updated"

var errUndone = errors.New("undone")

// record records an event of a new subject and returns the subject.
func record(ctx context.Context, t *testing.T, db *database.DB) id.Any {
	t.Helper()
	subject := id.AnyOf(id.New[id.Challenge]())
	if err := event.Record(ctx, db, event.Change{Kind: happened, Subject: subject}); err != nil {
		t.Error(err)
	}
	return subject
}

func subjects(events []*event.Event) []id.Any {
	list := make([]id.Any, len(events))
	for i, e := range events {
		list[i] = e.SubjectID()
	}
	return list
}

func sequence(t *testing.T, l *event.Log) int {
	t.Helper()
	n, err := l.Sequence(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func after(t *testing.T, l *event.Log, position int64) []*event.Event {
	t.Helper()
	events, err := l.After(t.Context(), position)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestAnEventTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	l := event.Open(db, event.Options{})
	ada := id.New[id.User]()
	if err := db.Handle(t.Context()).Exec(`INSERT INTO app_user (id, handle, display_name) VALUES (?, 'ada', 'Ada')`, ada).Error; err != nil {
		t.Fatal(err)
	}
	ctx := auth.WithActor(t.Context(), auth.Actor{User: &ada})
	subject, parent := id.AnyOf(id.New[id.Solution]()), id.AnyOf(id.New[id.Challenge]())
	err := event.Record(ctx, db, event.Change{
		Kind: "solution.updated", Subject: subject, Parent: &parent, Fields: []string{"body", "accepted"}, Reason: "a typo",
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence(t, l)
	got := after(t, l, 0)
	if len(got) != 1 {
		t.Fatalf("%d events, want 1", len(got))
	}
	e := got[0]
	if e.Position != 1 || e.Kind != "solution.updated" || *e.ActorID != ada || e.SubjectID() != subject || *e.ParentID() != parent || *e.Reason != "a typo" {
		t.Errorf("got %+v", e)
	}
	if diff := cmp.Diff([]string{"body", "accepted"}, e.Changed()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// A reader that remembers how far it has read loses nothing, however late a
// transaction with an older id commits, and waits for no transaction.
func TestLateCommitsAreNotLost(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	l := event.Open(db, event.Options{})
	ctx := t.Context()
	var late, early, undone id.Any
	err := db.InTx(ctx, func(slow context.Context) error {
		late = record(slow, t, db) // its id is older than all that follow
		early = record(ctx, t, db)
		err := db.InTx(ctx, func(ctx context.Context) error {
			undone = record(ctx, t, db)
			return errUndone
		})
		if !errors.Is(err, errUndone) {
			return err
		}
		if sequence(t, l) != 1 {
			t.Error("the open transaction holds up the others")
		}
		if diff := cmp.Diff([]id.Any{early}, subjects(after(t, l, 0))); diff != "" {
			t.Errorf("before the late commit (-want +got):\n%s", diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence(t, l)
	if diff := cmp.Diff([]id.Any{late}, subjects(after(t, l, 1))); diff != "" {
		t.Errorf("after the late commit (-want +got):\n%s\nundone was %s", diff, undone)
	}
	if n := sequence(t, l); n != 0 {
		t.Errorf("%d events got a second position", n)
	}
}

// Eight writers, a fifth of whose transactions is undone, two sequencers and a
// transaction of somebody else that stays open: readers in two processes get
// every committed event once, in one order.
func TestReadersLoseNothing(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	const writers, each = 8, 50
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var committed sync.Map
	foreign := db.InTx(ctx, func(open context.Context) error {
		if err := db.Handle(open).Exec(`SELECT count(*) FROM event`).Error; err != nil {
			return err
		}
		var processes, writing sync.WaitGroup
		logs := []*event.Log{event.Open(db, event.Options{Log: quiet()}), event.Open(db, event.Options{Log: quiet()})}
		for _, l := range logs {
			processes.Go(func() { l.Run(ctx) })
		}
		for w := range writers {
			writing.Go(func() {
				for i := range each {
					err := db.InTx(ctx, func(ctx context.Context) error {
						subject := record(ctx, t, db)
						if (w+i)%5 == 0 {
							return errUndone
						}
						committed.Store(subject, true)
						return nil
					})
					if err != nil && !errors.Is(err, errUndone) {
						t.Error(err)
					}
				}
			})
		}
		orders := make([][]id.Any, len(logs))
		var reading sync.WaitGroup
		for i, l := range logs {
			reading.Go(func() { orders[i] = follow(ctx, t, l, writers*each*4/5) })
		}
		writing.Wait()
		reading.Wait()
		stop()
		processes.Wait()
		if diff := cmp.Diff(orders[0], orders[1]); diff != "" {
			t.Errorf("two readers saw two orders:\n%s", diff)
		}
		seen := map[id.Any]bool{}
		for _, subject := range orders[0] {
			if _, ok := committed.Load(subject); !ok || seen[subject] {
				t.Errorf("%s came twice, or was undone", subject)
			}
			seen[subject] = true
		}
		return nil
	})
	if foreign != nil && ctx.Err() == nil {
		t.Error(foreign)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// follow reads n events from the start of the log.
func follow(ctx context.Context, t *testing.T, l *event.Log, n int) (list []id.Any) {
	t.Helper()
	position := int64(0)
	for len(list) < n {
		if err := l.Wait(ctx, position); err != nil {
			t.Error(err)
			return list
		}
		events, err := l.After(ctx, position)
		if err != nil {
			t.Error(err)
			return list
		}
		for _, e := range events {
			if e.Position != position+1 {
				t.Errorf("position %d follows %d", e.Position, position)
			}
			position = e.Position
			list = append(list, e.SubjectID())
		}
	}
	return list
}

func TestALogIsKeptForAWhile(t *testing.T) {
	t.Parallel()
	db := dbtest.New(t)
	l := event.Open(db, event.Options{Keep: 24 * time.Hour})
	for range 3 {
		record(t.Context(), t, db)
	}
	sequence(t, l)
	if err := db.Handle(t.Context()).Exec(`UPDATE event SET at = now() - interval '25 hours' WHERE position < 3`).Error; err != nil {
		t.Fatal(err)
	}
	if err := l.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	tests := map[int64]string{-1: "BAD_USER_INPUT", 0: "RESUME_EXPIRED", 1: "RESUME_EXPIRED", 2: "1 events", 3: "0 events", 4: "BAD_USER_INPUT"}
	for position, want := range tests {
		events, err := l.After(t.Context(), position)
		got := fmt.Sprintf("%d events", len(events))
		if err != nil {
			got = string(errs.CodeOf(err))
		}
		if got != want {
			t.Errorf("after %d: got %s, want %s", position, got, want)
		}
	}
	if err := db.Handle(t.Context()).Exec(`DELETE FROM event`).Error; err != nil {
		t.Fatal(err)
	}
	if _, err := l.After(t.Context(), 2); errs.CodeOf(err) != errs.CodeResumeExpired {
		t.Errorf("when all is gone: %v", err)
	}
	record(t.Context(), t, db)
	sequence(t, l)
	if got := after(t, l, 3); len(got) != 1 || got[0].Position != 4 {
		t.Errorf("positions begin anew: %+v", got)
	}
}
