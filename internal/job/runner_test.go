package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/job"
)

func TestEveryJobRunsOnceAmongManyRunners(t *testing.T) {
	t.Parallel()
	const jobs, runners = 200, 4
	b := setup(t)
	for i := range jobs {
		b.enqueue(t, strconv.Itoa(i))
	}
	var mu sync.Mutex
	ran := map[string]int{}
	handlers := handle(job.Handle(func(_ context.Context, g greeting) error {
		mu.Lock()
		defer mu.Unlock()
		ran[g.Name]++
		return nil
	}))
	for range runners {
		start(t, job.NewRunner(b.db, handlers, job.Options{Log: quiet()}))
	}
	await(t, "all jobs are done", func() bool { return b.count(t, "state = 'SUCCEEDED'") == jobs })
	mu.Lock()
	defer mu.Unlock()
	for i := range jobs {
		if n := ran[strconv.Itoa(i)]; n != 1 {
			t.Errorf("job %d ran %d times", i, n)
		}
	}
	if n := b.count(t, "attempts = 1"); n != jobs {
		t.Errorf("%d jobs took one attempt, want %d", n, jobs)
	}
}

// The runner of a job hangs; when it comes back it must not touch what another
// one did meanwhile.
func TestAJobIsTakenOverWhenItsLeaseEnds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	started, resume, returned := make(chan struct{}), make(chan struct{}), make(chan error)
	hanging := b.runner(handle(func(context.Context, json.RawMessage) error {
		close(started)
		<-resume
		return errors.New("too late")
	}))
	go func() { returned <- hanging.Drain(t.Context()) }()
	receive(t, started)

	other := b.runner(handle(func(context.Context, json.RawMessage) error { return nil }))
	b.drain(t, other)
	b.want(t, id, "RUNNING", 1, "")
	b.clock.advance(2 * time.Minute)
	b.drain(t, other)
	b.want(t, id, "SUCCEEDED", 2, "")

	close(resume)
	if err := receive(t, returned); err != nil {
		t.Error(err)
	}
	b.want(t, id, "SUCCEEDED", 2, "")
}

func TestAJobThatEndsEveryRunnerDies(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada", job.MaxAttempts(1))
	b.execute(t, `UPDATE job SET state = 'RUNNING', attempts = 1, leased_until = now() - interval '1 second'`)
	b.drain(t, b.runner(handle(never(t))))
	b.want(t, id, "DEAD", 1, "The lease ended before the work did.")
}

func TestALeaseIsRenewedWhileTheJobRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	runner := job.NewRunner(b.db, handle(func(context.Context, json.RawMessage) error {
		first := *b.row(t, id).LeasedUntil
		await(t, "the lease is renewed", func() bool { return b.row(t, id).LeasedUntil.After(first) })
		return nil
	}), job.Options{Log: quiet(), Lease: 100 * time.Millisecond})
	b.drain(t, runner)
	b.want(t, id, "SUCCEEDED", 1, "")
}

func TestAHandlerHearsThatItsLeaseIsLost(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	runner := job.NewRunner(b.db, handle(func(ctx context.Context, _ json.RawMessage) error {
		b.execute(t, `UPDATE job SET attempts = attempts + 1`)
		receive(t, ctx.Done())
		return context.Cause(ctx)
	}), job.Options{Log: quiet(), Lease: 30 * time.Millisecond})
	if err := runner.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The row is that of whoever took over.
	if got := b.row(t, id); got.Attempts != 2 || got.State != "RUNNING" {
		t.Errorf("the job is %s after %d attempts", got.State, got.Attempts)
	}
}

func TestANewJobWakesASleepingRunner(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ran := make(chan string)
	start(t, job.NewRunner(b.db, handle(job.Handle(func(_ context.Context, g greeting) error {
		ran <- g.Name
		return nil
	})), job.Options{Log: quiet(), Poll: time.Hour}))
	// The first one may be found at the start; the runner listens when it knows
	// of the second.
	for _, name := range []string{"Ada", "Grace", "Edsger"} {
		await(t, "the runner listens", func() bool { return b.listeners(t) == 1 })
		b.enqueue(t, name)
		if got := receive(t, ran); got != name {
			t.Errorf("%s ran, want %s", got, name)
		}
	}
	// A connection that is cut is made anew.
	b.execute(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE `+listening)
	b.enqueue(t, "Barbara")
	if got := receive(t, ran); got != "Barbara" {
		t.Errorf("%s ran, want Barbara", got)
	}
}

func TestJobsAreFoundWithoutBeingAnnounced(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ran := make(chan string)
	start(t, job.NewRunner(b.db, handle(job.Handle(func(_ context.Context, g greeting) error {
		ran <- g.Name
		return nil
	})), job.Options{Log: quiet(), Poll: 10 * time.Millisecond}))
	await(t, "the runner listens", func() bool { return b.listeners(t) == 1 })
	b.execute(t, `INSERT INTO job (id, kind, arguments, max_attempts) VALUES (gen_random_uuid(), 'test.greet', '{"name": "Ada"}', 1)`)
	receive(t, ran)
	b.execute(t, `INSERT INTO job (id, kind, arguments, state, attempts, max_attempts, leased_until)
		VALUES (gen_random_uuid(), 'test.greet', '{"name": "orphan"}', 'RUNNING', 1, 2, now() - interval '1 second')`)
	if got := receive(t, ran); got != "orphan" {
		t.Errorf("%s ran, want the job of a runner that died", got)
	}
}

func TestStoppingWaitsForTheRunningJob(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id, next := b.enqueue(t, "Ada"), b.enqueue(t, "Grace")
	started, resume := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	runner := job.NewRunner(b.db, handle(func(ctx context.Context, _ json.RawMessage) error {
		close(started)
		<-resume
		return ctx.Err()
	}), job.Options{Log: quiet(), Workers: 1, Grace: time.Hour})
	go func() { ended <- runner.Run(ctx) }()
	receive(t, started)
	cancel()
	select {
	case err := <-ended:
		t.Errorf("Run returned while a job ran: %v", err)
	default:
	}
	close(resume)
	if err := receive(t, ended); err != nil {
		t.Error(err)
	}
	b.want(t, id, "SUCCEEDED", 1, "")
	b.want(t, next, "QUEUED", 0, "")
}

func TestStoppingDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	started := make(chan struct{})
	runner := job.NewRunner(b.db, handle(func(ctx context.Context, _ json.RawMessage) error {
		close(started)
		<-ctx.Done()
		return ctx.Err()
	}), job.Options{Log: quiet(), Grace: time.Millisecond})
	stop := start(t, runner)
	receive(t, started)
	stop()
	b.want(t, id, "QUEUED", 1, context.Canceled.Error())
}

// listening finds the connections of runners.
const listening = `datname = current_database() AND pid <> pg_backend_pid() AND query = 'LISTEN nexus_job'`

func (b bench) listeners(t *testing.T) int {
	t.Helper()
	var n int
	if err := b.db.Handle(t.Context()).Raw(`SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND ` + listening).Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func (b bench) execute(t *testing.T, statement string) {
	t.Helper()
	if err := b.db.Handle(t.Context()).Exec(statement).Error; err != nil {
		t.Fatal(err)
	}
}
