package rate

import (
	"cmp"
	"context"
	_ "embed" // the script
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/logging"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// answerTimeout bounds one answer of the server. A frozen one is worse than a dead
// one: by the client's own defaults a call would take seconds.
const answerTimeout = 50 * time.Millisecond

// keyPrefix keeps budgets apart from what else is in the server.
const keyPrefix = "nexus:rate:"

//go:embed take.lua
var takeSource string

// Options are settings of Redis; a zero field stands for its default.
type Options struct {
	// Log gets one line whenever the server is lost or found again; nil takes
	// slog.Default.
	Log *slog.Logger
	// Pause is how long a server that failed is left alone; 1 second by default.
	Pause time.Duration
	// Timeout bounds the wait for one answer, 50 ms by default. A new connection may
	// take twice and a whole call three times as long.
	Timeout time.Duration
	// Connections bounds the connections; 32 by default.
	Connections int
	// Now is the clock of the pause; time.Now by default. Budgets go by the server's.
	Now func() time.Time
}

// Redis keeps budgets in a server that several processes share.
type Redis struct {
	client   *redis.Client
	script   *redis.Script
	fallback *Memory
	breaker  *breaker
	timeout  time.Duration
	log      *slog.Logger
}

// OpenRedis returns budgets in the server of a redis:// or rediss:// address, and
// in fallback while it does not answer. It does not connect yet. Its errors name
// the setting and do not repeat the address, which may hold a password.
func OpenRedis(address string, fallback *Memory, o Options) (*Redis, error) {
	settings, err := redis.ParseURL(address)
	if err != nil {
		return nil, errors.New("NEXUS_REDIS_URL: not the address of a Redis; want redis://user:password@host:port/0, or rediss:// with TLS")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	timeout := cmp.Or(o.Timeout, answerTimeout)
	settings.DialTimeout = 2 * timeout
	settings.DialerRetries = 1
	settings.ReadTimeout, settings.WriteTimeout, settings.PoolTimeout = timeout, timeout, timeout
	settings.MaxRetries = -1
	settings.ContextTimeoutEnabled = true
	settings.PoolSize = cmp.Or(o.Connections, 32)
	settings.MaxActiveConns = settings.PoolSize
	// One round trip less for a new connection each.
	settings.DisableIdentity = true
	settings.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	logging.Disable() // the client would write a line for each failure, past our logger
	return &Redis{
		client:   redis.NewClient(settings),
		script:   redis.NewScript(takeSource),
		fallback: fallback,
		breaker:  &breaker{now: o.Now, pause: cmp.Or(o.Pause, time.Second)},
		timeout:  3 * timeout,
		log:      o.Log,
	}, nil
}

// Close closes the connections.
func (r *Redis) Close() error { return r.client.Close() }

// Take takes cost from the budget of key; see Limiter.
func (r *Redis) Take(ctx context.Context, key string, l Limit, cost int) (State, error) {
	b := newBucket(l)
	if state, ok := r.change(ctx, digestOf(key), b, b.units(cost)); ok {
		return state, nil
	}
	return r.fallback.Take(ctx, key, l, cost)
}

// Refund gives cost back to the budget of key; see Limiter.
func (r *Redis) Refund(ctx context.Context, key string, l Limit, cost int) (State, error) {
	b := newBucket(l)
	if state, ok := r.change(context.WithoutCancel(ctx), digestOf(key), b, -b.units(cost)); ok {
		return state, nil
	}
	return r.fallback.Refund(ctx, key, l, cost)
}

// change adds units to the debt of a bucket if it has room for them. It returns
// false when the server was not asked or did not answer.
func (r *Redis) change(ctx context.Context, d digest, b bucket, units int64) (State, bool) {
	if ctx.Err() != nil {
		return State{}, false
	}
	ok, probe := r.breaker.enter()
	if !ok {
		return State{}, false
	}
	allowed, debt, err := r.run(ctx, d, b, units)
	switch {
	case err == nil:
		if r.breaker.succeed(probe) {
			r.log.InfoContext(ctx, "budgets are counted in Redis again")
		}
		return b.state(allowed, debt, units), true
	case hasEnded(ctx):
		r.breaker.abandon(probe) // the caller left, which is not the server's fault
	case r.breaker.fail(probe):
		r.log.WarnContext(ctx, "Redis does not answer: each server counts budgets for itself", "error", err)
	}
	return State{}, false
}

// hasEnded reports whether ctx is over. A connection can notice its deadline a
// moment before ctx itself does.
func hasEnded(ctx context.Context) bool {
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		<-ctx.Done()
	}
	return ctx.Err() != nil
}

// run runs the script.
func (r *Redis) run(ctx context.Context, d digest, b bucket, units int64) (allowed bool, debt int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	answer, err := r.script.Run(ctx, r.client, []string{redisKey(d, b)}, units, b.cost, b.period).Int64Slice()
	if err != nil {
		return false, 0, err
	}
	if len(answer) != 2 {
		return false, 0, fmt.Errorf("the script answers %d numbers", len(answer))
	}
	return answer[0] == 1, answer[1], nil
}

func redisKey(d digest, b bucket) string {
	return keyPrefix + hex.EncodeToString(d[:]) + ":" + strconv.FormatInt(b.period, 10)
}
