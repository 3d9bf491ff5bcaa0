package stream_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/project-nexus/nexus/graph/transport/stream"
)

func TestCloseEndsSockets(t *testing.T) {
	t.Parallel()
	h := start(t)
	var clients []*client
	for i := range 5 {
		c := h.connect(t, "")
		c.send(subscribe("1", `subscription { ticks { text } }`))
		h.wait(t, i+1)
		clients = append(clients, c)
	}
	clients = append(clients, h.dial(t, "")) // not initialised
	told := make(chan struct{})
	for _, c := range clients {
		go func() {
			defer func() { told <- struct{}{} }()
			c.closed(1012, "Service restart")
		}()
	}
	if err := h.registry.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.registry.Len(); n != 0 {
		t.Errorf("%d are still open", n)
	}
	for range clients {
		<-told
	}
	h.wait(t, 0)
	_, response, err := websocket.Dial(t.Context(), h.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a server that stops takes a socket: %v", response)
	}
}

// Close waits no longer than it may.
func TestCloseHasAnEnd(t *testing.T) {
	t.Parallel()
	h := start(t)
	conn, _ := rawDial(t, h) // answers no close frame
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := h.registry.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	_ = conn.Close()
	if err := h.registry.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTooManySockets(t *testing.T) {
	t.Parallel()
	h := start(t, func(h *hub, _ *stream.Options) { h.registry = stream.NewRegistry(2, 3) })
	h.signIn("one")
	h.signIn("two")
	for token, most := range map[string]int{"": 2, "one": 3, "two": 3} {
		var last *client
		for range most {
			last = h.connect(t, token)
		}
		before := h.registry.Len()
		c := h.dial(t, token)
		c.send(initMessage)
		c.closed(1013, "Too many open sockets and streams")
		if response, _ := h.events(t, http.MethodPost, `{ who }`, token); response.StatusCode != http.StatusTooManyRequests {
			t.Errorf("a stream too many is answered with %d", response.StatusCode)
		}
		if err := last.conn.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Fatal(err)
		}
		for h.registry.Len() >= before {
			runtime.Gosched()
		}
		h.connect(t, token) // one has left
	}
}

// Sockets that do not tell whose they are count for their network at once.
func TestTooManyOpeningSockets(t *testing.T) {
	t.Parallel()
	h := start(t)
	for range 100 {
		h.dial(t, "")
	}
	_, response, err := websocket.Dial(t.Context(), h.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err == nil || response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("answered %v", response)
	}
}

// Everything of a connection goes with it. This test counts for the whole process,
// so it is not parallel.
func TestNothingIsLeft(t *testing.T) { //nolint:paralleltest // see above
	h := start(t, func(h *hub, _ *stream.Options) { h.registry = stream.NewRegistry(300, 300) })
	_ = h.connect(t, "").conn.CloseNow() // what the first one leaves for all
	goroutines, files := settled(t, h, 1<<30, 1<<30)
	var clients []*client
	for i := range 200 {
		c := h.connect(t, "")
		c.send(subscribe("1", `subscription { ticks { text } }`), subscribe("2", `subscription { ticks { text } }`))
		clients = append(clients, c)
		if i%2 == 0 {
			h.wait(t, 2*i+2)
		}
	}
	h.wait(t, 400)
	if now := runtime.NumGoroutine(); now < goroutines+400 {
		t.Fatalf("%d goroutines with 200 sockets, %d before: this counts nothing", now, goroutines)
	}
	for i, c := range clients {
		switch i % 4 {
		case 0:
			_ = c.conn.CloseNow()
		case 1:
			c.send(`nonsense`)
			c.closed(4400, "Invalid message received: a message is a JSON object with a type")
		case 2:
			_ = c.conn.Close(websocket.StatusNormalClosure, "")
		default:
			c.send(complete("1"), complete("2"))
			_ = c.conn.CloseNow()
		}
	}
	settled(t, h, goroutines, files)
}

// settled waits until no connection is open and counts are no greater than those
// given, and returns them.
func settled(t *testing.T, h *hub, maxGoroutines, maxFiles int) (goroutines, files int) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		h.Client().CloseIdleConnections()
		open, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skipf("the descriptors of a process cannot be counted here: %v", err)
		}
		goroutines, files = runtime.NumGoroutine(), len(open)
		if h.registry.Len() == 0 && goroutines <= maxGoroutines && files <= maxFiles {
			return goroutines, files
		}
		if time.Now().After(end) {
			t.Fatalf("%d connections, %d goroutines (at most %d), %d descriptors (at most %d)",
				h.registry.Len(), goroutines, maxGoroutines, files, maxFiles)
		}
	}
}
