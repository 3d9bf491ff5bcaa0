package stream_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/project-nexus/nexus/graph/transport/stream"
)

// rawDial opens a socket below the library, which reads and answers pings only
// when the test does.
func rawDial(t *testing.T, h *hub) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(h.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n")
	reader := bufio.NewReader(conn)
	response, err := http.ReadResponse(reader, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(response, err)
	}
	return conn, reader
}

// rawSend writes text frames, masked with zeros.
func rawSend(t *testing.T, conn net.Conn, messages ...string) {
	t.Helper()
	for _, text := range messages {
		frame := []byte{0x81, 0x80 | 126, 0, 0, 0, 0, 0, 0}
		binary.BigEndian.PutUint16(frame[2:], uint16(len(text)))
		if _, err := conn.Write(append(frame, text...)); err != nil {
			t.Fatal(err)
		}
	}
}

// rawFrames reads frames until a close frame, and returns its code and reason, or
// the error of a connection that was cut off.
func rawFrames(reader *bufio.Reader, pings *int) (code int, reason string, err error) {
	for {
		head := make([]byte, 2)
		if _, err := io.ReadFull(reader, head); err != nil {
			return 0, "", err
		}
		length := int64(head[1] & 0x7f)
		if size := map[int64]int{126: 2, 127: 8}[length]; size > 0 {
			extended := make([]byte, 8)
			if _, err := io.ReadFull(reader, extended[8-size:]); err != nil {
				return 0, "", err
			}
			length = int64(binary.BigEndian.Uint64(extended))
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(reader, body); err != nil {
			return 0, "", err
		}
		switch head[0] & 0x0f {
		case 8:
			return int(binary.BigEndian.Uint16(body)), string(body[2:]), nil
		case 9:
			*pings++
		}
	}
}

func TestPeerThatDoesNotAnswerPings(t *testing.T) {
	t.Parallel()
	h := start(t, func(_ *hub, o *stream.Options) {
		o.Pace.Ping, o.Pace.Pong = 20*time.Millisecond, 100*time.Millisecond
	})
	alive := h.connect(t, "")
	alive.send(subscribe("1", `subscription { ticks { text } }`))
	source := h.wait(t, 1)[0]
	read := make(chan struct{})
	go func() {
		defer close(read)
		alive.expect(next("1", `{"data":{"ticks":{"text":"alive"}}}`)) // answers pings meanwhile
	}()
	_, reader := rawDial(t, h)
	pings := 0
	code, reason, err := rawFrames(reader, &pings)
	if code != 4504 || reason != "No answer to a ping" || pings != 1 {
		t.Errorf("after %d pings: %d %s %v", pings, code, reason, err)
	}
	source.events <- "alive"
	<-read
}

// A peer that does not read is dropped, and keeps no other from its events. One
// that reads before its connection is cut off learns why.
func TestSlowReader(t *testing.T) {
	t.Parallel()
	for name, pace := range map[string]stream.Pace{
		"told":    {Room: 50 * time.Millisecond, Write: patience},
		"cut off": {Room: time.Hour, Write: 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, func(_ *hub, o *stream.Options) { o.Pace = pace })
			conn, reader := rawDial(t, h)
			rawSend(t, conn, initMessage, subscribe("1", `subscription { ticks { text } }`))
			slow := h.wait(t, 1)[0]
			fast := h.connect(t, "")
			fast.send(subscribe("1", `subscription { ticks { text } }`))
			var other *source
			for _, each := range h.wait(t, 2) {
				if each != slow {
					other = each
				}
			}
			events, late := 0, time.After(patience)
			for big := strings.Repeat("x", 1<<20); slow.ctx.Err() == nil; {
				select {
				case slow.events <- big:
					events++
				case <-slow.ctx.Done():
				case <-late:
					t.Fatal("the peer is not dropped")
				case other.events <- "one":
					fast.expect(next("1", `{"data":{"ticks":{"text":"one"}}}`))
				}
			}
			// Socket buffers take some, the queue little more.
			if events > 32 {
				t.Errorf("%d MiB were taken for a peer that reads nothing", events)
			}
			code, reason, err := rawFrames(reader, new(int))
			if name == "told" && (code != 4505 || reason != "The reader is too slow") {
				t.Errorf("closed with %d %s %v", code, reason, err)
			}
			if name == "cut off" && err == nil {
				t.Errorf("closed with %d %s, in the middle of a frame", code, reason)
			}
			select {
			case other.events <- "two":
			case <-other.ctx.Done():
			}
			fast.expect(next("1", `{"data":{"ticks":{"text":"two"}}}`))
		})
	}
}

// Many small events at once are no reason to drop a peer that reads.
func TestBurst(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.connect(t, "")
	for i := range 90 {
		c.send(subscribe(fmt.Sprint(i), `subscription { ticks { text } }`))
	}
	for _, source := range h.wait(t, 90) {
		go func() {
			for range 20 {
				select {
				case source.events <- "x":
				case <-source.ctx.Done():
				}
			}
		}()
	}
	for range 90 * 20 {
		if _, err := c.read(); err != nil {
			t.Fatal(err)
		}
	}
}
