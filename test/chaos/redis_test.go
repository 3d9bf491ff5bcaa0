//go:build chaos

package chaos

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	// phaseTime is how long each state of Redis lasts.
	phaseTime = 8 * time.Second
	readRate  = 100
	// deadline is that of an operation.
	deadline = 5 * time.Second
	// visitorBudget is what a network may spend in a minute; greedyCost what one
	// request of the greedy caller costs.
	visitorBudget = 120
	greedyCost    = 12
)

// A Redis that dies, freezes and comes back fails no request and delays none
// beyond its deadline, and at no time may a caller spend more than their budget.
func TestRedisMayDieFreezeAndComeBack(t *testing.T) { //nolint:paralleltest // times are measured
	redis := startRedis(t)
	set := newSetting(t, "NEXUS_REDIS_URL=redis://"+redis.address+"/0", "NEXUS_RATE_LIMIT_VISITOR=120")
	set.addPeople(t, 100)
	running := set.start(t)
	reads, greedy := newClient(running, 200), newClient(running, 4)
	r := newReport(t, "Redis: killed, back, frozen, back, under reads that pay from budgets")
	r.add("bar", "every read is answered in %s, none fails; who is beyond the budget gets 429", deadline)
	r.add("load", "%d reads in a second of 2,000 networks, %s for each state; beside them a caller beyond its budget", readRate, phaseTime)
	// Until Redis is found again, up to a second later, the server counts by itself:
	// then a caller has one budget here and one there.
	phases := []struct {
		name    string
		budgets int
		change  func()
	}{
		{"up", 1, func() {}},
		{"killed", 1, func() { redis.kill(t) }},
		{"back", 2, func() { redis.start(t) }},
		{"frozen", 1, func() { redis.signal(t, syscall.SIGSTOP) }},
		{"back again", 2, func() { redis.signal(t, syscall.SIGCONT) }},
	}
	count := 0
	all := newTally()
	for i, phase := range phases {
		seen := newTally()
		var both sync.WaitGroup
		ready := make(chan struct{})
		both.Go(func() {
			atRate(t, readRate, phaseTime, func(ctx context.Context, n int) {
				if n == readRate { // the fault comes under load, not before it
					phase.change()
					close(ready)
				}
				one(ctx, reads, count+n, seen)
			})
		})
		var spent spending
		both.Go(func() {
			<-ready
			spent = overspend(t, greedy, address(200000+i), phaseTime-2*time.Second)
		})
		both.Wait()
		count += len(seen.times)
		all.times = append(all.times, seen.times...)
		r.add(phase.name, "%d reads, %d failed: %s", len(seen.times), seen.seen[other], spread(seen.times))
		r.add("  beyond the budget", "%d requests, %d allowed (at most %d), %d refused with 429, %d else",
			spent.sent, spent.allowed, spent.most(phase.budgets), spent.refused, spent.failed)
		seen.wantNone(t, "reads while Redis is "+phase.name)
		if spent.allowed > spent.most(phase.budgets) || spent.refused == 0 || spent.failed > 0 {
			t.Errorf("while Redis is %s, a caller beyond the budget: %+v, want at most %d allowed", phase.name, spent, spent.most(phase.budgets))
		}
	}
	r.add("all", "%d reads: %s", len(all.times), spread(all.times))
	if worst := percentile(all.times, 1); worst > deadline {
		t.Errorf("the slowest read took %s", worst)
	}
	redis.wantUsed(t)
}

// spending is what became of a caller who asks for more than the budget.
type spending struct {
	sent, allowed, refused, failed int
	took                           time.Duration
}

// most is how many requests budgets cover: all of them, and what comes back.
func (s spending) most(budgets int) int {
	return int(float64(budgets) * (visitorBudget + visitorBudget*s.took.Minutes()) / greedyCost)
}

// overspend sends twenty requests a second from one network.
func overspend(t *testing.T, c *client, from string, duration time.Duration) spending {
	t.Helper()
	var allowed, refused, failed atomic.Int64
	begin := time.Now()
	atRate(t, 20, duration, func(ctx context.Context, _ int) {
		a := c.do(ctx, operation{query: `{ users(first: 5) { totalCount } }`, from: from})
		got, err := a.result()
		switch {
		case err == nil && a.status == http.StatusOK && len(got.Errors) == 0:
			allowed.Add(1)
		case err == nil && a.status == http.StatusTooManyRequests && a.header.Get("Retry-After") != "":
			refused.Add(1)
		default:
			failed.Add(1)
			t.Logf("neither allowed nor refused: %s", a)
		}
	})
	s := spending{allowed: int(allowed.Load()), refused: int(refused.Load()), failed: int(failed.Load()), took: time.Since(begin)}
	s.sent = s.allowed + s.refused + s.failed
	return s
}

// redisServer is a Redis of the test's own, which may be killed and frozen.
type redisServer struct {
	address, folder string
	command         *exec.Cmd
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &redisServer{address: listener.Addr().String(), folder: t.TempDir()}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	s.start(t)
	t.Cleanup(func() { s.kill(t) })
	return s
}

// start starts it at its address and waits until it answers.
func (s *redisServer) start(t *testing.T) {
	t.Helper()
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Error(err)
		return
	}
	s.command = exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no")
	s.command.Dir = s.folder
	if err := s.command.Start(); err != nil {
		t.Errorf("start redis-server: %v", err)
		return
	}
	for end := time.Now().Add(startLimit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if s.ask("PING") == "+PONG" {
			return
		}
	}
	t.Error("redis-server does not answer")
}

// ask sends a command and returns the first line of the answer, "" without one.
func (s *redisServer) ask(command string) string {
	conn, err := net.DialTimeout("tcp", s.address, time.Second)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(time.Second)) // without it the write fails too
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		return ""
	}
	lines := bufio.NewScanner(conn)
	lines.Scan()
	return lines.Text()
}

// wantUsed fails the test when nothing was counted in Redis after it came back.
func (s *redisServer) wantUsed(t *testing.T) {
	t.Helper()
	if keys := s.ask("DBSIZE"); keys == ":0" || keys == "" {
		t.Errorf("Redis is not used again after it came back: %q keys", keys)
	}
}

func (s *redisServer) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := s.command.Process.Signal(signal); err != nil {
		t.Error(err)
	}
}

// kill ends it at once, frozen or not.
func (s *redisServer) kill(t *testing.T) {
	t.Helper()
	s.signal(t, syscall.SIGKILL)
	_ = s.command.Wait() // it was killed, which is an error
}
