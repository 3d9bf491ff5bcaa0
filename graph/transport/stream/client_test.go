package stream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// client is a peer of a socket.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial opens a socket; token, unless empty, goes into the header.
func (h *hub) dial(t *testing.T, token string) *client {
	t.Helper()
	header := http.Header{}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	conn, response, err := websocket.Dial(t.Context(), h.URL, &websocket.DialOptions{
		HTTPClient: h.Client(), HTTPHeader: header, Subprotocols: []string{"graphql-transport-ws"},
	})
	if err != nil {
		t.Fatal(err, response)
	}
	conn.SetReadLimit(8 << 20)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}
}

// connect opens a socket and initialises it.
func (h *hub) connect(t *testing.T, token string) *client {
	t.Helper()
	c := h.dial(t, token)
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, text := range messages {
		if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(text)); err != nil {
			c.t.Fatalf("send %.100s: %v", text, err)
		}
	}
}

func (c *client) read() (string, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	_, text, err := c.conn.Read(ctx)
	return string(text), err
}

// expect reads the next messages.
func (c *client) expect(messages ...string) {
	c.t.Helper()
	for _, want := range messages {
		got, err := c.read()
		if err != nil {
			c.t.Fatalf("%v, want %s", err, want)
		}
		if got != want {
			c.t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
}

// closed reads until the socket is closed and compares code and reason.
func (c *client) closed(code int, reason string) {
	c.t.Helper()
	for {
		text, err := c.read()
		if err == nil {
			c.t.Logf("before the end: %.100s", text)
			continue
		}
		got := fmt.Sprint(err)
		if websocket.CloseStatus(err) != websocket.StatusCode(code) || !strings.Contains(got, fmt.Sprintf("reason = %q", reason)) {
			c.t.Fatalf("got %v, want %d %s", err, code, reason)
		}
		return
	}
}

// subscribe returns a message that starts an operation.
func subscribe(id, query string) string {
	text, _ := json.Marshal(map[string]any{"id": id, "type": "subscribe", "payload": map[string]string{"query": query}})
	return string(text)
}

func next(id, payload string) string {
	return `{"id":"` + id + `","type":"next","payload":` + payload + `}`
}

func complete(id string) string { return `{"id":"` + id + `","type":"complete"}` }
