// Package edge is what stands between the network and the handlers of the
// server: who a request is from, which requests are refused before anything is
// executed, and the headers of every answer.
//
// Invariants: a request acts for somebody only by a good bearer token, never by a
// cookie; the refresh cookie is looked at in a POST alone, and only when the page
// that sent it is known to be ours; an answer is readable by pages of the allowed
// origins alone, as are WebSockets; X-Forwarded-For is believed of trusted proxies alone.
//
// Refusals are GraphQL errors with the status of their code. Log lines of level
// info and above hold the request's id and a code; causes are for level debug.
package edge

import (
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// Options says what the edge is to know of its server.
type Options struct {
	Logger *slog.Logger
	// Production wants https for the refresh cookie and trusts no address of this
	// machine as an origin.
	Production bool
	// PublicURL is where browsers reach the server.
	PublicURL string
	// AllowedOrigins are those of the pages that may call the server besides its
	// own, as browsers write them.
	AllowedOrigins []string
	// TrustedProxies are believed in what they say of their client's address.
	TrustedProxies []netip.Prefix
	// Authenticate tells who a bearer token stands for; nil refuses every token.
	Authenticate Authenticator
	// Timeout bounds Authenticate.
	Timeout time.Duration
}

// Edge makes the middlewares.
type Edge struct {
	log     *slog.Logger
	options Options
	origins origins
	cookie  cookie
}

// New returns an edge.
func New(o Options) *Edge {
	return &Edge{log: o.Logger, options: o, origins: newOrigins(o), cookie: newCookie(o.Production)}
}

// Middleware wraps a handler.
type Middleware = func(http.Handler) http.Handler

// Every returns the middlewares of every path, the outermost first.
func (e *Edge) Every() []Middleware {
	list := []Middleware{withRequestID, e.logRequests, e.recoverPanics, e.withSecurityHeaders}
	if len(e.options.AllowedOrigins) > 0 {
		list = append(list, e.origins.share)
	}
	return list
}

// API returns the middlewares of paths that answer to somebody: where the request
// comes from, and whom it acts for.
func (e *Edge) API() []Middleware { return []Middleware{e.withClient, e.withActor} }

// Session returns the middlewares of paths at which sessions begin and end, which
// come after those of API: the refresh cookie, and who may use it; and which pages
// may open a WebSocket.
func (e *Edge) Session() []Middleware { return []Middleware{e.withCookie, e.guardSockets} }
