package transport

import (
	"context"
	"errors"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/project-nexus/nexus/internal/errs"
)

// execute runs one operation, with the variables that hold files, and writes its
// answer.
func (o Options) execute(a *answer, r *http.Request, exec graphql.GraphExecutor, params *graphql.RawParams, uploads ...string) {
	ctx := r.Context()
	if o.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.Timeout)
		defer cancel()
	}
	defer a.recoverPanic(ctx, exec)

	operation, refused := Prepare(ctx, exec, params, o.Suggestions(ctx))
	if refused != nil {
		a.respond(refused)
		return
	}
	if refusal := a.checkOperation(r.Method, operation); refusal != nil {
		a.refuse(refusal)
		return
	}
	if refusal := checkUploads(operation.Operation, uploads); refusal != nil {
		a.refuse(refusal)
		return
	}
	if refusal := GivenUp(ctx); refusal != nil {
		a.refuse(refusal)
		return
	}
	operation.ResolverMiddleware = WhileWanted(operation.ResolverMiddleware)
	next, ctx := exec.DispatchOperation(ctx, operation)
	response := next(ctx)
	if response == nil {
		a.refuse(Unanswered(ctx))
		return
	}
	a.respond(response)
}

// Prepare parses and validates an operation. It returns the answer instead when the
// operation is refused: one without data.
func Prepare(
	ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, suggestions bool,
) (*graphql.OperationContext, *graphql.Response) {
	operation, list := exec.CreateOperationContext(ctx, params)
	if len(list) > 0 {
		list = explain(operation, list, suggestions)
		return nil, exec.DispatchError(graphql.WithOperationContext(ctx, operation), list)
	}
	return operation, nil
}

// checkOperation refuses a valid operation that plain HTTP cannot serve.
func (a *answer) checkOperation(method string, operation *graphql.OperationContext) *errs.Error {
	switch {
	case operation.Operation.Operation == ast.Subscription:
		return errs.BadUserInput("A subscription needs a stream: a WebSocket, or a request with Accept: %s alone.", mediaEvents)
	case operation.Operation.Operation == ast.Mutation && method != http.MethodPost:
		a.w.Header().Set("Allow", http.MethodPost)
		return errs.New(errs.CodeMethodNotAllowed, "Mutations are served by POST only.")
	}
	return CheckDocument(operation.RawQuery, operation.Doc)
}

// WhileWanted keeps resolvers from starting once the client has hung up or the
// deadline has passed. Loaders work on contexts of their own, so nothing else
// would stop the next level of the tree. Plain fields are left alone: they cost
// nothing, and an error for each would.
func WhileWanted(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if field := graphql.GetFieldContext(ctx); field != nil && field.IsResolver {
			if refusal := GivenUp(ctx); refusal != nil {
				return nil, refusal
			}
		}
		return next(ctx, resolve)
	}
}

// GivenUp returns TIMEOUT or UNAVAILABLE once ctx is over, nil before.
func GivenUp(ctx context.Context) *errs.Error {
	err := ctx.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
		return errs.New(errs.CodeTimeout, "The operation took longer than its deadline.").Because(err)
	default:
		return errs.New(errs.CodeUnavailable, "The request was given up before it was answered.").Because(err)
	}
}

// Unanswered explains why the executor returned no response.
func Unanswered(ctx context.Context) *errs.Error {
	if refusal := GivenUp(ctx); refusal != nil {
		return refusal
	}
	return errs.New(errs.CodeInternal, "The operation gave no answer.")
}

// panicPresenter is what gqlgen's executor has for panics.
type panicPresenter interface {
	PresentRecoveredError(ctx context.Context, cause any) error
}

// recoverPanic answers a panic outside the resolvers (those are recovered by
// the executor) the way the executor presents it, when it can.
func (a *answer) recoverPanic(ctx context.Context, exec graphql.GraphExecutor) {
	cause := recover()
	if cause == nil {
		return
	}
	if _, ok := exec.(panicPresenter); !ok || cause == http.ErrAbortHandler { //nolint:errorlint // a value of panic, compared as net/http does
		panic(cause)
	}
	answer := Recovered(ctx, exec, cause)
	a.stop(codeOf(answer.Errors[0]), answer.Errors[0])
}
