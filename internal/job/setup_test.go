package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/database"
	"github.com/project-nexus/nexus/internal/dbtest"
	"github.com/project-nexus/nexus/internal/job"
)

const greet job.Kind = "test.greet"

type greeting struct {
	Name string `json:"name"`
}

// clock is the time of a test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type bench struct {
	db    *database.DB
	clock *clock
}

// setup returns a database and a clock that is a little ahead of the database's,
// so that what is enqueued is due.
func setup(t *testing.T) bench {
	t.Helper()
	return bench{db: dbtest.New(t), clock: &clock{now: time.Now().Add(time.Minute)}}
}

func (b bench) runner(handlers map[job.Kind]job.Handler) *job.Runner {
	return job.NewRunner(b.db, handlers, job.Options{Log: quiet(), Now: b.clock.Now})
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func handle(work job.Handler) map[job.Kind]job.Handler { return map[job.Kind]job.Handler{greet: work} }

// never is the handler of a job that must not run.
func never(t *testing.T) job.Handler {
	t.Helper()
	return func(context.Context, json.RawMessage) error {
		t.Error("the job ran")
		return nil
	}
}

func (b bench) enqueue(t *testing.T, name string, options ...job.Option) uuid.UUID {
	t.Helper()
	id, err := job.Enqueue(t.Context(), b.db, greet, greeting{name}, options...)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (b bench) drain(t *testing.T, r *job.Runner) {
	t.Helper()
	if err := r.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// row is what a test looks at of a job.
type row struct {
	State       string
	Attempts    int
	Error       string
	RunAt       time.Time
	LeasedUntil *time.Time
	FinishedAt  *time.Time
}

func (b bench) row(t *testing.T, id uuid.UUID) row {
	t.Helper()
	var found []row
	err := b.db.Handle(t.Context()).Raw(`SELECT state, attempts, coalesce(error, '') AS error, run_at, leased_until, finished_at
		FROM job WHERE id = ?`, id).Scan(&found).Error
	if err != nil || len(found) != 1 {
		t.Fatalf("job %s: %d rows, %v", id, len(found), err)
	}
	return found[0]
}

func (b bench) want(t *testing.T, id uuid.UUID, state string, attempts int, text string) {
	t.Helper()
	if got := b.row(t, id); got.State != state || got.Attempts != attempts || got.Error != text {
		t.Errorf("the job is %s after %d attempts with %q, want %s after %d with %q",
			got.State, got.Attempts, got.Error, state, attempts, text)
	}
}

func (b bench) count(t *testing.T, condition string) int {
	t.Helper()
	var n int
	if err := b.db.Handle(t.Context()).Raw("SELECT count(*) FROM job WHERE " + condition).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// start runs a runner until the test calls stop, which waits for its end.
func start(t *testing.T, r *job.Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// await waits for what another goroutine or the database does.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

var errBroken = errors.New("the printer is on fire")
