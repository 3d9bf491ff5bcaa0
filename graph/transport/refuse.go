package transport

import (
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/project-nexus/nexus/internal/errs"
)

// Refuse answers a request with one error and the status of its code, before or
// instead of an operation: in the media type that Accept prefers, as JSON when it
// allows neither, and with the request's id.
func Refuse(w http.ResponseWriter, r *http.Request, e *errs.Error) {
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		media = mediaJSON
	}
	if e.RetryAfter > 0 {
		seconds := (e.RetryAfter + time.Second - 1) / time.Second
		w.Header().Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	}
	presented := toGraphQL(e)
	presented.Extensions["requestId"] = middleware.GetReqID(r.Context())
	a := &answer{w: w, media: media, cache: "no-store"}
	a.stop(e.Code, presented)
}
