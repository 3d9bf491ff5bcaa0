package rate_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// gateMode is what becomes of calls through a gate.
type gateMode int32

const (
	passing gateMode = iota
	frozen           // connections are accepted and what is sent is read, without an answer
	killed           // connections end once something is sent
)

// gate stands before the real Redis.
type gate struct {
	url    string
	target string
	mode   atomic.Int32
	// calls counts what was sent to a gate that does not pass it on.
	calls atomic.Int64

	mu    sync.Mutex
	conns []net.Conn
	ended bool
}

func newGate(t *testing.T) *gate {
	t.Helper()
	address, err := url.Parse(redisURL(t))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{target: address.Host}
	address.Host = listener.Addr().String()
	g.url = address.String()
	var group sync.WaitGroup
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			group.Go(func() { g.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		g.closeAll()
		group.Wait()
	})
	return g
}

func (g *gate) set(m gateMode) { g.mode.Store(int32(m)) }

// await waits until calls were counted.
func (g *gate) await(t *testing.T, calls int64) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); g.calls.Load() < calls; {
		if time.Now().After(deadline) {
			t.Fatalf("%d calls reached the gate, want %d", g.calls.Load(), calls)
		}
	}
}

// serve passes on what a client sends, as long as the gate does.
func (g *gate) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	server, err := net.Dial("tcp", g.target)
	if err != nil || !g.keep(conn, server) {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(conn, server) }() // ends with either
	buffer := make([]byte, 1<<16)
	for {
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		switch gateMode(g.mode.Load()) {
		case frozen:
			g.calls.Add(1)
		case killed:
			g.calls.Add(1)
			return
		case passing:
			if _, err := server.Write(buffer[:n]); err != nil {
				return
			}
		}
	}
}

// keep remembers connections to close; false when the gate has ended.
func (g *gate) keep(conns ...net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.conns = append(g.conns, conns...)
	return !g.ended
}

func (g *gate) closeAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	for _, conn := range g.conns {
		_ = conn.Close()
	}
}
