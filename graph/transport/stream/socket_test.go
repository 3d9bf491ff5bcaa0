package stream_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/project-nexus/nexus/graph/transport/stream"
	"github.com/project-nexus/nexus/internal/errs"
)

func TestSubscription(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("1", `subscription { ticks { text } }`))
	source := h.wait(t, 1)[0]
	source.events <- "one"
	source.events <- "two"
	c.expect(next("1", `{"data":{"ticks":{"text":"one"}}}`), next("1", `{"data":{"ticks":{"text":"two"}}}`))
	close(source.events)
	c.expect(complete("1"))
	h.wait(t, 0)
	if n := h.responses.Load(); n != 2 {
		t.Errorf("%d responses were made of 2 events; each has loaders of its own", n)
	}
}

func TestClientCompletes(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("1", `subscription { ticks { text } }`))
	first := h.wait(t, 1)[0]
	c.send(complete("1"), complete("unknown"))
	h.wait(t, 0) // the source has ended
	if first.ctx.Err() == nil {
		t.Error("the resolver's context goes on")
	}
	c.send(subscribe("1", `subscription { ticks { text } }`)) // the id is free
	h.wait(t, 1)[0].events <- "again"
	c.expect(next("1", `{"data":{"ticks":{"text":"again"}}}`))
}

func TestQueriesAndMutations(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(`{"id":"q","type":"subscribe","payload":{"query":"query A($t: String!) { echo(text: $t) } query B { who }","operationName":"A","variables":{"t":"hi"}}}`)
	c.expect(next("q", `{"data":{"echo":"hi"}}`), complete("q"))
	c.send(subscribe("m", `mutation { add(text: "x") }`))
	c.expect(next("m", `{"data":{"add":"x"}}`), complete("m"))
}

func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("a", `subscription { ticks { text } }`), subscribe("b", `{ echo(text: "b") }`))
	c.expect(next("b", `{"data":{"echo":"b"}}`), complete("b"))
	h.wait(t, 1)[0].events <- "a"
	c.expect(next("a", `{"data":{"ticks":{"text":"a"}}}`))
}

// An error is the last message of its operation: no complete follows, and the id is
// free.
func TestErrorsEndAnOperation(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	for query, want := range map[string]string{
		`{ nothing }`:                      `[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]`,
		`{`:                                `[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]`,
		`subscription { broken { text } }`: `[{"message":"Not you.","path":["broken"],"extensions":{"code":"FORBIDDEN"}}]`,
		`subscription { ticks { text } ... @defer { ticks { who } } }`: `[{"message":"@defer is not served here.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]`,
		`query Q($a: String!) { echo(text: $a) }`:                      `[{"message":"Variable \"$a\" is required.","extensions":{"code":"BAD_USER_INPUT"}}]`,
	} {
		c.send(subscribe("1", query))
		got, err := c.read()
		if err != nil || got != `{"id":"1","type":"error","payload":`+want+`}` {
			t.Errorf("%s\ngot  %s %v\nwant %s", query, got, err, want)
		}
	}
	c.send(subscribe("2", `{ echo(text: "alive") }`))
	c.expect(next("2", `{"data":{"echo":"alive"}}`), complete("2"))
}

