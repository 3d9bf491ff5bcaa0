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

	operation, list := exec.CreateOperationContext(ctx, params)
	if len(list) > 0 {
		list = explain(operation, list, o.Suggestions(ctx))
		a.respond(exec.DispatchError(graphql.WithOperationContext(ctx, operation), list))
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
	if refusal := givenUp(ctx); refusal != nil {
		a.refuse(refusal)
		return
	}
	operation.ResolverMiddleware = whileWanted(operation.ResolverMiddleware)
	next, ctx := exec.DispatchOperation(ctx, operation)
	response := next(ctx)
	if response == nil {
		a.refuse(unanswered(ctx))
		return
	}
	a.respond(response)
}

// checkOperation refuses a valid operation that plain HTTP cannot serve.
func (a *answer) checkOperation(method string, operation *graphql.OperationContext) *errs.Error {
	switch {
	case operation.Operation.Operation == ast.Subscription:
		return errs.BadUserInput("A subscription needs a stream; it is not served as a plain HTTP request.")
	case operation.Operation.Operation == ast.Mutation && method != http.MethodPost:
		a.w.Header().Set("Allow", http.MethodPost)
		return errs.New(errs.CodeMethodNotAllowed, "Mutations are served by POST only.")
	}
	return checkDocument(operation.RawQuery, operation.Doc)
}

// whileWanted keeps resolvers from starting once the client has hung up or the
// deadline has passed. Loaders work on contexts of their own, so nothing else
// would stop the next level of the tree. Plain fields are left alone: they cost
// nothing, and an error for each would.
func whileWanted(next graphql.FieldMiddleware) graphql.FieldMiddleware {
	return func(ctx context.Context, resolve graphql.Resolver) (any, error) {
		if field := graphql.GetFieldContext(ctx); field != nil && field.IsResolver {
			if refusal := givenUp(ctx); refusal != nil {
				return nil, refusal
			}
		}
		return next(ctx, resolve)
	}
}

// givenUp returns TIMEOUT or UNAVAILABLE once ctx is over, nil before.
func givenUp(ctx context.Context) *errs.Error {
	err := ctx.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return errs.New(errs.CodeTimeout, "The operation took longer than its deadline.").Because(err)
	default:
		return errs.New(errs.CodeUnavailable, "The request was given up before it was answered.").Because(err)
	}
}

// unanswered explains why the executor returned no response.
func unanswered(ctx context.Context) *errs.Error {
	if refusal := givenUp(ctx); refusal != nil {
		return refusal
	}
	return errs.New(errs.CodeInternal, "The operation gave no answer.")
}

// recoverPanic answers a panic outside the resolvers (those are recovered by
// the executor) the way the executor presents it, when it can.
func (a *answer) recoverPanic(ctx context.Context, exec graphql.GraphExecutor) {
	cause := recover()
	if cause == nil {
		return
	}
	presenter, ok := exec.(interface {
		PresentRecoveredError(ctx context.Context, cause any) error
	})
	if !ok || cause == http.ErrAbortHandler { //nolint:errorlint // a value of panic, compared as net/http does
		panic(cause)
	}
	a.fail(presenter.PresentRecoveredError(ctx, cause))
}
