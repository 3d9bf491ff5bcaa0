package rate_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/project-nexus/nexus/internal/limit/rate"
)

const (
	lost  = `WARN msg="Redis does not answer: each server counts budgets for itself"`
	found = `INFO msg="budgets are counted in Redis again"`
)

func TestServersShareABudget(t *testing.T) {
	t.Parallel()
	one, other, key := patient(t), patient(t), newKey()
	take(t, one, key, 1000)
	if got := take(t, other, key, 441); got.Allowed || got.Remaining != 440 {
		t.Errorf("the other server answers %+v", got)
	}
	refund(t, other, key, 1)
	if got := take(t, one, key, 441); !got.Allowed || got.Remaining != 0 {
		t.Errorf("after the refund the first answers %+v", got)
	}
}

func TestKeysInRedis(t *testing.T) {
	t.Parallel()
	r, c, key := patient(t), client(t), newKey()
	name := rate.RedisKey(key, minutely())
	if !strings.HasPrefix(name, "nexus:rate:") || strings.Contains(name, key) {
		t.Errorf("the key is %s", name)
	}
	take(t, r, key, 2)
	if got := c.PTTL(t.Context(), name).Val(); got <= 0 || got > 2*time.Minute {
		t.Errorf("the key expires in %s, want 2 minutes", got)
	}
	refund(t, r, key, 2)
	if got := c.Exists(t.Context(), name).Val(); got != 0 {
		t.Error("the key is left after a refund of all")
	}
}

func TestAddressIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "redis", "http://:hush@redis", "redis://:hush@redis:port", "redis://:hush@redis/first", "redis://:hu\x00sh@redis"} {
		_, err := rate.OpenRedis(address, rate.NewMemory(time.Now), rate.Options{})
		if err == nil || !strings.HasPrefix(err.Error(), "NEXUS_REDIS_URL: ") || strings.Contains(err.Error(), "hu") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestDeadServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	log := &lines{}
	r := open(t, "redis://:hush@"+listener.Addr().String(), rate.Options{Log: log.logger(), Now: newClock().Now})
	wantLocal(t, r, 1440)
	log.want(t, lost)
	if strings.Contains(log.String(), "hush") {
		t.Error("the password is in the log")
	}
}

// wantLocal checks that the memory answers, with what it has left.
func wantLocal(t *testing.T, r *rate.Redis, left int) {
	t.Helper()
	for range 4 {
		left -= 100
		if got := take(t, r, "local", 100); !got.Allowed || got.Remaining != left {
			t.Fatalf("got %+v, want %d remaining", got, left)
		}
	}
	if got := refund(t, r, "local", 400); got.Remaining != left+400 {
		t.Fatalf("after the refund: %+v", got)
	}
}

func TestServerIsLostAndFound(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]gateMode{"frozen": frozen, "killed": killed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, c, log, key := newGate(t), newClock(), &lines{}, newKey()
			r := open(t, g.url, rate.Options{Log: log.logger(), Now: c.Now, Pause: time.Second, Timeout: time.Second})
			take(t, r, key, 1000)

			g.set(broken)
			start := time.Now()
			if got := take(t, r, key, 40); !got.Allowed || got.Remaining != 1400 {
				t.Errorf("the first call without Redis: %+v", got)
			}
			if waited := time.Since(start); waited > 10*time.Second {
				t.Errorf("it took %s", waited)
			}
			parallelTakes(t, r)
			log.want(t, lost)

			// One call at a time looks for the server.
			g.await(t, 1)
			c.pass(time.Second)
			parallelTakes(t, r)
			g.await(t, 2)
			parallelTakes(t, r)
			log.want(t, lost)

			g.set(passing)
			c.pass(time.Second)
			if got := take(t, r, key, 40); got.Remaining != 400 {
				t.Errorf("Redis is there again, yet %d remain, want 400", got.Remaining)
			}
			take(t, r, key, 40)
			log.want(t, lost, found)
			if got := take(t, patient(t), key, 0); got.Remaining != 360 {
				t.Errorf("%d remain in Redis, want 360", got.Remaining)
			}
			if got := g.calls.Load(); got != 2 {
				t.Errorf("%d calls reached the broken server, want 2", got)
			}
		})
	}
}

// parallelTakes makes calls that all have to be answered.
func parallelTakes(t *testing.T, r *rate.Redis) {
	t.Helper()
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if _, err := r.Take(t.Context(), "anybody", minutely(), 1); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

func TestFrozenServerIsLeftAtTheDeadline(t *testing.T) {
	t.Parallel()
	g, log := newGate(t), &lines{}
	r := open(t, g.url, rate.Options{Log: log.logger(), Timeout: 30 * time.Second})
	take(t, r, newKey(), 1)
	g.set(frozen)
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if got, err := r.Take(ctx, newKey(), minutely(), 1); !errors.Is(err, context.DeadlineExceeded) || got.Allowed {
		t.Errorf("got %+v, %v", got, err)
	}
	if waited := time.Since(start); waited > 10*time.Second {
		t.Errorf("it took %s", waited)
	}
	log.want(t) // the caller was impatient, which tells nothing about the server

	g.set(passing)
	key := newKey()
	take(t, r, key, 100)
	if got := take(t, patient(t), key, 0); got.Remaining != 1340 {
		t.Errorf("the next call did not reach Redis: %+v", got)
	}
}

func TestDefaultsAnswerSoon(t *testing.T) {
	t.Parallel()
	g := newGate(t)
	g.set(frozen)
	r := open(t, g.url, rate.Options{Log: (&lines{}).logger()})
	// By the client's own settings it would be ten seconds.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if got := answer(t)(r.Take(ctx, newKey(), minutely(), 40)); !got.Allowed || got.Remaining != 1400 {
		t.Errorf("got %+v", got)
	}
}

func TestServerThatRefuses(t *testing.T) {
	t.Parallel()
	log, key, c := &lines{}, newKey(), client(t)
	r := open(t, redisURL(t), rate.Options{Log: log.logger(), Timeout: 10 * time.Second})
	name := rate.RedisKey(key, minutely())
	if err := c.LPush(t.Context(), name, "not a bucket").Err(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client(t).Del(context.Background(), name).Err() })
	if got := take(t, r, key, 40); !got.Allowed || got.Remaining != 1400 {
		t.Errorf("got %+v", got)
	}
	log.want(t, lost)
}
