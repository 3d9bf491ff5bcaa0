package graph_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/event"
	"github.com/project-nexus/nexus/internal/id"
)

const (
	added   = `subscription Added($after: String) { challengeAdded(after: $after) { cursor kind challenge { title } } }`
	changed = `subscription($id: ID!, $after: String) { challengeChanged(id: $id, after: $after) { cursor kind changed challenge { title } } }`
)

// Ten streams of two people with two operations are four groups: each event is
// executed four times. When all have left nothing is left of the groups.
func TestAnEventIsExecutedOnceForItsGroup(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	const each, events = 10, 5
	var all []*subscription
	for i := range each {
		for _, who := range []int{member, stranger} {
			after := map[string]any{"after": event.Cursor(0)}
			if i%2 == 0 {
				after = nil
			}
			all = append(all, l.subscribe(t, who, added, after),
				l.subscribe(t, who, strings.Replace(added, "kind", "changed", 1), after))
		}
	}
	l.settle(t, len(all), 4)
	var titles []string
	for i := range events {
		titles = append(titles, fmt.Sprint("challenge ", i))
		l.post(t.Context(), t, titles[i], nil)
	}
	for _, s := range all {
		s.want(titles...)
	}
	if got := l.fanout.Executed(); got != 4*events {
		t.Errorf("%d executions of %d events, want %d", got, events, 4*events)
	}
	for _, s := range all {
		s.cut()
	}
	l.settle(t, 0, 0)
}

// A stranger to a cohort hears nothing of it, in the same operation at the same time.
func TestStrangersHearNothing(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	insiders, stranger, visitor := l.subscribe(t, member, added, nil), l.subscribe(t, stranger, added, nil), l.subscribe(t, 0, added, nil)
	filtered := l.subscribe(t, member, `subscription($c: ID!) { challengeAdded(filter: {cohort: $c}) { cursor challenge { title } } }`, map[string]any{"c": wire(l.cohort)})
	l.settle(t, 4, 4)
	l.post(t.Context(), t, "inside", &l.cohort)
	l.post(t.Context(), t, "outside", nil)
	l.post(t.Context(), t, "inside again", &l.cohort)
	l.post(t.Context(), t, "outside again", nil)
	insiders.want("inside", "outside", "inside again", "outside again")
	stranger.want("outside", "outside again")
	visitor.want("outside", "outside again")
	filtered.want("inside", "inside again")
}

// What a subscription may not be told of, and cursors that are none, end it at once.
func TestSubscriptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	inside := l.post(t.Context(), t, "inside", &l.cohort)
	if _, err := l.services.Events.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	absent := wire(numbered[id.Challenge](77))
	invisible := l.subscribe(t, stranger, changed, map[string]any{"id": wire(inside)}).next()
	if missing := l.subscribe(t, stranger, changed, map[string]any{"id": absent}).next(); invisible != missing || !strings.Contains(missing, `"code":"NOT_FOUND"`) {
		t.Errorf("absent:    %s\ninvisible: %s", missing, invisible)
	}
	for text, s := range map[string]*subscription{
		`"code":"NOT_FOUND"`:       l.subscribe(t, stranger, `subscription($id: ID!) { solutionAdded(challengeId: $id) { cursor } }`, map[string]any{"id": wire(inside)}),
		`"argument":["subjectId"]`: l.subscribe(t, stranger, `subscription($id: ID!) { commentAdded(subjectId: $id) { cursor } }`, map[string]any{"id": wire(inside)}),
		`"code":"BAD_USER_INPUT"`:  l.subscribe(t, stranger, `subscription($id: ID!) { commentAdded(subjectId: $id) { cursor } }`, map[string]any{"id": wire(numbered[id.User](author))}),
		`"argument":["after"]`:     l.subscribe(t, 0, added, map[string]any{"after": "bm8"}),
		`not a cursor`:             l.subscribe(t, 0, added, map[string]any{"after": event.Cursor(1000)}),
	} {
		if got := s.next(); !strings.Contains(got, text) || strings.Contains(got, `"data"`) || s.next() != "complete" {
			t.Errorf("got %s, want %s", got, text)
		}
	}
	execute(t, l.db, `DELETE FROM event`)
	fresh := newLiveOver(t, l)
	if got := fresh.subscribe(t, 0, added, map[string]any{"after": event.Cursor(0)}).next(); !strings.Contains(got, `"code":"RESUME_EXPIRED"`) {
		t.Errorf("got %s", got)
	}
}

