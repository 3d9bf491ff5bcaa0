package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph"
	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/challenge"
	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/id"
	"github.com/project-nexus/nexus/internal/user"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// live is a server of subscriptions over a database with three people: the author
// of a cohort for members, a member of it, and a stranger.
type live struct {
	db       *database.DB
	services graph.Services
	fanout   graph.Fanout
	url      string
	cohort   id.Cohort
}

const (
	author = iota + 1
	member
	stranger
)

func newLive(t *testing.T) *live {
	t.Helper()
	l := &live{db: dbtest.New(t), cohort: numbered[id.Cohort](1)}
	l.services = services(l.db)
	for n, name := range map[int]string{author: "author", member: "member", stranger: "stranger"} {
		insert(t, l.db, &user.User{ID: numbered[id.User](n), Handle: name, DisplayName: name, Role: "USER"})
	}
	execute(t, l.db, `INSERT INTO program (id, slug, title, folded_title) VALUES (?, 'p', 'P', 'p')`, numbered[id.Program](1))
	execute(t, l.db, `INSERT INTO cohort (id, program_id, name, visibility) VALUES (?, ?, 'C', 'MEMBERS')`, l.cohort, numbered[id.Program](1))
	for _, n := range []int{author, member} {
		execute(t, l.db, `INSERT INTO membership (id, cohort_id, user_id, role) VALUES (?, ?, ?, 'LEARNER')`, numbered[id.Membership](n), l.cohort, numbered[id.User](n))
	}
	l.serve(t)
	return l
}

// newLiveOver serves the database of another one, as another process.
func newLiveOver(t *testing.T, other *live) *live {
	t.Helper()
	l := &live{db: other.db, cohort: other.cohort, services: services(other.db)}
	l.serve(t)
	return l
}

func (l *live) serve(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); l.services.Events.Run(ctx) }()
	o := quietly(time.Millisecond)
	o.Streams = stream.NewRegistry(1000, 1000)
	o.Renew = func(ctx context.Context, a auth.Actor) (auth.Actor, error) {
		err := l.db.Handle(ctx).Raw(`SELECT role = 'ADMIN' FROM app_user WHERE id = ?`, *a.User).Scan(&a.Admin).Error
		return a, err
	}
	l.fanout = graph.Observe(&o)
	handler := graph.NewHandler(l.services, o)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := auth.WithClient(r.Context(), auth.Client{})
		var n int
		if _, err := fmt.Sscan(r.Header.Get("Test-User"), &n); err == nil {
			ctx = auth.WithActor(ctx, auth.Actor{User: ptr(numbered[id.User](n))})
		}
		handler.ServeHTTP(w, r.WithContext(ctx))
	}))
	t.Cleanup(func() { server.Close(); stop(); <-ended })
	l.url = server.URL
}

func omit(text string) graphql.Omittable[*string] { return graphql.OmittableOf(&text) }

func (l *live) as(ctx context.Context, n int) context.Context {
	return auth.WithActor(ctx, auth.Actor{User: ptr(numbered[id.User](n))})
}

// post posts a challenge of the author.
func (l *live) post(ctx context.Context, t *testing.T, title string, cohort *id.Cohort) id.Challenge {
	t.Helper()
	payload, err := l.services.Challenges.Create(l.as(ctx, author), challenge.CreateChallengeInput{Title: title, CohortID: cohort})
	if err != nil {
		t.Fatal(err)
	}
	return payload.Challenge.ID
}

// subscription is one event stream.
type subscription struct {
	t     *testing.T
	lines *bufio.Scanner
	cut   func()
}

// subscribe starts an operation as a person, 0 for a visitor.
func (l *live) subscribe(t *testing.T, who int, query string, variables map[string]any) *subscription {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), patience, errors.New("nothing came"))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	if who > 0 {
		r.Header.Set("Test-User", fmt.Sprint(who))
	}
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	cut := func() { cancel(); _, _ = io.Copy(io.Discard, answer.Body); _ = answer.Body.Close() }
	t.Cleanup(cut)
	return &subscription{t: t, lines: bufio.NewScanner(answer.Body), cut: cut}
}

// next returns the next message as text; "complete" or "cut" at the end.
func (s *subscription) next() string {
	for s.lines.Scan() {
		if data, ok := strings.CutPrefix(s.lines.Text(), "data: "); ok {
			return data
		}
		if s.lines.Text() == "event: complete" {
			return "complete"
		}
	}
	return "cut"
}

// eventOf is what the tests ask of an event.
type eventOf struct {
	Cursor    string
	Kind      string
	Changed   []string
	Challenge *struct{ Title string }
}

// event returns the next event of the only field.
func (s *subscription) event() eventOf {
	s.t.Helper()
	text := s.next()
	var got struct{ Data map[string]eventOf }
	if err := json.Unmarshal([]byte(text), &got); err != nil || len(got.Data) != 1 {
		s.t.Fatalf("no event: %s", text)
	}
	for _, e := range got.Data {
		return e
	}
	return eventOf{}
}

func (s *subscription) want(titles ...string) {
	s.t.Helper()
	for _, title := range titles {
		if e := s.event(); e.Challenge == nil || e.Challenge.Title != title {
			s.t.Fatalf("got %+v, want %s", e, title)
		}
	}
}

// settle waits until so many subscriptions are members of so many groups.
func (l *live) settle(t *testing.T, members, groups int) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); ; <-ticker.C {
		m, g := l.fanout.Members()
		if m == members && g == groups {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d members in %d groups, want %d in %d", m, g, members, groups)
		}
	}
}
