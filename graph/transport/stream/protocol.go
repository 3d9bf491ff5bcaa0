package stream

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// maxOperations is how many operations a socket runs at once. As many more may be
// about to end.
const maxOperations = 100

// running is an operation of a socket, under its id.
type running struct {
	id     string
	ctx    context.Context //nolint:containedctx // the operation is what it belongs to
	cancel context.CancelFunc
}

// act does what a message asks for.
func (s *socket) act(text []byte) {
	m, err := decodeMessage(text)
	if err != nil {
		s.end(closeMalformed, "Invalid message received: "+err.Error())
		return
	}
	switch m.Type {
	case typeInit:
		s.initialise(m)
	case typePing:
		_ = s.push(s.ctx, message{Type: typePong})
	case typePong:
	case typeSubscribe:
		s.subscribe(m)
	case typeComplete:
		s.complete(m.ID)
	default:
		s.end(closeMalformed, "Invalid message received: the type is unknown")
	}
}

// initialise finds out whom the socket acts for.
func (s *socket) initialise(m message) {
	if s.began {
		s.end(closeTooManyInits, "Too many initialisation requests")
		return
	}
	s.began = true
	s.initTimer.Stop()
	members, ok := m.object()
	if !ok {
		s.end(closeMalformed, "Invalid message received: the payload is not an object")
		return
	}
	if !s.authenticate(members) {
		return
	}
	if !s.place.settle(auth.WithActor(s.ctx, s.principal.current())) {
		s.end(closeTryLater, "Too many open sockets and streams")
		return
	}
	s.acked = true
	_ = s.push(s.ctx, message{Type: typeAck})
}

// authenticate takes the token of connection_init, if there is one; else the socket
// acts for whom its handshake did. One answer to every token that is not good.
func (s *socket) authenticate(members map[string]json.RawMessage) bool {
	header, ok := authorization(members)
	if ok && header == "" {
		return true
	}
	token, isBearer := auth.BearerToken(header)
	if !ok || !isBearer || s.options.Authenticate == nil {
		s.end(closeForbidden, "Forbidden")
		return false
	}
	ctx, cancel := s.ctx, context.CancelFunc(func() {})
	if s.options.Timeout > 0 {
		ctx, cancel = context.WithTimeout(s.ctx, s.options.Timeout)
	}
	defer cancel()
	actor, err := s.options.Authenticate(ctx, token)
	switch code := errs.CodeOf(err); {
	case err == nil && actor.User != nil:
		s.principal.set(actor)
		return true
	case err == nil, code == errs.CodeUnauthenticated, code == errs.CodeForbidden:
		s.end(closeForbidden, "Forbidden")
	case code == errs.CodeUnavailable, code == errs.CodeTimeout, code == errs.CodeRateLimited, ctx.Err() != nil:
		s.end(closeTryLater, "Try again later")
	default:
		s.options.Logger.ErrorContext(ctx, "a socket failed", "code", string(errs.CodeInternal))
		s.options.Logger.DebugContext(ctx, "why a socket failed", "error", err)
		s.end(closeInternal, "Internal server error")
	}
	return false
}

// subscribe starts an operation of whatever kind.
func (s *socket) subscribe(m message) {
	switch {
	case !s.acked:
		s.end(closeUnauthorized, "Unauthorized") //nolint:misspell // the word of the protocol
		return
	case !m.wellFormed():
		s.end(closeMalformed, "Invalid message received: a subscribe has an id, and a payload with a query")
		return
	}
	op, refusal := s.begin(m.ID)
	if refusal != nil {
		refusal()
		return
	}
	s.running.Go(func() {
		defer s.forget(op)
		s.run(op, m.Payload)
	})
}

// begin takes an id for an operation. What it returns instead ends the socket.
func (s *socket) begin(id string) (op *running, refuse func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[id] != nil {
		return nil, func() { s.end(closeInUse, fmt.Sprintf("Subscriber for %s already exists", id)) }
	}
	if len(s.operations) >= maxOperations || s.count >= 2*maxOperations {
		return nil, func() { s.end(closeTooManyOps, fmt.Sprintf("Too many operations, more than %d", maxOperations)) }
	}
	op = &running{id: id}
	op.ctx, op.cancel = context.WithCancel(s.ctx)
	s.operations[id] = op
	s.count++
	return op, nil
}

// run executes an operation and tells its end, unless the client has ended it.
func (s *socket) run(op *running, payload []byte) {
	failed := s.execute(op, payload)
	if op.ctx.Err() != nil {
		return
	}
	s.release(op)
	if failed == nil {
		_ = s.push(op.ctx, message{ID: op.id, Type: typeComplete})
		return
	}
	list, err := json.Marshal(failed.Errors)
	if err != nil {
		list, _ = json.Marshal(transport.Refusal(unencodable()).Errors)
	}
	_ = s.push(op.ctx, message{ID: op.id, Type: typeError, Payload: list})
}

func (s *socket) execute(op *running, payload []byte) (failed *graphql.Response) {
	start := graphql.Now()
	params, refusal := request.Decode(payload)
	if refusal != nil {
		return transport.Refusal(refusal)
	}
	params.Headers = s.header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return operation{
		options: s.options, exec: s.exec, params: params, actor: s.principal.current,
		emit: func(response *graphql.Response) error {
			text, err := transport.Encode(response)
			if err != nil {
				text, _ = transport.Encode(transport.Refusal(unencodable()))
			}
			return s.push(op.ctx, message{ID: op.id, Type: typeNext, Payload: text})
		},
	}.run(op.ctx)
}

func unencodable() *errs.Error {
	return errs.New(errs.CodeInternal, "The answer could not be encoded.")
}

// complete ends an operation that the client wants no more of. Its id is free at
// once.
func (s *socket) complete(id string) {
	s.mu.Lock()
	op := s.operations[id]
	s.mu.Unlock()
	if op != nil {
		op.cancel()
		s.release(op)
	}
}

// release frees the id of an operation.
func (s *socket) release(op *running) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[op.id] == op {
		delete(s.operations, op.id)
	}
}

// forget ends what is left of an operation.
func (s *socket) forget(op *running) {
	op.cancel()
	s.release(op)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count--
}
