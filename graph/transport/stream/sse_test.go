package stream_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph/transport/stream"
)

// events asks for an event stream.
func (h *hub) events(t *testing.T, method, query, token string) (*http.Response, *bufio.Reader) {
	t.Helper()
	return h.eventsAs(t.Context(), t, method, query, token, "text/event-stream")
}

func (h *hub) eventsAs(ctx context.Context, t *testing.T, method, query, token, accept string) (*http.Response, *bufio.Reader) {
	t.Helper()
	target, body := h.URL, ""
	if method == http.MethodGet {
		target += "?query=" + url.QueryEscape(query)
	} else {
		text, _ := json.Marshal(map[string]string{"query": query})
		body = string(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", accept)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := h.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response, bufio.NewReader(response.Body)
}

// expectFrames reads the next frames of a stream, without comments.
func expectFrames(t *testing.T, reader *bufio.Reader, want ...string) {
	t.Helper()
	for _, frame := range want {
		got := ":"
		for got == ":" {
			got = readFrame(t, reader)
		}
		if got != frame {
			t.Fatalf("got  %s\nwant %s", got, frame)
		}
	}
}

func readFrame(t *testing.T, reader *bufio.Reader) string {
	t.Helper()
	var lines []string
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return "end: " + err.Error()
		}
		if line == "\n" {
			return strings.Join(lines, "|")
		}
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
}

const (
	frameComplete = "event: complete|data:"
	frameEnd      = "end: EOF"
)

func frameNext(payload string) string { return "event: next|data: " + payload }

func TestEventStream(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		response, reader := h.events(t, method, `subscription { ticks { text } }`, "")
		for name, want := range map[string]string{
			"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store, no-transform",
			"X-Accel-Buffering": "no", "Vary": "Accept", "Content-Length": "",
		} {
			if got := response.Header.Get(name); got != want || response.StatusCode != http.StatusOK {
				t.Errorf("%s: %d, %s %q, want %q", method, response.StatusCode, name, got, want)
			}
		}
		source := h.wait(t, 1)[0]
		source.events <- "a\nb"
		expectFrames(t, reader, frameNext(`{"data":{"ticks":{"text":"a\nb"}}}`))
		source.events <- "two"
		expectFrames(t, reader, frameNext(`{"data":{"ticks":{"text":"two"}}}`))
		close(source.events)
		expectFrames(t, reader, frameComplete, frameEnd)
		h.wait(t, 0)
	}
}

func TestOperationsAsEventStreams(t *testing.T) {
	t.Parallel()
	h := start(t)
	h.signIn("good")
	for _, test := range []struct{ method, query, token, want string }{
		{"POST", `{ who }`, "", `{"data":{"who":"visitor"}}`},
		{"GET", `{ who }`, "good", `{"data":{"who":"user"}}`},
		{"POST", `mutation { add(text: "x") }`, "", `{"data":{"add":"x"}}`},
		{"GET", `mutation { add(text: "x") }`, "", `{"errors":[{"message":"Mutations are served by POST only.","extensions":{"code":"METHOD_NOT_ALLOWED"}}]}`},
		{"POST", `{ nothing }`, "", `{"errors":[{"message":"Cannot query field \"nothing\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`},
		{"POST", `subscription { broken { text } }`, "", `{"errors":[{"message":"Not you.","path":["broken"],"extensions":{"code":"FORBIDDEN"}}]}`},
		{"POST", `{ crash }`, "", `{"errors":[{"message":"Internal error.","path":["crash"],"extensions":{"code":"INTERNAL"}}],"data":{"crash":null}}`},
	} {
		_, reader := h.events(t, test.method, test.query, test.token)
		expectFrames(t, reader, frameNext(test.want), frameComplete, frameEnd)
	}
}

// What is wrong with the request, and not with its operation, has a status.
func TestRefusedEventStreams(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) { o.MaxBody = 100 })
	for body, want := range map[string]int{`{`: 400, `[]`: 400, `{"query":1}`: 400, `{"query":"` + strings.Repeat("x", 100) + `"}`: 413} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Accept", "text/event-stream")
		request.Header.Set("Content-Type", "application/json")
		response, err := h.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want || !strings.Contains(string(text), `"code":`) {
			t.Errorf("%s is answered with %d %s", body, response.StatusCode, text)
		}
	}
}

