package edge

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/rs/cors"

	"github.com/project-nexus/nexus/graph/transport"
	"github.com/project-nexus/nexus/internal/errs"
)

// preflightAge is how long browsers may remember a preflight, in seconds.
const preflightAge = 600

// origins tells pages that may call the server from those that may not.
type origins struct {
	own     string
	allowed []string
	// loopback takes the names of this machine for the own origin as well.
	loopback bool
}

func newOrigins(o Options) origins {
	return origins{own: originOf(o.PublicURL), allowed: o.AllowedOrigins, loopback: !o.Production}
}

// originOf returns the origin of a URL as browsers write it.
func originOf(address string) string {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil {
		return ""
	}
	if u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443" {
		u.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	}
	return u.Scheme + "://" + u.Host
}

// sender is what a request tells of the page that sent it.
type sender int

const (
	senderUnknown sender = iota // no browser, or a very old one
	senderOurs
	senderForeign
)

// senderOf reads Origin and Sec-Fetch-Site, which no page can change. A browser
// sends Origin with each POST, so that what contradicts itself is not believed.
func (o origins) senderOf(r *http.Request) sender {
	origin, site := r.Header.Values("Origin"), r.Header.Values("Sec-Fetch-Site")
	if len(origin) > 1 || len(site) > 1 {
		return senderForeign
	}
	fromSame := len(site) == 0 || site[0] == "same-origin"
	switch {
	case len(origin) == 0 && len(site) == 0:
		return senderUnknown
	case len(origin) == 0 && fromSame:
		return senderOurs
	case len(origin) == 1 && o.isOwn(origin[0], r.Host) && fromSame:
		return senderOurs
	case len(origin) == 1 && slices.Contains(o.allowed, origin[0]) && (fromSame || site[0] != "none"):
		return senderOurs
	default:
		return senderForeign
	}
}

// guardSockets refuses WebSockets of foreign pages, which browsers let every page
// open and read. A client that names no origin is no browser.
func (e *Edge) guardSockets(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if transport.OpensWebSocket(r) && !e.origins.mayOpenSocket(r) {
			transport.Refuse(w, r, errs.New(errs.CodeForbidden, "A WebSocket must be opened by a page of this server or of an allowed origin."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// mayOpenSocket goes by Origin alone: browsers do not agree on Sec-Fetch-Site of a
// WebSocket.
func (o origins) mayOpenSocket(r *http.Request) bool {
	origin := r.Header.Values("Origin")
	switch len(origin) {
	case 0:
		return true
	case 1:
		return o.isOwn(origin[0], r.Host) || slices.Contains(o.allowed, origin[0])
	default:
		return false
	}
}

// isOwn compares byte by byte. In development the server is reached by several
// names of this machine, none of which another page can have.
func (o origins) isOwn(origin, host string) bool {
	return origin == o.own || o.loopback && origin == "http://"+host && isLoopback(host)
}

func isLoopback(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	address, err := netip.ParseAddr(name)
	return name == "localhost" || err == nil && address.IsLoopback()
}

// share lets pages of the allowed origins, and of no other, read answers (CORS).
// The library would compare origins without regard to case, and take no list for
// every origin.
func (o origins) share(next http.Handler) http.Handler {
	return cors.New(cors.Options{
		AllowOriginFunc:  func(origin string) bool { return slices.Contains(o.allowed, origin) },
		AllowCredentials: true,
		AllowedMethods:   []string{http.MethodGet, http.MethodPost, http.MethodOptions},
		AllowedHeaders: []string{
			"Accept", "Authorization", "Content-Type", "Idempotency-Key", "Nexus-Cost", "Nexus-Preflight",
			"Apollo-Require-Preflight", requestIDHeader,
		},
		ExposedHeaders: []string{
			"RateLimit", "RateLimit-Policy", "Retry-After", requestIDHeader, "Idempotency-Replayed", "WWW-Authenticate",
		},
		MaxAge: preflightAge,
	}).Handler(next)
}
