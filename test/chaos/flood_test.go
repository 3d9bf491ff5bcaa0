//go:build chaos

package chaos

import (
	"context"
	"testing"
	"time"
)

const (
	floodTime = 20 * time.Second
	// floodRate is that of log-ins, and of reads beside them, in a second.
	floodRate = 50
	// burst log-ins come at once, all in the fifteenth second: more than the
	// machine can check, however fast it is.
	burst = 300
	// mostGrowth of the server's memory, in MiB.
	mostGrowth = 200
)

// A flood of log-ins is shed with a time to come back, and costs neither memory
// nor the reads beside it.
func TestAFloodOfLogInsIsShed(t *testing.T) { //nolint:paralleltest // times are measured
	set := newSetting(t)
	set.addPeople(t, 300)
	running := set.start(t)
	logins, reads := newClient(running, 400), newClient(running, 100)
	r := newReport(t, "Flood: log-ins and reads side by side")
	r.add("bar", "excess is 429 or 503 with Retry-After; no read fails; memory grows by at most %d MiB", mostGrowth)

	for n := range 20 { // connections, plans and caches
		_ = reads.do(t.Context(), readOperation(n))
	}
	memory := running.watchMemory(t)
	calm, tried, burstTried, read := newTally(), newTally(), newTally(), newTally()
	atRate(t, floodRate, 5*time.Second, func(ctx context.Context, n int) { one(ctx, reads, n, calm) })
	done := make(chan struct{})
	go func() {
		defer close(done)
		atRate(t, floodRate, floodTime, func(ctx context.Context, n int) { one(ctx, reads, n, read) })
	}()
	atRate(t, floodRate, floodTime, func(ctx context.Context, n int) {
		a := logins.do(ctx, floodLogin(n))
		tried.add(a.outcome(), a)
		if n == floodRate*15 {
			atOnce(t, burst, burst, func(ctx context.Context, n int) {
				a := logins.do(ctx, login(address(20000+n), unknown(n), wrongPassword))
				burstTried.add(a.outcome(), a)
			})
		}
	})
	<-done
	before, growth := memory()

	r.add("log-ins", "%d, %d in a second for %s", len(tried.times), floodRate, floodTime)
	r.counts(tried.seen, signedIn, wrong, limited, unavailable, other)
	r.add("  times", "%s", spread(tried.times))
	r.add("burst at second 15", "%d log-ins at once", len(burstTried.times))
	r.counts(burstTried.seen, wrong, unavailable, other)
	r.add("  times", "%s", spread(burstTried.times))
	r.add("reads before", "%d: %s", len(calm.times), spread(calm.times))
	r.add("reads beside", "%d, %d failed: %s", len(read.times), read.seen[other], spread(read.times))
	r.add("memory (RSS)", "%.0f MiB before, %.0f MiB more at most", before, growth)
	tried.wantNone(t, "log-ins")
	burstTried.wantNone(t, "log-ins of the burst")
	read.wantNone(t, "reads")
	if burstTried.seen[unavailable] == 0 || tried.seen[signedIn] == 0 {
		t.Errorf("nothing was shed, or nobody got in: %v, %v", tried.seen, burstTried.seen)
	}
	if growth > mostGrowth {
		t.Errorf("the server's memory grew by %.0f MiB", growth)
	}
}

// floodLogin is the nth log-in of the flood: of ten, four come from one network,
// one has the right password, and five are wrong ones from anywhere. No account
// is tried more than five times.
func floodLogin(n int) operation {
	switch person := known(n % 300); n % 10 {
	case 0, 2, 5, 7:
		return login(address(0), unknown(10000+n), wrongPassword)
	case 1:
		return login(address(1000+n), person, rightPassword)
	default:
		return login(address(1000+n), person, wrongPassword)
	}
}

// readOperation is a read from one of 2,000 networks.
func readOperation(n int) operation {
	return operation{query: `{ users(first: 5) { nodes { handle displayName } } }`, from: address(100000 + n%2000)}
}

const answered = "answered"

// one reads once.
func one(ctx context.Context, c *client, n int, t *tally) {
	a := c.do(ctx, readOperation(n))
	outcome := other
	if r, err := a.result(); err == nil && a.status == 200 && len(r.Errors) == 0 {
		outcome = answered
	}
	t.add(outcome, a)
}
