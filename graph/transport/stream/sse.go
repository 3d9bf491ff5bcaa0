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
	"github.com/go-chi/chi/v5/middleware"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
)

// eventStreams serves operations as event streams.
type eventStreams struct{ options Options }

// Supports reports whether r is a GET or POST that prefers an event stream.
func (t eventStreams) Supports(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodPost) && transport.WantsEvents(r)
}

// Do executes one operation. What is wrong with the request is refused with a
// status; what is wrong with the operation is the only event of the stream.
func (t eventStreams) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	params, refusal := transport.Read(w, r, t.options.MaxBody)
	if refusal != nil {
		transport.Refuse(w, r, refusal)
		return
	}
	ctx, cancel := context.WithCancel(withoutCookie(r.Context()))
	defer cancel()
	place, refusal := t.options.Registry.enter(ctx, cancel)
	if refusal != nil {
		transport.Refuse(w, r, refusal)
		return
	}
	defer place.leave()
	s := &eventStream{
		options: t.options, w: w, rc: http.NewResponseController(w), queue: newQueue(), cut: cancel,
		principal: newPrincipal(t.options, auth.ActorOf(ctx)),
	}
	s.serve(ctx, operation{
		options: t.options, exec: exec, params: params, readOnly: r.Method == http.MethodGet,
		actor: s.principal.current, emit: func(response *graphql.Response) error { return s.push(ctx, response) },
	})
}

// withoutCookie hides the refresh cookie: an answer that has begun cannot set it.
func withoutCookie(ctx context.Context) context.Context {
	client := auth.ClientOf(ctx)
	client.RefreshToken, client.SetRefreshToken = "", nil
	return auth.WithClient(ctx, client)
}

// eventStream is the answer to one operation.
type eventStream struct {
	options   Options
	w         http.ResponseWriter
	rc        *http.ResponseController
	principal *principal
	queue     *queue
	// cut ends the stream without telling that the operation is complete, so that
	// the client connects again.
	cut context.CancelFunc
}

// serve writes the stream until the operation, the session or ctx ends, and returns
// when nothing of it runs any more.
func (s *eventStream) serve(ctx context.Context, op operation) {
	s.start()
	done, ended := make(chan *graphql.Response, 1), make(chan *graphql.Response, 1)
	var running sync.WaitGroup
	running.Go(func() { done <- op.run(ctx) })
	running.Go(func() {
		if refusal := s.principal.watch(ctx); refusal != nil {
			ended <- transport.Refusal(refusal)
		}
	})
	s.follow(ctx, done, ended)
	s.options.Logger.DebugContext(ctx, "an event stream ends", "request", middleware.GetReqID(ctx), "cut", ctx.Err() != nil)
	s.cut()
	running.Wait()
}

// follow writes what comes until the stream has to end.
func (s *eventStream) follow(ctx context.Context, done, ended <-chan *graphql.Response) {
	comment := time.NewTicker(s.options.Pace.Comment)
	defer comment.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-comment.C:
			s.write(":\n\n")
		case <-s.queue.ready:
			s.drain()
		case refusal := <-ended:
			s.finish(ctx, refusal)
			return
		case failed := <-done:
			s.drain()
			s.finish(ctx, failed)
			return
		}
	}
}

// start sends the header.
func (s *eventStream) start() {
	header := s.w.Header()
	header.Set("Content-Type", "text/event-stream; charset=utf-8")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept")
	s.w.WriteHeader(http.StatusOK)
	s.write(":\n\n")
}

// finish sends the last events, unless the stream was cut off.
func (s *eventStream) finish(ctx context.Context, failed *graphql.Response) {
	if ctx.Err() != nil {
		return
	}
	if failed != nil {
		s.write(frame(failed))
	}
	s.write("event: complete\ndata:\n\n")  // browsers drop an event without data
	_ = s.rc.SetWriteDeadline(time.Time{}) // the connection may serve others
}

// push queues a response, and cuts off a stream that is not read in time.
func (s *eventStream) push(ctx context.Context, response *graphql.Response) error {
	err := s.queue.push(ctx, []byte(frame(response)), s.options.Pace.Room)
	if errors.Is(err, errTooSlow) {
		s.cut()
	}
	return err
}

// frame returns a response as an event. JSON of ours has no line breaks outside of
// strings, where they are escaped.
func frame(response *graphql.Response) string {
	text, err := transport.Encode(response)
	if err != nil {
		text, _ = transport.Encode(transport.Refusal(unencodable()))
	}
	return "event: next\ndata: " + strings.ReplaceAll(string(text), "\n", " ") + "\n\n"
}

func (s *eventStream) drain() {
	for text := s.queue.pop(); text != nil; text = s.queue.pop() {
		s.write(string(text))
	}
}

// write sends a frame at once.
func (s *eventStream) write(frame string) {
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.options.Pace.Write))
	_, err := io.WriteString(s.w, frame)
	if err == nil {
		err = s.rc.Flush()
	}
	if err != nil {
		s.cut()
	}
}