// A client that takes JSON as readily gets JSON.
func TestWhoGetsAnEventStream(t *testing.T) {
	t.Parallel()
	h := start(t)
	for accept, want := range map[string]string{
		"text/event-stream":                         "text/event-stream; charset=utf-8",
		"text/event-stream, */*":                    "text/event-stream; charset=utf-8",
		"text/event-stream, application/json;q=0.9": "text/event-stream; charset=utf-8",
		"text/event-stream, multipart/mixed":        "text/event-stream; charset=utf-8",
		"application/graphql-response+json, application/json, text/event-stream, multipart/mixed": "application/graphql-response+json; charset=utf-8",
		"application/json, text/event-stream;q=0.5":                                               "application/json; charset=utf-8",
		"text/event-stream;q=0, application/json":                                                 "application/json; charset=utf-8",
		"*/*": "application/json; charset=utf-8",
	} {
		response, _ := h.eventsAs(t.Context(), t, http.MethodPost, `{ who }`, "", accept)
		if got := response.Header.Get("Content-Type"); got != want {
			t.Errorf("%s gets %s, want %s", accept, got, want)
		}
	}
	response, reader := h.eventsAs(t.Context(), t, http.MethodPost, `subscription { ticks { text } }`, "", "application/json")
	text, _ := io.ReadAll(reader)
	if response.StatusCode != http.StatusBadRequest || !strings.Contains(string(text), "A subscription needs a stream: a WebSocket, or a request with Accept: text/event-stream alone.") {
		t.Errorf("a subscription without a stream is answered with %d %s", response.StatusCode, text)
	}
}

func TestComments(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) { o.Pace.Comment = 10 * time.Millisecond })
	_, reader := h.events(t, http.MethodPost, `subscription { ticks { text } }`, "")
	for range 4 { // one at once, the others in time
		if got := readFrame(t, reader); got != ":" {
			t.Fatalf("got %s", got)
		}
	}
}

// The deadlines of a server are for requests that are answered at once.
func TestStreamsOutliveRequests(t *testing.T) {
	t.Parallel()
	h := start(t, func(h *hub, o *stream.Options) { h.patience, o.Pace.Comment = 50*time.Millisecond, 10*time.Millisecond })
	_, reader := h.events(t, http.MethodPost, `subscription { ticks { text } }`, "")
	for range 20 {
		if got := readFrame(t, reader); got != ":" {
			t.Fatalf("got %s", got)
		}
	}
	h.wait(t, 1)[0].events <- "late"
	expectFrames(t, reader, frameNext(`{"data":{"ticks":{"text":"late"}}}`))
}

func TestDisconnectEndsTheOperation(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.eventsAs(ctx, t, http.MethodPost, `subscription { ticks { text } }`, "", "text/event-stream")
	h.wait(t, 1)
	cancel()
	h.wait(t, 0)
}

// A stream that was not completed must not look so: its client connects again.
func TestCloseCutsEventStreamsOff(t *testing.T) {
	t.Parallel()
	h := start(t)
	_, reader := h.events(t, http.MethodPost, `subscription { ticks { text } }`, "")
	h.wait(t, 1)
	if err := h.registry.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	expectFrames(t, reader, frameEnd)
	h.wait(t, 0)
	if response, _ := h.events(t, http.MethodPost, `{ who }`, ""); response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("answered %d", response.StatusCode)
	}
}

func TestEndOfTheSessionOfAnEventStream(t *testing.T) {
	t.Parallel()
	var do atomic.Pointer[renewal]
	h := start(t, renewing(&do, new(atomic.Int32)))
	h.signIn("good")
	_, reader := h.events(t, http.MethodPost, `subscription { ticks { text } }`, "good")
	h.wait(t, 1)
	do.Store(new(renewal(ended)))
	expectFrames(t, reader, frameNext(`{"errors":[{"message":"Your session has ended; sign in again.","extensions":{"code":"UNAUTHENTICATED"}}]}`), frameComplete, frameEnd)
	h.wait(t, 0)
}

func TestSlowReaderOfAnEventStream(t *testing.T) {
	t.Parallel()
	for name, pace := range map[string]stream.Pace{
		"room":  {Room: 50 * time.Millisecond, Write: patience},
		"write": {Room: time.Hour, Write: 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, func(_ *hub, o *stream.Options) { o.Pace = pace })
			h.events(t, http.MethodPost, `subscription { ticks { text } }`, "")
			slow, events, late := h.wait(t, 1)[0], 0, time.After(patience)
			for big := strings.Repeat("x", 1<<20); slow.ctx.Err() == nil; {
				select {
				case slow.events <- big:
					events++
				case <-slow.ctx.Done():
				case <-late:
					t.Fatal("the peer is not dropped")
				}
			}
			if events > 32 {
				t.Errorf("%d MiB were taken for a peer that reads nothing", events)
			}
		})
	}
}