func TestSourceThatFails(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("1", `subscription { ticks { text } }`))
	source := h.wait(t, 1)[0]
	source.abort = errs.New(errs.CodeResumeExpired, "Start anew.")
	close(source.events)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"Start anew.","extensions":{"code":"RESUME_EXPIRED"}}]}`)
}

// What fails inside an event names the subscription in its path, and does not end
// it.
func TestErrorInsideAnEvent(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("1", `subscription { t: ticks { text fail } }`))
	source := h.wait(t, 1)[0]
	for range 2 {
		source.events <- "one"
		c.expect(next("1", `{"errors":[{"message":"Not you.","path":["t","fail"],"extensions":{"code":"FORBIDDEN"}}],"data":{"t":{"text":"one","fail":null}}}`))
	}
}

func TestPanicsEndNoSocket(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	c.send(subscribe("1", `{ crash }`))
	c.expect(next("1", `{"errors":[{"message":"Internal error.","path":["crash"],"extensions":{"code":"INTERNAL"}}],"data":{"crash":null}}`), complete("1"))
	for _, query := range []string{`query Boom { who }`, `subscription Boom { ticks { text } }`} {
		c.send(`{"id":"2","type":"subscribe","payload":{"operationName":"Boom","query":"` + query + `"}}`) // outside of any resolver
		c.expect(`{"id":"2","type":"error","payload":[{"message":"Internal error.","extensions":{"code":"INTERNAL"}}]}`)
	}
}

// The deadline is that of an event, counted from its arrival: the stream goes on
// long after it.
func TestDeadlineOfAnEvent(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) { o.Timeout = 100 * time.Millisecond })
	c := h.connect(t, "")
	c.send(subscribe("1", `subscription { ticks { slow } }`))
	source := h.wait(t, 1)[0]
	for range 3 {
		source.events <- "slow"
		c.expect(next("1", `{"errors":[{"message":"Too late.","path":["ticks","slow"],"extensions":{"code":"TIMEOUT"}}],"data":{"ticks":{"slow":null}}}`))
		source.events <- "quick"
		c.expect(next("1", `{"data":{"ticks":{"slow":"quick"}}}`))
	}
	c.send(subscribe("q", `{ wait }`))
	c.expect(next("q", `{"errors":[{"message":"Too late.","path":["wait"],"extensions":{"code":"TIMEOUT"}}],"data":{"wait":null}}`), complete("q"))
	c.send(subscribe("s", `subscription { stuck { text } }`))
	c.expect(`{"id":"s","type":"error","payload":[{"message":"The operation took longer than its deadline.","extensions":{"code":"TIMEOUT"}}]}`)
}

func TestPingOfTheClient(t *testing.T) {
	t.Parallel()
	c := start(t).dial(t, "")
	c.send(`{"type":"ping","payload":{"any":1}}`)
	c.expect(`{"type":"pong"}`)
	c.send(`{"type":"pong"}`, `{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
}

func TestTokens(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.signIn("good")
	for name, test := range map[string]struct{ header, payload, want string }{
		"nobody":             {"", ``, "visitor"},
		"null":               {"", `,"payload":null`, "visitor"},
		"no token":           {"", `,"payload":{"other":1,"authorization":null}`, "visitor"},
		"in the payload":     {"", `,"payload":{"Authorization":"Bearer good"}`, "user"},
		"in small letters":   {"", `,"payload":{"authorization":"bearer good"}`, "user"},
		"in the header":      {"good", ``, "user"},
		"in both, the other": {"forged", `,"payload":{"authorization":"bearer good"}`, "user"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := h.dial(t, test.header)
			c.send(`{"type":"connection_init"` + test.payload + `}`)
			c.expect(`{"type":"connection_ack"}`)
			c.send(subscribe("1", `{ who }`))
			c.expect(next("1", `{"data":{"who":"`+test.want+`"}}`), complete("1"))
		})
	}
}

func TestSubprotocolIsRequired(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, offer := range []string{"", "graphql-ws", "Graphql-Transport-WS", "graphql-transport-ws2"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==", "Sec-WebSocket-Protocol": offer,
		} {
			request.Header.Set(name, value)
		}
		response, err := h.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusBadRequest || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%q is answered with %d", offer, response.StatusCode)
		}
	}
	conn, _, err := websocket.Dial(t.Context(), h.URL, &websocket.DialOptions{Subprotocols: []string{"graphql-ws", "graphql-transport-ws"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.CloseNow() })
	if conn.Subprotocol() != "graphql-transport-ws" {
		t.Errorf("chose %q", conn.Subprotocol())
	}
}
