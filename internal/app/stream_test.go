package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/project-nexus/nexus/internal/app"
	"github.com/project-nexus/nexus/internal/config"
)

// serving is a server that listens, and the way to stop it.
type serving struct {
	nexus *app.App
	url   string
	stop  context.CancelFunc
	done  chan error
}

func serveAt(t *testing.T, change func(*config.Config)) *serving {
	t.Helper()
	nexus, _ := openAs(t, change)
	ctx, stop := context.WithCancel(t.Context())
	s := &serving{nexus: nexus, stop: stop, done: make(chan error, 1)}
	ready := make(chan string, 1)
	go func() { s.done <- nexus.Serve(ctx, func(a net.Addr) { ready <- a.String() }) }()
	t.Cleanup(func() {
		stop()
		if err := <-s.done; err != nil {
			t.Error(err)
		}
	})
	s.url = "http://" + <-ready + "/graphql"
	return s
}

// socket opens a socket and initialises it with a payload.
func (s *serving) socket(t *testing.T, payload string) *websocket.Conn {
	t.Helper()
	conn, answer, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Accept-Encoding": {"gzip"}},
	})
	if err != nil {
		t.Fatal(err, answer)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	if got := say(t, conn, `{"type":"connection_init","payload":`+payload+`}`); got != `{"type":"connection_ack"}` {
		t.Fatalf("got %s", got)
	}
	return conn
}

// say sends a message and returns the next one, or why there is none.
func say(t *testing.T, conn *websocket.Conn, message string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if message != "" {
		if err := conn.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	_, text, err := conn.Read(ctx)
	if err != nil {
		return fmt.Sprint("end: ", err)
	}
	return string(text)
}

func subscribe(id, query string) string {
	return `{"id":"` + id + `","type":"subscribe","payload":{"query":"` + query + `"}}`
}

// A socket goes through every part of the server, with the rights of its token,
// outlives the time of a request, and ends with its session.
func TestSocketThroughTheServer(t *testing.T) {
	t.Parallel()
	const password = "rain on the seventh roof"
	s := serveAt(t, func(c *config.Config) {
		c.RequestTimeout, c.SamplePassword = 100*time.Millisecond, password
	})
	if err := s.nexus.ImportSample(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, handler: s.nexus.Handler()}
	token := c.text(`mutation { login(input: {email: "mentor@example.org", password: "`+password+`"}) { session { accessToken } } }`, "login", "session", "accessToken")
	conn := s.socket(t, `{"Authorization":"Bearer `+token+`"}`)
	got := say(t, conn, subscribe("1", `{ viewer { email } }`))
	if !strings.HasPrefix(got, `{"id":"1","type":"next","payload":{"data":{"viewer":{"email":"mentor@example.org"}},"extensions":{"cost":{"requested":`) ||
		!strings.Contains(got, `"remaining":`) {
		t.Errorf("got %s", got)
	}
	if got := say(t, conn, ""); got != `{"id":"1","type":"complete"}` {
		t.Errorf("got %s", got)
	}
	visitor := s.socket(t, `null`)
	if got := say(t, visitor, subscribe("1", `mutation { createCohort { cohort { id } } }`)); !strings.HasPrefix(got, `{"id":"1","type":"error","payload":[`) {
		t.Errorf("got %s", got)
	}
	// Another process ends the session: this one forgets nothing by itself.
	if err := s.nexus.DB().Handle(t.Context()).Exec(`UPDATE session SET revoked_at = now()`).Error; err != nil {
		t.Fatal(err)
	}
	revoked := time.Now()
	if got := say(t, conn, ""); !strings.Contains(got, "4403") || !strings.Contains(got, "Forbidden") {
		t.Errorf("after the session: %s", got)
	}
	t.Logf("the socket ended %s after its session", time.Since(revoked))
}

func TestServeEndsSocketsAndStreams(t *testing.T) {
	t.Parallel()
	s := serveAt(t, func(*config.Config) {})
	conn := s.socket(t, `null`)
	s.stop()
	if got := say(t, conn, ""); !strings.Contains(got, "StatusServiceRestart") {
		t.Errorf("got %s", got)
	}
	err := <-s.done
	s.done <- err
	if err != nil {
		t.Error(err)
	}
}

func TestSocketsOfForeignPages(t *testing.T) {
	t.Parallel()
	s := serveAt(t, func(*config.Config) {})
	for origin, want := range map[string]int{"https://evil.example": http.StatusForbidden, strings.TrimSuffix(s.url, "/graphql"): http.StatusSwitchingProtocols} {
		conn, answer, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{
			Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {origin}},
		})
		if err == nil {
			_ = conn.CloseNow()
		}
		if answer == nil || answer.StatusCode != want {
			t.Errorf("%s: %v", origin, answer)
		}
	}
}

// An event stream passes the compression as it is, and what stands before it in
// time.
func TestEventStreamThroughTheServer(t *testing.T) {
	t.Parallel()
	s := serveAt(t, func(c *config.Config) { c.RequestTimeout = 100 * time.Millisecond })
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url, strings.NewReader(`{"query":"{ __schema { types { name description } } }"}`))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Accept-Encoding", "gzip")
	answer, err := (&http.Client{}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.Header.Get("Content-Encoding") != "" || answer.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || answer.Header.Get("X-Accel-Buffering") != "no" {
		t.Errorf("answered with %v", answer.Header)
	}
	lines, got := bufio.NewReaderSize(answer.Body, 1<<20), ""
	for !strings.HasPrefix(got, "data:") {
		if got, err = lines.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(got, `"__schema":{"types":[`) {
		t.Errorf("got %.300s", got)
	}
}
