package errs

import "net/http"

// Code is a stable, machine-readable reason. The constant is the text on the wire.
type Code string

// The closed set of codes. docs/errors.md lists them for clients.
const (
	CodeBadUserInput           Code = "BAD_USER_INPUT"
	CodeUnauthenticated        Code = "UNAUTHENTICATED"
	CodeForbidden              Code = "FORBIDDEN"
	CodeNotFound               Code = "NOT_FOUND"
	CodeConflict               Code = "CONFLICT"
	CodePageSizeExceeded       Code = "PAGE_SIZE_EXCEEDED"
	CodeQueryTooComplex        Code = "QUERY_TOO_COMPLEX"
	CodeQueryTooDeep           Code = "QUERY_TOO_DEEP"
	CodeRateLimited            Code = "RATE_LIMITED"
	CodePersistedQueryNotFound Code = "PERSISTED_QUERY_NOT_FOUND"
	CodeIdempotencyMismatch    Code = "IDEMPOTENCY_MISMATCH"
	CodeResumeExpired          Code = "RESUME_EXPIRED"
	CodePayloadTooLarge        Code = "PAYLOAD_TOO_LARGE"
	CodeMethodNotAllowed       Code = "METHOD_NOT_ALLOWED"
	CodeUnsupportedMediaType   Code = "UNSUPPORTED_MEDIA_TYPE"
	CodeNotAcceptable          Code = "NOT_ACCEPTABLE"
	CodeGraphQLParseFailed     Code = "GRAPHQL_PARSE_FAILED"
	CodeGraphQLInvalid         Code = "GRAPHQL_VALIDATION_FAILED"
	CodeTimeout                Code = "TIMEOUT"
	CodeUnavailable            Code = "UNAVAILABLE"
	CodeInternal               Code = "INTERNAL"
)

// Entry is one row of the table of codes.
type Entry struct {
	Code Code
	// Status is the HTTP status of a whole answer that fails with this code:
	// of REST, and of GraphQL where no part of the operation was executed.
	Status int
	// Meaning tells a client developer what happened and what to do.
	Meaning string
}

// Table returns every code with its HTTP status and meaning, in a fixed order.
func Table() []Entry {
	return []Entry{
		{CodeBadUserInput, http.StatusBadRequest, "An argument, variable or input value is wrong; the message names it."},
		{CodeUnauthenticated, http.StatusUnauthorized, "Sign in, or renew the session, and try again."},
		{CodeForbidden, http.StatusForbidden, "You may see this object but not do this with it."},
		{CodeNotFound, http.StatusNotFound, "The object does not exist, or you may not see it."},
		{CodeConflict, http.StatusConflict, "The object has changed, or a unique value is taken."},
		{CodePageSizeExceeded, http.StatusBadRequest, "first and last take 1 to 100."},
		{CodeQueryTooComplex, http.StatusBadRequest, "The operation costs more than one operation may; ask for less."},
		{CodeQueryTooDeep, http.StatusBadRequest, "The operation is nested too deeply."},
		{CodeRateLimited, http.StatusTooManyRequests, "The budget is used up; wait as Retry-After says."},
		{CodePersistedQueryNotFound, http.StatusNotFound, "Send the whole document once, with its hash."},
		{CodeIdempotencyMismatch, http.StatusUnprocessableEntity, "The Idempotency-Key was used with another request."},
		{CodeResumeExpired, http.StatusGone, "The cursor is older than the change log; load anew."},
		{CodePayloadTooLarge, http.StatusRequestEntityTooLarge, "The request body is larger than the server accepts."},
		{CodeMethodNotAllowed, http.StatusMethodNotAllowed, "This operation is not served by this HTTP method."},
		{CodeUnsupportedMediaType, http.StatusUnsupportedMediaType, "Send the body as application/json."},
		{CodeNotAcceptable, http.StatusNotAcceptable, "The server offers none of the media types in Accept."},
		{CodeGraphQLParseFailed, http.StatusBadRequest, "The document is not GraphQL; the location tells where."},
		{CodeGraphQLInvalid, http.StatusBadRequest, "The document does not fit the schema."},
		{CodeTimeout, http.StatusGatewayTimeout, "The operation took longer than its deadline."},
		{CodeUnavailable, http.StatusServiceUnavailable, "A part of the service is down; try again later."},
		{CodeInternal, http.StatusInternalServerError, "A fault of the server; report the request id."},
	}
}

// Status returns the HTTP status of code, 500 for an unknown one.
func (c Code) Status() int {
	for _, e := range Table() {
		if e.Code == c {
			return e.Status
		}
	}
	return http.StatusInternalServerError
}
