package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/internal/errs"
)

// present is the only place where an error becomes part of an answer. What is
// no *errs.Error and no verdict of the parser or validator is a fault of the
// server: it is answered as INTERNAL with the request's id. The log names both at
// level error; what lies behind may hold SQL or addresses and is told at level
// debug alone.
func present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		shown := *graphql.DefaultErrorPresenter(ctx, err)
		if errs.As(err) == nil && isRequestError(&shown) {
			return &shown
		}
		if errors.Is(err, context.Canceled) && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			err = context.Cause(ctx) // the deadline of an event of a subscription
		}
		e := explain(err)
		shown.Err, shown.Message = e, e.Message
		shown.Extensions = map[string]any{"code": string(e.Code)}
		argument := append(cutArgument(ctx, &shown), e.Path...)
		if len(argument) > 0 {
			shown.Extensions["argument"] = argument
		}
		if e.RetryAfter > 0 {
			shown.Extensions["retryAfter"] = int(math.Ceil(e.RetryAfter.Seconds()))
		}
		if e.Code == errs.CodeInternal {
			requestID := middleware.GetReqID(ctx)
			shown.Extensions["requestId"] = requestID
			log.ErrorContext(ctx, "a request failed", "request", requestID, "code", string(e.Code))
			log.DebugContext(ctx, "why a request failed", "request", requestID, "path", shown.Path.String(), "error", err)
		}
		return &shown
	}
}

// cutArgument returns the path below the field that err is about: gqlgen adds
// the path of a bad argument to that of the field, while clients find the field
// in their data by it.
func cutArgument(ctx context.Context, err *gqlerror.Error) []string {
	field := graphql.GetFieldContext(ctx)
	if field == nil || len(err.Path) <= len(field.Path()) {
		return nil
	}
	var argument []string
	for _, element := range err.Path[len(field.Path()):] {
		argument = append(argument, fmt.Sprint(element))
	}
	err.Path = field.Path()
	if position := field.Field.Position; position != nil && len(err.Locations) == 0 {
		err.Locations = []gqlerror.Location{{Line: position.Line, Column: position.Column}}
	}
	return argument
}

// explain returns the *errs.Error that err is, holds or amounts to.
func explain(err error) *errs.Error {
	if e := errs.As(err); e != nil {
		if e.Code == errs.CodeInternal {
			return errs.New(errs.CodeInternal, "The server failed; report the request id.").Because(err)
		}
		return e
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errs.New(errs.CodeTimeout, "The operation took longer than its deadline.").Because(err)
	case errors.Is(err, context.Canceled):
		return errs.New(errs.CodeUnavailable, "The request was given up before it was answered.").Because(err)
	default:
		return errs.New(errs.CodeInternal, "The server failed; report the request id.").Because(err)
	}
}

// isRequestError reports whether the executor refused the document: then the
// text is the parser's or validator's, about the client's own document.
func isRequestError(err *gqlerror.Error) bool {
	code, _ := err.Extensions["code"].(string)
	return slices.Contains([]errs.Code{errs.CodeGraphQLParseFailed, errs.CodeGraphQLInvalid}, errs.Code(code))
}

// recovered makes an error of a panic in a resolver or loader, with its stack for
// the log.
func recovered(log *slog.Logger) graphql.RecoverFunc {
	return func(ctx context.Context, cause any) error {
		requestID := middleware.GetReqID(ctx)
		log.ErrorContext(ctx, "a request panicked", "request", requestID, "code", string(errs.CodeInternal))
		log.DebugContext(ctx, "why a request panicked", "request", requestID,
			"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		return fmt.Errorf("panic: %v", cause)
	}
}

// maxErrorsOfACode bounds the errors with one code in an answer. A relation that
// fails fails for each of its parents, with the same words.
const maxErrorsOfACode = 20

// withFewErrors leaves out what says the same once more, and says how often.
func withFewErrors(response *graphql.Response) *graphql.Response {
	if response == nil || len(response.Errors) <= maxErrorsOfACode {
		return response
	}
	counts := map[any]int{}
	kept := make(gqlerror.List, 0, maxErrorsOfACode+1)
	for _, err := range response.Errors {
		code := err.Extensions["code"]
		if counts[code]++; counts[code] <= maxErrorsOfACode {
			kept = append(kept, err)
		}
	}
	for _, code := range slices.SortedFunc(maps.Keys(counts), func(a, b any) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}) {
		if more := counts[code] - maxErrorsOfACode; more > 0 {
			kept = append(kept, &gqlerror.Error{
				Message:    fmt.Sprintf("%d more errors with this code are left out.", more),
				Extensions: map[string]any{"code": code},
			})
		}
	}
	response.Errors = kept
	return response
}
