// Package transport serves GraphQL over HTTP: gqlgen's Transport interface
// for GET, POST and every other method of the one endpoint.
//
// It follows the GraphQL-over-HTTP specification as the graphql-http audits
// check it. The rules that matter to callers:
//
//   - The answer is application/graphql-response+json or application/json, as
//     Accept weighs them; without a preference (no Accept, or */*) it is
//     application/json. An Accept that allows neither is refused with 406.
//   - POST takes one JSON object as application/json in UTF-8. Forms and text
//     bodies are refused with 415, so that no page of another origin can run an
//     operation without a preflight. Batches are refused.
//   - POST takes files as multipart/form-data, by the GraphQL multipart request
//     specification. A header that needs a preflight marks it, Nexus-Preflight or
//     Apollo-Require-Preflight; without one it is refused with 403. Files are kept
//     on disk while their request lasts, and the operation reads them there.
//   - GET takes the same members as URL parameters and runs queries only. A
//     mutation by GET is refused with 405. Cookies of a GET are not looked at.
//   - Subscriptions and @defer need a stream and are refused here with 400.
//   - A request error (syntax, validation, operationName, variables) answers
//     without "data": with the status of its code as graphql-response+json, with
//     200 as application/json. Codes of status 429 and 503 keep it in both.
//     What was executed answers 200, errors or not.
//   - Every answer of status 4xx or 5xx is JSON with errors[].message and
//     errors[].extensions.code. No message repeats the body or names a Go type.
//
// Errors made here do not pass the server's error presenter: they are *errs.Error
// with a text that is safe to show. Errors of the executor do pass it, and the
// status is taken from the code that it sets.
package transport

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport/request"
)

// DefaultMaxBody is the largest request, in bytes, unless Options say otherwise.
const DefaultMaxBody = 256 << 10

// Options configures the transports; the zero value is right for production.
type Options struct {
	// MaxBody limits the body of a POST and the query string of a GET, in
	// bytes; 0 means DefaultMaxBody.
	MaxBody int64
	// Timeout ends an operation through its context; 0 leaves the request's
	// own deadline, if any.
	Timeout time.Duration
	// Uploads bounds multipart requests.
	Uploads request.Uploads
	// Suggestions tells whether validation errors of a request keep "Did you mean
	// …?", which gives away names of the schema; nil: none does.
	Suggestions func(context.Context) bool
}

// New returns the transports for GET (and HEAD), POST, multipart POST and
// everything else, in the order in which a gqlgen server must try them. Transports
// of other requests (WebSocket, event streams) go before them.
func New(o Options) []graphql.Transport {
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Suggestions == nil {
		o.Suggestions = func(context.Context) bool { return false }
	}
	o.Uploads = o.Uploads.WithDefaults()
	return []graphql.Transport{get{o}, newMultipart(o), post{o}, fallback{}}
}
