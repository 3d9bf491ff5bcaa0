package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/project-nexus/nexus/internal/errs"
)

// answer writes the one response of a request.
type answer struct {
	w     http.ResponseWriter
	media string // mediaJSON or mediaResponse
	cache string // Cache-Control of an answer that is not an error
}

// newAnswer negotiates the media type. When Accept allows none it answers 406
// itself, as JSON all the same, and returns false.
func newAnswer(w http.ResponseWriter, r *http.Request, cache string) (*answer, bool) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if ok {
		return &answer{w: w, media: media, cache: cache}, true
	}
	refused := &answer{w: w, media: mediaJSON, cache: cache}
	refused.refuse(errs.New(errs.CodeNotAcceptable, "Accept %s or %s.", mediaResponse, mediaJSON))
	return nil, false
}

// refuse answers one error that stopped the request, with the status of its code.
func (a *answer) refuse(e *errs.Error) {
	a.stop(e.Code, toGraphQL(e))
}

func (a *answer) stop(code errs.Code, err *gqlerror.Error) {
	body, encodeErr := Encode(&graphql.Response{Errors: gqlerror.List{err}})
	if encodeErr != nil { // only a presenter can add what JSON has no form for
		a.w.WriteHeader(http.StatusInternalServerError)
		return
	}
	a.write(code.Status(), body)
}

// Refuse answers a request with one error and the status of its code, before or
// instead of an operation: in the media type that Accept prefers, as JSON when it
// allows neither, and with the request's id.
func Refuse(w http.ResponseWriter, r *http.Request, e *errs.Error) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		media = mediaJSON
	}
	retryAfter(w.Header(), e.RetryAfter)
	presented := toGraphQL(e)
	presented.Extensions["requestId"] = middleware.GetReqID(r.Context())
	a := &answer{w: w, media: media, cache: "no-store"}
	a.stop(e.Code, presented)
}

// Refusal returns an answer that holds one error and no data.
func Refusal(e *errs.Error) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{toGraphQL(e)}}
}

// Recovered returns the answer to a panic outside the resolvers, whose cause the
// executor's presenter logs. It must not be called for http.ErrAbortHandler.
func Recovered(ctx context.Context, exec graphql.GraphExecutor, cause any) *graphql.Response {
	if presenter, ok := exec.(panicPresenter); ok {
		presented, ok := errors.AsType[*gqlerror.Error](presenter.PresentRecoveredError(ctx, cause))
		if ok && codeOf(presented) != "" {
			return &graphql.Response{Errors: gqlerror.List{presented}}
		}
	}
	return Refusal(errs.New(errs.CodeInternal, "The server failed."))
}

// retryAfter sets the header of that name, in whole seconds, unless d is 0.
func retryAfter(header http.Header, d time.Duration) {
	if d > 0 {
		header.Set("Retry-After", strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10))
	}
}

// respond answers what the executor returned.
func (a *answer) respond(response *graphql.Response) {
	if response == nil || len(response.Data) == 0 && len(response.Errors) == 0 {
		a.refuse(errs.New(errs.CodeInternal, "The operation gave no answer."))
		return
	}
	var wait time.Duration
	for _, err := range response.Errors {
		if e := errs.As(err); e != nil {
			wait = max(wait, e.RetryAfter)
		}
	}
	retryAfter(a.w.Header(), wait)
	body, err := Encode(response)
	if err != nil {
		a.refuse(errs.New(errs.CodeInternal, "The answer could not be encoded."))
		return
	}
	a.write(statusOf(response, a.media), body)
}

func (a *answer) write(status int, body []byte) {
	header := a.w.Header()
	header.Set("Content-Type", a.media+"; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Add("Vary", "Accept")
	if status >= http.StatusBadRequest {
		header.Set("Cache-Control", "no-store")
	} else {
		header.Set("Cache-Control", a.cache)
	}
	a.w.WriteHeader(status)
	_, _ = a.w.Write(body) //nolint:gosec // JSON with nosniff; a client that has gone needs no answer
}

// statusOf chooses the HTTP status of an executor's response.
func statusOf(response *graphql.Response, media string) int {
	executed := len(response.Data) > 0
	if executed && !isEmpty(response) {
		return http.StatusOK
	}
	for _, err := range response.Errors {
		// Clients and proxies act on these two by themselves, so they must see
		// them whatever the media type.
		switch status := codeOf(err).Status(); status {
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			return status
		}
	}
	if executed || media == mediaJSON {
		return http.StatusOK
	}
	return codeOf(response.Errors[0]).Status()
}

// isEmpty reports whether an operation that failed has nothing to show: null, or
// null for each field at its root.
func isEmpty(response *graphql.Response) bool {
	if bytes.Equal(response.Data, []byte("null")) {
		return true
	}
	var roots map[string]json.RawMessage
	if len(response.Errors) == 0 || json.Unmarshal(response.Data, &roots) != nil {
		return false
	}
	for _, value := range roots {
		if !bytes.Equal(value, []byte("null")) {
			return false
		}
	}
	return true
}

// codeOf returns the code that the presenter gave err, "" (status 500) if none.
func codeOf(err *gqlerror.Error) errs.Code {
	switch code := err.Extensions["code"].(type) {
	case string:
		return errs.Code(code)
	case errs.Code:
		return code
	}
	return ""
}

// Encode writes errors first, as the GraphQL specification advises, and no
// "data" entry when nothing was executed. Data is JSON already: it is copied as
// it is, not parsed again.
func Encode(response *graphql.Response) ([]byte, error) {
	var b bytes.Buffer
	b.Grow(len(response.Data) + 64)
	separator := byte('{')
	member := func(name string, value []byte) {
		b.WriteByte(separator)
		b.WriteString(name)
		b.Write(value)
		separator = ','
	}
	if len(response.Errors) > 0 {
		for _, err := range response.Errors {
			dropUnknownLocations(err)
		}
		value, err := json.Marshal(response.Errors)
		if err != nil {
			return nil, err
		}
		member(`"errors":`, value)
	}
	if len(response.Data) > 0 {
		member(`"data":`, response.Data)
	}
	if len(response.Extensions) > 0 {
		value, err := json.Marshal(response.Extensions)
		if err != nil {
			return nil, err
		}
		member(`"extensions":`, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// dropUnknownLocations removes the line -1 that the parser gives to errors
// without a position.
func dropUnknownLocations(err *gqlerror.Error) {
	if len(err.Locations) > 0 && err.Locations[0].Line < 1 {
		err.Locations = nil
	}
}
