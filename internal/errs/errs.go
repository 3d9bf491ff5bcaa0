// Package errs holds the one error type that may reach a client and the closed
// table of its codes.
//
// An *Error carries a stable code, a text that is safe to show and, where the
// error is about one input value, the path to it. Everything else — driver
// errors, panics, bugs — is internal: the edge logs it and answers INTERNAL
// with a request id and no detail. Callers act on the code, never on the text.
package errs

import (
	"errors"
	"fmt"
	"time"
)

// Error is an error whose text may be shown to a client.
type Error struct {
	Code    Code
	Message string
	// Path leads to the value in the arguments or the input that was wrong;
	// empty when the error is not about one value.
	Path []string
	// RetryAfter is when it is worth to try again; the edges tell clients in the
	// header Retry-After. 0 where the error says nothing about it.
	RetryAfter time.Duration
	// CurrentVersion is that of an object that has changed since the client read
	// it; 0 where the error says nothing about it.
	CurrentVersion int32
	// cause is kept for logs and errors.Is; it never reaches a client.
	cause error
}

// Error returns the message and, for logs, the cause.
func (e *Error) Error() string {
	if e.cause != nil {
		return e.Message + ": " + e.cause.Error()
	}
	return e.Message
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// At returns a copy of e that points to the value at path.
func (e *Error) At(path ...string) *Error {
	c := *e
	c.Path = path
	return &c
}

// RetryIn returns a copy of e that asks clients to wait for d.
func (e *Error) RetryIn(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// AtVersion returns a copy of e that tells the version of the object at present.
func (e *Error) AtVersion(version int32) *Error {
	c := *e
	c.CurrentVersion = version
	return &c
}

// Because returns a copy of e that remembers cause for logs.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// New returns an error of the given code; the message is shown to clients.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// BadUserInput returns a BAD_USER_INPUT error.
func BadUserInput(format string, args ...any) *Error {
	return New(CodeBadUserInput, format, args...)
}

// NotFound returns a NOT_FOUND error.
func NotFound(format string, args ...any) *Error {
	return New(CodeNotFound, format, args...)
}

// Conflict returns a CONFLICT error.
func Conflict(format string, args ...any) *Error {
	return New(CodeConflict, format, args...)
}

// As returns the first *Error in err's chain, or nil.
func As(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return nil
}

// CodeOf returns the code of err: that of the first *Error in its chain,
// CodeInternal for any other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e := As(err); e != nil {
		return e.Code
	}
	return CodeInternal
}

// UserError is an Error about values of a mutation's input, as clients see it.
type UserError struct {
	Code    Code
	Message string
	// Path leads to the value, from "input" on; lists by index.
	Path []string
	// CurrentVersion is that of an object which has changed; nil elsewhere.
	CurrentVersion *int32
}

// All returns every *Error in the tree of err, in order; one that lies below
// another is its cause and not listed.
func All(err error) []*Error {
	if err == nil {
		return nil
	}
	if e, ok := err.(*Error); ok { //nolint:errorlint // the tree is walked here
		return []*Error{e}
	}
	switch wrapper := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, one := range wrapper.Unwrap() {
			all = append(all, All(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return All(wrapper.Unwrap())
	default:
		return nil
	}
}
