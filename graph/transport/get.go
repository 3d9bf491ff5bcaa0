package transport

import (
	"net/http"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"github.com/project-nexus/nexus/graph/transport/request"
	"github.com/project-nexus/nexus/internal/errs"
)

// get serves GET and HEAD: queries whose members are URL parameters.
type get struct{ options Options }

// Supports reports whether r is a GET or HEAD that opens no WebSocket.
func (t get) Supports(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !opensWebSocket(r)
}

// Do answers the query in the URL. The answer to a visitor may be kept by the
// client's own cache, but only to be revalidated; one for somebody by none.
func (t get) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	cache := "private, no-cache"
	if r.Header.Get("Authorization") != "" {
		cache = "private, no-store"
	}
	a, ok := newAnswer(w, r, cache)
	if !ok {
		return
	}
	if int64(len(r.URL.RawQuery)) > t.options.MaxBody {
		a.refuse(errs.New(errs.CodePayloadTooLarge, "The query string is larger than %d bytes.", t.options.MaxBody))
		return
	}
	start := graphql.Now()
	params, refusal := request.DecodeURL(r.URL.RawQuery)
	if refusal != nil {
		a.refuse(refusal)
		return
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	t.options.execute(a, r, exec, params)
}

// opensWebSocket tells a WebSocket handshake from an Upgrade that may be
// ignored, such as the h2c offer that some clients send with every request.
func opensWebSocket(r *http.Request) bool {
	for _, value := range r.Header.Values("Upgrade") {
		for protocol := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}
