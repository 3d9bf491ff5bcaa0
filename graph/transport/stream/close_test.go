package stream_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/project-nexus/nexus/graph/transport/stream"
)

const initMessage = `{"type":"connection_init"}`

func TestMalformedMessages(t *testing.T) {
	t.Parallel()
	h := start(t)
	for message, reason := range map[string]string{
		`no JSON`:                "a message is a JSON object with a type",
		`{"type":"ping"} {}`:     "a message is a JSON object with a type",
		`["ping"]`:               "a message is a JSON object with a type",
		`{"payload":{}}`:         "a message is a JSON object with a type",
		`{"type":7}`:             "a message is a JSON object with a type",
		"{\"type\":\"p\xff\"}":   "a message is a JSON object with a type",
		`{"type":"start"}`:       "the type is unknown",
		`{"type":"subscribe"}`:   "a subscribe has an id, and a payload with a query",
		subscribe("", `{ who }`): "a subscribe has an id, and a payload with a query",
		subscribe(strings.Repeat("x", 257), `{ who }`):                                  "a subscribe has an id, and a payload with a query",
		`{"id":"1","type":"subscribe","payload":null}`:                                  "a subscribe has an id, and a payload with a query",
		`{"id":"1","type":"subscribe","payload":[]}`:                                    "a subscribe has an id, and a payload with a query",
		`{"id":"1","type":"subscribe","payload":{}}`:                                    "a subscribe has an id, and a payload with a query",
		`{"id":"1","type":"subscribe","payload":{"query":1}}`:                           "a subscribe has an id, and a payload with a query",
		`{"id":"1","type":"subscribe","payload":{"query":"{ who }","variables":["a"]}}`: "a subscribe has an id, and a payload with a query",
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			c := h.connect(t, "")
			c.send(message)
			c.closed(4400, "Invalid message received: "+reason)
		})
	}
	t.Run("payload of init", func(t *testing.T) {
		t.Parallel()
		c := h.dial(t, "")
		c.send(`{"type":"connection_init","payload":[]}`)
		c.closed(4400, "Invalid message received: the payload is not an object")
	})
	t.Run("binary", func(t *testing.T) {
		t.Parallel()
		c := h.connect(t, "")
		if err := c.conn.Write(t.Context(), websocket.MessageBinary, []byte(initMessage)); err != nil {
			t.Fatal(err)
		}
		c.closed(4400, "Invalid message received: it is not a text")
	})
}

// What a person may have typed is no fault of the client's program.
func TestBadInputEndsNoSocket(t *testing.T) {
	t.Parallel()
	c := start(t).connect(t, "")
	c.send(`{"id":"1","type":"subscribe","payload":{"query":"query Q($t: String!) { echo(text: $t) }","variables":{"t":"\u0000"}}}`)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"Variable \"$t\" holds a NUL character.","extensions":{"argument":["t"],"code":"BAD_USER_INPUT"}}]}`)
}

func TestSubscribeBeforeAck(t *testing.T) {
	t.Parallel()
	c := start(t).dial(t, "")
	c.send(subscribe("1", `{ who }`))
	c.closed(4401, "Unauthorized") //nolint:misspell // the word of the protocol
}

func TestSecondInit(t *testing.T) {
	t.Parallel()
	c := start(t).connect(t, "")
	c.send(initMessage)
	c.closed(4429, "Too many initialisation requests")
}

func TestNoInit(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) { o.Pace.Init = 50 * time.Millisecond })
	h.dial(t, "").closed(4408, "Connection initialisation timeout")
}

// An initialised socket outlives the time that it had for that.
func TestInitStopsItsTimer(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) {
		o.Pace.Init, o.Timeout = 300*time.Millisecond, 500*time.Millisecond
	})
	c := h.connect(t, "")
	c.send(subscribe("1", `{ wait }`)) // until its own deadline
	c.expect(next("1", `{"errors":[{"message":"Too late.","path":["wait"],"extensions":{"code":"TIMEOUT"}}],"data":{"wait":null}}`), complete("1"))
}

func TestIDInUse(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, id := range []string{"1", strings.Repeat("ä", 128)} {
		c := h.connect(t, "")
		c.send(subscribe(id, `subscription { ticks { text } }`))
		h.wait(t, 1)
		c.send(subscribe(id, `{ who }`))
		reason := "Subscriber for " + id + " already exists"
		if id != "1" {
			reason = "Subscriber for " + strings.Repeat("ä", 52) + "…"
		}
		c.closed(4409, reason)
		h.wait(t, 0)
	}
}

// One answer to every token that is not good.
func TestRefusedTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.signIn("good")
	for _, authorization := range []string{
		`"Bearer forged"`, `"good"`, `"Basic good"`, `"Bearer"`, `"Bearer a b"`, `""`, `7`, `["Bearer good"]`, `{}`,
		`"Bearer good","authorization":"Bearer good"`, `"Bearer ` + strings.Repeat("x", 5000) + `"`,
	} {
		t.Run(fmt.Sprintf("%.40s", authorization), func(t *testing.T) {
			t.Parallel()
			c := h.dial(t, "")
			c.send(`{"type":"connection_init","payload":{"Authorization":` + authorization + `}}`)
			c.closed(4403, "Forbidden")
		})
	}
	for token, want := range map[string]struct {
		code   int
		reason string
	}{"nobody-knows": {1013, "Try again later"}, "fault": {1011, "Internal server error"}} {
		c := h.dial(t, "")
		c.send(`{"type":"connection_init","payload":{"Authorization":"Bearer ` + token + `"}}`)
		c.closed(want.code, want.reason)
	}
}

func TestMessageThatIsTooBig(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) { o.MaxBody = 1000 })
	c := h.connect(t, "")
	head, tail := `{"id":"1","type":"subscribe","payload":{"query":"{ who }","extensions":{"x":"`, `"}}}`
	c.send(head + strings.Repeat("x", 1000-len(head+tail)) + tail)
	c.expect(next("1", `{"data":{"who":"visitor"}}`), complete("1"))
	c.send(subscribe("2", `{ echo(text: "`+strings.Repeat("x", 300_000)+`") }`))
	c.closed(1009, "Message too big")
}

func TestTooManyOperations(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	for i := range 100 {
		c.send(subscribe(fmt.Sprint(i), `subscription { ticks { text } }`))
	}
	h.wait(t, 100)
	c.send(complete("7"), subscribe("another", `subscription { ticks { text } }`), `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`) // one in place of another is allowed
	h.wait(t, 100)
	c.send(subscribe("more", `{ who }`))
	c.closed(4503, "Too many operations, more than 100")
	h.wait(t, 0)
}
