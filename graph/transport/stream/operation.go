package stream

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/auth"
	"github.com/project-nexus/nexus/internal/errs"
)

// operation is one operation of a connection.
type operation struct {
	options Options
	exec    graphql.GraphExecutor
	params  *graphql.RawParams
	// actor returns whom the connection acts for at the time.
	actor func() auth.Actor
	// readOnly refuses mutations.
	readOnly bool
	// emit sends one response. After an error the operation ends.
	emit func(*graphql.Response) error
}

// run executes the operation until it or ctx ends. What it returns ends the
// operation as an error: an answer without data; nil when it was completed.
func (o operation) run(ctx context.Context) (failed *graphql.Response) {
	ctx = auth.WithCurrentActor(graphql.StartOperationTrace(ctx), o.actor)
	defer func() {
		if cause := recover(); cause != nil && cause != http.ErrAbortHandler { //nolint:errorlint // a value of panic, compared as net/http does
			failed = transport.Recovered(ctx, o.exec, cause)
		}
	}()
	operation, refused := transport.Prepare(ctx, o.exec, o.params, o.options.Suggestions(ctx))
	if refused != nil {
		return refused
	}
	if refusal := transport.CheckDocument(operation.RawQuery, operation.Doc); refusal != nil {
		return transport.Refusal(refusal)
	}
	switch {
	case operation.Operation.Operation == ast.Subscription:
		return o.subscribe(ctx, operation)
	case operation.Operation.Operation == ast.Mutation && o.readOnly:
		return transport.Refusal(errs.New(errs.CodeMethodNotAllowed, "Mutations are served by POST only."))
	}
	return o.answer(ctx, operation)
}

// answer executes a query or a mutation.
func (o operation) answer(ctx context.Context, operation *graphql.OperationContext) (failed *graphql.Response) {
	if o.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.options.Timeout)
		defer cancel()
	}
	operation.ResolverMiddleware = transport.WhileWanted(operation.ResolverMiddleware)
	next, ctx := o.exec.DispatchOperation(ctx, operation)
	response := next(ctx)
	if response == nil {
		return transport.Refusal(transport.Unanswered(ctx))
	}
	if len(response.Data) == 0 {
		return response
	}
	_ = o.emit(response) // a peer that has gone needs no answer
	return nil
}

// subscribe starts a subscription and sends its events.
func (o operation) subscribe(ctx context.Context, operation *graphql.OperationContext) (failed *graphql.Response) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	aborted := new(abortion)
	ctx = context.WithValue(ctx, abortionKey{}, aborted)
	operation.ResolverMiddleware = beginsEvent(transport.WhileWanted(operation.ResolverMiddleware))

	starting := o.deadline(cancel)
	next, ctx := o.exec.DispatchOperation(ctx, operation)
	starting.stop()
	if refusal := transport.GivenUp(ctx); refusal != nil {
		return transport.Refusal(refusal)
	}
	for {
		response := o.nextEvent(ctx, operation, next)
		switch {
		case response == nil && aborted.reason() != nil:
			return o.exec.DispatchError(ctx, gqlerror.List{gqlerror.Wrap(aborted.reason())})
		case response == nil:
			return nil
		case len(response.Data) == 0:
			return response
		}
		if o.emit(response) != nil {
			return nil
		}
	}
}
