package stream

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// sockets serves WebSockets.
type sockets struct{ options Options }

// Supports reports whether r opens a WebSocket.
func (t sockets) Supports(r *http.Request) bool { return transport.OpensWebSocket(r) }

// Do serves a socket until it ends. Which pages may open one is decided before.
func (t sockets) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if !offers(r, subprotocol) {
		transport.Refuse(w, r, errs.BadUserInput("Offer the WebSocket subprotocol %s.", subprotocol))
		return
	}
	s := newSocket(t.options, r, exec)
	place, refusal := t.options.Registry.enterOpening(r.Context(), func() { s.end(closeRestart, "Service restart") })
	if refusal != nil {
		transport.Refuse(w, r, refusal)
		return
	}
	defer place.leave()
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols:       []string{subprotocol},
		InsecureSkipVerify: true, // the edge knows the allowed origins; cookies do not count here
	})
	if err != nil {
		return // Accept has answered
	}
	conn.SetReadLimit(-1) // read bounds messages itself, and tells the peer so
	s.place, s.conn = place, conn
	s.serve()
}

// offers reports whether the client of a handshake speaks a subprotocol.
func offers(r *http.Request, protocol string) bool {
	for _, value := range r.Header.Values("Sec-WebSocket-Protocol") {
		for offer := range strings.SplitSeq(value, ",") {
			if strings.TrimSpace(offer) == protocol {
				return true
			}
		}
	}
	return false
}

// socket is one WebSocket. Its goroutines: read, which belongs to the handler and
// acts on messages; write, the only one that sends them and that closes; ping; the
// watch over rights; and one for each operation.
type socket struct {
	options   Options
	exec      graphql.GraphExecutor
	header    http.Header
	conn      *websocket.Conn
	place     *place
	principal *principal
	queue     *queue

	// ctx ends with the socket, which ends the operations.
	ctx     context.Context //nolint:containedctx // the socket is what it belongs to
	cancel  context.CancelFunc
	running sync.WaitGroup

	// initTimer ends a socket that does not begin.
	initTimer *time.Timer
	// began and acked belong to read: connection_init came, and was answered.
	began, acked bool

	mu sync.Mutex
	// code and reason are why the socket has ended; code is 0 before.
	code       websocket.StatusCode
	reason     string
	operations map[string]*running
	// count is of the operations whose goroutine has not ended.
	count int
}

func newSocket(o Options, r *http.Request, exec graphql.GraphExecutor) *socket {
	ctx, cancel := context.WithCancel(r.Context())
	header := r.Header.Clone()
	// These are about one operation.
	header.Del("Idempotency-Key")
	header.Del("Nexus-Cost")
	return &socket{
		options: o, exec: exec, header: header, queue: newQueue(),
		principal: newPrincipal(o, auth.ActorOf(ctx)),
		ctx:       ctx, cancel: cancel, operations: map[string]*running{},
	}
}

// serve returns when the socket is closed and nothing of it runs any more.
func (s *socket) serve() {
	s.initTimer = time.AfterFunc(s.options.Pace.Init, func() { s.end(closeInitTimeout, "Connection initialisation timeout") })
	defer s.initTimer.Stop()
	s.running.Go(s.write)
	s.running.Go(s.ping)
	s.running.Go(s.watch)
	s.read()
	s.running.Wait()
}

// end closes the socket with a code and a reason; the first ones count.
func (s *socket) end(code websocket.StatusCode, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.code != 0 {
		return
	}
	s.code, s.reason = code, shortReason(reason)
	s.options.Logger.DebugContext(s.ctx, "a socket ends", "request", middleware.GetReqID(s.ctx),
		"close", int(code), "reason", s.reason)
	s.cancel()
}

// read acts on the client's messages, one after the other.
func (s *socket) read() {
	for s.ctx.Err() == nil {
		// Not the socket's context: the library would cut the connection off, and
		// the peer would not learn why.
		kind, reader, err := s.conn.Reader(context.Background())
		if err != nil {
			s.end(closeNormal, "")
			return
		}
		text, err := io.ReadAll(io.LimitReader(reader, s.options.MaxBody+1))
		switch {
		case s.ctx.Err() != nil:
			return
		case err != nil:
			s.end(closeNormal, "")
		case int64(len(text)) > s.options.MaxBody:
			s.end(closeTooBig, "Message too big")
		case kind != websocket.MessageText:
			s.end(closeMalformed, "Invalid message received: it is not a text")
		default:
			s.act(text)
		}
	}
}

// write sends what is queued, and closes the socket.
func (s *socket) write() {
	for {
		select {
		case <-s.ctx.Done():
			s.mu.Lock()
			code, reason := s.code, s.reason
			s.mu.Unlock()
			if code == 0 { // the request was ended by others
				code = closeRestart
			}
			_ = s.conn.Close(code, reason) // a peer that has gone needs no reason
			return
		case <-s.queue.ready:
		}
		for text := s.queue.pop(); text != nil && s.ctx.Err() == nil; text = s.queue.pop() {
			s.send(text)
		}
	}
}

func (s *socket) send(text []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), s.options.Pace.Write)
	defer cancel()
	err := s.conn.Write(ctx, websocket.MessageText, text)
	switch {
	case err == nil:
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
		s.end(closeTooSlow, "The reader is too slow")
	default:
		s.end(closeNormal, "")
	}
}

// push queues a message, and ends the socket when it is not read in time.
func (s *socket) push(ctx context.Context, m message) error {
	err := s.queue.push(ctx, m.encode(), s.options.Pace.Room)
	if errors.Is(err, errTooSlow) {
		s.end(closeTooSlow, "The reader is too slow")
	}
	return err
}

// ping keeps the connection alive, and drops a peer that does not answer.
func (s *socket) ping() {
	ticker := time.NewTicker(s.options.Pace.Ping)
	defer ticker.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), s.options.Pace.Pong)
		err := s.conn.Ping(ctx)
		cancel()
		if err != nil {
			s.end(closeNoPong, "No answer to a ping")
			return
		}
	}
}

// watch ends the socket with its session.
func (s *socket) watch() {
	refusal := s.principal.watch(s.ctx)
	switch {
	case refusal == nil:
	case refusal.Code == errs.CodeUnauthenticated:
		s.end(closeForbidden, "Forbidden")
	default:
		s.end(closeTryLater, refusal.Message)
	}
}