// A challenge that can no longer be seen is the last that its subscribers hear.
func TestTheEndOfAChallenge(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	c := l.post(t.Context(), t, "before", nil)
	if _, err := l.services.Events.Sequence(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := []*subscription{l.subscribe(t, member, changed, map[string]any{"id": wire(c)}), l.subscribe(t, stranger, changed, map[string]any{"id": wire(c)}), l.subscribe(t, stranger, changed, map[string]any{"id": wire(c)})}
	l.settle(t, 3, 2)
	ctx := l.as(t.Context(), author)
	if _, err := l.services.Challenges.Update(ctx, challenge.UpdateChallengeInput{ID: c, Title: omit("after")}); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if e := s.event(); e.Kind != "challenge.updated" || fmt.Sprint(e.Changed) != "[title]" || e.Challenge.Title != "after" {
			t.Errorf("got %+v", e)
		}
	}
	if _, err := l.services.Challenges.Delete(ctx, challenge.DeleteChallengeInput{ID: c}); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if e := s.event(); e.Kind != "challenge.deleted" || e.Challenge != nil || e.Cursor == "" || s.next() != "complete" {
			t.Errorf("got %+v", e)
		}
	}
	l.settle(t, 0, 0)
}

// Whoever becomes an admin hears of everything from then on, and what came while
// nobody knew it is not lost.
func TestSubscriptionsFollowTheirRights(t *testing.T) {
	t.Parallel()
	l := newLive(t)
	s := l.subscribe(t, stranger, added, nil)
	l.settle(t, 1, 1)
	l.post(t.Context(), t, "one", nil)
	s.want("one")
	execute(t, l.db, `UPDATE app_user SET role = 'ADMIN' WHERE id = ?`, numbered[id.User](stranger))
	deadline, n := time.Now().Add(patience), 0
	posting, stop := context.WithCancel(t.Context())
	defer stop()
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for ; posting.Err() == nil && time.Now().Before(deadline); <-ticker.C {
			n++
			_, _ = l.services.Challenges.Create(l.as(posting, author), challenge.CreateChallengeInput{Title: "inside", CohortID: &l.cohort})
		}
	})
	s.want("inside")
	stop()
	done.Wait()
}

// Twenty streams are cut at random, ten times, while 300 challenges come: with the
// last cursor each gets every one, once and in order.
func TestCutStreamsLoseNothing(t *testing.T) {
	t.Parallel()
	const streams, cuts, events = 20, 10, 300
	l := newLive(t)
	var all sync.WaitGroup
	for n := range streams {
		random := rand.New(rand.NewPCG(7, uint64(n)))
		cutAt := map[int]bool{}
		for len(cutAt) < cuts {
			cutAt[random.IntN(events)] = true
		}
		who := []int{member, stranger}[n%2]
		all.Go(func() {
			cursor := event.Cursor(0)
			s := l.subscribe(t, who, added, map[string]any{"after": cursor})
			for i := range events {
				if cutAt[i] {
					s.cut()
					s = l.subscribe(t, who, added, map[string]any{"after": cursor})
				}
				e := s.event()
				if e.Challenge == nil || e.Challenge.Title != fmt.Sprint("challenge ", i) {
					t.Errorf("stream %d: event %d is %+v", n, i, e)
					return
				}
				cursor = e.Cursor
			}
			s.cut()
		})
	}
	for i := range events {
		l.post(t.Context(), t, fmt.Sprint("challenge ", i), nil)
	}
	all.Wait()
	l.settle(t, 0, 0)
	t.Logf("%d executions", l.fanout.Executed())
}
