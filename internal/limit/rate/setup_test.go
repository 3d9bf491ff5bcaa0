package rate_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/project-nexus/nexus/internal/limit/rate"
)

// minutely gives back a cost of 1 each minute: a slow test changes nothing.
func minutely() rate.Limit { return rate.Limit{Cost: 1440, Period: 24 * time.Hour} }

// clock is one that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// mode is a Limiter and how time passes for the bucket of a key.
type mode struct {
	rate.Limiter
	pass func(t *testing.T, key string, l rate.Limit, d time.Duration)
}

// inBothModes runs a test with the memory and with the real Redis.
func inBothModes(t *testing.T, test func(t *testing.T, m mode)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		c := newClock()
		test(t, mode{rate.NewMemory(c.Now), func(_ *testing.T, _ string, _ rate.Limit, d time.Duration) { c.pass(d) }})
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		test(t, mode{patient(t), age})
	})
}

func redisURL(t *testing.T) string {
	t.Helper()
	const variable = "NEXUS_TEST_REDIS_URL"
	url := os.Getenv(variable)
	if url == "" {
		t.Fatalf("%s is not set: run `make test`, `go run ./test/services -- go test ./…`, or set it to the URL of a Redis", variable)
	}
	return url
}

// patient returns budgets in the real Redis that wait for it on a busy machine,
// and that fail the test when they have to do without.
func patient(t *testing.T) *rate.Redis {
	t.Helper()
	log := &lines{}
	r := open(t, redisURL(t), rate.Options{Log: log.logger(), Timeout: 10 * time.Second})
	t.Cleanup(func() {
		if got := log.String(); got != "" {
			t.Errorf("Redis was lost: %s", got)
		}
	})
	return r
}

func open(t *testing.T, url string, o rate.Options) *rate.Redis {
	t.Helper()
	r, err := rate.OpenRedis(url, rate.NewMemory(newClock().Now), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// client asks the real Redis past the package.
func client(t *testing.T) *redis.Client {
	t.Helper()
	settings, err := redis.ParseURL(redisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(settings)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// age makes a bucket in Redis, whose clock cannot be set, older by d.
func age(t *testing.T, key string, l rate.Limit, d time.Duration) {
	t.Helper()
	c, name := client(t), rate.RedisKey(key, l)
	expiry, err := c.PTTL(t.Context(), name).Result()
	if err != nil {
		t.Fatal(err)
	}
	if expiry <= d {
		if err := c.Del(t.Context(), name).Err(); err != nil {
			t.Fatal(err)
		}
		return
	}
	debt, at, _ := strings.Cut(c.Get(t.Context(), name).Val(), " ")
	since, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	value := fmt.Sprintf("%s %d", debt, since-d.Microseconds())
	if err := c.Set(t.Context(), name, value, expiry-d).Err(); err != nil {
		t.Fatal(err)
	}
}

// newKey is a principal of the test's own.
func newKey() string { return "user:" + rand.Text() }

func take(t *testing.T, l rate.Limiter, key string, cost int) rate.State {
	t.Helper()
	return answer(t)(l.Take(t.Context(), key, minutely(), cost))
}

func refund(t *testing.T, l rate.Limiter, key string, cost int) rate.State {
	t.Helper()
	return answer(t)(l.Refund(t.Context(), key, minutely(), cost))
}

func answer(t *testing.T) func(rate.State, error) rate.State {
	t.Helper()
	return func(s rate.State, err error) rate.State {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// lines is what was logged.
type lines struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func (l *lines) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// want compares what was logged, level and message alone.
func (l *lines) want(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(l.String()) {
		_, line, _ = strings.Cut(line, "level=")
		line, _, _ = strings.Cut(line, " error=")
		got = append(got, strings.TrimSpace(line))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("logged\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// ended is a context that has ended.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
