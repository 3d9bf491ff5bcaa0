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
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && !OpensWebSocket(r)
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
	params, refusal := readGet(r, t.options.MaxBody)
	if refusal != nil {
		a.refuse(refusal)
		return
	}
	t.options.execute(a, r, exec, params)
}

// readGet reads the operation in a query string of at most limit bytes.
func readGet(r *http.Request, limit int64) (*graphql.RawParams, *errs.Error) {
	if int64(len(r.URL.RawQuery)) > limit {
		return nil, errs.New(errs.CodePayloadTooLarge, "The query string is larger than %d bytes.", limit)
	}
	start := graphql.Now()
	params, refusal := request.DecodeURL(r.URL.RawQuery)
	if refusal != nil {
		return nil, refusal
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: start, End: graphql.Now()}
	return params, nil
}

// Read reads the operation of a GET, or else of a POST, of at most limit bytes.
func Read(w http.ResponseWriter, r *http.Request, limit int64) (*graphql.RawParams, *errs.Error) {
	if r.Method == http.MethodGet {
		return readGet(r, limit)
	}
	return readPost(w, r, limit)
}

// OpensWebSocket tells a WebSocket handshake from an Upgrade that may be
// ignored, such as the h2c offer that some clients send with every request.
func OpensWebSocket(r *http.Request) bool {
	for _, value := range r.Header.Values("Upgrade") {
		for protocol := range strings.SplitSeq(value, ",") {
			if strings.EqualFold(strings.TrimSpace(protocol), "websocket") {
				return true
			}
		}
	}
	return false
}
