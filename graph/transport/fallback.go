package transport

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/internal/errs"
)

const allowedMethods = "GET, HEAD, OPTIONS, POST"

// fallback answers what no other transport serves.
type fallback struct{}

// Supports is true of every request.
func (fallback) Supports(*http.Request) bool { return true }

// Do answers OPTIONS with the methods of the endpoint and refuses the rest.
func (fallback) Do(w http.ResponseWriter, r *http.Request, _ graphql.GraphExecutor) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", allowedMethods)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	// The method is wrong whatever Accept says, so a failed negotiation is no
	// reason to say 406 instead.
	media, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		media = mediaJSON
	}
	a := &answer{w: w, media: media, cache: "no-store"}
	if OpensWebSocket(r) {
		a.refuse(errs.BadUserInput("This endpoint serves no WebSocket."))
		return
	}
	w.Header().Set("Allow", allowedMethods)
	a.refuse(errs.New(errs.CodeMethodNotAllowed, "Send GraphQL operations by POST, or queries by GET."))
}
