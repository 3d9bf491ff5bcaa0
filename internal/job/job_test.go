package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/project-nexus/nexus/internal/job"
)

func TestAHandlerGetsItsArguments(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	var got []greeting
	b.drain(t, b.runner(handle(job.Handle(func(ctx context.Context, g greeting) error {
		got = append(got, g)
		if of, ok := job.IDOf(ctx); !ok || of != id {
			t.Errorf("the context names job %s, want %s", of, id)
		}
		return nil
	}))))
	if diff := cmp.Diff([]greeting{{"Ada"}}, got); diff != "" {
		t.Errorf("arguments (-want +got):\n%s", diff)
	}
	b.want(t, id, "SUCCEEDED", 1, "")
	if _, ok := job.IDOf(t.Context()); ok {
		t.Error("a context of no job names one")
	}
}

func TestJobsBelongToTheTransaction(t *testing.T) {
	t.Parallel()
	b := setup(t)
	err := b.db.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := job.Enqueue(ctx, b.db, greet, greeting{"nobody"}); err != nil {
			return err
		}
		return errBroken
	})
	if !errors.Is(err, errBroken) {
		t.Fatal(err)
	}
	b.drain(t, b.runner(handle(never(t))))

	ran := 0
	runner := b.runner(handle(func(context.Context, json.RawMessage) error { ran++; return nil }))
	err = b.db.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := job.Enqueue(ctx, b.db, greet, greeting{"Ada"}); err != nil {
			return err
		}
		if err := runner.Drain(t.Context()); err != nil {
			return err
		}
		if ran != 0 {
			t.Error("the job ran before the commit")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.drain(t, runner)
	if ran != 1 {
		t.Errorf("the job ran %d times, want once", ran)
	}
}

func TestAJobWaitsForItsTime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "later", job.After(time.Hour))
	b.drain(t, b.runner(handle(never(t))))
	b.want(t, id, "QUEUED", 0, "")
	b.clock.advance(time.Hour)
	b.drain(t, b.runner(handle(func(context.Context, json.RawMessage) error { return nil })))
	b.want(t, id, "SUCCEEDED", 1, "")
}

func TestAFailedJobIsTriedAgainLaterAndLater(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada", job.MaxAttempts(4))
	ran := 0
	runner := b.runner(handle(func(context.Context, json.RawMessage) error {
		ran++
		return fmt.Errorf("attempt %d: %w", ran, errBroken)
	}))
	for attempt, wait := range []time.Duration{10 * time.Second, 20 * time.Second, 40 * time.Second} {
		began := b.clock.Now()
		b.drain(t, runner)
		b.want(t, id, "QUEUED", attempt+1, fmt.Sprintf("attempt %d: %v", attempt+1, errBroken))
		got := b.row(t, id).RunAt.Sub(began)
		if got < wait*3/4-time.Millisecond || got > wait*5/4 {
			t.Errorf("after attempt %d it waits %v, want about %v", attempt+1, got, wait)
		}
		b.clock.advance(got - time.Millisecond)
		b.drain(t, runner)
		if ran != attempt+1 {
			t.Fatalf("it ran before its time: %d attempts, want %d", ran, attempt+1)
		}
		b.clock.advance(2 * time.Millisecond)
	}
	b.drain(t, runner)
	b.want(t, id, "DEAD", 4, "attempt 4: "+errBroken.Error())
	b.clock.advance(24 * time.Hour)
	b.drain(t, runner)
	if ran != 4 {
		t.Errorf("a dead job ran: %d attempts, want 4", ran)
	}
}

func TestWhatNoAttemptCanMendIsDeadAtOnce(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler job.Handler
		text    string
	}{
		"permanent": {
			func(context.Context, json.RawMessage) error { return fmt.Errorf("greet: %w", job.Permanent(errBroken)) },
			"greet: " + errBroken.Error(),
		},
		"arguments of another form": {
			job.Handle(func(context.Context, []int) error { return nil }),
			"read the arguments: json: cannot unmarshal object into Go value of type []int",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			id := b.enqueue(t, "Ada")
			b.drain(t, b.runner(handle(test.handler)))
			b.want(t, id, "DEAD", 1, test.text)
		})
	}
	if job.Permanent(nil) != nil || job.IsPermanent(errBroken) {
		t.Error("errors are permanent that nobody marked")
	}
}

func TestAPanicIsAFailure(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	next := b.enqueue(t, "Grace")
	first := true
	b.drain(t, b.runner(handle(func(context.Context, json.RawMessage) error {
		if first {
			first = false
			panic("at the disco")
		}
		return nil
	})))
	b.want(t, id, "QUEUED", 1, "panic: at the disco")
	b.want(t, next, "SUCCEEDED", 1, "")
}

func TestAnyErrorCanBeStored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	b.drain(t, b.runner(handle(func(context.Context, json.RawMessage) error {
		return job.Permanent(errors.New("a\x00b\xff" + strings.Repeat("é", 2000)))
	})))
	got := b.row(t, id)
	if got.State != "DEAD" || !strings.HasPrefix(got.Error, "abé") || len(got.Error) > 2000 || !strings.HasSuffix(got.Error, "é") {
		t.Errorf("%s with an error of %d bytes", got.State, len(got.Error))
	}
}

func TestARunnerLeavesKindsThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	id := b.enqueue(t, "Ada")
	b.drain(t, b.runner(map[job.Kind]job.Handler{"test.other": never(t)}))
	b.want(t, id, "QUEUED", 0, "")
}

func TestFinishedJobsGoAfterAWeek(t *testing.T) {
	t.Parallel()
	b := setup(t)
	done, dead := b.enqueue(t, "done"), b.enqueue(t, "dead")
	runner := b.runner(handle(job.Handle(func(_ context.Context, g greeting) error {
		if g.Name == "dead" {
			return job.Permanent(errBroken)
		}
		return nil
	})))
	b.drain(t, runner)
	waiting := b.enqueue(t, "waiting", job.After(300*24*time.Hour))
	b.clock.advance(7*24*time.Hour - time.Second)
	b.drain(t, runner)
	for _, id := range []uuid.UUID{done, dead} {
		if b.row(t, id).FinishedAt == nil {
			t.Error("a finished job has no end")
		}
	}
	b.clock.advance(2 * time.Second)
	b.drain(t, runner)
	if n := b.count(t, "true"); n != 1 {
		t.Errorf("%d jobs are left, want the waiting one", n)
	}
	b.want(t, waiting, "QUEUED", 0, "")
}
